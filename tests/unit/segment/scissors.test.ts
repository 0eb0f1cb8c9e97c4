import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countVoxels, emptyMask, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mask } from '../../../src/core/types.ts'
import type { CutOp } from '../../../src/segment/cut.ts'
import { complement } from '../../../src/segment/logic.ts'
import { polygonBits } from '../../../src/segment/polygon.ts'
import { SCISSORS, type ScissorsParams, scissors } from '../../../src/segment/scissors.ts'
import { evenOdd } from '../../support/even-odd.ts'
import { maskText, tailIsClear } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'

const grid = gridOf([67, 35, 6], [0.5, 0.8, 2])
const cut = (mask: Mask, given: Partial<ScissorsParams>) =>
  scissors(mask, { ...SCISSORS.defaults, ...given }, IDLE_CONTEXT)

const after: Record<CutOp, (was: boolean, inside: boolean) => boolean> = {
  'remove-inside': (was, inside) => was && !inside,
  'remove-outside': (was, inside) => was && inside,
  'add-inside': (was, inside) => was || inside,
}

const planes = { 0: [1, 2], 1: [0, 2], 2: [0, 1] } as const

function bruteForce(mask: Mask, { op, axis, fromSlice, toSlice, corners }: ScissorsParams): Mask {
  const hundredths = corners.map((n) => Math.round(n * 100))
  const [u, v] = planes[axis]
  return maskOf(mask.grid, (...ijk) => {
    const was = hasVoxel(mask, ...ijk)
    const slice = ijk[axis]
    if (slice < fromSlice || slice > toSlice) return was
    return after[op](was, evenOdd(hundredths, ijk[u] * 100, ijk[v] * 100))
  })
}

/** Corners on whole voxels too, where the rule for edges decides. */
const place = fc.oneof(fc.integer({ min: -3, max: 70 }), fc.double({ min: -20, max: 90, noNaN: true }))
const anyOutline = fc.array(fc.tuple(place, place), { minLength: 3, maxLength: 9 }).map((corners) => corners.flat())
const anyOp = fc.constantFrom<CutOp>('remove-inside', 'remove-outside', 'add-inside')
const anyAxis = fc.constantFrom(0 as const, 1 as const, 2 as const)

test('a cut equals the even-odd rule at every voxel, along each axis, self-crossing outlines included', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyOp,
      anyAxis,
      anyOutline,
      fc.nat(5),
      fc.nat(5),
      fc.nat(),
      async (op, axis, corners, a, b, seed) => {
        const mask = randomMask(grid, seed)
        const before = mask.words.slice()
        const params = { op, axis, corners, fromSlice: Math.min(a, b), toSlice: Math.max(a, b) }
        const result = await cut(mask, params)
        expect(maskText(result)).toBe(maskText(bruteForce(mask, params)))
        expect(tailIsClear(result)).toBe(true)
        expect(mask.words).toEqual(before)
      },
    ),
    { numRuns: 150 },
  )
})

describe('the rule for centres on an edge', () => {
  test('left and upper edges are in, right and lower ones out', () => {
    expect([...polygonBits([1, 1, 4, 1, 4, 3, 1, 3], 6, 5)]).toEqual([0, 0b1110, 0b1110, 0, 0])
  })
  test('outlines that share an edge share no pixel and miss none', () => {
    const whole = fc.integer({ min: 0, max: 40 })
    fc.assert(
      fc.property(fc.tuple(whole, whole, whole, whole), ([x0, y0, x1, y1]) => {
        // Four triangles around a point make the square, whatever the point.
        const middle = [x0 + 0.01 * x1, y0 + 0.01 * y1]
        const square = [
          [0, 0],
          [41, 0],
          [41, 41],
          [0, 41],
        ] as const
        const parts = square.map((corner, n) =>
          polygonBits([...corner, ...(square[(n + 1) % 4] as readonly number[]), ...middle], 41, 41),
        )
        const all = polygonBits(square.flat(), 41, 41)
        // Seen from outside the square the triangles overlap; each pixel is then in one or three of them.
        all.forEach((word, n) => {
          expect(parts.reduce((bits, part) => (bits ^ (part[n] as number)) >>> 0, 0)).toBe(word)
        })
      }),
    )
  })
  test('an outline of no area holds nothing, and one around the picture holds all of it', () => {
    expect(polygonBits([3, 3, 9, 9, 3, 3], 40, 40).every((word) => word === 0)).toBe(true)
    const around = maskOf(gridOf([40, 40, 1]), () => true)
    expect(polygonBits([-1e5, -1e5, 1e5, -1e5, 1e5, 1e5, -1e5, 1e5], 40, 40)).toEqual(around.words)
  })
  test('where an outline crosses itself the part in the middle of a star is outside', () => {
    const star = [20, 2, 31, 36, 2, 15, 38, 15, 9, 36]
    const bits = polygonBits(star, 40, 40)
    const has = (u: number, v: number) => (((bits[v * 2 + (u >> 5)] as number) >>> (u & 31)) & 1) === 1
    expect([has(20, 20), has(20, 8), has(7, 17)]).toEqual([false, true, true])
  })
})

test('removing outside and adding inside make the outline, whatever the mask was; the rest of the slices stay', async () => {
  const corners = [5, 4, 60, 9, 30, 30]
  for (const axis of [0, 1, 2] as const) {
    const params = { axis, corners, fromSlice: 1, toSlice: 3 }
    const mask = randomMask(grid, 4)
    const removed = await cut(await cut(mask, { ...params, op: 'add-inside' }), { ...params, op: 'remove-outside' })
    const inRange = (n: number) => n >= 1 && n <= 3
    const [u, v] = planes[axis]
    const wanted = maskOf(grid, (...ijk) =>
      inRange(ijk[axis]) ? evenOdd(corners, ijk[u], ijk[v]) : hasVoxel(mask, ...ijk),
    )
    expect(maskText(removed)).toBe(maskText(wanted))
  }
})

test('cutting everything away leaves an empty mask', async () => {
  const full = complement(emptyMask(grid))
  const corners = [-9, -9, 99, -9, 99, 99, -9, 99]
  expect(countVoxels(await cut(full, { corners, toSlice: 5 }))).toBe(0)
  expect(countVoxels(await cut(full, { corners, toSlice: 0 }))).toBe(67 * 35 * 5)
})

test.each([
  ['two corners', { corners: [0, 0, 5, 5] }],
  ['half a corner', { corners: [0, 0, 5, 5, 9, 0, 1] }],
  ['a corner that is no number', { corners: [0, 0, 5, 5, Number.NaN, 0] }],
  ['a corner without end', { corners: [0, 0, 5, 5, Infinity, 0] }],
  ['a corner far outside', { corners: [0, 0, 5, 5, 100_001, 0] }],
  ['a corner far outside on the other side', { corners: [0, 0, 5, 5, -100_001, 0] }],
  ['a slice that is not there', { toSlice: 6 }],
  ['a slice below the first', { fromSlice: -1 }],
  ['half a slice', { fromSlice: 0.5, toSlice: 1 }],
  ['slices out of order', { fromSlice: 2, toSlice: 1 }],
  ['no such axis', { axis: 4 as 2 }],
  ['no such operation', { op: 'toString' as CutOp }],
])('%s: refused', async (_, given) => {
  const params = { corners: [0, 0, 9, 0, 9, 9], ...given }
  await expect(cut(emptyMask(grid), params)).rejects.toMatchObject({ code: 'app/bad-parameter' })
})

test('a cancelled cut stops', async () => {
  const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
  const params = { ...SCISSORS.defaults, corners: [0, 0, 9, 0, 9, 9] }
  await expect(scissors(emptyMask(grid), params, ctx)).rejects.toMatchObject({ name: 'AbortError' })
})

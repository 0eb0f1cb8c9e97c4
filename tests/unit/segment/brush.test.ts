import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyMask, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, Mask, Vec3, Volume, VoxelBox } from '../../../src/core/types.ts'
import { dab, PAINT, type PaintParams, paint, strokePoint } from '../../../src/segment/brush.ts'
import { maskText, tailIsClear } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask, randomVolume, volumeOf } from '../../support/phantoms.ts'

const grid: Grid = {
  size: [67, 9, 7],
  spacing: [0.45, 1.1, 2.3],
  origin: [10, -20, 30],
  direction: [0, -1, 0, 0.6, 0, -0.8, 0.8, 0, 0.6],
}

const copyOf = (mask: Mask): Mask => ({ grid: mask.grid, words: mask.words.slice() })
const brushOf = (given: Partial<PaintParams>): PaintParams => ({ ...PAINT.defaults, ...given })
const pointsOf = (flat: readonly number[]): Vec3[] =>
  Array.from({ length: flat.length / 3 }, (_, n) => flat.slice(3 * n, 3 * n + 3) as unknown as Vec3)

/** Squared mm from p to the segment a b. */
function square(p: Vec3, a: Vec3, b: Vec3): number {
  const dot = (u: number[], v: number[]) => u.reduce((sum, x, n) => sum + x * (v[n] as number), 0)
  const way = b.map((x, n) => x - (a[n] as number))
  const off = p.map((x, n) => x - (a[n] as number))
  const length2 = dot(way, way)
  const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, dot(off, way) / length2))
  const rest = off.map((x, n) => x - t * (way[n] as number))
  return dot(rest, rest)
}

/** Voxel by voxel. */
function bruteForce(mask: Mask, params: PaintParams, volume: Volume | null): Mask {
  const { shape, axis, slice, mode, gate, radiusMm } = params
  const [nx, ny] = mask.grid.size
  const mm = (ijk: Vec3) => ijk.map((x, n) => x * (mask.grid.spacing[n] as number)) as unknown as Vec3
  const onSlice = (ijk: Vec3) => (shape === 'disc' ? ijk.map((x, n) => (n === axis ? slice : x)) : ijk) as Vec3
  const points = pointsOf(params.pointsIjk).map((p) => mm(onSlice(strokePoint(p))))
  const limit2 = (radiusMm * (1 + 1e-6)) ** 2
  return maskOf(mask.grid, (i, j, k) => {
    const was = hasVoxel(mask, i, j, k)
    const value = volume ? volume.slope * (volume.data[i + nx * (j + ny * k)] as number) + volume.intercept : 0
    const open = gate === null || (value >= gate.lowHu && value <= gate.highHu)
    const onPlane = shape === 'sphere' || [i, j, k][axis] === slice
    if (!open || !onPlane) return was
    const near = points.some((p, n) => square(mm([i, j, k]), points[Math.max(0, n - 1)] as Vec3, p) <= limit2)
    return near ? mode === 'paint' : was
  })
}

const coordinate = (n: number) => fc.double({ min: -4, max: n + 3, noNaN: true })
const anyPoint = fc.tuple(coordinate(67), coordinate(9), coordinate(7))
const anyStroke = fc.record({
  shape: fc.constantFrom('disc' as const, 'sphere' as const),
  axis: fc.constantFrom(0 as const, 1 as const, 2 as const),
  slice: fc.nat(6),
  radiusMm: fc.double({ min: 0.05, max: 9, noNaN: true }),
  mode: fc.constantFrom('paint' as const, 'erase' as const),
  gate: fc.constantFrom(null, { lowHu: -9000, highHu: 12000 }),
  pointsIjk: fc.array(anyPoint, { minLength: 1, maxLength: 5 }).map((points) => points.flat()),
})

test('a stroke equals the distance of every voxel to its way, on an oblique grid with unlike spacings', async () => {
  const volume = { ...randomVolume(grid, 3), slope: 0.5, intercept: -100 }
  await fc.assert(
    fc.asyncProperty(anyStroke, fc.nat(), async (params, seed) => {
      const mask = randomMask(grid, seed)
      const before = mask.words.slice()
      const painted = await paint(mask, params, volume, IDLE_CONTEXT)
      expect(maskText(painted)).toBe(maskText(bruteForce(mask, params, volume)))
      expect(tailIsClear(painted)).toBe(true)
      expect(mask.words).toEqual(before)
    }),
    { numRuns: 150 },
  )
})

test.each([
  [[2, 0, 0, 60, 8, 6]],
  [[60, 8, 6, 2, 0, 0]],
  [[60, 0, 6, 2, 8, 0]],
  [[30, 8, 0, 30, 0, 6]],
  [[60, 3, 4, 2, 3, 4]],
])('a long thin stroke %j equals the distance of every voxel to it', async (pointsIjk) => {
  const params = brushOf({ radiusMm: 1.2, pointsIjk })
  const painted = await paint(emptyMask(grid), params, null, IDLE_CONTEXT)
  expect(maskText(painted)).toBe(maskText(bruteForce(emptyMask(grid), params, null)))
})

test('however a stroke is cut into dabs and strokes, the bytes are the same', async () => {
  const volume = randomVolume(grid, 5)
  const cuts = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(anyStroke, cuts, async (params, cut) => {
      const whole = await paint(randomMask(grid, 7), params, volume, IDLE_CONTEXT)
      const points = pointsOf(params.pointsIjk)
      const dabbed = randomMask(grid, 7)
      dab(dabbed, points[0] as Vec3, points[0] as Vec3, params, volume)
      for (let n = 1; n < points.length; n++) dab(dabbed, points[n - 1] as Vec3, points[n] as Vec3, params, volume)
      expect(dabbed.words).toEqual(whole.words)
      let parts = randomMask(grid, 7)
      let first = 0
      for (let n = 1; n <= points.length; n++) {
        if (n < points.length && !cut[n]) continue
        const pointsIjk = points.slice(first, n + 1).flat()
        parts = await paint(parts, { ...params, pointsIjk }, volume, IDLE_CONTEXT)
        first = n
      }
      expect(parts.words).toEqual(whole.words)
      const kept = points.flatMap(strokePoint)
      const again = await paint(randomMask(grid, 7), { ...params, pointsIjk: kept }, volume, IDLE_CONTEXT)
      expect(again.words).toEqual(whole.words)
    }),
    { numRuns: 100 },
  )
})

test('nothing changes outside the touched box', () => {
  fc.assert(
    fc.property(anyStroke, (params) => {
      const mask = randomMask(grid, 9)
      const changed = copyOf(mask)
      const points = pointsOf(params.pointsIjk)
      const box = dab(changed, points[0] as Vec3, points.at(-1) as Vec3, { ...params, gate: null }, null)
      const inBox = ({ min, max }: VoxelBox, ijk: Vec3) =>
        ijk.every((x, n) => x >= (min[n] as number) && x <= (max[n] as number))
      const outside = (of: Mask) => maskOf(grid, (i, j, k) => !(box && inBox(box, [i, j, k])) && hasVoxel(of, i, j, k))
      expect(maskText(outside(changed))).toBe(maskText(outside(mask)))
      if (box) expect(inBox({ min: [0, 0, 0], max: [66, 8, 6] }, box.min) && inBox(box, box.max)).toBe(true)
    }),
    { numRuns: 60 },
  )
})

describe('places that are easy to count', () => {
  const flat = gridOf([40, 9, 9])
  const count = async (given: Partial<PaintParams>) =>
    maskText(await paint(emptyMask(flat), brushOf(given), null, IDLE_CONTEXT)).replaceAll(/[^#]/g, '').length

  test('a sphere of one voxel is a cross of seven, a disc of five; at a corner four and three', async () => {
    const [pointsIjk, corner] = [
      [20, 4, 4],
      [0, 0, 0],
    ]
    expect(await count({ radiusMm: 1, pointsIjk })).toBe(7)
    expect(await count({ radiusMm: 1, pointsIjk: corner })).toBe(4)
    for (const axis of [0, 1, 2] as const) {
      expect(await count({ radiusMm: 1, pointsIjk, shape: 'disc', axis, slice: 3 })).toBe(5)
      expect(await count({ radiusMm: 1, pointsIjk: corner, shape: 'disc', axis, slice: 8 })).toBe(3)
    }
  })
  test('a radius of a whole number of spacings reaches to the last voxel', async () => {
    const fine = gridOf([40, 1, 1], [0.1, 1, 1])
    const line = await paint(emptyMask(fine), brushOf({ radiusMm: 0.3, pointsIjk: [20, 0, 0] }), null, IDLE_CONTEXT)
    expect(maskText(line)).toBe(`\n${'.'.repeat(17)}#######${'.'.repeat(16)}`)
  })
  test('a quick stroke along each axis and across has no gap', async () => {
    expect(await count({ radiusMm: 0.2, pointsIjk: [2, 4, 4, 37, 4, 4] })).toBe(36)
    expect(await count({ radiusMm: 0.2, pointsIjk: [2, 0, 4, 2, 8, 4] })).toBe(9)
    expect(await count({ radiusMm: 0.2, pointsIjk: [2, 0, 0, 10, 8, 8] })).toBe(9)
  })
  test('a stroke beside the scan touches nothing', () => {
    const mask = randomMask(flat, 2)
    const before = mask.words.slice()
    expect(dab(mask, [-9, 4, 4], [-9, 8, 4], brushOf({}), null)).toBeNull()
    expect(mask.words).toEqual(before)
  })
  test('a brush far larger than the scan paints all of it', async () => {
    expect(await count({ radiusMm: 1e200, pointsIjk: [3, 3, 3, 9, 9, 9] })).toBe(40 * 81)
  })
})

const volume = volumeOf(grid, () => 100)
const gate = { lowHu: 0, highHu: 200 }

test.each([
  ['no radius', { radiusMm: 0 }, 'app/bad-parameter'],
  ['a radius below zero', { radiusMm: -1 }, 'app/bad-parameter'],
  ['a radius that is no number', { radiusMm: Number.NaN }, 'app/bad-parameter'],
  ['a radius without end', { radiusMm: Infinity }, 'app/bad-parameter'],
  ['a point that is no number', { pointsIjk: [0, Number.NaN, 0] }, 'app/bad-parameter'],
  ['no point', { pointsIjk: [] }, 'app/bad-parameter'],
  ['half a point', { pointsIjk: [1, 2, 3, 4] }, 'app/bad-parameter'],
  ['a slice that is not there', { shape: 'disc', slice: 7 }, 'app/bad-parameter'],
  ['half a slice', { shape: 'disc', slice: 1.5 }, 'app/bad-parameter'],
  ['no such axis', { shape: 'disc', axis: 3 as 2 }, 'app/bad-parameter'],
  ['no such shape', { shape: 'cube' as 'disc' }, 'app/bad-parameter'],
  ['no such mode', { mode: 'flood' as 'paint' }, 'app/bad-parameter'],
  ['limits out of order', { gate: { lowHu: 2, highHu: 1 } }, 'app/bad-parameter'],
] as const)('%s is refused and nothing is painted', async (_, given, code) => {
  const mask = emptyMask(grid)
  const params = brushOf({ pointsIjk: [3, 3, 3], ...given })
  await expect(paint(mask, params, volume, IDLE_CONTEXT)).rejects.toMatchObject({ code })
  if (!('pointsIjk' in given)) {
    expect(() => dab(mask, [3, 3, 3], [3, 3, 3], params, volume)).toThrow(expect.objectContaining({ code }))
  }
  expect(mask.words.every((word) => word === 0)).toBe(true)
})

test('limits without a scan, or with another one, are refused; so is a dab at no place', () => {
  const other = volumeOf(gridOf([67, 9, 7]), () => 100)
  const at: Vec3 = [3, 3, 3]
  const of = (given: Volume | null) => () => dab(emptyMask(grid), at, at, brushOf({ gate }), given)
  expect(of(null)).toThrow(expect.objectContaining({ code: 'app/bad-parameter' }))
  expect(of(other)).toThrow(expect.objectContaining({ code: 'segment/grid-mismatch' }))
  expect(() => dab(emptyMask(grid), at, [3, Number.NaN, 3], brushOf({}), null)).toThrow(
    expect.objectContaining({ code: 'app/bad-parameter' }),
  )
})

test('a cancelled stroke stops', async () => {
  const signal = AbortSignal.abort()
  const stroke = paint(emptyMask(grid), brushOf({ pointsIjk: [3, 3, 3] }), null, { ...IDLE_CONTEXT, signal })
  await expect(stroke).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
})

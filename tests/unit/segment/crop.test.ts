import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import { emptyMask, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, Mask, Vec3 } from '../../../src/core/types.ts'
import { boxOfCorners, CROP, type CropParams, crop } from '../../../src/segment/crop.ts'
import { maskText, tailIsClear } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'

const grid: Grid = {
  size: [67, 9, 7],
  spacing: [0.45, 1.1, 2.3],
  origin: [10, -20, 30],
  direction: [0, -1, 0, 0.6, 0, -0.8, 0.8, 0, 0.6],
}
const cropped = (mask: Mask, given: Partial<CropParams>) => crop(mask, { ...CROP.defaults, ...given }, IDLE_CONTEXT)

const index = fc.tuple(
  fc.integer({ min: -5, max: 70 }),
  fc.integer({ min: -2, max: 10 }),
  fc.integer({ min: -2, max: 8 }),
)

test('a box keeps its voxels, both ends included, also where it reaches past the scan', async () => {
  await fc.assert(
    fc.asyncProperty(index, index, fc.nat(), async (a, b, seed) => {
      const mask = randomMask(grid, seed)
      const before = mask.words.slice()
      const minIjk = a.map((n, axis) => Math.min(n, b[axis] as number)) as unknown as Vec3
      const maxIjk = a.map((n, axis) => Math.max(n, b[axis] as number)) as unknown as Vec3
      const missed = grid.size.some((n, axis) => (maxIjk[axis] as number) < 0 || (minIjk[axis] as number) >= n)
      const result = cropped(mask, { minIjk, maxIjk })
      if (missed) {
        await expect(result).rejects.toMatchObject({ code: 'app/bad-parameter' })
        return
      }
      const inBox = (ijk: Vec3) => ijk.every((n, x) => n >= (minIjk[x] as number) && n <= (maxIjk[x] as number))
      expect(maskText(await result)).toBe(maskText(maskOf(grid, (...ijk) => inBox(ijk) && hasVoxel(mask, ...ijk))))
      expect(tailIsClear(await result)).toBe(true)
      expect(mask.words).toEqual(before)
    }),
    { numRuns: 150 },
  )
})

const number = fc.double({ min: -1, max: 1, noNaN: true })
const anyWay = fc.tuple(number, number, number).filter((way) => way.some((n) => Math.abs(n) > 0.01))

test('a plane keeps the voxels in its direction, on an oblique grid with unlike spacings', async () => {
  const place = fc.tuple(fc.double({ min: -5, max: 70, noNaN: true }), fc.nat(9), fc.nat(7))
  await fc.assert(
    fc.asyncProperty(place, anyWay, fc.nat(), async (at, normalLps, seed) => {
      const mask = randomMask(grid, seed)
      const pointLps = ijkToLps(grid, at)
      const result = await cropped(mask, { shape: 'plane', pointLps, normalLps })
      const length = Math.hypot(...normalLps)
      const side = (lps: Vec3) =>
        lps.reduce((sum, x, n) => sum + ((x - (pointLps[n] as number)) * (normalLps[n] as number)) / length, 0)
      const wanted = maskOf(grid, (...ijk) => hasVoxel(mask, ...ijk) && side(ijkToLps(grid, ijk)) >= -1e-6)
      expect(maskText(result)).toBe(maskText(wanted))
      expect(tailIsClear(result)).toBe(true)
    }),
    { numRuns: 150 },
  )
})

describe('a plane through voxel centres keeps them all', () => {
  const mask = maskOf(grid, () => true)
  test.each([0, 1, 2] as const)('across axis %i, from both sides', async (axis) => {
    const [d, e, f] = [0, 3, 6].map((row) => grid.direction[row + axis] as number) as [number, number, number]
    const pointLps = ijkToLps(grid, [5, 4, 3])
    const at = [5, 4, 3][axis] as number
    const keep = async (normalLps: Vec3) => maskText(await cropped(mask, { shape: 'plane', pointLps, normalLps }))
    expect(await keep([d * 7, e * 7, f * 7])).toBe(maskText(maskOf(grid, (...ijk) => ijk[axis] >= at)))
    expect(await keep([-d, -e, -f])).toBe(maskText(maskOf(grid, (...ijk) => ijk[axis] <= at)))
  })
})

describe('the box between two corners', () => {
  test('holds the centres between them, whichever corners are given', () => {
    const corner = (...ijk: Vec3) => ijkToLps(grid, ijk)
    const wanted = { min: [3, 1, 2], max: [40, 5, 4] }
    expect(boxOfCorners(grid, corner(3, 1, 2), corner(40, 5, 4))).toEqual(wanted)
    expect(boxOfCorners(grid, corner(40.9, 0.1, 4.2), corner(2.1, 5.5, 1.01))).toEqual(wanted)
  })
  test('ends at the border of the scan', () => {
    const all = boxOfCorners(grid, ijkToLps(grid, [-5, -5, -5]), ijkToLps(grid, [99, 99, 99]))
    expect(all).toEqual({ min: [0, 0, 0], max: [66, 8, 6] })
  })
  test.each([
    ['between two centres', [3.2, 1, 1], [3.8, 5, 5]],
    ['outside the scan', [70, 1, 1], [90, 5, 5]],
    ['that is no number', [Number.NaN, 1, 1], [9, 5, 5]],
  ] as const)('%s is refused', (_, a, b) => {
    expect(() => boxOfCorners(grid, ijkToLps(grid, a), ijkToLps(grid, b))).toThrow(
      expect.objectContaining({ code: 'app/bad-parameter' }),
    )
  })
})

test.each([
  ['a box out of order', { minIjk: [5, 0, 0], maxIjk: [4, 9, 9] }],
  ['half a voxel', { minIjk: [0.5, 0, 0], maxIjk: [4, 9, 9] }],
  ['a box corner that is no number', { maxIjk: [Number.NaN, 9, 9] }],
  ['a plane without a direction', { shape: 'plane', normalLps: [0, 0, 0] }],
  ['a direction that is no number', { shape: 'plane', normalLps: [0, 0, Number.NaN] }],
  ['a point that is no number', { shape: 'plane', pointLps: [0, Infinity, 0] }],
  ['no such shape', { shape: 'ball' as 'box' }],
] as const)('%s is refused', async (_, given) => {
  await expect(cropped(emptyMask(grid), given)).rejects.toMatchObject({ code: 'app/bad-parameter' })
})

test('a cancelled crop stops', async () => {
  const ctx = { ...IDLE_CONTEXT, signal: AbortSignal.abort() }
  const flat = gridOf([8, 8, 8])
  await expect(crop(emptyMask(flat), CROP.defaults, ctx)).rejects.toMatchObject({ name: 'AbortError' })
})

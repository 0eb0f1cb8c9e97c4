import { expect, test } from 'vitest'
import { countVoxels, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { hollowMask } from '../../../src/segment/hollow-mask.ts'
import { combine } from '../../../src/segment/logic.ts'
import { gridOf, maskOf } from '../../support/phantoms.ts'

const grid = gridOf([30, 30, 20], [1, 1, 2])
const within = (n: number, low: number, high: number) => n >= low && n <= high
const block = maskOf(grid, (i, j, k) => within(i, 8, 21) && within(j, 8, 21) && within(k, 5, 14))

/** 2 mm are two voxels along x and one slice; half of them reach no other slice. */
test.each([
  ['inside', [8, 9], [5]],
  ['outside', [6, 7], [4]],
  ['both', [7, 8], []],
] as const)('a wall of 2 mm %s lies where it should, along both spacings', async (side, columns, slices) => {
  const wall = await hollowMask(block, { thicknessMm: 2, side }, IDLE_CONTEXT)
  const below = (end: number, at: (n: number) => boolean) => Array.from({ length: end }, (_, n) => n).filter(at)
  expect(below(15, (i) => hasVoxel(wall, i, 15, 10))).toEqual(columns)
  expect(below(10, (k) => hasVoxel(wall, 15, 15, k))).toEqual(slices)
})

test('the walls inside and outside together are the shrunk and the grown mask apart', async () => {
  const inside = await hollowMask(block, { thicknessMm: 3, side: 'inside' }, IDLE_CONTEXT)
  const outside = await hollowMask(block, { thicknessMm: 3, side: 'outside' }, IDLE_CONTEXT)
  const both = await hollowMask(block, { thicknessMm: 6, side: 'both' }, IDLE_CONTEXT)
  expect(countVoxels(combine(inside, outside, 'intersect'))).toBe(0)
  expect(combine(inside, outside, 'union')).toEqual(both)
})

test('a part that the border of the scan cuts is open there', async () => {
  const cut = maskOf(grid, (i, j) => within(i, 8, 21) && within(j, 8, 21))
  const wall = await hollowMask(cut, { thicknessMm: 2, side: 'inside' }, IDLE_CONTEXT)
  expect([hasVoxel(wall, 15, 15, 0), hasVoxel(wall, 8, 15, 0)]).toEqual([false, true])
})

test('a wall that leaves nothing hollow, and one of no thickness, are refused by name', async () => {
  const run = (thicknessMm: number) => hollowMask(block, { thicknessMm, side: 'inside' }, IDLE_CONTEXT)
  await expect(run(20)).rejects.toMatchObject({
    code: 'segment/empty',
    message: expect.stringContaining('thinner wall'),
  })
  for (const bad of [0, -1, Number.NaN]) await expect(run(bad)).rejects.toMatchObject({ code: 'app/bad-parameter' })
})

import { expect, test } from 'vitest'
import { ijkToLps, orientationLetters } from '../../../src/core/affine.ts'
import type { Grid, Vec3 } from '../../../src/core/types.ts'
import type { ModelCard } from '../../../src/infer/card.ts'
import { conformedGrid } from '../../../src/infer/conformed-grid.ts'
import { planRun } from '../../../src/infer/plan.ts'
import { networkCard } from '../../support/network-cards.ts'
import { gridOf } from '../../support/phantoms.ts'

const MIB = 2 ** 20
const LIA = { direction: [1, 0, 0, 0, 0, -1, 0, -1, 0] } as const

function cardWith(input: Partial<ModelCard['input']>, tiling: Partial<ModelCard['tiling']> = {}): ModelCard {
  const card = networkCard()
  return { ...card, input: { ...card.input, ...input }, tiling: { ...card.tiling, ...tiling } }
}

const middle = (grid: Grid) => ijkToLps(grid, grid.size.map((n) => (n - 1) / 2) as unknown as Vec3)

test('a scan that has the grid of the card keeps it to the bit', () => {
  const scan = gridOf([256, 256, 256], [1, 1, 1], { origin: [-127.6, -134.48, 133.48], ...LIA })
  expect(conformedGrid(scan, cardWith({ orientation: 'LIA', sizeVoxels: 256 }).input, 16)).toEqual(scan)
})
test('spacings that differ by the rounding of a header are the same', () => {
  const scan = gridOf([200, 200, 180], [1, 1.00002, 1])
  expect(conformedGrid(scan, cardWith({}).input, 1)).toEqual(scan)
})
test('axes point where the card says, and voxels of the card’s spacing stay on voxels', () => {
  const scan = gridOf([20, 31, 40], [1, 1, 1], { origin: [3, 4, 5], direction: [-1, 0, 0, 0, 0, 1, 0, 1, 0] })
  const grid = conformedGrid(scan, cardWith({ orientation: 'LIA', sizeVoxels: 32 }).input, 16)
  expect(orientationLetters(grid.direction)).toBe('LIA')
  expect(grid.size).toEqual([32, 32, 32])
  for (const [axis, at] of grid.origin.entries()) expect((at - (scan.origin[axis] ?? 0)) % 1).toBeCloseTo(0, 12)
  const apart = Math.hypot(...middle(grid).map((at, axis) => at - (middle(scan)[axis] ?? 0)))
  expect(apart).toBeLessThan(1)
})
test('as many voxels as the scan fills, rounded up', () => {
  expect(conformedGrid(gridOf([100, 120, 50], [0.5, 0.5, 3]), cardWith({}).input, 16).size).toEqual([64, 64, 160])
})
test('tiles cover everything, overlap as asked and stay inside', () => {
  const plan = planRun(gridOf([50, 16, 37]), cardWith({}))
  expect(plan.tile).toEqual([16, 16, 15])
  expect(plan.starts).toEqual([[0, 11, 23, 34], [0], [0, 11, 22]])
  expect(plan.tiles).toBe(12)
  expect(plan.members).toBe(1)
})
test('no tile size: everything at once', () => {
  expect(planRun(gridOf([50, 16, 37]), cardWith({}, { tileVoxels: null }))).toMatchObject({
    tile: [50, 16, 37],
    tiles: 1,
  })
})
test('a limit makes tiles smaller, and the plan stays under it', () => {
  const card = cardWith({}, { tileVoxels: [128, 128, 128], overlapVoxels: 16, bytesPerVoxel: 200, multipleOf: 16 })
  const grid = gridOf([256, 256, 200])
  const free = planRun(grid, card)
  const tight = planRun(grid, card, 300 * MIB)
  // Three tiles of 96 cover 256 with the overlap asked for; three of 128 would run a third more.
  expect(free.tile).toEqual([96, 96, 112])
  expect(tight.peakBytes).toBeLessThanOrEqual(300 * MIB)
  expect(tight.peakBytes).toBeLessThan(free.peakBytes)
  expect(tight.tile.every((n) => n % 16 === 0 && n >= 32)).toBe(true)
})
test('a head that is too large for one tile is cut once, along one axis', () => {
  const tiling = { tileVoxels: [256, 256, 256], overlapVoxels: 32, bytesPerVoxel: 180, multipleOf: 8 } as const
  const plan = planRun(gridOf([176, 240, 176]), cardWith({}, tiling))
  expect(plan.tiles).toBe(2)
  expect(plan.tile).toEqual([176, 136, 176])
})
test('what does not fit says how much it would need', () => {
  const grid = gridOf([256, 256, 256])
  const whole = cardWith({}, { tileVoxels: null, bytesPerVoxel: 200 })
  expect(() => planRun(grid, whole)).toThrow(expect.objectContaining({ code: 'infer/too-large' }))
  expect(() => planRun(grid, cardWith({}, { overlapVoxels: 2 }), 100 * MIB)).toThrow(/\d+ MiB.*limit is 100 MiB/)
})
test('the part of a scan never needs more than the whole', () => {
  const card = cardWith({}, { tileVoxels: [96, 96, 96], overlapVoxels: 16, bytesPerVoxel: 200 })
  const whole = planRun(gridOf([256, 256, 256]), card)
  const part = planRun(gridOf([190, 230, 210]), card)
  expect(part.peakBytes).toBeLessThan(whole.peakBytes)
})

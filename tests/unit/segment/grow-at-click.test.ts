import { expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import { countVoxels, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid, Vec3, Volume } from '../../../src/core/types.ts'
import { GROW_AT_CLICK, type GrowAtClickParams, growAtClick } from '../../../src/segment/grow-at-click.ts'
import { REGION_GROW, regionGrow } from '../../../src/segment/region-grow.ts'
import { maskText } from '../../support/masks.ts'
import { gridOf, maskOf, volumeOf } from '../../support/phantoms.ts'

const grow = (volume: Volume, params: Partial<GrowAtClickParams>) =>
  growAtClick(volume, { ...GROW_AT_CLICK.defaults, ...params }, IDLE_CONTEXT)

const oblique: Grid = {
  size: [40, 12, 9],
  spacing: [0.5, 1, 2],
  origin: [10, -20, 30],
  direction: [0, -1, 0, 0.6, 0, -0.8, 0.8, 0, 0.6],
}

test('between limits it is region growing from that point', () => {
  const volume = volumeOf(oblique, (i) => (i % 8 < 3 ? 500 : 0))
  const seedLps = ijkToLps(oblique, [17, 3, 2])
  const grown = grow(volume, { seedLps })
  expect(maskText(grown)).toBe(maskText(maskOf(oblique, (i) => i >= 16 && i < 19)))
  expect(grown).toEqual(regionGrow(volume, { ...REGION_GROW.defaults, seedsLps: [seedLps] }, IDLE_CONTEXT))
})

test('a tolerance is around the mean of the voxels about the point, in real units', () => {
  const scale = { slope: 2, intercept: -1000 }
  // Steps of 4 HU along x.
  const volume = volumeOf(gridOf([40, 5, 5]), (i) => 600 + 2 * i, scale)
  const grown = grow(volume, { seedLps: [10, 2, 2], toleranceHu: 8 })
  expect(maskText(grown)).toBe(maskText(maskOf(volume.grid, (i) => i >= 8 && i <= 12)))
})

test('at the border of the scan the mean is of the voxels that are there', () => {
  const volume = volumeOf(gridOf([9, 9, 9]), (i) => (i < 4 ? 100 : 900))
  expect(countVoxels(grow(volume, { seedLps: [0, 0, 8], toleranceHu: 1 }))).toBe(4 * 81)
})

test('a distance is an exact ball in mm, and what is joined only beyond it is not reached', () => {
  const volume = volumeOf(oblique, () => 300)
  const at: Vec3 = [20, 6, 4]
  const ball = grow(volume, { seedLps: ijkToLps(oblique, at), maxDistanceMm: 3 })
  const near = (i: number, j: number, k: number) => Math.hypot((i - 20) * 0.5, j - 6, (k - 4) * 2) <= 3
  expect(maskText(ball)).toBe(maskText(maskOf(oblique, near)))
  // A U: its other leg is near, but joined only over the far end.
  const u = volumeOf(gridOf([20, 9, 3]), (i, j) => (j === 2 || j === 5 || (i === 19 && j > 2 && j < 5) ? 300 : 0))
  const leg = grow(u, { seedLps: [2, 2, 1], maxDistanceMm: 6 })
  expect(hasVoxel(leg, 2, 5, 1)).toBe(false)
  expect(hasVoxel(leg, 8, 2, 1)).toBe(true)
  expect(hasVoxel(grow(u, { seedLps: [2, 2, 1] }), 2, 5, 1)).toBe(true)
})

const edge = volumeOf(gridOf([8, 8, 8]), (i) => (i < 4 ? 0 : 300))

test.each([
  ['no point', {}, 'segment/bad-seed', /Click on the tissue/],
  ['no number', { seedLps: [0, Number.NaN, 0] }, 'segment/bad-seed', /Click on the tissue/],
  ['outside the scan', { seedLps: [-1, 0, 0] }, 'segment/bad-seed', /outside the scan/],
  ['outside the limits', { seedLps: [1, 1, 1] }, 'segment/bad-seed', /not between the limits/],
  ['on an edge', { seedLps: [4, 4, 4], toleranceHu: 50 }, 'segment/bad-seed', /on an edge/],
  ['limits out of order', { seedLps: [5, 1, 1], lowHu: 400, highHu: 300 }, 'app/bad-parameter', /Swap/],
  ['a tolerance below 0', { seedLps: [5, 1, 1], toleranceHu: -1 }, 'app/bad-parameter', /tolerance/],
  ['no distance', { seedLps: [5, 1, 1], maxDistanceMm: 0 }, 'app/bad-parameter', /distance/],
  ['other neighbours', { seedLps: [5, 1, 1], neighbours: 4 as 6 }, 'app/bad-parameter', /neighbours/],
] as const)('%s: refused', (_, params, code, message) => {
  expect(() => grow(edge, params)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
})

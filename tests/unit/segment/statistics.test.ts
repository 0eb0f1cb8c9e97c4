import { expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import { emptyMask, hasVoxel } from '../../../src/core/mask.ts'
import type { Grid, Volume } from '../../../src/core/types.ts'
import { maskMl, maskStatistics } from '../../../src/segment/statistics.ts'
import { eachVoxel } from '../../support/masks.ts'
import { gridOf, maskOf, randomMask } from '../../support/phantoms.ts'

const grid: Grid = {
  size: [40, 6, 5],
  spacing: [0.5, 1, 2],
  origin: [10, -20, 30],
  direction: [0, -1, 0, 0.6, 0, -0.8, 0.8, 0, 0.6],
}
const volume: Volume = {
  grid,
  data: Int16Array.from({ length: 1200 }, (_, n) => ((n * 37) % 4001) - 2000),
  slope: 0.5,
  intercept: -10,
  modality: 'CT',
  unit: 'HU',
}

test('counts, volume, bounds and mean equal sums over the voxels, on an oblique grid', () => {
  const mask = { grid, words: randomMask(gridOf(grid.size), 3, 0.03).words }
  let sum = 0
  let voxels = 0
  const min = [Infinity, Infinity, Infinity]
  const max = [-Infinity, -Infinity, -Infinity]
  eachVoxel(grid, (i, j, k) => {
    if (!hasVoxel(mask, i, j, k)) return
    voxels++
    sum += 0.5 * (volume.data[i + 40 * (j + 6 * k)] ?? 0) - 10
    for (const corner of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const half = (bit: number) => ((corner >> bit) & 1) - 0.5
      for (const [axis, v] of ijkToLps(grid, [i + half(0), j + half(1), k + half(2)]).entries()) {
        min[axis] = Math.min(min[axis] ?? 0, v)
        max[axis] = Math.max(max[axis] ?? 0, v)
      }
    }
  })
  const found = maskStatistics(mask, volume)
  expect(found.voxels).toBe(voxels)
  expect(found.volumeMm3).toBeCloseTo(voxels, 9)
  expect(found.mean).toBeCloseTo(sum / voxels, 9)
  for (const axis of [0, 1, 2] as const) {
    expect(found.boundsLps?.min[axis]).toBeCloseTo(min[axis] ?? 0, 9)
    expect(found.boundsLps?.max[axis]).toBeCloseTo(max[axis] ?? 0, 9)
  }
})

test('one voxel is as large as a voxel', () => {
  const one = maskOf(gridOf([33, 3, 3], [0.5, 1, 2]), (i, j, k) => i === 32 && j === 1 && k === 1)
  expect(maskStatistics(one, null)).toEqual({
    voxels: 1,
    volumeMm3: 1,
    boundsLps: { min: [15.75, 0.5, 1], max: [16.25, 1.5, 3] },
    mean: null,
  })
})

test('an empty mask has no bounds and no mean; another scan is refused', () => {
  expect(maskStatistics(emptyMask(grid), volume)).toEqual({ voxels: 0, volumeMm3: 0, boundsLps: null, mean: null })
  expect(() => maskStatistics(emptyMask(gridOf(grid.size)), volume)).toThrow(
    expect.objectContaining({ code: 'segment/grid-mismatch' }),
  )
})

test('the volume in ml is that of the whole voxels', () => {
  expect(maskMl(maskOf(gridOf([40, 9, 7], [0.5, 1, 2]), (i) => i < 20))).toBeCloseTo((20 * 9 * 7) / 1000, 12)
  expect(maskMl(emptyMask(grid))).toBe(0)
})

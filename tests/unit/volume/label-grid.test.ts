import { expect, test } from 'vitest'
import { ijkToLps } from '../../../src/core/affine.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Grid } from '../../../src/core/types.ts'
import { labelFit } from '../../../src/volume/label-grid.ts'
import { resampleLabels } from '../../../src/volume/resample-nearest.ts'
import { targetGrid } from '../../../src/volume/target-grid.ts'
import { gridOf, randomLabels } from '../../support/phantoms.ts'

const SCAN = gridOf([20, 15, 10], [0.7, 0.8, 1.25], {
  origin: [-120.5, 33.25, 801],
  direction: [0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, 1],
})
const moved = (voxels: number): Grid => ({ ...SCAN, origin: ijkToLps(SCAN, [voxels, 0, 0]) })
const turned = (orientation: string): Grid => targetGrid(SCAN, { spacingMm: null, size: null, orientation })
const float32 = (grid: Grid): Grid => ({
  ...grid,
  spacing: grid.spacing.map(Math.fround) as unknown as Grid['spacing'],
  origin: grid.origin.map(Math.fround) as unknown as Grid['origin'],
  direction: grid.direction.map(Math.fround) as unknown as Grid['direction'],
})

test.each([
  ['the scan itself', SCAN, 'same'],
  ['as a header rounds it', float32(SCAN), 'same'],
  ['a hundredth of a voxel off', moved(0.01), 'same'],
  ['a twentieth of a voxel off', moved(0.05), 'resampled'],
  ['a voxel off', moved(1), 'resampled'],
  ['axes turned round', turned('RAS'), 'turned'],
  ['axes swapped', turned('SLP'), 'turned'],
  ['turned, and rounded', float32(turned('RPI')), 'turned'],
  ['a slice less', { ...SCAN, size: [20, 15, 9] }, 'resampled'],
  ['half the resolution', targetGrid(SCAN, { spacingMm: null, size: [10, 15, 10], orientation: null }), 'resampled'],
  ['twice as fine, on every other voxel', { ...SCAN, spacing: [0.35, 0.8, 1.25] }, 'resampled'],
  ['another direction', { ...SCAN, direction: gridOf([1, 1, 1]).direction }, 'resampled'],
] as const)('labels on %s: %s', (_, own, expected) => {
  expect(labelFit(own as Grid, SCAN)).toBe(expected)
})

test('turned labels come over without any loss', async () => {
  for (const orientation of ['RAS', 'SLP', 'PIR']) {
    const own = randomLabels(turned(orientation), 5, 3)
    const over = await resampleLabels(own, SCAN, IDLE_CONTEXT)
    const back = await resampleLabels(over, own.grid, IDLE_CONTEXT)
    expect(back.labels).toEqual(own.labels)
  }
})

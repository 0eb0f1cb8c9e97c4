import { ijkToLps, sameGrid, voxelMm3 } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { wordsPerRow } from '../core/mask.ts'
import type { Bounds } from '../core/mesh.ts'
import type { Mask, Volume } from '../core/types.ts'

export interface MaskStatistics {
  readonly voxels: number
  readonly volumeMm3: number
  /** Around whole voxels (not their centres), LPS mm; null when the mask is empty. */
  readonly boundsLps: Bounds | null
  /** Mean real value of the set voxels; null when the mask is empty or no volume is given. */
  readonly mean: number | null
}

/** Size, place and mean value of the set voxels. Throws segment/grid-mismatch when the volume is another scan. */
export function maskStatistics(mask: Mask, volume: Volume | null): MaskStatistics {
  if (volume && !sameGrid(mask.grid, volume.grid)) {
    throw new PipelineError('segment/grid-mismatch', 'This mask belongs to another scan and cannot be measured on it.')
  }
  const { size } = mask.grid
  const perRow = wordsPerRow(mask.grid)
  const box = growingBounds()
  let voxels = 0
  let sum = 0
  for (let row = 0, at = 0; row < size[1] * size[2]; row++) {
    let first = -1
    let last = -1
    for (let w = 0; w < perRow; w++, at++) {
      let bits = mask.words[at] as number
      while (bits !== 0) {
        last = w * 32 + 31 - Math.clz32(bits & -bits)
        if (first < 0) first = last
        bits &= bits - 1
        voxels++
        if (volume) sum += volume.data[row * size[0] + last] as number
      }
    }
    if (first >= 0) addRow(box, mask, first, last, row % size[1], Math.floor(row / size[1]))
  }
  return {
    voxels,
    volumeMm3: voxels * voxelMm3(mask.grid),
    boundsLps: voxels > 0 ? box : null,
    mean: volume && voxels > 0 ? (volume.slope * sum) / voxels + volume.intercept : null,
  }
}

interface GrowingBounds {
  min: [number, number, number]
  max: [number, number, number]
}

const growingBounds = (): GrowingBounds => ({
  min: [Infinity, Infinity, Infinity],
  max: [-Infinity, -Infinity, -Infinity],
})

/** Row by row, because the box of a box is too large when the scan lies oblique. */
function addRow(box: GrowingBounds, mask: Mask, first: number, last: number, j: number, k: number): void {
  for (const i of [first - 0.5, last + 0.5]) {
    for (const y of [j - 0.5, j + 0.5]) {
      for (const z of [k - 0.5, k + 0.5]) {
        const corner = ijkToLps(mask.grid, [i, y, z])
        for (let axis = 0 as 0 | 1 | 2; axis < 3; axis++) {
          box.min[axis] = Math.min(box.min[axis], corner[axis])
          box.max[axis] = Math.max(box.max[axis], corner[axis])
        }
      }
    }
  }
}

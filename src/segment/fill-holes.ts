import { voxelMm3 } from '../core/affine.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Grid, Mask } from '../core/types.ts'
import { components, type Labelling, type Neighbours, paintComponents } from './components.ts'
import { complement } from './logic.ts'

export interface FillHolesParams {
  /** 'volume': cavities closed on all sides. 'slices': rings closed within an axial slice. */
  readonly mode: 'volume' | 'slices'
  /** Fill only holes of this volume or less (in 'slices', of one slice); null: all. */
  readonly maxMm3: number | null
}

export const FILL_HOLES = {
  name: 'fill-holes',
  version: 1,
  defaults: { mode: 'volume', maxMm3: null },
} as const satisfies StageSpec<FillHolesParams>

/**
 * Sets the background components that do not touch the border of the volume (or of their slice). Background is joined
 * by faces (6, in a slice 4 neighbours), so a wall that closes only over voxel edges still holds.
 * Moves 3/4 byte a voxel. Memory: two masks plus 8 bytes a run of background.
 */
export function fillHoles(mask: Mask, params: FillHolesParams, ctx: Context): Mask {
  return filledFrom(components(complement(mask), outsideNeighbours(params), ctx), mask, params)
}

/** How background is joined. */
export const outsideNeighbours = (params: FillHolesParams): Neighbours => (params.mode === 'slices' ? 4 : 6)

/** As fillHoles, from the components of the complement, whoever made them. */
export function filledFrom(outside: Labelling, mask: Mask, params: FillHolesParams): Mask {
  const filled = { grid: mask.grid, words: mask.words.slice() }
  paintComponents(outside, holes(outside, params.mode === 'slices', params.maxMm3), filled.words)
  return filled
}

function holes(outside: Labelling, flat: boolean, maxMm3: number | null): Uint8Array {
  const chosen = new Uint8Array(outside.count)
  const limit = maxMm3 === null ? Infinity : maxMm3 / voxelMm3(outside.grid)
  for (let n = 0; n < outside.count; n++) {
    if ((outside.voxels[n] as number) <= limit && !touchesBorder(outside, n, flat)) chosen[n] = 1
  }
  return chosen
}

function touchesBorder({ boxes, grid }: { boxes: Uint16Array; grid: Grid }, n: number, flat: boolean): boolean {
  const axes = flat ? 2 : 3
  for (let axis = 0; axis < axes; axis++) {
    if (boxes[n * 6 + axis] === 0 || boxes[n * 6 + 3 + axis] === (grid.size[axis] as number) - 1) return true
  }
  return false
}

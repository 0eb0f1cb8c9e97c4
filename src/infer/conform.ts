import { sameGrid } from '../core/affine.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Volume } from '../core/types.ts'
import { resampleTo } from '../volume/resample.ts'
import type { ModelCard } from './card.ts'
import { headGrid } from './head-box.ts'
import { planRun, type TilePlan } from './plan.ts'

/**
 * How a network will go over this scan: as planRun() says of its grid, or of the part that holds the head when the card asks for as
 * many voxels as the scan fills. Errors as planRun().
 */
export function planScan(volume: Volume, card: ModelCard, limitBytes: number): TilePlan {
  return planRun(card.input.sizeVoxels === null ? headGrid(volume) : volume.grid, card, limitBytes)
}

/**
 * A scan on the conformed grid, as resampleTo() makes it, linear; outside the scan its lowest value. The scan itself when it lies
 * there already. Memory: 2 bytes a voxel of the result. Errors: app/bad-parameter, volume/too-large.
 */
export async function conform(volume: Volume, grid: Grid, ctx: Context): Promise<Volume> {
  return sameGrid(volume.grid, grid) ? volume : resampleTo(volume, grid, { method: 'linear', fillValue: null }, ctx)
}

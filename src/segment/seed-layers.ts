import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mask, Volume } from '../core/types.ts'
import { type Grown, growFromSeeds } from './grow-from-seeds.ts'
import type { GrowInput, GrowParams, GrowState } from './grow-state.ts'
import { type LabelLayer, labelsToMask, masksToLabels } from './labels.ts'
import { combine } from './logic.ts'

/** Painted labels that compete for a scan. */
export interface SeedLayers {
  /** In the order of the list: where two are painted on one voxel, the later one has it. */
  readonly layers: readonly LabelLayer[]
  /** Voxels that may be given to a label; null: all. */
  readonly allowed: Mask | null
}

export interface GrownLayers {
  /** What each label holds now, in the order of `layers`. */
  readonly masks: readonly Mask[]
  /** See growFromSeeds(). */
  readonly state: GrowState
}

/** growFromSeeds(), or its twin. */
type Grow = (input: GrowInput, params: GrowParams, ctx: Context, last: GrowState | null) => Promise<Grown>

/**
 * Painted labels grown until they meet, see growFromSeeds(). What is painted where nothing may change stays as it is.
 * Errors: segment/bad-seed with fewer than two painted labels; as growFromSeeds(). Memory: as growFromSeeds(), one byte a
 * voxel more and a mask a label.
 */
export async function growLayers(
  volume: Volume,
  { layers, allowed }: SeedLayers,
  params: GrowParams,
  ctx: Context,
  last: GrowState | null = null,
  grow: Grow = growFromSeeds,
): Promise<GrownLayers> {
  requireSeeds(layers)
  const seeds = masksToLabels(volume.grid, layers, subContext(ctx, 0, 0.05))
  const { labels, state } = await grow({ volume, seeds, allowed }, params, subContext(ctx, 0.05, 0.95), last)
  const masks = layers.map(({ label, mask }) => {
    const grown = labelsToMask(labels, [label], subContext(ctx, 0.95, 1))
    return allowed ? combine(grown, combine(mask, allowed, 'subtract'), 'union') : grown
  })
  return { masks, state }
}

function requireSeeds(layers: readonly LabelLayer[]): void {
  const painted = layers.filter(({ mask }) => mask.words.some((word) => word !== 0))
  if (painted.length >= 2) return
  const sentence = 'Two labels must be painted, one of them the background. Paint a little in each.'
  throw new PipelineError('segment/bad-seed', sentence, { painted: painted.length })
}

import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask, Volume } from '../core/types.ts'
import { components } from './components.ts'
import { ISLAND_NEIGHBOURS } from './islands.ts'
import { combine } from './logic.ts'
import { grow } from './margin.ts'
import { piecesWith } from './pieces-with.ts'
import { requireItsScan } from './statistics.ts'
import { threshold } from './threshold.ts'

export interface GrowFromCoreParams {
  /** Tissue that is taken in, both limits included. */
  readonly lowHu: number
  readonly highHu: number
  /** No farther than this from what is marked. */
  readonly reachMm: number
}

export const GROW_FROM_CORE = {
  name: 'grow-from-core',
  version: 1,
  defaults: { lowHu: 120, highHu: 32767, reachMm: 6 },
} as const satisfies StageSpec<GrowFromCoreParams>

/**
 * Region growing whose seeds are what is marked already: tissue between the limits that is joined to it and lies within reach.
 * Two limits find more than one (hysteresis, Canny 1986): the high one says where bone is, the low one how far it goes, and the
 * reach keeps organs of the same density out. The result holds the seeds. Throws app/bad-parameter, segment/grid-mismatch.
 * No kernel of its own: threshold, margin, logic and components, which it is made of, have theirs. Memory: five masks.
 */
export async function growFromCore(
  { mask, volume }: { readonly mask: Mask; readonly volume: Volume },
  { lowHu, highHu, reachMm }: GrowFromCoreParams,
  ctx: Context,
): Promise<Mask> {
  requireItsScan(mask, volume)
  if (!(reachMm >= 0 && Number.isFinite(reachMm))) {
    throw new PipelineError('app/bad-parameter', 'The reach is a number of mm, 0 or more.', { reachMm })
  }
  const soft = threshold(volume, { lowHu, highHu }, subContext(ctx, 0, 0.1))
  const near = await grow(mask, reachMm, subContext(ctx, 0.1, 0.8))
  const within = combine(combine(soft, near, 'intersect'), mask, 'union')
  return piecesWith(components(within, ISLAND_NEIGHBOURS, subContext(ctx, 0.8, 1)), mask)
}

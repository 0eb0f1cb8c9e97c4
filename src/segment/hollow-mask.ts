import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask } from '../core/types.ts'
import { combine } from './logic.ts'
import { margin } from './margin.ts'

export interface HollowMaskParams {
  readonly thicknessMm: number
  /** Where the wall lies: within the mask, around it, or half on either side of its edge. */
  readonly side: 'inside' | 'outside' | 'both'
}

export const HOLLOW_MASK = {
  name: 'hollow-mask',
  version: 1,
  defaults: { thicknessMm: 2, side: 'inside' },
} as const satisfies StageSpec<HollowMaskParams>

/**
 * A wall of this thickness in place of a solid: what a margin outwards adds to what a margin inwards leaves. Outside the
 * volume is nothing, as for margin(): a part that the border of the scan cuts is open there. Whole voxels: the wall is
 * right to a voxel (hollowMesh() makes one of a surface, to less).
 * Errors: app/bad-parameter; segment/empty when no part is thicker than the wall, so that nothing would be hollow.
 * Memory: four masks.
 */
export function hollowMask(mask: Mask, params: HollowMaskParams, ctx: Context): Promise<Mask> {
  return hollowMaskBy(mask, params, ctx, (step, distanceMm, part) => margin(step, { distanceMm }, part))
}

/** As hollowMask, with either twin of margin. */
export async function hollowMaskBy(
  mask: Mask,
  params: HollowMaskParams,
  ctx: Context,
  move: (mask: Mask, distanceMm: number, ctx: Context) => Promise<Mask>,
): Promise<Mask> {
  const { thicknessMm, side } = params
  if (!(Number.isFinite(thicknessMm) && thicknessMm > 0)) {
    throw new PipelineError('app/bad-parameter', 'The wall must be a number of mm above 0.', { thicknessMm })
  }
  const part = side === 'both' ? thicknessMm / 2 : thicknessMm
  const outer = side === 'inside' ? mask : await move(mask, part, subContext(ctx, 0, 0.5))
  const inner = side === 'outside' ? mask : await cavity(() => move(mask, -part, subContext(ctx, 0.5, 1)), thicknessMm)
  ctx.progress(1)
  return combine(outer, inner, 'subtract')
}

async function cavity(shrink: () => Promise<Mask>, thicknessMm: number): Promise<Mask> {
  try {
    return await shrink()
  } catch (error) {
    if (!(error instanceof PipelineError && error.code === 'segment/empty')) throw error
    const sentence = 'No part is thicker than this wall, so nothing would be hollow. Choose a thinner wall.'
    throw new PipelineError('segment/empty', sentence, { thicknessMm })
  }
}

import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask } from '../core/types.ts'
import { margin } from './margin.ts'

/** 'open' takes away what is thinner than the ball, 'close' fills what is narrower. */
export type MorphologyOp = 'dilate' | 'erode' | 'open' | 'close'

export interface MorphologyParams {
  readonly op: MorphologyOp
  /** Radius of the ball; its diameter is the width of the bridge that opening cuts, or of the gap that closing fills. */
  readonly radiusMm: number
}

export const MORPHOLOGY = {
  name: 'morphology',
  version: 1,
  defaults: { op: 'open', radiusMm: 1 },
} as const satisfies StageSpec<MorphologyParams>

/**
 * Dilates, erodes, opens or closes by an exact ball in mm: an offset belongs to it when its centre lies within the radius,
 * whatever the spacing. Outside the volume is nothing: it does not grow in, and it does not eat away at a part cut by the
 * border of the scan. So dilation and erosion are adjoint within the volume, opening only takes and closing only adds,
 * and doing either twice changes nothing more (Serra 1982).
 * Throws segment/empty when erosion or opening leaves nothing. Memory: three masks, and see distance.ts for wide balls.
 */
export function morphology(mask: Mask, params: MorphologyParams, ctx: Context): Promise<Mask> {
  return morphologyBy(mask, params, ctx, (step, distanceMm, part) => margin(step, { distanceMm }, part))
}

/** Grows a mask by a distance in mm, or shrinks it. */
type Move = (mask: Mask, distanceMm: number, ctx: Context) => Promise<Mask>

/** As morphology, with either twin of margin. */
export async function morphologyBy(mask: Mask, params: MorphologyParams, ctx: Context, move: Move): Promise<Mask> {
  const { op, radiusMm } = params
  if (!(Number.isFinite(radiusMm) && radiusMm >= 0)) {
    throw new PipelineError('app/bad-parameter', 'The radius must be a number of mm, 0 or more.', { radiusMm })
  }
  if (op === 'dilate') return move(mask, radiusMm, ctx)
  if (op === 'erode') return move(mask, -radiusMm, ctx)
  const [first, second] = [subContext(ctx, 0, 0.5), subContext(ctx, 0.5, 1)]
  if (op === 'open') return move(await move(mask, -radiusMm, first), radiusMm, second)
  const grown = await move(mask, radiusMm, first)
  return grown.words.some((word) => word !== 0) ? move(grown, -radiusMm, second) : grown
}

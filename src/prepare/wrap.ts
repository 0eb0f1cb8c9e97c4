import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { closingFill } from './closing-fill.ts'
import { FIELD_DEFAULTS, type FieldParams } from './mesh-field.ts'
import { separatePieces, together } from './pieces.ts'
import { type LoadManifold, withSolids } from './solid.ts'

export interface WrapParams extends FieldParams {
  /** Gaps up to twice as wide are closed. */
  readonly radiusMm: number
  /** Whether cavities that are closed then are filled. */
  readonly fillCavities: boolean
}

export const WRAP = {
  name: 'wrap',
  version: 2,
  defaults: { radiusMm: 1, fillCavities: true, ...FIELD_DEFAULTS, accuracyMm: 0.05 },
} as const satisfies StageSpec<WrapParams>

const MOST_MM = 20

/**
 * Anatomy. Closes cracks and pores of fractured or spongy bone: what no ball of the radius can reach from beside the part is joined
 * to it (closing, Serra 1982). What is wider than twice the radius stays open. The surface stays where it was, bit for bit,
 * wherever nothing is added (how exact that is: closingFill()); pieces less than twice the radius apart may become one.
 * Errors: app/bad-parameter for a radius outside 0 to 20 mm; surface/too-large; prepare/failed for a mesh that is not closed.
 */
export async function wrap(mesh: Mesh, params: WrapParams, ctx: Context, load: LoadManifold): Promise<Mesh> {
  const { radiusMm, fillCavities } = params
  if (!(radiusMm > 0 && radiusMm <= MOST_MM)) {
    throw new PipelineError('app/bad-parameter', 'The radius must lie above 0 and at most at 20 mm.', { radiusMm })
  }
  const fill = await closingFill(mesh, radiusMm, params, subContext(ctx, 0, 0.9))
  const closed =
    fill === null ? mesh : await withSolids(load, ({ of, keep, mesh: meshOf }) => meshOf(keep(of(mesh).add(of(fill)))))
  ctx.progress(1)
  return fillCavities ? withoutCavities(closed) : closed
}

/** The same mesh when there are none. */
function withoutCavities(mesh: Mesh): Mesh {
  const pieces = separatePieces(mesh)
  const solid = pieces.filter(({ mm3 }) => mm3 > 0)
  return solid.length === pieces.length ? mesh : together(solid.map((piece) => piece.mesh))
}

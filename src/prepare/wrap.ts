import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { FIELD_DEFAULTS, type FieldParams, levelSurface } from './mesh-field.ts'
import { separatePieces, together } from './pieces.ts'

export interface WrapParams extends FieldParams {
  /** Gaps up to twice as wide are closed. */
  readonly radiusMm: number
  /** Whether cavities that are closed after growing are filled. */
  readonly fillCavities: boolean
}

export const WRAP = {
  name: 'wrap',
  version: 1,
  defaults: { radiusMm: 1, fillCavities: true, ...FIELD_DEFAULTS, accuracyMm: 0.05 },
} as const satisfies StageSpec<WrapParams>

const MOST_MM = 20

/**
 * Anatomy. Closes cracks and pores of fractured or spongy bone: grown by a radius and shrunk by it again (closing, Serra 1982), both
 * as levels of exact distances. What is wider than twice the radius stays open; flat and bulging places come back to within
 * twice the accuracy, sharp edges to within two steps. Pieces less than twice the radius apart become one.
 * Errors: app/bad-parameter for a radius outside 0 to 20 mm; surface/too-large.
 */
export async function wrap(mesh: Mesh, params: WrapParams, ctx: Context): Promise<Mesh> {
  const { radiusMm, fillCavities } = params
  if (!(radiusMm > 0 && radiusMm <= MOST_MM)) {
    throw new PipelineError('app/bad-parameter', 'The radius must lie above 0 and at most at 20 mm.', { radiusMm })
  }
  const grown = await levelSurface(mesh, -radiusMm, radiusMm, params, subContext(ctx, 0, 0.5))
  const solid = grown !== null && fillCavities ? withoutCavities(grown) : grown
  const closed = solid && (await levelSurface(solid, radiusMm, radiusMm, params, subContext(ctx, 0.5, 1)))
  // Grown and shrunk again a part is never smaller than it was, unless there was none.
  return closed ?? mesh
}

function withoutCavities(mesh: Mesh): Mesh {
  return together(
    separatePieces(mesh)
      .filter(({ mm3 }) => mm3 > 0)
      .map((piece) => piece.mesh),
  )
}

import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { splitSolid } from './cut.ts'
import { decimate } from './decimate.ts'
import { FIELD_DEFAULTS, type FieldParams, levelSurface } from './mesh-field.ts'
import { separatePieces, together, turnedRound } from './pieces.ts'
import type { Plane } from './plane.ts'
import { type LoadManifold, withSolids } from './solid.ts'

export interface HollowMeshParams extends FieldParams {
  readonly wallMm: number
  /** Takes off what lies before this plane, so that the cavity is open there; null leaves it closed. */
  readonly openAt: Plane | null
  /** Smaller cavities stay solid: they save nothing and could not be drained. */
  readonly leastCavityMm3: number
  /** The inner surface is made simpler within this, since a level of a field is dense; 0 leaves it as it is. */
  readonly innerErrorMm: number
}

export const HOLLOW_MESH = {
  name: 'hollow',
  version: 3,
  // Nobody sees the inner surface: 0.1 mm there has a quarter of the triangles of 0.02.
  defaults: { wallMm: 2, openAt: null, leastCavityMm3: 100, innerErrorMm: 0.1, ...FIELD_DEFAULTS, accuracyMm: 0.1 },
} as const satisfies StageSpec<HollowMeshParams>

/** Reached in one round on a femur of 57k triangles; a tenth took eleven, and none of them got there. */
const INNER_SHARE = 0.2

/**
 * Design. Hollows a part out: a second surface, facing inwards, where the distance to the outer one is the wall. It is a level of a
 * field of the mesh itself, made simpler within an error, so the two cannot meet where the wall is thicker than that; the
 * outer surface stays as it was, bit for bit, when closed. A closed cavity keeps powder or resin: see drain().
 * Errors: app/bad-parameter for a wall of no thickness, one that leaves nothing to hollow, a plane that opens no cavity;
 * surface/too-large; prepare/failed.
 */
export async function hollowMesh(
  mesh: Mesh,
  params: HollowMeshParams,
  ctx: Context,
  load: LoadManifold,
): Promise<Mesh> {
  const { wallMm, openAt } = params
  if (!(wallMm > 0 && Number.isFinite(wallMm))) {
    throw new PipelineError('app/bad-parameter', 'The wall must be a number of mm above 0.', { wallMm })
  }
  const inner = await innerSurface(mesh, params, subContext(ctx, 0, 0.9))
  const cavities = inner === null ? [] : separatePieces(inner).filter(({ mm3 }) => mm3 >= params.leastCavityMm3)
  if (cavities.length === 0) {
    throw new PipelineError(
      'app/bad-parameter',
      'The wall leaves nothing to hollow out. Make it thinner, or print it solid.',
      {
        wallMm,
      },
    )
  }
  const shell = together([mesh, ...cavities.map((cavity) => turnedRound(cavity.mesh))])
  const hollowed = openAt === null ? shell : await opened(shell, openAt, load)
  ctx.progress(1)
  return hollowed
}

async function innerSurface(mesh: Mesh, params: HollowMeshParams, ctx: Context): Promise<Mesh | null> {
  const { wallMm, innerErrorMm: maxErrorMm } = params
  const level = await levelSurface(mesh, wallMm, wallMm, params, subContext(ctx, 0, 0.7))
  return level && decimate(level, { maxErrorMm, targetRatio: INNER_SHARE }, subContext(ctx, 0.7, 1))
}

async function opened(shell: Mesh, plane: Plane, load: LoadManifold): Promise<Mesh> {
  const behind = await withSolids(load, (solids) => {
    const halves = splitSolid(solids.of(shell), plane, solids)
    return halves === null ? null : solids.mesh(halves[0])
  })
  if (behind !== null && cavityCount(behind) < cavityCount(shell)) return behind
  throw new PipelineError('app/bad-parameter', 'The plane opens no cavity. Move it so that it passes through one.')
}

/** Closed cavities of a part: pieces of its surface that face inwards. */
export const cavityCount = (mesh: Mesh): number => separatePieces(mesh).filter(({ mm3 }) => mm3 < 0).length

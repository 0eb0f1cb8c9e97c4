import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask, Mesh } from '../core/types.ts'
import { requireBand, signedDistance } from '../segment/signed-distance.ts'
import { isoSurface } from '../surface/field.ts'
import { marchingCubes, type SurfaceInput, type SurfaceParams } from '../surface/marching-cubes.ts'

export interface HollowParams extends SurfaceParams {
  readonly wallMm: number
}

export const HOLLOW = {
  name: 'hollow',
  version: 1,
  defaults: { wallMm: 2, lowHu: null, highHu: null },
} as const satisfies StageSpec<HollowParams>

/**
 * The surface of a mask with a second one inside it, facing inwards, where the signed distance is `wallMm`: a level set of a
 * field, so no boolean is needed. The outer surface is that of marchingCubes() with the same input, byte for byte, and
 * comes first in positions and indices.
 *
 * The surfaces never touch. Each voxel of the cavity lies more than a voxel's half diagonal below the surface, so its 26
 * neighbours are set: a cell that holds the inner surface has all 8 corners in the mask and holds no outer one.
 * Thinner walls than that are refused. The wall is measured from the voxels as cuboids; from surface to surface it errs by at
 * most one diagonal of a voxel (half for the cuboids' corners, and half the longest step between two samples of the
 * field), and by half a step more where a volume places the outer surface.
 * Closed: a drain hole is made elsewhere. Where the scan cuts the part, the cut face has a wall as well.
 *
 * Errors: app/bad-parameter for a wall thinner than the half diagonal; segment/empty when the wall leaves nothing to hollow;
 * those of marchingCubes. Memory: 2 bytes a voxel, two masks, the mesh twice.
 */
export function hollow(input: SurfaceInput, params: HollowParams, ctx: Context): Promise<Mesh> {
  return hollowBy(input, params, ctx, { surface: marchingCubes, surfaceAtDepth })
}

/** The two surfaces of a hollow part, by either twin. */
interface Surfaces<Input> {
  surface(input: Input, params: SurfaceParams, ctx: Context): Promise<Mesh>
  /** The surface where the signed distance is `depthMm`, facing outwards. Errors: surface/empty. */
  surfaceAtDepth(mask: Mask, depthMm: number, bandMm: number, ctx: Context): Promise<Mesh>
}

/** As hollow, with either twin of the surfaces. */
export async function hollowBy<Input extends SurfaceInput>(
  input: Input,
  params: HollowParams,
  ctx: Context,
  { surface, surfaceAtDepth }: Surfaces<Input>,
): Promise<Mesh> {
  const { wallMm } = params
  requireBand(wallMm)
  const { mask } = input
  const diagonalMm = Math.hypot(...mask.grid.spacing)
  if (wallMm < (diagonalMm / 2) * CLEAR_OF_DIAGONAL) {
    throw new PipelineError('app/bad-parameter', 'The wall is thinner than the scan can show. Make it thicker.', {
      wallMm,
      leastMm: (diagonalMm / 2) * CLEAR_OF_DIAGONAL,
    })
  }
  const outer = await surface(input, params, subContext(ctx, 0, 0.2))
  // One diagonal beyond the wall is enough to place the vertices.
  const bandMm = wallMm + diagonalMm
  const inner = await surfaceAtDepth(mask, wallMm, bandMm, subContext(ctx, 0.2, 0.9)).catch((error: unknown) => {
    throw isEmpty(error) ? nothingToHollow(wallMm) : error
  })
  const shell = joined(outer, inner)
  ctx.progress(1)
  return shell
}

/** Depths are stored in steps of 1/32000 of the band; this is far more than one. */
const CLEAR_OF_DIAGONAL = 1.001

async function surfaceAtDepth(mask: Mask, depthMm: number, bandMm: number, ctx: Context): Promise<Mesh> {
  const volume = await signedDistance(mask, { bandMm }, subContext(ctx, 0, 0.7))
  return isoSurface(volume, depthMm, subContext(ctx, 0.7, 1))
}

const isEmpty = (error: unknown) => error instanceof PipelineError && error.code === 'surface/empty'

const nothingToHollow = (wallMm: number) =>
  new PipelineError('segment/empty', 'The wall leaves nothing to hollow out. Make it thinner, or print it solid.', {
    wallMm,
  })

/** The outer surface and, turned round, the inner. */
function joined(outer: Mesh, inner: Mesh): Mesh {
  const positions = new Float32Array(outer.positions.length + inner.positions.length)
  positions.set(outer.positions)
  positions.set(inner.positions, outer.positions.length)
  const indices = new Uint32Array(outer.indices.length + inner.indices.length)
  indices.set(outer.indices)
  const first = outer.positions.length / 3
  for (let t = 0, at = outer.indices.length; t < inner.indices.length; t += 3, at += 3) {
    indices[at] = first + (inner.indices[t] as number)
    indices[at + 1] = first + (inner.indices[t + 2] as number)
    indices[at + 2] = first + (inner.indices[t + 1] as number)
  }
  return { positions, indices }
}

import type { Manifold } from 'manifold-3d'
import { PipelineError } from '../core/errors.ts'
import { pacer } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { dot, type Plane, unit } from './plane.ts'
import { type LoadManifold, type Solids, withSolids } from './solid.ts'

export interface CutParams {
  /** Each cuts all bodies that the planes before it left. */
  readonly planes: readonly Plane[]
}

export const CUT = { name: 'cut', version: 1, defaults: { planes: [] } } as const satisfies StageSpec<CutParams>

/**
 * Design. Cuts a part by planes into bodies with closed caps. Of every two bodies the one behind the plane comes first, the one
 * that the normal points into second; bodies that a plane misses stay as they are. Nothing is lost: the volumes add up to
 * that of the part. A body may hold several loose shells, see splitShells().
 * Errors: app/bad-parameter for no plane, one without a direction, and one that misses every body; prepare/failed.
 */
export async function cut(mesh: Mesh, params: CutParams, ctx: Context, load: LoadManifold): Promise<Mesh[]> {
  if (params.planes.length === 0) {
    throw new PipelineError('app/bad-parameter', 'There is no plane to cut by. Place one through the part.')
  }
  return withSolids(load, async (solids) => {
    const { breathe } = pacer(ctx)
    let bodies = [solids.of(mesh)]
    for (const [n, plane] of params.planes.entries()) {
      await breathe(n / params.planes.length)
      bodies = cutAll(bodies, plane, n, solids)
    }
    const meshes = bodies.map((body) => solids.mesh(body))
    ctx.progress(1)
    return meshes
  })
}

function cutAll(bodies: readonly Manifold[], plane: Plane, n: number, solids: Solids): Manifold[] {
  const cutBodies = bodies.flatMap((body) => splitSolid(body, plane, solids) ?? [body])
  if (cutBodies.length > bodies.length) return cutBodies
  throw new PipelineError('app/bad-parameter', 'A plane misses the part. Move it so that it passes through.', {
    plane: n + 1,
  })
}

/** The solid behind a plane and the one before it; null when there is nothing on one side. */
export function splitSolid(
  body: Manifold,
  plane: Plane,
  { keep }: Solids,
): [behind: Manifold, before: Manifold] | null {
  const normal = unit(plane.normalLps)
  const [before, behind] = body.splitByPlane([...normal], dot(normal, plane.pointLps))
  keep(before)
  keep(behind)
  return isNothing(before) || isNothing(behind) ? null : [behind, before]
}

/** A plane along a face leaves a film without volume on its other side. */
const isNothing = (solid: Manifold) => solid.volume() < 1e-4 * solid.surfaceArea() || solid.isEmpty()

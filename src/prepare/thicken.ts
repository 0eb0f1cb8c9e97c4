import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import { coatedSurface, FIELD_DEFAULTS, type FieldParams } from './mesh-field.ts'
import { vertexNormals } from './normals.ts'
import { cross, dot, plus } from './plane.ts'
import { type LoadManifold, withSolids } from './solid.ts'

export interface ThickenInput {
  readonly mesh: Mesh
  /** Wall thickness at each vertex in mm, as the check measures it. */
  readonly thicknessMm: Float32Array
}

export interface ThickenParams extends FieldParams {
  /** No wall stays thinner: the hard minimum of the process. */
  readonly wallMm: number
}

export const THICKEN = {
  name: 'thicken',
  version: 2,
  defaults: { wallMm: 0.8, ...FIELD_DEFAULTS },
} as const satisfies StageSpec<ThickenParams>

/**
 * Anatomy. Makes walls that are thinner than the process can hold as thick as that, half on either side, and nothing else: the
 * middle of the thin wall is given the thickness by a level of the distance to it, and
 * joined to the part. The surface stays where it was, bit for bit, wherever it is not covered. A thin wall also grows
 * beyond its rim, which becomes round, by up to half the wall. The same mesh when nothing is thin.
 * Errors: app/bad-parameter for another number of thicknesses than of vertices, or no wall; surface/too-large; prepare/failed.
 */
export async function thicken(
  { mesh, thicknessMm }: ThickenInput,
  params: ThickenParams,
  ctx: Context,
  load: LoadManifold,
): Promise<Mesh> {
  const { wallMm } = params
  if (thicknessMm.length !== mesh.positions.length / 3 || !(wallMm > 0)) {
    throw new PipelineError(
      'app/bad-parameter',
      'The thickness is not that of this part. Check the part again first.',
      {
        thicknesses: thicknessMm.length,
        vertices: mesh.positions.length / 3,
        wallMm,
      },
    )
  }
  // The level may lie inside of the true one by the accuracy.
  const radiusMm = wallMm / 2 + params.accuracyMm
  const sheet = middleOfThin(mesh, thicknessMm, wallMm)
  const coat = await coatedSurface(sheet, radiusMm, params, subContext(ctx, 0, 0.8))
  if (coat === null) return mesh
  const thick = await withSolids(load, ({ of, keep, mesh: meshOf }) => meshOf(keep(of(mesh).add(of(coat)))))
  ctx.progress(1)
  return thick
}

/**
 * Triangles whose corners are all thin, each set back to the middle of its wall: as measured, a corner is as thin as the
 * thinnest place around it, so every thin place lies in such a triangle. A triangle goes back along its own normal; at a rim,
 * where the surface bends away from it, its corner goes back along the normal of the vertex, which keeps the coat from growing
 * far beyond the rim. (Along that normal everywhere, walls came out 0.06 mm too thin where a plate stands on a block.)
 */
function middleOfThin({ positions, indices }: Mesh, thicknessMm: Float32Array, wallMm: number): Mesh {
  const normals = vertexNormals({ positions, indices })
  const set: number[] = []
  const at = (v: number, from: Float32Array): Vec3 => [from[3 * v] ?? 0, from[3 * v + 1] ?? 0, from[3 * v + 2] ?? 0]
  for (let t = 0; t < indices.length; t += 3) {
    const corners = [...indices.subarray(t, t + 3)]
    if (corners.some((v) => !((thicknessMm[v] as number) < wallMm))) continue
    const [a, b, c] = corners.map((v) => at(v, positions)) as [Vec3, Vec3, Vec3]
    const across = cross(plus(b, a, -1), plus(c, a, -1))
    const area = Math.sqrt(dot(across, across))
    if (area === 0) continue
    const middle = plus(plus(a, b), c)
    for (const v of corners) {
      const own = at(v, positions)
      const bent = at(v, normals)
      const isRim = dot(bent, plus(middle, own, -3)) < 0
      const depth = (thicknessMm[v] as number) / 2
      set.push(...(isRim ? plus(own, bent, -depth) : plus(own, across, -depth / area)))
    }
  }
  return { positions: Float32Array.from(set), indices: Uint32Array.from({ length: set.length / 3 }, (_, i) => i) }
}

import { PipelineError } from '../core/errors.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { type LoadManifold, withSolids } from './solid.ts'

export type CombineParams = Readonly<Record<string, never>>

export const COMBINE = { name: 'combine-bodies', version: 1, defaults: {} } as const satisfies StageSpec<CombineParams>

/**
 * Design. Several bodies as one: what overlaps is joined, what does not stays a shell of its own.
 * Errors: app/bad-parameter for fewer than two bodies; prepare/failed.
 */
export async function combine(
  meshes: readonly Mesh[],
  _params: CombineParams,
  ctx: Context,
  load: LoadManifold,
): Promise<Mesh> {
  ctx.signal.throwIfAborted()
  if (meshes.length < 2) {
    throw new PipelineError('app/bad-parameter', 'One body alone cannot be combined. Choose two or more.', {
      bodies: meshes.length,
    })
  }
  const whole = await withSolids(load, ({ lib, of, keep, mesh }) =>
    mesh(keep(lib.Manifold.union(meshes.map((body) => of(body))))),
  )
  ctx.progress(1)
  return whole
}

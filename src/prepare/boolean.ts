import { PipelineError } from '../core/errors.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { type LoadManifold, withSolids } from './solid.ts'

export interface BooleanInput {
  readonly mesh: Mesh
  /** A simple closed body: a block, a cylinder, another part. */
  readonly guide: Mesh
}

export interface BooleanParams {
  /** Joins the guide to the part, takes it away from the part, or keeps only what lies in both. */
  readonly operation: 'union' | 'subtract' | 'intersect'
}

export const BOOLEAN = {
  name: 'boolean',
  version: 1,
  defaults: { operation: 'subtract' },
} as const satisfies StageSpec<BooleanParams>

/** Design. A part and a guide body. Errors: app/bad-parameter when nothing is left; prepare/failed. */
export async function boolean(
  { mesh, guide }: BooleanInput,
  { operation }: BooleanParams,
  ctx: Context,
  load: LoadManifold,
): Promise<Mesh> {
  ctx.signal.throwIfAborted()
  const result = await withSolids(load, ({ of, keep, mesh: meshOf }) => {
    const [part, tool] = [of(mesh), of(guide)]
    if (operation === 'union') return meshOf(keep(part.add(tool)))
    return meshOf(keep(operation === 'subtract' ? part.subtract(tool) : part.intersect(tool)))
  })
  ctx.progress(1)
  if (result.indices.length > 0) return result
  throw new PipelineError(
    'app/bad-parameter',
    'Nothing of the part is left. Move the guide body, or choose another way.',
  )
}

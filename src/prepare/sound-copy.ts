import { PipelineError } from '../core/errors.ts'
import type { Mesh } from '../core/types.ts'
import { mend } from './mend.ts'

/** Manifold again where moving vertices let float32 places fall together. Errors: prepare/failed for an open surface. */
export function soundCopy(mesh: Mesh): Mesh {
  const mended = mend(mesh)
  if (mended !== null) return mended.mesh
  throw new PipelineError('prepare/failed', 'The part is not closed. Repair it first.', {
    triangles: mesh.indices.length / 3,
  })
}

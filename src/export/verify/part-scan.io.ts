import { PipelineError } from '../../core/errors.ts'
import type { Context } from '../../core/stage.ts'
import type { Mesh } from '../../core/types.ts'
import { readAnyPart } from './read-any.io.ts'

/** Triangles of a scan that are compared at most: it lies in memory beside the design and a tree over both. */
const MOST_TRIANGLES = 8_000_000

/** The surface in a file that a scan of the printed part was saved as. Errors: those of readAnyPart(), mesh/too-large. */
export async function partScan(file: Blob, name: string, ctx: Context): Promise<Mesh> {
  const { mesh } = await readAnyPart(file, name, ctx)
  const triangles = mesh.indices.length / 3
  if (triangles <= MOST_TRIANGLES) return mesh
  throw new PipelineError('mesh/too-large', 'The scan of the part has too many triangles. Simplify it first.', {
    triangles,
  })
}

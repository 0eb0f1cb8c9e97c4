import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { readStl } from '../export/stl-read.ts'

/** Triangles of a scan that are compared at most: 9 numbers each, and a tree over the design. */
const MOST_TRIANGLES = 8_000_000
const STL_TRIANGLE_BYTES = 50

/** The surface in a file, each triangle with corners of its own. Errors: those of readStl, import/too-large. */
export async function partScan(file: Blob, ctx: Context): Promise<Mesh> {
  if (file.size > MOST_TRIANGLES * STL_TRIANGLE_BYTES) {
    throw new PipelineError('import/too-large', 'The scan of the part has too many triangles. Simplify it first.')
  }
  const positions = new Float32Array(9 * Math.ceil(file.size / STL_TRIANGLE_BYTES))
  let length = 0
  const take = (corners: Float32Array) => {
    positions.set(corners, length)
    length += corners.length
  }
  await readStl(file, take, ctx)
  const kept = positions.slice(0, length)
  return { positions: kept, indices: Uint32Array.from({ length: length / 3 }, (_, n) => n) }
}

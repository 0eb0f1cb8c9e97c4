import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import { mismatch, type TakeCorners } from './file-parts.ts'
import { PREFIX_BYTES, prefix, TRIANGLE_BYTES } from './stl.ts'

/** Triangles read at once: 4 MB of the file. */
const TRIANGLES_AT_ONCE = 80_000

/**
 * Reads back a binary STL of this project, a piece at a time: working memory is 7 MB for a file of any size. Throws
 * 'export/mismatch' when the header is not the constant one, the length does not fit the count, a number is not finite or
 * attribute bytes are used: places where something else could be hidden.
 */
export async function readStl(file: Blob, take: TakeCorners, ctx: Context): Promise<void> {
  const triangles = await countOf(file)
  const pace = pacer(ctx)
  const corners = new Float32Array(9 * Math.min(triangles, TRIANGLES_AT_ONCE))
  for (let from = 0; from < triangles; from += TRIANGLES_AT_ONCE) {
    const count = Math.min(TRIANGLES_AT_ONCE, triangles - from)
    const at = PREFIX_BYTES + TRIANGLE_BYTES * from
    const records = new DataView(await file.slice(at, at + TRIANGLE_BYTES * count).arrayBuffer())
    readRecords(records, corners, from)
    take(corners.subarray(0, 9 * count))
    await pace.breathe((from + count) / triangles)
  }
}

async function countOf(file: Blob): Promise<number> {
  if (file.size < PREFIX_BYTES) throw mismatch('The STL file is cut off before its first triangle.')
  const found = new Uint8Array(await file.slice(0, PREFIX_BYTES).arrayBuffer())
  const triangles = new DataView(found.buffer).getUint32(PREFIX_BYTES - 4, true)
  if (prefix(triangles).some((byte, n) => found[n] !== byte)) throw mismatch('The STL header is not the constant one.')
  if (file.size !== PREFIX_BYTES + TRIANGLE_BYTES * triangles)
    throw mismatch('The STL file does not have the length its triangle count needs.', { triangles, bytes: file.size })
  return triangles
}

/** The corners of all triangles in `records`, the first of which is number `first` of the file. */
function readRecords(records: DataView, corners: Float32Array, first: number): void {
  for (let at = 0, to = 0; at < records.byteLength; at += TRIANGLE_BYTES) {
    let sum = records.getFloat32(at, true) + records.getFloat32(at + 4, true) + records.getFloat32(at + 8, true)
    for (let n = at + 12; n < at + 48; n += 4, to++) {
      const value = records.getFloat32(n, true)
      corners[to] = value
      sum += value
    }
    const triangle = first + at / TRIANGLE_BYTES
    if (!Number.isFinite(sum)) throw mismatch('The STL file holds a coordinate that is not a number.', { triangle })
    if (records.getUint16(at + 48, true) !== 0)
      throw mismatch('The STL file uses attribute bytes, which must be zero.', { triangle })
  }
}

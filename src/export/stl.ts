import type { Mesh } from '../core/types.ts'
import type { Released } from '../qa/gate.ts'
import type { FilePart } from './file-parts.ts'

const HEADER_BYTES = 80
/** The header and the triangle count. */
export const PREFIX_BYTES = HEADER_BYTES + 4
/** Normal, three corners, two attribute bytes. */
export const TRIANGLE_BYTES = 50
/** The same in every file: a free-text header is where names leak. Must not begin with "solid" (that means ASCII). */
const HEADER_TEXT = 'Proofprint binary STL, unit mm, LPS axes'

/** What a file of so many triangles begins with. */
export function prefix(triangles: number): Uint8Array {
  const bytes = new Uint8Array(PREFIX_BYTES)
  bytes.set(new TextEncoder().encode(HEADER_TEXT))
  new DataView(bytes.buffer).setUint32(HEADER_BYTES, triangles, true)
  return bytes
}

/** Triangles a part: 4 MB, so that a file of half a gigabyte never needs one array. */
const TRIANGLES_AT_ONCE = 80_000

/**
 * Binary STL: positions as they are (LPS mm), facet normals from the corners (0 0 0 for a triangle without area).
 * Comes in parts as it is written: working memory is one part of 4 MB for a mesh of any size.
 */
export function* writeStl(mesh: Released<Mesh>): Generator<FilePart> {
  const triangles = mesh.indices.length / 3
  yield { bytes: prefix(triangles), done: 0 }
  for (let from = 0; from < triangles; from += TRIANGLES_AT_ONCE) {
    const end = Math.min(triangles, from + TRIANGLES_AT_ONCE)
    yield { bytes: records(mesh, from, end), done: end / triangles }
  }
}

/** The triangles from .. end - 1 as they lie in the file. */
function records({ positions: p, indices }: Mesh, from: number, end: number): Uint8Array {
  const bytes = new Uint8Array(TRIANGLE_BYTES * (end - from))
  const view = new DataView(bytes.buffer)
  for (let t = from, at = 0; t < end; t++, at += TRIANGLE_BYTES) {
    const a = (indices[3 * t] as number) * 3
    const b = (indices[3 * t + 1] as number) * 3
    const c = (indices[3 * t + 2] as number) * 3
    const ax = p[a] as number
    const ay = p[a + 1] as number
    const az = p[a + 2] as number
    const bx = p[b] as number
    const by = p[b + 1] as number
    const bz = p[b + 2] as number
    const cx = p[c] as number
    const cy = p[c + 1] as number
    const cz = p[c + 2] as number
    const nx = (by - ay) * (cz - az) - (bz - az) * (cy - ay)
    const ny = (bz - az) * (cx - ax) - (bx - ax) * (cz - az)
    const nz = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz)
    const scale = length > 0 ? 1 / length : 0
    view.setFloat32(at, nx * scale, true)
    view.setFloat32(at + 4, ny * scale, true)
    view.setFloat32(at + 8, nz * scale, true)
    view.setFloat32(at + 12, ax, true)
    view.setFloat32(at + 16, ay, true)
    view.setFloat32(at + 20, az, true)
    view.setFloat32(at + 24, bx, true)
    view.setFloat32(at + 28, by, true)
    view.setFloat32(at + 32, bz, true)
    view.setFloat32(at + 36, cx, true)
    view.setFloat32(at + 40, cy, true)
    view.setFloat32(at + 44, cz, true)
  }
  return bytes
}

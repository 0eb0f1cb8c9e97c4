import { pacer } from '../../core/pace.ts'
import type { Context } from '../../core/stage.ts'
import type { Mesh } from '../../core/types.ts'
import { weldVertices } from '../../prepare/topology.ts'
import { eachLine, words } from '../lines.ts'
import {
  coordinate,
  corrupt,
  growingPoints,
  MAX_TRIANGLES,
  type MeshFile,
  plainNumber,
  requireReadable,
  requireTriangles,
  tooLarge,
  truncated,
} from '../mesh-file.ts'
import { PREFIX_BYTES, TRIANGLE_BYTES } from '../stl.ts'

const HEADER_BYTES = 80
const TRIANGLES_AT_ONCE = 80_000

/** Corners that lie in one place become one point. */
function welded(corners: Float32Array<ArrayBuffer>): Mesh {
  const first = weldVertices(corners)
  const indices = new Uint32Array(first.length)
  let points = 0
  for (let corner = 0; corner < first.length; corner++) {
    const to = first[corner] as number
    // A corner stands for its place or names one that came before it.
    indices[corner] = to === corner ? points++ : (indices[to] as number)
    if (to === corner) corners.copyWithin(3 * (points - 1), 3 * corner, 3 * corner + 3)
  }
  return { positions: corners.slice(0, 3 * points), indices }
}

async function binaryCorners(file: Blob, triangles: number, ctx: Context): Promise<Float32Array<ArrayBuffer>> {
  const corners = new Float32Array(9 * triangles)
  const pace = pacer(ctx)
  for (let from = 0; from < triangles; from += TRIANGLES_AT_ONCE) {
    const count = Math.min(TRIANGLES_AT_ONCE, triangles - from)
    const at = PREFIX_BYTES + TRIANGLE_BYTES * from
    const view = new DataView(await file.slice(at, at + TRIANGLE_BYTES * count).arrayBuffer())
    for (let t = 0; t < count; t++)
      for (let k = 0; k < 9; k++)
        corners[9 * (from + t) + k] = coordinate(view.getFloat32(TRIANGLE_BYTES * t + 12 + 4 * k, true), {
          triangle: from + t,
        })
    await pace.breathe((from + count) / triangles)
  }
  return corners
}

const KEYWORDS = new Set(['solid', 'facet', 'outer', 'endloop', 'endfacet', 'endsolid', 'color'])

async function asciiCorners(file: Blob, names: string[], ctx: Context): Promise<Float32Array<ArrayBuffer>> {
  const corners = growingPoints()
  let line = 0
  let inFacet = 0
  const take = (text: string) => {
    line++
    const [keyword = '', ...rest] = words(text.toLowerCase())
    if (keyword === 'vertex') {
      if (rest.length !== 3 || ++inFacet > 3) throw corrupt('The STL has a triangle that is none.', { line })
      for (const number of rest) corners.push(coordinate(plainNumber(number), { line }))
    } else if (keyword === 'endfacet') {
      if (inFacet !== 3) throw corrupt('The STL has a triangle that is none.', { line })
      inFacet = 0
    } else if (keyword === 'solid') names.push(text.trim().slice(6))
    else if (keyword !== '' && !KEYWORDS.has(keyword)) throw corrupt('The STL has a line that is none.', { line })
    return true
  }
  await eachLine(file, take, ctx)
  if (inFacet !== 0) throw truncated('The STL is cut off inside of a triangle.')
  return corners.taken()
}

/**
 * Reads a binary or ASCII STL of any maker. Binary is what has the length its count needs, whatever its header says: many
 * begin with "solid". Corners in one place become one point. Memory: 36 bytes a triangle, and the mesh.
 * Errors: mesh/corrupt, mesh/truncated, mesh/too-large, mesh/empty.
 */
export async function readAnyStl(file: Blob, ctx: Context): Promise<MeshFile> {
  requireReadable(file)
  const head = new DataView(await file.slice(0, PREFIX_BYTES).arrayBuffer())
  const triangles = head.byteLength === PREFIX_BYTES ? head.getUint32(HEADER_BYTES, true) : 0
  const isBinary = head.byteLength === PREFIX_BYTES && file.size === PREFIX_BYTES + TRIANGLE_BYTES * triangles
  const text = new TextDecoder('latin1').decode(head)
  const isAscii = !isBinary && /^\s*solid\b/i.test(text)
  if (!isBinary && !isAscii)
    throw truncated('The STL does not have the length its triangle count needs.', { triangles })
  if (isBinary && triangles > MAX_TRIANGLES) throw tooLarge({ triangles })
  const names: string[] = []
  const corners = isBinary ? await binaryCorners(file, triangles, ctx) : await asciiCorners(file, names, ctx)
  const mesh = requireTriangles(welded(corners))
  const comments = isBinary ? [text.slice(0, HEADER_BYTES).replace(/\0+$/, '')] : []
  return { mesh, comments, names, values: new Map(), passedOver: 0 }
}

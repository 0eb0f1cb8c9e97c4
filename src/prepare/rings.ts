import { nextHalfEdge } from './topology.ts'

/** The corners around each vertex: vertex v owns corner[start[v]] to corner[start[v + 1] - 1], in ascending order. */
export interface Rings {
  readonly start: Uint32Array
  /** Half-edges that leave the vertex: 3 * triangle + place in it. */
  readonly corner: Uint32Array
}

/** Groups corners by vertex with a counting sort. Memory: 12 bytes a triangle and 8 a vertex, 4 of them for a moment. */
export function ringsOf(indices: Uint32Array, vertexCount: number): Rings {
  const start = new Uint32Array(vertexCount + 1)
  for (const v of indices) start[v + 1] = (start[v + 1] as number) + 1
  for (let v = 0; v < vertexCount; v++) start[v + 1] = (start[v + 1] as number) + (start[v] as number)
  const fill = start.slice()
  const corner = new Uint32Array(indices.length)
  for (let h = 0; h < indices.length; h++) {
    const v = indices[h] as number
    const at = fill[v] as number
    corner[at] = h
    fill[v] = at + 1
  }
  return { start, corner }
}

/**
 * Turns the corners, in place, into three times the vertex at the far end of each half-edge: where the neighbour's x lies.
 * On a closed surface every neighbour is the end of exactly one half-edge, so none comes twice.
 */
export function neighboursOf({ corner }: Rings, indices: Uint32Array): Uint32Array {
  for (let i = 0; i < corner.length; i++) {
    const h = corner[i] as number
    corner[i] = 3 * (indices[nextHalfEdge(h)] as number)
  }
  return corner
}

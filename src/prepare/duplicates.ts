import { groupEdges, nextHalfEdge, previousHalfEdge } from './topology.ts'

/**
 * Triangles without those that stand on the same three vertices: two that face opposite ways cancel (they enclose
 * nothing), of two that face the same way one stays.
 */
export function withoutDuplicates(
  indices: Uint32Array,
  vertexCount: number,
): { indices: Uint32Array; removed: number } {
  const { order, start, count } = groupEdges(indices, vertexCount)
  const dead = new Uint8Array(indices.length / 3)
  let removed = 0
  const remove = (h: number) => {
    dead[Math.floor(h / 3)] = 1
    removed++
  }
  for (let e = 0; e < count; e++) {
    const from = start[e] as number
    const to = start[e + 1] as number
    for (let i = from; i < to; i++) {
      const h = order[i] as number
      const third = indices[previousHalfEdge(h)] as number
      // Every duplicate is met on its three edges: it is handled on the one across from its highest vertex.
      if (third < (indices[h] as number) || third < (indices[nextHalfEdge(h)] as number)) continue
      for (let j = i + 1; j < to && dead[Math.floor(h / 3)] === 0; j++) {
        const g = order[j] as number
        if (dead[Math.floor(g / 3)] === 1 || indices[previousHalfEdge(g)] !== third) continue
        remove(g)
        if (indices[g] !== indices[h]) remove(h)
      }
    }
  }
  if (removed === 0) return { indices, removed }
  const kept = indices.filter((_, i) => dead[Math.floor(i / 3)] === 0)
  return { indices: kept, removed }
}

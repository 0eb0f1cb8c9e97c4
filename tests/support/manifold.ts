import type { Mesh } from '../../src/core/types.ts'

/** What is wrong with the topology of a mesh; all zero for closed, oriented manifolds. */
export interface Defects {
  /** Edges without exactly one half-edge each way. */
  readonly edges: number
  /** Vertices whose triangles do not form one closed fan. */
  readonly fans: number
  /** Triangles that name a vertex twice, or a vertex that does not exist. */
  readonly triangles: number
  /** Vertices in no triangle. */
  readonly unused: number
}

export const NO_DEFECTS: Defects = { edges: 0, fans: 0, triangles: 0, unused: 0 }

/** Brute-force check by maps: slow and simple on purpose, it judges fast code. */
export function defectsOf(mesh: Mesh): Defects {
  const vertices = mesh.positions.length / 3
  const { indices } = mesh
  const halfEdges = new Map<number, number>()
  const fans = Array.from({ length: vertices }, () => new Map<number, number>())
  const degree = new Uint32Array(vertices)
  let triangles = 0
  for (let t = 0; t < indices.length; t += 3) {
    const abc = [indices[t] as number, indices[t + 1] as number, indices[t + 2] as number] as const
    if (new Set(abc).size < 3 || abc.some((v) => v >= vertices)) {
      triangles++
      continue
    }
    for (let n = 0; n < 3; n++) {
      const [a, b, c] = [abc[n] as number, abc[(n + 1) % 3] as number, abc[(n + 2) % 3] as number]
      halfEdges.set(a * vertices + b, (halfEdges.get(a * vertices + b) ?? 0) + 1)
      fans[a]?.set(b, c)
      degree[a] = (degree[a] as number) + 1
    }
  }
  let edges = 0
  for (const [key, count] of halfEdges) {
    const reverse = (key % vertices) * vertices + Math.floor(key / vertices)
    if (count !== 1 || halfEdges.get(reverse) !== 1) edges++
  }
  const open = fans.filter((fan, v) => degree[v] !== 0 && fanLength(fan) !== degree[v]).length
  return { edges, fans: open, triangles, unused: degree.filter((d) => d === 0).length }
}

/** Steps to walk once round a vertex, following each triangle to the next. */
function fanLength(fan: Map<number, number>): number {
  const start = fan.keys().next().value
  if (start === undefined) return 0
  let at = fan.get(start)
  let steps = 1
  while (at !== undefined && at !== start && steps <= fan.size) {
    at = fan.get(at)
    steps++
  }
  return at === start ? steps : -1
}

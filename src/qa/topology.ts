import { forestOf } from '../core/forest.ts'
import type { Mesh } from '../core/types.ts'
import {
  cornerFans,
  type EdgeFaults,
  type EdgeGroups,
  edgeFaults,
  groupEdges,
  twins,
  weldTriangles,
  weldVertices,
} from '../prepare/topology.ts'
import { type RayTree, rayTree } from './ray-tree.ts'

/** What several checks need to know about one mesh, found once. */
export interface Topology {
  /** Equal positions joined, collapsed triangles dropped: what a reader of an STL will see. In tree order. */
  readonly tree: RayTree
  readonly weld: Uint32Array
  readonly joinedVertices: number
  readonly collapsedTriangles: number
  readonly edges: number
  readonly faults: EdgeFaults
  /** Vertices where the surface touches itself in a point; counted only when every edge is sound. */
  readonly pinchedVertices: number
  /** Shell of each triangle in tree order, numbered in order of their first triangle. */
  readonly shellOf: Uint32Array
  readonly shells: number
}

/** Memory: about 120 bytes a triangle while it runs. */
export function topology(input: Mesh): Topology {
  const weld = weldVertices(input.positions)
  const { indices, collapsed } = weldTriangles(input.indices, weld)
  const tree = rayTree({ positions: input.positions, indices })
  const groups = groupEdges(tree.mesh.indices, weld.length)
  const faults = edgeFaults(tree.mesh.indices, groups)
  const sound = faults.boundary.length + faults.crowded.length + faults.inconsistent.length === 0
  return {
    tree,
    weld,
    joinedVertices: weld.reduce((n, to, v) => n + (to === v ? 0 : 1), 0),
    collapsedTriangles: collapsed,
    edges: groups.count,
    faults,
    pinchedVertices: sound ? pinches(tree.mesh.indices, groups, weld.length) : 0,
    ...shellsOf(groups, indices.length / 3),
  }
}

function pinches(indices: Uint32Array, groups: EdgeGroups, vertices: number): number {
  const fans = new Uint32Array(vertices)
  for (const v of cornerFans(indices, twins(groups)).vertexOf) fans[v] = (fans[v] as number) + 1
  return fans.reduce((n, count) => n + (count > 1 ? 1 : 0), 0)
}

/** Union-find over common edges. */
function shellsOf({ order, start, count }: EdgeGroups, triangles: number): { shellOf: Uint32Array; shells: number } {
  const { parent, root } = forestOf(triangles)
  for (let e = 0; e < count; e++) {
    const from = start[e] as number
    const first = root(Math.floor((order[from] as number) / 3))
    let low = first
    for (let i = from + 1; i < (start[e + 1] as number); i++) {
      const other = root(Math.floor((order[i] as number) / 3))
      parent[Math.max(low, other)] = Math.min(low, other)
      low = Math.min(low, other)
    }
  }
  const number = new Int32Array(triangles).fill(-1)
  const shellOf = new Uint32Array(triangles)
  let shells = 0
  for (let t = 0; t < triangles; t++) {
    const r = root(t)
    if (number[r] === -1) number[r] = shells++
    shellOf[t] = number[r] as number
  }
  return { shellOf, shells }
}

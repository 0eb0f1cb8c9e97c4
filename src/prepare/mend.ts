import type { Mesh } from '../core/types.ts'
import { withoutDuplicates } from './duplicates.ts'
import { turnSlivers } from './slivers.ts'
import { cornerFans, edgeFaults, groupEdges, twins, weldTriangles, weldVertices } from './topology.ts'
import { untangle } from './untangle.ts'

export type MendAction =
  | 'joined-vertices'
  | 'dropped-unused-vertices'
  | 'dropped-collapsed-triangles'
  | 'dropped-duplicate-triangles'
  | 'split-vertices'
  | 'split-edges'
  | 'turned-slivers'

export type MendCounts = Readonly<Partial<Record<MendAction, number>>>

export interface Mended {
  readonly mesh: Mesh
  readonly counts: MendCounts
}

/** Whether every edge has two triangles that agree, every vertex one fan and a place of its own. */
export function isManifold(mesh: Mesh): boolean {
  const vertices = mesh.positions.length / 3
  const { indices } = mesh
  const weld = weldVertices(mesh.positions)
  for (let v = 0; v < vertices; v++) if (weld[v] !== v) return false
  if (weldTriangles(indices, weld).collapsed > 0) return false
  const groups = groupEdges(indices, vertices)
  const faults = edgeFaults(indices, groups)
  if (faults.boundary.length + faults.crowded.length + faults.inconsistent.length > 0) return false
  return cornerFans(indices, twins(groups)).vertexOf.length === vertices
}

/**
 * Mends what can be mended without moving the surface: equal positions, collapsed, duplicate and flat triangles, edges of
 * more than two triangles, pinched vertices, unused vertices. Split copies move by a few um, so that a file that keeps
 * positions only stays manifold. Null when the surface is open or wound inconsistently.
 * The same mesh object comes back when there was nothing to mend. Memory: about 60 bytes a triangle.
 */
export function mend(mesh: Mesh): Mended | null {
  if (isManifold(mesh)) {
    const { mesh: turnedMesh, turned } = turnSlivers(mesh)
    return { mesh: turnedMesh, counts: turned > 0 ? { 'turned-slivers': turned } : {} }
  }
  const vertices = mesh.positions.length / 3
  const weld = weldVertices(mesh.positions)
  const welded = weldTriangles(mesh.indices, weld)
  const single = withoutDuplicates(welded.indices, vertices)
  const counts = {
    'joined-vertices': weld.reduce((n, to, v) => n + (to === v ? 0 : 1), 0),
    'dropped-unused-vertices': unusedVertices(single.indices, weld),
    'dropped-collapsed-triangles': welded.collapsed,
    'dropped-duplicate-triangles': single.removed,
  }
  // Copies of neighbouring pinches can land in one place; farther apart they do not.
  for (const apart of [1, 3, 10]) {
    const free = untangle({ positions: mesh.positions, indices: single.indices }, apart)
    if (free === null) return null
    if (!isManifold(free.mesh)) continue
    const { mesh: done, turned } = turnSlivers(free.mesh)
    const all = {
      ...counts,
      'split-vertices': free.splitVertices,
      'split-edges': free.splitEdges,
      'turned-slivers': turned,
    }
    return { mesh: done, counts: Object.fromEntries(Object.entries(all).filter(([, n]) => n > 0)) }
  }
  return null
}

function unusedVertices(indices: Uint32Array, weld: Uint32Array): number {
  const used = new Uint8Array(weld.length)
  for (const v of indices) used[v] = 1
  return weld.reduce((n, to, v) => n + (to === v && used[v] === 0 ? 1 : 0), 0)
}

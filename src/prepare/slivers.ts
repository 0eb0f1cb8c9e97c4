import type { Mesh } from '../core/types.ts'
import { edgeFaults, groupEdges, nextHalfEdge, previousHalfEdge, twins } from './topology.ts'

/** A triangle lower than this has no usable normal in a float32 file. */
const FLAT_MM = 1e-6

/**
 * Removes triangles without area by turning their longest edge, which moves no vertex and no surface. Only where that keeps
 * the mesh manifold; the others stay. Expects a closed manifold mesh; returns the same mesh when there is nothing to do.
 */
export function turnSlivers(mesh: Mesh): { mesh: Mesh; turned: number } {
  const flat = flatTriangles(mesh)
  if (flat.length === 0) return { mesh, turned: 0 }
  const indices = mesh.indices.slice()
  const twin = twins(groupEdges(indices, mesh.positions.length / 3))
  const touched = new Set<number>()
  let turned = 0
  for (const t of flat) {
    const h = longestEdge(mesh, t)
    const g = twin[h] as number
    if (g < 0) continue
    const faces = [t, Math.floor(g / 3)]
    const c = indices[previousHalfEdge(h)] as number
    const d = indices[previousHalfEdge(g)] as number
    if (faces.some((f) => touched.has(f)) || c === d) continue
    const a = indices[h] as number
    const b = indices[g] as number
    if (height(mesh.positions, a, d, c) < FLAT_MM || height(mesh.positions, d, b, c) < FLAT_MM) continue
    for (const f of faces) touched.add(f)
    indices.set([a, d, c], 3 * (faces[0] as number))
    indices.set([d, b, c], 3 * (faces[1] as number))
    turned++
  }
  const faults = edgeFaults(indices, groupEdges(indices, mesh.positions.length / 3))
  // A turned edge that existed already would be used twice: rare enough to give all of them up.
  if (turned === 0 || faults.crowded.length + faults.inconsistent.length > 0) return { mesh, turned: 0 }
  return { mesh: { positions: mesh.positions, indices }, turned }
}

function flatTriangles({ positions, indices }: Mesh): number[] {
  const flat: number[] = []
  for (let t = 0; t < indices.length / 3; t++) {
    const [a, b, c] = [indices[3 * t] as number, indices[3 * t + 1] as number, indices[3 * t + 2] as number]
    if (height(positions, a, b, c) < FLAT_MM) flat.push(t)
  }
  return flat
}

function squared(p: Float32Array, a: number, b: number): number {
  const x = (p[3 * a] as number) - (p[3 * b] as number)
  const y = (p[3 * a + 1] as number) - (p[3 * b + 1] as number)
  const z = (p[3 * a + 2] as number) - (p[3 * b + 2] as number)
  return x * x + y * y + z * z
}

/** Height over the longest edge in mm. */
function height(p: Float32Array, a: number, b: number, c: number): number {
  const ux = (p[3 * b] as number) - (p[3 * a] as number)
  const uy = (p[3 * b + 1] as number) - (p[3 * a + 1] as number)
  const uz = (p[3 * b + 2] as number) - (p[3 * a + 2] as number)
  const vx = (p[3 * c] as number) - (p[3 * a] as number)
  const vy = (p[3 * c + 1] as number) - (p[3 * a + 1] as number)
  const vz = (p[3 * c + 2] as number) - (p[3 * a + 2] as number)
  const x = uy * vz - uz * vy
  const y = uz * vx - ux * vz
  const z = ux * vy - uy * vx
  const longest = Math.max(squared(p, a, b), squared(p, b, c), squared(p, c, a))
  return longest > 0 ? Math.sqrt((x * x + y * y + z * z) / longest) : 0
}

function longestEdge({ positions, indices }: Mesh, t: number): number {
  const length = (h: number) => squared(positions, indices[h] as number, indices[nextHalfEdge(h)] as number)
  const [p, q, r] = [3 * t, 3 * t + 1, 3 * t + 2]
  if (length(p) >= length(q) && length(p) >= length(r)) return p
  return length(q) >= length(r) ? q : r
}

import { triangleAreaMm2 } from './triangle.ts'
import type { Mesh, Vec3 } from './types.ts'

export interface Bounds {
  readonly min: Vec3
  readonly max: Vec3
}

/** Length of each side in mm. */
export const boundsSize = ({ min, max }: Bounds): Vec3 => [max[0] - min[0], max[1] - min[1], max[2] - min[2]]

/** Axis-aligned bounds in LPS mm; all zero for an empty mesh. */
export function meshBounds(mesh: Mesh): Bounds {
  const p = mesh.positions
  if (p.length === 0) return { min: [0, 0, 0], max: [0, 0, 0] }
  const min: [number, number, number] = [Infinity, Infinity, Infinity]
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < p.length; i += 3) {
    for (let axis = 0 as 0 | 1 | 2; axis < 3; axis++) {
      const v = p[i + axis] ?? 0
      if (v < min[axis]) min[axis] = v
      if (v > max[axis]) max[axis] = v
    }
  }
  return { min, max }
}

/** Signed volume in mm3 by the divergence theorem; positive when triangles are counter-clockwise outside. */
export function meshVolumeMm3({ positions, indices }: Mesh): number {
  let six = 0
  for (let at = 0; at < indices.length; at += 3) six += sixVolume(positions, indices, at)
  return six / 6
}

/**
 * Six times the signed volume between a mesh's first vertex and the triangle whose corners begin at `at` in its indices. Relative
 * to a vertex near the mesh: far-off origins would cancel digits.
 */
export function sixVolume(p: Float32Array, indices: Uint32Array, at: number): number {
  const ox = p[0] as number
  const oy = p[1] as number
  const oz = p[2] as number
  const a = 3 * (indices[at] as number)
  const b = 3 * (indices[at + 1] as number)
  const c = 3 * (indices[at + 2] as number)
  const ax = (p[a] as number) - ox
  const ay = (p[a + 1] as number) - oy
  const az = (p[a + 2] as number) - oz
  const bx = (p[b] as number) - ox
  const by = (p[b + 1] as number) - oy
  const bz = (p[b + 2] as number) - oz
  const cx = (p[c] as number) - ox
  const cy = (p[c + 1] as number) - oy
  const cz = (p[c + 2] as number) - oz
  return ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
}

/** Area of all triangles, mm2. */
export function meshAreaMm2({ positions: p, indices }: Mesh): number {
  const scratch = new Float64Array(3)
  let mm2 = 0
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [3 * (indices[t] as number), 3 * (indices[t + 1] as number), 3 * (indices[t + 2] as number)]
    mm2 += triangleAreaMm2(p, a, b, c, scratch)
  }
  return mm2
}

/** Number of triangles. */
export function triangleCount(mesh: Mesh): number {
  return mesh.indices.length / 3
}

/** Several meshes as one, vertices and triangles one after the other; nothing is welded. A single one is given as it is. */
export function joinedMesh(meshes: readonly Mesh[]): Mesh {
  const [only] = meshes
  if (only && meshes.length === 1) return only
  const positions = new Float32Array(meshes.reduce((sum, mesh) => sum + mesh.positions.length, 0))
  const indices = new Uint32Array(meshes.reduce((sum, mesh) => sum + mesh.indices.length, 0))
  let [p, i] = [0, 0]
  for (const mesh of meshes) {
    const first = p / 3
    for (let n = 0; n < mesh.indices.length; n++) indices[i + n] = first + (mesh.indices[n] as number)
    positions.set(mesh.positions, p)
    p += mesh.positions.length
    i += mesh.indices.length
  }
  return { positions, indices }
}

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
export function meshVolumeMm3(mesh: Mesh): number {
  const { positions: p, indices } = mesh
  const at = (n: number) => p[n] ?? 0
  // Relative to a vertex near the mesh: far-off origins would cancel digits.
  const ox = at(0)
  const oy = at(1)
  const oz = at(2)
  let six = 0
  for (let t = 0; t < indices.length; t += 3) {
    const a = (indices[t] ?? 0) * 3
    const b = (indices[t + 1] ?? 0) * 3
    const c = (indices[t + 2] ?? 0) * 3
    const ax = at(a) - ox
    const ay = at(a + 1) - oy
    const az = at(a + 2) - oz
    const bx = at(b) - ox
    const by = at(b + 1) - oy
    const bz = at(b + 2) - oz
    const cx = at(c) - ox
    const cy = at(c + 1) - oy
    const cz = at(c + 2) - oz
    six += ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
  }
  return six / 6
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

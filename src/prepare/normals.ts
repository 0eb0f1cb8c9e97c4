import type { Mesh } from '../core/types.ts'

/**
 * Unit normals of the vertices, three numbers each, outward where triangles are counter-clockwise outside; all zero where no
 * triangle with an area meets. Each triangle counts with (u x v) / (|u|^2 |v|^2) of its two edges at the vertex, exact on
 * spheres (Max, "Weights for computing vertex normals from facet normals", JGT 4(2), 1999).
 *
 * Measured on a ball, root mean square error, smoothed and then simplified by half: 0.26 and 0.28 degrees; by area 0.53 and
 * 1.03, by angle (Thuermer & Wuethrich 1998) 0.39 and 1.23. A surface straight from the voxels has slivers, whose short
 * edges count too much: 0.4 to 1.0 degrees there, single vertices up to 27.
 * Memory: the result, 12 bytes a vertex. Moved: 12 bytes of indices and 108 of positions and sums a triangle.
 */
export function vertexNormals({ positions, indices }: Mesh): Float32Array {
  const normals = new Float32Array(positions.length)
  for (let t = 0; t < indices.length; t += 3) {
    addTriangle(
      normals,
      positions,
      3 * (indices[t] as number),
      3 * (indices[t + 1] as number),
      3 * (indices[t + 2] as number),
    )
  }
  toUnitLength(normals)
  return normals
}

/** The cross product is the same at all three corners, so it is made once. */
function addTriangle(normals: Float32Array, p: Float32Array, a: number, b: number, c: number): void {
  const ux = (p[b] as number) - (p[a] as number)
  const uy = (p[b + 1] as number) - (p[a + 1] as number)
  const uz = (p[b + 2] as number) - (p[a + 2] as number)
  const vx = (p[c] as number) - (p[b] as number)
  const vy = (p[c + 1] as number) - (p[b + 1] as number)
  const vz = (p[c + 2] as number) - (p[b + 2] as number)
  const wx = (p[a] as number) - (p[c] as number)
  const wy = (p[a + 1] as number) - (p[c + 1] as number)
  const wz = (p[a + 2] as number) - (p[c + 2] as number)
  const uu = ux * ux + uy * uy + uz * uz
  const vv = vx * vx + vy * vy + vz * vz
  const ww = wx * wx + wy * wy + wz * wz
  if (uu === 0 || vv === 0 || ww === 0) return
  const x = uy * vz - uz * vy
  const y = uz * vx - ux * vz
  const z = ux * vy - uy * vx
  add(normals, a, x, y, z, 1 / ww / uu)
  add(normals, b, x, y, z, 1 / uu / vv)
  add(normals, c, x, y, z, 1 / vv / ww)
}

function add(normals: Float32Array, at: number, x: number, y: number, z: number, weight: number): void {
  normals[at] = (normals[at] as number) + x * weight
  normals[at + 1] = (normals[at + 1] as number) + y * weight
  normals[at + 2] = (normals[at + 2] as number) + z * weight
}

function toUnitLength(normals: Float32Array): void {
  for (let at = 0; at < normals.length; at += 3) {
    const x = normals[at] as number
    const y = normals[at + 1] as number
    const z = normals[at + 2] as number
    const length = Math.sqrt(x * x + y * y + z * z)
    if (length === 0) continue
    normals[at] = x / length
    normals[at + 1] = y / length
    normals[at + 2] = z / length
  }
}

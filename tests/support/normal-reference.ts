import type { Mesh, Vec3 } from '../../src/core/types.ts'

export const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
export const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

export const pointOf = (mesh: Mesh, v: number): Vec3 =>
  [...mesh.positions.subarray(3 * v, 3 * v + 3)] as unknown as Vec3

/** Sums of weighted triangle normals in float64, and of what each would be without cancelling: |u| |v| / (|u|^2 |v|^2). */
export function normalSums(mesh: Mesh): { readonly sum: Vec3[]; readonly size: number[] } {
  const sum: Vec3[] = Array.from({ length: mesh.positions.length / 3 }, () => [0, 0, 0])
  const size = sum.map(() => 0)
  mesh.indices.forEach((v, h) => {
    const corner = (k: number) => mesh.indices[h - (h % 3) + ((h + k) % 3)] as number
    const here = pointOf(mesh, v)
    const [a, b] = [minus(pointOf(mesh, corner(1)), here), minus(pointOf(mesh, corner(2)), here)]
    const squares = dot(a, a) * dot(b, b)
    if (squares === 0) return
    const [x, y, z] = cross(a, b)
    const old = sum[v] as Vec3
    sum[v] = [old[0] + x / squares, old[1] + y / squares, old[2] + z / squares]
    size[v] = (size[v] as number) + 1 / Math.sqrt(squares)
  })
  return { sum, size }
}

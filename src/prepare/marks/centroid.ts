import type { Mesh, Vec3 } from '../../core/types.ts'

/** Centre of mass of what a closed mesh encloses, LPS mm, by tetrahedra to its first vertex; that vertex when it encloses nothing. */
export function centroidLps({ positions: p, indices }: Mesh): Vec3 {
  const at = (v: number, axis: number) => (p[3 * v + axis] ?? 0) - (p[axis] ?? 0)
  let six = 0
  const sum: [number, number, number] = [0, 0, 0]
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [indices[t] as number, indices[t + 1] as number, indices[t + 2] as number]
    const [ax, ay, az] = [at(a, 0), at(a, 1), at(a, 2)]
    const [bx, by, bz] = [at(b, 0), at(b, 1), at(b, 2)]
    const [cx, cy, cz] = [at(c, 0), at(c, 1), at(c, 2)]
    const part = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
    six += part
    sum[0] += (part * (ax + bx + cx)) / 4
    sum[1] += (part * (ay + by + cy)) / 4
    sum[2] += (part * (az + bz + cz)) / 4
  }
  const middle = (axis: 0 | 1 | 2) => (p[axis] ?? 0) + (six === 0 ? 0 : sum[axis] / six)
  return [middle(0), middle(1), middle(2)]
}

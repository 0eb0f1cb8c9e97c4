import type { Mat3, Mesh, Vec3 } from '../core/types.ts'

export const IDENTITY: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1]

export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

/** Row-major matrix times a column. */
export const turned = (m: Mat3, v: Vec3): Vec3 => [
  m[0] * v[0] + m[1] * v[1] + m[2] * v[2],
  m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
  m[6] * v[0] + m[7] * v[1] + m[8] * v[2],
]

export const transposed = (m: Mat3): Mat3 => [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]]

/** First b, then a. */
export function product(a: Mat3, b: Mat3): Mat3 {
  const columns = transposed(b)
  const column = (n: 0 | 1 | 2): Vec3 => [
    columns[3 * n] as number,
    columns[3 * n + 1] as number,
    columns[3 * n + 2] as number,
  ]
  const [x, y, z] = [turned(a, column(0)), turned(a, column(1)), turned(a, column(2))]
  return [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]]
}

/** The turn about an axis of length 1 (Rodrigues). */
export function aboutAxis([x, y, z]: Vec3, radians: number): Mat3 {
  const [c, s] = [Math.cos(radians), Math.sin(radians)]
  const t = 1 - c
  return [
    t * x * x + c,
    t * x * y - s * z,
    t * x * z + s * y,
    t * x * y + s * z,
    t * y * y + c,
    t * y * z - s * x,
    t * x * z - s * y,
    t * y * z + s * x,
    t * z * z + c,
  ]
}

/** The shortest turn that brings a direction of length 1 to +z. */
export function upright(up: Vec3): Mat3 {
  const sine = Math.hypot(up[0], up[1])
  if (sine < 1e-12) return up[2] > 0 ? IDENTITY : [1, 0, 0, 0, -1, 0, 0, 0, -1]
  return aboutAxis([up[1] / sine, -up[0] / sine, 0], Math.atan2(sine, up[2]))
}

/** p -> scale * rotation * p + shift. */
export interface Similarity {
  readonly rotation: Mat3
  readonly shift: Vec3
  readonly scale: number
}

/** The mesh moved; triangles keep their corners, so a rotation of determinant -1 turns it inside out. */
export function moved({ positions: p, indices }: Mesh, { rotation: m, shift, scale }: Similarity): Mesh {
  const positions = new Float32Array(p.length)
  for (let i = 0; i < p.length; i += 3) {
    const [x, y, z] = [p[i] as number, p[i + 1] as number, p[i + 2] as number]
    positions[i] = scale * (m[0] * x + m[1] * y + m[2] * z) + shift[0]
    positions[i + 1] = scale * (m[3] * x + m[4] * y + m[5] * z) + shift[1]
    positions[i + 2] = scale * (m[6] * x + m[7] * y + m[8] * z) + shift[2]
  }
  return { positions, indices }
}

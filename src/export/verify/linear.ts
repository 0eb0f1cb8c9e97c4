import type { Mat3, Vec3 } from '../../core/types.ts'

const entry = (m: ArrayLike<number>, n: number) => m[n] as number

export const IDENTITY: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1]
/** The mirror image along one axis. */
export const mirrorAlong = (axis: 0 | 1 | 2): Mat3 =>
  IDENTITY.map((v, n) => (n === 4 * axis ? -v : v)) as unknown as Mat3

export const times = (a: Mat3, b: Mat3): Mat3 =>
  Array.from({ length: 9 }, (_, n) => {
    const [row, column] = [3 * Math.floor(n / 3), n % 3]
    return (
      entry(a, row) * entry(b, column) +
      entry(a, row + 1) * entry(b, column + 3) +
      entry(a, row + 2) * entry(b, column + 6)
    )
  }) as unknown as Mat3

export const transposed = (m: Mat3): Mat3 => [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]]

export const turned = (m: Mat3, [x, y, z]: Vec3): Vec3 => [
  m[0] * x + m[1] * y + m[2] * z,
  m[3] * x + m[4] * y + m[5] * z,
  m[6] * x + m[7] * y + m[8] * z,
]

/** Rotation by the vector's length in radians about it (Rodrigues 1840). */
export function rotationBy([x, y, z]: Vec3): Mat3 {
  const angle = Math.hypot(x, y, z)
  if (angle < 1e-15) return IDENTITY
  const [a, b, c] = [x / angle, y / angle, z / angle]
  const [sin, rest] = [Math.sin(angle), 1 - Math.cos(angle)]
  return [
    1 - rest * (b * b + c * c),
    rest * a * b - sin * c,
    rest * a * c + sin * b,
    rest * a * b + sin * c,
    1 - rest * (a * a + c * c),
    rest * b * c - sin * a,
    rest * a * c - sin * b,
    rest * b * c + sin * a,
    1 - rest * (a * a + b * b),
  ]
}

/** Degrees by which a rotation turns. */
export const angleDegrees = (m: Mat3): number =>
  (Math.acos(Math.min(1, Math.max(-1, (m[0] + m[4] + m[8] - 1) / 2))) * 180) / Math.PI

/**
 * Principal values, largest first, and axes (columns, right-handed) of a symmetric matrix, by Jacobi's rotations (Golub and
 * Van Loan, Matrix Computations, 8.5).
 */
export function principalAxes(symmetric: Mat3): { readonly values: Vec3; readonly axes: Mat3 } {
  const a = [...symmetric]
  let axes = IDENTITY
  for (let sweep = 0; sweep < 32; sweep++) {
    const off = Math.abs(entry(a, 1)) + Math.abs(entry(a, 2)) + Math.abs(entry(a, 5))
    if (off <= 1e-15 * (Math.abs(entry(a, 0)) + Math.abs(entry(a, 4)) + Math.abs(entry(a, 8)))) break
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      if (entry(a, 3 * p + q) === 0) continue
      const theta = 0.5 * Math.atan2(2 * entry(a, 3 * p + q), entry(a, 4 * q) - entry(a, 4 * p))
      const j = [...IDENTITY]
      j[4 * p] = Math.cos(theta)
      j[4 * q] = Math.cos(theta)
      j[3 * p + q] = Math.sin(theta)
      j[3 * q + p] = -Math.sin(theta)
      const turn = j as unknown as Mat3
      const next = times(times(transposed(turn), a as unknown as Mat3), turn)
      for (let n = 0; n < 9; n++) a[n] = entry(next, n)
      axes = times(axes, turn)
    }
  }
  const order = [0, 1, 2].sort((p, q) => entry(a, 4 * q) - entry(a, 4 * p))
  const column = (k: number): Vec3 => [entry(axes, k), entry(axes, 3 + k), entry(axes, 6 + k)]
  const [x, y] = [column(order[0] as number), column(order[1] as number)]
  const z: Vec3 = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]]
  return {
    values: order.map((k) => entry(a, 4 * k)) as unknown as Vec3,
    axes: [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]],
  }
}

/** Solves a x = b for a symmetric positive matrix of n x n, row by row, by Cholesky; null when it is not positive. */
export function solved(a: Float64Array, b: Float64Array): Float64Array | null {
  const n = b.length
  const l = a.slice()
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = entry(l, i * n + j)
      for (let k = 0; k < j; k++) sum -= entry(l, i * n + k) * entry(l, j * n + k)
      if (i === j && !(sum > 0)) return null
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / entry(l, j * n + j)
    }
  }
  const x = b.slice()
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = entry(x, i) - entry(l, i * n + k) * entry(x, k)
    x[i] = entry(x, i) / entry(l, i * n + i)
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = entry(x, i) - entry(l, k * n + i) * entry(x, k)
    x[i] = entry(x, i) / entry(l, i * n + i)
  }
  return x
}

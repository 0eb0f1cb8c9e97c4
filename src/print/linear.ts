import type { Mat3, Vec3 } from '../core/types.ts'
import { IDENTITY } from './rotation.ts'

/** Keeps a direction that nothing holds (a ball can turn freely) from being divided by nothing. */
const DAMPING = 1e-9

/**
 * Solves a symmetric n x n system, row-major, by elimination with pivots; lightly damped, so that a direction the equations say nothing
 * of stays at 0. Neither input is kept as it was.
 */
export function solveInPlace(m: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  let trace = 0
  for (let i = 0; i < n; i++) trace += m[i * n + i] as number
  for (let i = 0; i < n; i++) m[i * n + i] = (m[i * n + i] as number) + DAMPING * (trace / n) + Number.MIN_VALUE
  for (let k = 0; k < n; k++) {
    bringPivot(m, b, k)
    for (let i = k + 1; i < n; i++) {
      const factor = (m[i * n + k] as number) / (m[k * n + k] as number)
      for (let j = k; j < n; j++) m[i * n + j] = (m[i * n + j] as number) - factor * (m[k * n + j] as number)
      b[i] = (b[i] as number) - factor * (b[k] as number)
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) b[i] = (b[i] as number) - (m[i * n + j] as number) * (b[j] as number)
    b[i] = (b[i] as number) / (m[i * n + i] as number)
  }
  return b
}

function bringPivot(m: Float64Array, b: Float64Array, k: number): void {
  const n = b.length
  let best = k
  for (let i = k + 1; i < n; i++) {
    if (Math.abs(m[i * n + k] as number) > Math.abs(m[best * n + k] as number)) best = i
  }
  if (best === k) return
  for (let j = 0; j < n; j++) {
    const kept = m[k * n + j] as number
    m[k * n + j] = m[best * n + j] as number
    m[best * n + j] = kept
  }
  const kept = b[k] as number
  b[k] = b[best] as number
  b[best] = kept
}

const SWEEPS = 24

/**
 * Eigenvectors of a symmetric matrix as columns of a rotation, largest eigenvalue first (Jacobi's method: Golub and Van Loan, Matrix
 * Computations, 8.5).
 */
export function principalAxes(symmetric: Mat3): Mat3 {
  const a = [...symmetric]
  const v: number[] = [...IDENTITY]
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const)
      rotate(a, v, p, q)
  }
  const order = [0, 1, 2].sort((i, j) => (a[4 * j] as number) - (a[4 * i] as number))
  const column = (n: number): Vec3 => [v[n] as number, v[3 + n] as number, v[6 + n] as number]
  const [first, second] = [column(order[0] as number), column(order[1] as number)]
  const third: Vec3 = [
    first[1] * second[2] - first[2] * second[1],
    first[2] * second[0] - first[0] * second[2],
    first[0] * second[1] - first[1] * second[0],
  ]
  return [first[0], second[0], third[0], first[1], second[1], third[1], first[2], second[2], third[2]]
}

/** One turn in the plane of axes p and q that makes their common entry zero. */
function rotate(a: number[], v: number[], p: number, q: number): void {
  const off = a[3 * p + q] as number
  if (off === 0) return
  const theta = ((a[4 * q] as number) - (a[4 * p] as number)) / (2 * off)
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  for (let k = 0; k < 3; k++) mix(a, 3 * k + p, 3 * k + q, c, s)
  for (let k = 0; k < 3; k++) mix(a, 3 * p + k, 3 * q + k, c, s)
  for (let k = 0; k < 3; k++) mix(v, 3 * k + p, 3 * k + q, c, s)
}

function mix(m: number[], i: number, j: number, c: number, s: number): void {
  const [x, y] = [m[i] as number, m[j] as number]
  m[i] = c * x - s * y
  m[j] = s * x + c * y
}

import { refuse } from './refuse.ts'

/** Twelve numbers row by row, for row vectors: x' = x m0 + y m3 + z m6 + m9 (Core 3.3). */
export type Transform = readonly number[]
export const UNMOVED: Transform = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]

const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/
/** No number of a model is larger: a kilometre in micrometres. */
const LARGEST = 1e9

/** An ST_Number (Core, appendix B.1). NaN for anything else. */
export const numberOf = (text = ''): number => (NUMBER.test(text) ? Number(text) : Number.NaN)
export const isSound = (n: number): boolean => Math.abs(n) <= LARGEST

const at = (m: Transform, n: number) => m[n] as number

export const determinant = (m: Transform): number =>
  at(m, 0) * (at(m, 4) * at(m, 8) - at(m, 5) * at(m, 7)) -
  at(m, 1) * (at(m, 3) * at(m, 8) - at(m, 5) * at(m, 6)) +
  at(m, 2) * (at(m, 3) * at(m, 7) - at(m, 4) * at(m, 6))

/** Errors: threemf/transform, singular-transform, negative-determinant. */
export function transformOf(text: string | undefined): Transform {
  if (text === undefined) return UNMOVED
  const numbers = text.trim().split(/\s+/).map(numberOf)
  if (numbers.length !== 12 || !numbers.every(isSound)) throw refuse('transform')
  const size = determinant(numbers)
  if (Math.abs(size) < 1e-12) throw refuse('singular-transform')
  if (size < 0) throw refuse('negative-determinant')
  return numbers
}

/** First `a`, then `b`. */
export function chained(a: Transform, b: Transform): Transform {
  return Array.from({ length: 12 }, (_, n) => {
    const [row, column] = [Math.floor(n / 3), n % 3]
    const shift = row === 3 ? at(b, 9 + column) : 0
    return (
      at(a, 3 * row) * at(b, column) +
      at(a, 3 * row + 1) * at(b, 3 + column) +
      at(a, 3 * row + 2) * at(b, 6 + column) +
      shift
    )
  })
}

/** Writes the points moved into `out`, scaled by `scale`. */
export function movePoints(points: Float32Array, m: Transform, scale: number, out: Float32Array, from: number): void {
  for (let n = 0; n < points.length; n += 3) {
    const [x, y, z] = [points[n] as number, points[n + 1] as number, points[n + 2] as number]
    for (let k = 0; k < 3; k++)
      out[from + n + k] = scale * (x * at(m, k) + y * at(m, 3 + k) + z * at(m, 6 + k) + at(m, 9 + k))
  }
}

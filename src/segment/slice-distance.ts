import { FAR, type Stack } from './painted-slices.ts'

/**
 * Signed distance of every pixel of a slice to the nearest pixel of the other state, inside positive: exact Euclidean in
 * whole units (Stack), rounded down, at most 32767. Whole numbers, so that the device gives the same. Distances along rows
 * first, then the best over the rows above and below, stopping where none can be nearer. Memory: 6 bytes a pixel.
 */
export function signedDistance(shape: Uint8Array, stack: Stack): Int16Array {
  const { width, height } = stack
  const toSet = new Uint16Array(shape.length)
  const toUnset = new Uint16Array(shape.length)
  for (let v = 0; v < height; v++) {
    alongRow(shape, 1, v * width, width, toSet)
    alongRow(shape, 0, v * width, width, toUnset)
  }
  const distance = new Int16Array(shape.length)
  for (let v = 0, pixel = 0; v < height; v++) {
    for (let u = 0; u < width; u++, pixel++) {
      const isSet = shape[pixel] === 1
      const nearest = leastSquare(isSet ? toUnset : toSet, u, v, stack)
      // FAR squared is below 2^31, and the root of a whole number is right to the last bit.
      const units = Math.floor(Math.sqrt(Math.min(nearest, FAR * FAR)))
      distance[pixel] = isSet ? units : -units
    }
  }
  return distance
}

/** No pixel of that state in the row. */
const NONE = 65_535

/** Pixels to the nearest one of the wanted state in the same row. */
function alongRow(shape: Uint8Array, wanted: 0 | 1, from: number, width: number, steps: Uint16Array): void {
  let last = NONE
  for (let at = from; at < from + width; at++) {
    last = shape[at] === wanted ? 0 : Math.min(NONE, last + 1)
    steps[at] = last
  }
  last = NONE
  for (let at = from + width - 1; at >= from; at--) {
    last = shape[at] === wanted ? 0 : Math.min(NONE, last + 1)
    if (last < (steps[at] as number)) steps[at] = last
  }
}

function leastSquare(steps: Uint16Array, u: number, v: number, { width, height, unitU, unitV }: Stack): number {
  let best = Number.POSITIVE_INFINITY
  for (let rows = 0; rows * unitV * rows * unitV < best; rows++) {
    if (v - rows < 0 && v + rows >= height) break
    const away = rows * unitV * rows * unitV
    for (const row of [v - rows, v + rows]) {
      if (row < 0 || row >= height) continue
      const along = steps[row * width + u] as number
      if (along !== NONE) best = Math.min(best, along * unitU * along * unitU + away)
    }
  }
  return best
}

import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Volume } from '../core/types.ts'
import type { Sampling } from './sampling.ts'
import { type AxisTaps, WEIGHT_BITS } from './taps.ts'

const ONE = 1 << WEIGHT_BITS
const HALF = ONE >> 1
/** Slices made before they are laid out, when they lie crosswise in the result: 16 neighbours share a cache line. */
const CROSSWISE = 16

/** Weights by source axis, and the target axis that each source axis runs along. */
export interface Aligned {
  readonly along: readonly [number, number, number]
  readonly taps: readonly [AxisTaps, AxisTaps, AxisTaps]
}

/**
 * Stored values on a grid whose axes are parallel to the source's: separable, along z, then y, then x of the source, each
 * sum rounded to int16. `out` is x fastest on the target grid and holds the fill value already. Memory: a few slices.
 */
export async function resampleAligned(
  volume: Volume,
  sampling: Sampling,
  aligned: Aligned,
  out: Int16Array,
  ctx: Context,
): Promise<void> {
  const [nx, ny] = volume.grid.size
  const [x, y, z] = aligned.taps
  const layout = layoutOf(sampling, aligned)
  const { width, area } = layout
  if (area === 0) return
  const batch = layout.strides[2] === 1 ? CROSSWISE : 1
  const made = new Int16Array(area * batch)
  const plane = { sums: new Int32Array(nx * ny), values: new Int16Array(nx * ny) }
  const row = { sums: new Int32Array(nx), values: new Int16Array(nx) }
  const pace = pacer(ctx)
  for (let k = z.from; k < z.end; k += batch) {
    const slices = Math.min(batch, z.end - k)
    for (let n = 0; n < slices; n++) {
      const alongZ = blend(volume.data, nx * ny, z, k + n, plane)
      for (let j = y.from, to = n * area; j < y.end; j++, to += width) {
        gather(blend(alongZ, nx, y, j, row), x, made, to)
      }
    }
    layOut(made, layout, k, slices, out)
    await pace.breathe((k + slices) / z.end)
  }
}

/** Where finished slices lie in the result: their rows and columns inside the scan, and strides by source axis. */
export interface Layout {
  readonly width: number
  readonly area: number
  readonly strides: readonly [x: number, y: number, z: number]
  /** Position in the result of the first voxel inside, but for z. */
  readonly start: number
}

export function layoutOf({ target }: Sampling, { along, taps }: Aligned): Layout {
  const [tx, ty] = target.size
  const strideOf = (axis: number) => [1, tx, tx * ty][along[axis] as number] as number
  const strides = [strideOf(0), strideOf(1), strideOf(2)] as const
  const [x, y] = taps
  const width = x.end - x.from
  return { width, area: width * (y.end - y.from), strides, start: x.from * strides[0] + y.from * strides[1] }
}

interface Scratch {
  readonly sums: Int32Array
  readonly values: Int16Array
}

/** Weighted sum of stretches (slices, rows) of `length` values; a stretch that is taken as it is comes back as a view. */
function blend(from: Int16Array, length: number, axis: AxisTaps, index: number, scratch: Scratch): Int16Array {
  const { taps, weights } = axis
  const at = index * taps
  let low = at
  let high = at + taps
  while (weights[low] === 0) low++
  while (weights[high - 1] === 0) high--
  const first = ((axis.first[index] as number) + low - at) * length
  if (high - low === 1) return from.subarray(first, first + length)
  const { sums, values } = scratch
  for (let t = low, source = first; t < high; t += 2, source += 2 * length) {
    const second = t + 1 < high ? (weights[t + 1] as number) : 0
    addPair(from, source, second === 0 ? source : source + length, weights[t] as number, second, sums, t === low)
  }
  for (let n = 0; n < length; n++) values[n] = rounded(sums[n] as number)
  return values
}

/** Two taps at once, as in gaussian.ts: one at a time takes twice as long. */
function addPair(
  from: Int16Array,
  a: number,
  b: number,
  weightA: number,
  weightB: number,
  sums: Int32Array,
  begins: boolean,
): void {
  if (begins) {
    for (let n = 0; n < sums.length; n++) {
      sums[n] = Math.imul(from[a + n] as number, weightA) + Math.imul(from[b + n] as number, weightB)
    }
    return
  }
  for (let n = 0; n < sums.length; n++) {
    const pair = Math.imul(from[a + n] as number, weightA) + Math.imul(from[b + n] as number, weightB)
    sums[n] = ((sums[n] as number) + pair) | 0
  }
}

/** Halves up; Lanczos may overshoot int16. */
function rounded(sum: number): number {
  const value = (sum + HALF) >> WEIGHT_BITS
  return value > 32767 ? 32767 : value < -32768 ? -32768 : value
}

/** One row of the result, from a row of the source. */
function gather(row: Int16Array, axis: AxisTaps, to: Int16Array, offset: number): void {
  const { taps, first, weights, from, end } = axis
  if (taps === 1) {
    for (let n = from, at = offset; n < end; n++, at++) to[at] = row[first[n] as number] as number
    return
  }
  for (let n = from, at = offset; n < end; n++, at++) {
    const source = first[n] as number
    const weight = n * taps
    let sum = 0
    for (let t = 0; t < taps; t++) {
      sum = (sum + Math.imul(row[source + t] as number, weights[weight + t] as number)) | 0
    }
    to[at] = rounded(sum)
  }
}

/** Writes `slices` finished slices, slice k of the target along z and on, to where they lie in the result. */
export function layOut(made: Int16Array, layout: Layout, k: number, slices: number, out: Int16Array): void {
  const { width, area, strides } = layout
  const [strideX, strideY, strideZ] = strides
  const start = layout.start + k * strideZ
  const height = area / width
  if (strideX === 1) {
    for (let n = 0; n < slices; n++) {
      for (let j = 0, from = n * area; j < height; j++, from += width) {
        out.set(made.subarray(from, from + width), start + j * strideY + n * strideZ)
      }
    }
    return
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < height; j++) {
      const from = j * width + i
      const to = start + i * strideX + j * strideY
      for (let n = 0; n < slices; n++) out[to + n * strideZ] = made[from + n * area] as number
    }
  }
}

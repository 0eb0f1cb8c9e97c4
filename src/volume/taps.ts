import { HALF_VOXEL, ONE_VOXEL, PLACE_BITS } from './sampling.ts'

export type ResampleMethod = 'linear' | 'lanczos3' | 'nearest'

/** Weights are whole numbers of 1 / 32768, as those of the Gaussian; both signs of Lanczos add up to less than 65536. */
export const WEIGHT_BITS = 15
const ONE = 1 << WEIGHT_BITS

/** Weights of one axis: target index n is the sum over t < taps of weights[n * taps + t] x source[first[n] + t]. */
export interface AxisTaps {
  readonly taps: number
  readonly first: Int32Array
  readonly weights: Int32Array
  /** Target indices `from` to `end - 1` lie in the source, half a voxel past its outer centres included. */
  readonly from: number
  readonly end: number
}

const REACH = { linear: 1, lanczos3: 3 } as const

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))
const CURVES = {
  linear: (x: number) => Math.max(0, 1 - Math.abs(x)),
  // Lanczos window of three lobes (Duchon 1979).
  lanczos3: (x: number) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0),
} as const

/**
 * Weights for places along one axis of `size` voxels. When a target voxel covers more than one source voxel the curve is
 * widened by that ratio, so that detail finer than the target averages out instead of turning into false detail. Beyond
 * the border the nearest voxel is repeated; its weights are added to the border's, so no tap lies outside.
 */
export function axisTaps(places: Int32Array, ratio: number, size: number, method: ResampleMethod): AxisTaps {
  const inside = (place: number) => place >= -HALF_VOXEL && place < size * ONE_VOXEL - HALF_VOXEL
  const from = places.findIndex(inside)
  const end = places.findLastIndex(inside) + 1
  const rows = Array.from(places, (place) => (inside(place) ? tapsAt(place, ratio, size, method) : NO_TAPS))
  const taps = Math.max(1, ...rows.map((row) => row.weights.length))
  const first = new Int32Array(places.length)
  const weights = new Int32Array(places.length * taps)
  for (const [n, row] of rows.entries()) {
    const start = Math.min(row.first, size - taps)
    first[n] = start
    weights.set(row.weights, n * taps + row.first - start)
  }
  return { taps, first, weights, from: Math.max(0, from), end }
}

interface Row {
  readonly first: number
  readonly weights: readonly number[]
}

const NO_TAPS: Row = { first: 0, weights: [] }

function tapsAt(place: number, ratio: number, size: number, method: ResampleMethod): Row {
  if (method === 'nearest') return { first: (place + HALF_VOXEL) >> PLACE_BITS, weights: [ONE] }
  const widened = Math.max(1, ratio)
  const centre = place / ONE_VOXEL
  const reach = REACH[method] * widened
  const low = Math.ceil(centre - reach)
  const high = Math.floor(centre + reach)
  const clamped = (n: number) => Math.min(size - 1, Math.max(0, n))
  const first = clamped(low)
  const real = new Array<number>(clamped(high) - first + 1).fill(0)
  for (let n = low; n <= high; n++) {
    const at = clamped(n) - first
    real[at] = (real[at] as number) + CURVES[method]((n - centre) / widened)
  }
  const whole = wholeWeights(real)
  const begin = whole.findIndex((w) => w !== 0)
  return { first: first + begin, weights: whole.slice(begin, whole.findLastIndex((w) => w !== 0) + 1) }
}

/** Whole weights that sum to 32768, each within one unit: running totals are rounded, as for the Gaussian. */
function wholeWeights(real: readonly number[]): number[] {
  const total = real.reduce((sum, w) => sum + w, 0)
  let running = 0
  let given = 0
  return real.map((w) => {
    running += (w / total) * ONE
    const whole = Math.round(running) - given
    given += whole
    return whole
  })
}

/** Fractions of a voxel that oblique grids tell apart: a place moves by at most 1 / 2048 voxel. */
const PHASE_BITS = 10
export const PHASE_SHIFT = PLACE_BITS - PHASE_BITS
const PHASES = 1 << PHASE_BITS

/** Weights of an oblique grid by phase, 1025 rows of `taps`; a place's first tap is `before` voxels below its floor. */
export interface PhaseTaps {
  readonly taps: number
  readonly before: number
  readonly weights: Int32Array
  /** Added to a place before its floor is taken: half a voxel for 'nearest'. */
  readonly bias: number
}

export function phaseTaps(method: ResampleMethod): PhaseTaps {
  if (method === 'nearest') {
    return { taps: 1, before: 0, weights: new Int32Array(PHASES + 1).fill(ONE), bias: HALF_VOXEL }
  }
  const taps = 2 * REACH[method]
  const before = REACH[method] - 1
  const weights = new Int32Array((PHASES + 1) * taps)
  for (let phase = 0; phase <= PHASES; phase++) {
    const real = Array.from({ length: taps }, (_, t) => CURVES[method](t - before - phase / PHASES))
    weights.set(wholeWeights(real), phase * taps)
  }
  return { taps, before, weights, bias: 0 }
}

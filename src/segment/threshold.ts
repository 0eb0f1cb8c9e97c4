import { PipelineError } from '../core/errors.ts'
import { emptyMask, wordsPerRow } from '../core/mask.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask, Volume } from '../core/types.ts'

/** Inclusive limits in the volume's real unit (HU for CT). */
export interface ThresholdParams {
  readonly lowHu: number
  readonly highHu: number
}

export const THRESHOLD = {
  name: 'threshold',
  version: 1,
  defaults: { lowHu: 226, highHu: 3071 },
} as const satisfies StageSpec<ThresholdParams>

/** Stored integers that lie inside, both ends included; from > to when none does. */
export interface StoredRange {
  readonly from: number
  readonly to: number
}

export const STORED_MIN = -32768
export const STORED_MAX = 32767

/** Smallest stored integer for which `holds` is true, given that it is false up to some point and true from there on. */
function firstStored(holds: (stored: number) => boolean): number {
  let low = STORED_MIN
  let high = STORED_MAX + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * Stored integers v with low <= slope * v + intercept <= high; null is unbounded. Found by bisection on that very
 * expression: dividing the limits by the slope would misplace values that sit on a limit by one rounding.
 */
export function storedRange(
  scale: Pick<Volume, 'slope' | 'intercept'>,
  low: number | null,
  high: number | null,
): StoredRange {
  const real = (stored: number) => scale.slope * stored + scale.intercept
  const notBelow = (stored: number) => low === null || real(stored) >= low
  const notAbove = (stored: number) => high === null || real(stored) <= high
  return scale.slope >= 0
    ? { from: firstStored(notBelow), to: firstStored((v) => !notAbove(v)) - 1 }
    : { from: firstStored(notAbove), to: firstStored((v) => !notBelow(v)) - 1 }
}

/** Throws 'app/bad-parameter' unless both limits are numbers in order. */
export function checkLimits(params: ThresholdParams): void {
  if (params.lowHu <= params.highHu) return
  throw new PipelineError('app/bad-parameter', 'The lower limit lies above the upper one. Swap them or move one.', {
    lowHu: params.lowHu,
    highHu: params.highHu,
  })
}

const SIGN = 0x80000000 | 0

/** One word of 32 voxels; the sign of (v - from) | (to - v) says outside. Ten times the speed of testing each voxel. */
function fullWord(data: Int16Array, at: number, from: number, to: number): number {
  let outside = 0
  for (let n = at; n < at + 32; n += 4) {
    const a = data[n] as number
    const b = data[n + 1] as number
    const c = data[n + 2] as number
    const d = data[n + 3] as number
    const four =
      ((((a - from) | (to - a)) & SIGN) >>> 3) |
      ((((b - from) | (to - b)) & SIGN) >>> 2) |
      ((((c - from) | (to - c)) & SIGN) >>> 1) |
      (((d - from) | (to - d)) & SIGN)
    outside = (outside >>> 4) | four
  }
  return ~outside
}

function partWord(data: Int16Array, at: number, used: number, from: number, to: number): number {
  let inside = 0
  for (let bit = 0; bit < used; bit++) {
    const v = data[at + bit] as number
    if (v >= from && v <= to) inside |= 1 << bit
  }
  return inside
}

/** Writes the mask words of one x-row of `nx` voxels from `at` on; `words` is mutated from `word` on. */
export function thresholdRow(
  data: Int16Array,
  at: number,
  nx: number,
  { from, to }: StoredRange,
  words: Uint32Array,
  word: number,
): void {
  const full = nx >>> 5
  for (let w = 0; w < full; w++) words[word + w] = fullWord(data, at + w * 32, from, to)
  if (nx & 31) words[word + full] = partWord(data, at + full * 32, nx & 31, from, to)
}

/**
 * Voxels whose real value lies within the limits, both included. Errors: app/bad-parameter. Moves 2 1/8 bytes a
 * voxel. Memory: 1/16 of the volume.
 */
export function threshold(volume: Volume, params: ThresholdParams, ctx: Context): Mask {
  checkLimits(params)
  const mask = emptyMask(volume.grid)
  const range = storedRange(volume, params.lowHu, params.highHu)
  const [nx, ny, nz] = volume.grid.size
  const perRow = wordsPerRow(volume.grid)
  for (let k = 0; k < nz; k++) {
    ctx.signal.throwIfAborted()
    for (let row = k * ny; row < (k + 1) * ny; row++) {
      thresholdRow(volume.data, row * nx, nx, range, mask.words, row * perRow)
    }
  }
  ctx.progress(1)
  return mask
}

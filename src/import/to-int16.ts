import { scanVoxels } from '../core/shared.ts'
import type { Modality } from '../core/types.ts'

/** What the readers give: any scalar type. */
export type Scalars =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array

/** Linear map from stored to real numbers: real = slope * stored + intercept. */
export interface Rescale {
  readonly slope: number
  readonly intercept: number
}

export interface Int16Values extends Rescale {
  readonly modality: Modality
  readonly data: Int16Array
  /** Real values of the darkest and brightest voxel. */
  readonly range: readonly [number, number]
  readonly notes: readonly string[]
}

const LOW = -32768
const HIGH = 32767
/** Steps when values must be quantised; the two outermost codes stay free. */
const STEPS = 65_534

/** What was seen of real values. */
export interface Survey {
  readonly min: number
  readonly max: number
  readonly integers: boolean
  readonly broken: number
}

/**
 * Real values to 16 bits. Exact when all are integers within a 65,536-wide range, or lie on the file's own `lattice`;
 * CT with fractions is rounded to 1 HU ('rounded-to-int16'); anything else becomes 65,534 even steps ('quantised').
 * NaN and infinity become the minimum ('non-finite-voxels'). 'guess' tells CT by its values ('modality-guessed'). An Int16Array on memory of its own is handed through: its ownership moves.
 * Memory peak: 2 bytes a voxel beside the input.
 */
export function toInt16(
  values: Scalars,
  stated: Modality | 'guess',
  lattice: Rescale = { slope: 1, intercept: 0 },
): Int16Values {
  const seen = survey(values)
  const range = [seen.min, seen.max] as const
  const modality = stated === 'guess' ? guess(range) : stated
  const notes = [...(stated === 'guess' ? ['modality-guessed'] : []), ...(seen.broken > 0 ? ['non-finite-voxels'] : [])]
  const planned = planInt16(seen, modality)
  const exact = planned.note === null ? null : latticeOf(values, seen, lattice)
  const { slope, intercept } = exact ?? planned
  return {
    data: isOwn(values) && slope === 1 && intercept === 0 ? values : mapped(values, { slope, intercept }, seen.min),
    slope,
    intercept,
    modality,
    range,
    notes: exact || planned.note === null ? notes : [...notes, planned.note],
  }
}

/** The map for values without a lattice, and the note it deserves: none when it is exact. */
export function planInt16(seen: Survey, modality: Modality): Rescale & { note: string | null } {
  if (seen.integers && seen.max - seen.min <= HIGH - LOW) return { slope: 1, intercept: offsetOf(seen), note: null }
  if (modality === 'CT' && seen.min >= LOW && seen.max <= HIGH)
    return { slope: 1, intercept: 0, note: 'rounded-to-int16' }
  const slope = seen.max > seen.min ? (seen.max - seen.min) / STEPS : 1
  return { slope, intercept: seen.min + slope * (STEPS / 2), note: 'quantised' }
}

/** No offset when the values fit as they are; else the one that puts the smallest at the low end. */
const offsetOf = (seen: Survey): number => (seen.min >= LOW && seen.max <= HIGH ? 0 : seen.min - LOW)

function survey(values: Scalars): Survey {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let integers = true
  let broken = 0
  for (let n = 0; n < values.length; n++) {
    const v = values[n] as number
    if (!Number.isFinite(v)) {
      broken++
      continue
    }
    if (v < min) min = v
    if (v > max) max = v
    if (integers && v !== Math.floor(v)) integers = false
  }
  return min <= max ? { min, max, integers, broken } : { min: 0, max: 0, integers, broken }
}

/** False for shared memory, which the wasm readers return and go on to use. */
const isOwn = (values: Scalars): values is Int16Array<ArrayBuffer> =>
  values instanceof Int16Array && values.buffer instanceof ArrayBuffer

/**
 * The file's own lattice, shifted so that its integers fit 16 bits, when every value lies on it within single
 * precision; else null.
 */
function latticeOf(values: Scalars, seen: Survey, { slope, intercept }: Rescale): Rescale | null {
  if (slope === 1 || !(Math.abs(slope) > 1e-12) || !Number.isFinite(intercept)) return null
  const ends = [(seen.min - intercept) / slope, (seen.max - intercept) / slope].map(Math.round)
  const [least, most] = [Math.min(...ends), Math.max(...ends)]
  if (most - least > HIGH - LOW) return null
  const tolerance = Math.max(Math.abs(seen.min), Math.abs(seen.max), Math.abs(intercept)) * 2 ** -22
  if (tolerance > Math.abs(slope) / 4) return null
  for (let n = 0; n < values.length; n++) {
    const v = values[n] as number
    if (Number.isFinite(v) && Math.abs(Math.round((v - intercept) / slope) * slope + intercept - v) > tolerance)
      return null
  }
  const shift = least >= LOW && most <= HIGH ? 0 : least - LOW
  return { slope, intercept: intercept + shift * slope }
}

function mapped(values: Scalars, map: Rescale, forBroken: number): Int16Array {
  const data = scanVoxels(values.length)
  const code = (v: number) => Math.round((v - map.intercept) / map.slope)
  const lowest = code(forBroken)
  for (let n = 0; n < data.length; n++) {
    const v = values[n] as number
    data[n] = Number.isFinite(v) ? code(v) : lowest
  }
  return data
}

/** For formats that do not say: only HU reach from air near -1000 to bone. */
function guess([min, max]: readonly [number, number]): Modality {
  return min <= -900 && min >= -10_000 && max >= 100 && max <= 40_000 ? 'CT' : 'other'
}

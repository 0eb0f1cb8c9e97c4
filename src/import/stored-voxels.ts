import { PipelineError } from '../core/errors.ts'
import { scanVoxels } from '../core/shared.ts'
import type { Modality } from '../core/types.ts'
import type { Slice } from './dicom-series.ts'
import type { PixelFormat } from './dicom-tags.ts'
import { type Int16Values, planInt16, type Rescale, type Scalars, toInt16 } from './to-int16.ts'

const LOW = -32768
const HIGH = 32767

interface Range {
  readonly min: number
  readonly max: number
}

/** True when the numbers of these slices are turned: MONOCHROME1 draws the smallest bright. HU mean the same either way. */
export const isInverted = ({ format, modality }: Slice['tags']): boolean =>
  format.photometric === 'MONOCHROME1' && modality !== 'CT' && format.bitsAllocated <= 16

/**
 * Stored integers of at most 16 bits, gathered slice by slice in 16 bits: 2 bytes a voxel, and no second array at any time.
 * Under one rescale a slice is final once it is put (real = slope * data + intercept, and slope 1, intercept 0 where that
 * fits, as for most CT); slices of different rescale are brought to one map in place by `finish`.
 */
export class StoredVoxels {
  readonly #data: Int16Array
  readonly #format: PixelFormat
  readonly #perSlice: number
  readonly #maps: readonly Rescale[]
  readonly #oneMap: boolean
  readonly #inverted: boolean
  readonly #ranges: Range[] = []
  /** Added to a stored integer to give what is in `#data`. */
  #add = 0

  /** `slices` in the order in which they will be put; not empty. */
  constructor(slices: readonly Slice[]) {
    const [{ tags, at }] = slices as readonly [Slice]
    this.#format = tags.format
    this.#inverted = isInverted(tags)
    this.#perSlice = tags.format.columns * tags.format.rows
    this.#maps = slices.map((s) => s.at)
    this.#oneMap = this.#maps.every((map) => map.slope === at.slope && map.intercept === at.intercept)
    this.#data = scanVoxels(this.#perSlice * slices.length)
    if (!this.#oneMap) this.#add = this.#fitting()
    else if (at.slope === 1 && Number.isInteger(at.intercept)) this.#add = at.intercept
  }

  /** All slices, as far as they were put; null when they are not final before the end. */
  get data(): Int16Array | null {
    return this.#oneMap ? this.#data : null
  }

  /** What makes real values of `data` as it now is. */
  get map(): Rescale {
    const { slope, intercept } = this.#maps[0] as Rescale
    return { slope, intercept: intercept - slope * this.#add }
  }

  /**
   * Puts the next whole slices; `values` may be changed. True when what was put before has moved: values came that do not
   * fit 16 bits beside it. Errors: import/corrupt when the codec gives more than 16 bits.
   */
  put(values: Scalars): boolean {
    if (!isStored(values)) throw unfit()
    if (this.#inverted) invert(values, this.#format)
    const first = this.#ranges.length
    for (let at = 0; at < values.length; at += this.#perSlice) {
      this.#ranges.push(rangeOf(values, at, at + this.#perSlice))
    }
    const moved = this.#makeFit(first)
    const to = this.#data.subarray(first * this.#perSlice, this.#ranges.length * this.#perSlice)
    const add = this.#add
    if (add === 0) to.set(values)
    else for (let n = 0; n < values.length; n++) to[n] = (values[n] as number) + add
    return moved
  }

  /** All slices under one map. The memory is handed over. */
  finish(modality: Modality): Int16Values {
    if (!this.#oneMap) return this.#brought(modality)
    return { data: this.#data, ...this.map, modality, range: this.#realRange(), notes: [] }
  }

  #realRange(): readonly [number, number] {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const [k, { min, max }] of this.#ranges.entries()) {
      const { slope, intercept } = this.#maps[k] as Rescale
      const ends = [min * slope + intercept, max * slope + intercept]
      least = Math.min(least, ...ends)
      most = Math.max(most, ...ends)
    }
    return [least, most]
  }

  /** The shift by which every value of this type fits. */
  #fitting(): number {
    return this.#format.signed ? 0 : LOW
  }

  /** Moves everything when the newest slices do not fit where the others lie. */
  #makeFit(first: number): boolean {
    const fits = ({ min, max }: Range) => min + this.#add >= LOW && max + this.#add <= HIGH
    if (this.#ranges.slice(first).every(fits)) return false
    const by = this.#fitting() - this.#add
    this.#add += by
    if (!this.#ranges.every(fits)) throw unfit()
    for (let n = 0; n < first * this.#perSlice; n++) this.#data[n] = (this.#data[n] as number) + by
    return first > 0
  }

  /** Slices of different rescale under one: exact where integers allow it, else as toInt16 does. */
  #brought(modality: Modality): Int16Values {
    const data = this.#data
    const range = this.#realRange()
    const integers = this.#maps.every((map) => Number.isInteger(map.slope) && Number.isInteger(map.intercept))
    const { slope, intercept, note } = planInt16({ min: range[0], max: range[1], integers, broken: 0 }, modality)
    for (const [k, map] of this.#maps.entries()) {
      const gain = map.slope / slope
      const offset = (map.intercept - intercept) / slope - this.#add * gain
      const end = (k + 1) * this.#perSlice
      for (let n = k * this.#perSlice; n < end; n++) data[n] = Math.round((data[n] as number) * gain + offset)
    }
    return { data, slope, intercept, modality, range, notes: note === null ? [] : [note] }
  }
}

/** Pixels of 32 bits, rare in CT and MR: real values of 8 bytes a voxel, then what toInt16 makes of them. */
export class WideVoxels {
  readonly data = null
  readonly map: Rescale = { slope: 1, intercept: 0 }
  readonly #values: Float64Array
  readonly #maps: readonly Rescale[]
  #at = 0

  constructor(slices: readonly Slice[]) {
    const { columns = 0, rows = 0 } = slices[0]?.tags.format ?? {}
    this.#maps = slices.map((s) => s.at)
    this.#values = new Float64Array(columns * rows * slices.length)
  }

  put(values: Scalars): boolean {
    const perSlice = this.#values.length / this.#maps.length
    for (let n = 0; n < values.length; n++, this.#at++) {
      const { slope, intercept } = this.#maps[Math.floor(this.#at / perSlice)] as Rescale
      this.#values[this.#at] = (values[n] as number) * slope + intercept
    }
    return false
  }

  finish(modality: Modality): Int16Values {
    const { slope = 1, intercept = 0 } = this.#maps[0] ?? {}
    const same = this.#maps.every((map) => map.slope === slope && map.intercept === intercept)
    return toInt16(this.#values, modality, same ? { slope, intercept } : undefined)
  }
}

type Stored = Int8Array | Uint8Array | Int16Array | Uint16Array

const isStored = (values: Scalars): values is Stored => values.BYTES_PER_ELEMENT <= 2

/** MONOCHROME1: the smallest number is drawn bright. Turned within the bits that are stored. */
function invert(values: Stored, { signed, bitsStored }: PixelFormat): void {
  const sum = signed ? -1 : 2 ** bitsStored - 1
  for (let n = 0; n < values.length; n++) values[n] = sum - (values[n] as number)
}

function rangeOf(values: Stored, from: number, to: number): Range {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let n = from; n < to; n++) {
    const v = values[n] as number
    if (v < min) min = v
    if (v > max) max = v
  }
  return { min, max }
}

const unfit = () =>
  new PipelineError(
    'import/corrupt',
    'The decoded pixels are wider than the file says: it is damaged or unusual. Export it again.',
  )

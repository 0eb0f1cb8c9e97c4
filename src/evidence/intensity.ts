import type { Volume } from '../core/types.ts'
import { LEVEL_ZERO, realQuantile } from '../infer/normalise.ts'
import { levelCounts } from '../volume/histogram.ts'

/** Where the values of a scan lie, in real units (HU, or those of the file). */
export interface Intensities {
  /** The darkest voxel: air in CT, no signal in MR. */
  readonly floor: number
  /** 0.5 and 99.5 % of the voxels lie below these; never equal. */
  readonly low: number
  readonly high: number
  readonly p99: number
  readonly mean: number
}

/** Reads 2 bytes a voxel; memory: a table of all stored values. */
export function intensitiesOf(volume: Volume): Intensities {
  const { data, slope, intercept } = volume
  const counts = levelCounts(data)
  const below = (share: number) => realQuantile(counts, volume, share)
  let sum = 0
  for (let level = 0; level < counts.length; level++) sum += (counts[level] as number) * (level - LEVEL_ZERO)
  const low = below(0.005)
  return {
    floor: below(0),
    low,
    // One stored step apart at least: whoever divides by the span of a constant scan gets a number.
    high: Math.max(below(0.995), low + Math.abs(slope)),
    p99: below(0.99),
    mean: (slope * sum) / Math.max(1, data.length) + intercept,
  }
}

/** New real value of a voxel from its own and its place along x; made once for every row. */
export type RowChange = (value: number, i: number) => number

/** A stored number that holds this real value best. */
export function storedValue({ slope, intercept }: Pick<Volume, 'slope' | 'intercept'>, value: number): number {
  return Math.max(-32768, Math.min(32767, Math.round((value - intercept) / slope)))
}

/** A scan on the same grid with every real value changed, rounded to what can be stored. Memory: the copy. */
export function changeValues(volume: Volume, row: (j: number, k: number) => RowChange): Volume {
  const [nx, ny, nz] = volume.grid.size
  const { slope, intercept } = volume
  const data = new Int16Array(volume.data.length)
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const change = row(j, k)
      for (let i = 0; i < nx; i++, at++) {
        data[at] = storedValue(volume, change(slope * (volume.data[at] as number) + intercept, i))
      }
    }
  }
  return { ...volume, data }
}

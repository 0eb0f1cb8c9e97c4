import type { Volume } from '../core/types.ts'
import { histogram, LEVELS } from '../volume/histogram.ts'

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

/** Reads 2 bytes a voxel; memory: as histogram(). */
export function intensitiesOf(volume: Volume): Intensities {
  const { counts, fromValue, binWidth } = histogram(volume, LEVELS)
  const realOf = (bin: number) => fromValue + bin * binWidth
  const below = (share: number) => {
    let bin = 0
    for (let left = share * volume.data.length - (counts[0] as number); left > 0; bin++) left -= counts[bin + 1] ?? left
    return realOf(bin)
  }
  const low = below(0.005)
  let sum = 0
  for (let bin = 0; bin < counts.length; bin++) sum += (counts[bin] as number) * realOf(bin)
  return {
    floor: fromValue,
    low,
    // One stored step apart at least: whoever divides by the span of a constant scan gets a number.
    high: Math.max(below(0.995), low + binWidth),
    p99: below(0.99),
    mean: sum / Math.max(1, volume.data.length),
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

import type { Volume } from '../core/types.ts'

/** Bin b counts the voxels with fromValue + b * binWidth <= value < fromValue + (b + 1) * binWidth, real units. */
export interface Histogram {
  readonly counts: Uint32Array
  readonly fromValue: number
  readonly binWidth: number
}

const LEVELS = 65_536

/**
 * Histogram over the values present, in real units (HU or a.u.), with at most `bins` bins. A bin is a whole number of
 * stored levels wide: uneven bins would show as a comb that is not in the scan.
 */
export function histogram(volume: Volume, bins: number): Histogram {
  const levels = new Uint32Array(LEVELS)
  const { data, slope, intercept } = volume
  for (let n = 0; n < data.length; n++) {
    const level = (data[n] as number) + 32_768
    levels[level] = (levels[level] as number) + 1
  }
  const low = Math.max(
    0,
    levels.findIndex((n) => n > 0),
  )
  const high = Math.max(
    0,
    levels.findLastIndex((n) => n > 0),
  )
  const width = Math.max(1, Math.ceil((high - low + 1) / bins))
  const counts = new Uint32Array(Math.ceil((high - low + 1) / width))
  // With a negative slope the highest stored level is the lowest value.
  const start = slope < 0 ? high : low
  const sign = slope < 0 ? -1 : 1
  for (let level = low; level <= high; level++) {
    const bin = Math.floor(((level - start) * sign) / width)
    counts[bin] = (counts[bin] as number) + (levels[level] as number)
  }
  return { counts, fromValue: slope * (start - 32_768) + intercept, binWidth: Math.abs(slope) * width }
}

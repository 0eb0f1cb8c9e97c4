import type { Volume } from '../core/types.ts'

/** Bin b counts the voxels with fromValue + b * binWidth <= value < fromValue + (b + 1) * binWidth, real units. */
export interface Histogram {
  readonly counts: Uint32Array
  readonly fromValue: number
  readonly binWidth: number
}

/** Levels an int16 can take; level n is stored value n - 32,768. */
export const LEVELS = 65_536

/**
 * Histogram over the values present, in real units (HU or a.u.), with at most `bins` bins. A bin is a whole number of
 * stored levels wide: uneven bins would show as a comb that is not in the scan. Reads 2 bytes a voxel; memory: 512 KB.
 */
export function histogram(volume: Volume, bins: number): Histogram {
  return binned(levelCounts(volume.data), volume, bins)
}

/**
 * Voxels of each level. Neighbours are often equal, and adding twice to one counter waits for the first sum to reach
 * memory: two tables in turn (1.3 times the speed).
 */
export function levelCounts(data: Int16Array): Uint32Array {
  const even = new Uint32Array(LEVELS)
  const odd = new Uint32Array(LEVELS)
  for (let n = 1; n < data.length; n += 2) {
    const a = (data[n - 1] as number) + 32_768
    const b = (data[n] as number) + 32_768
    even[a] = (even[a] as number) + 1
    odd[b] = (odd[b] as number) + 1
  }
  if (data.length % 2 === 1) {
    const last = (data[data.length - 1] as number) + 32_768
    even[last] = (even[last] as number) + 1
  }
  for (let n = 0; n < LEVELS; n++) even[n] = (even[n] as number) + (odd[n] as number)
  return even
}

/** The histogram of these counts, one for each of the 65,536 levels. */
export function binned(
  levels: Uint32Array,
  { slope, intercept }: Pick<Volume, 'slope' | 'intercept'>,
  bins: number,
): Histogram {
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

import type { Volume } from '../core/types.ts'
import { LEVELS, levelCounts } from '../volume/histogram.ts'
import type { Normalisation } from './card.ts'

/** Level of a stored value: its place in a table of all that an int16 can take. */
export const LEVEL_ZERO = LEVELS / 2

/**
 * The network's value of every stored value, at stored + LEVEL_ZERO: (real - low) / (high - low), computed in double and rounded
 * once to single precision. `low` and `high` are those of the voxels of this volume. All 0 when they are equal.
 */
export function normalisation(volume: Volume, how: Normalisation): Float32Array {
  const { low, high } = rangeOf(volume, how)
  const table = new Float32Array(LEVELS)
  if (!(high > low)) return table
  const clips = how.kind !== 'min-max' && how.clip
  for (let n = 0; n < LEVELS; n++) {
    const value = (volume.slope * (n - LEVEL_ZERO) + volume.intercept - low) / (high - low)
    table[n] = clips ? Math.max(0, Math.min(1, value)) : value
  }
  return table
}

interface Range {
  readonly low: number
  readonly high: number
}

function rangeOf(volume: Volume, how: Normalisation): Range {
  if (how.kind === 'window') return how
  const counts = levelCounts(volume.data)
  const [low, high] = how.kind === 'min-max' ? [0, 1] : [how.low, how.high]
  return { low: realQuantile(counts, volume, low), high: realQuantile(counts, volume, high) }
}

/** The quantile q (0 to 1) of the real values of a volume. */
export function realQuantile(counts: Uint32Array, { slope, intercept }: Volume, q: number): number {
  // A negative slope turns the order round.
  return slope * quantile(counts, slope < 0 ? 1 - q : q) + intercept
}

/**
 * The quantile q of stored values, of which `counts` holds how many there are of each level, between neighbours by
 * place (n - 1) q: numpy's default rule, type 7 of Hyndman and Fan (1996). 0 when there are none.
 */
export function quantile(counts: Uint32Array, q: number): number {
  const n = counts.reduce((sum, count) => sum + count, 0)
  if (n === 0) return 0
  const place = (n - 1) * q
  const rank = Math.floor(place)
  const below = ranked(counts, rank)
  const above = ranked(counts, Math.min(n - 1, rank + 1))
  return below + (above - below) * (place - rank)
}

/** The stored value with `rank` others before it. */
function ranked(counts: Uint32Array, rank: number): number {
  let seen = 0
  for (let level = 0; level < counts.length; level++) {
    seen += counts[level] as number
    if (seen > rank) return level - LEVEL_ZERO
  }
  return 0
}

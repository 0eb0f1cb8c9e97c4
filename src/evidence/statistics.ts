/** Plain statistics of lists. */

/** NaN for an empty list. */
export const meanOf = (values: ArrayLike<number>) => sumOf(values) / values.length

export function sumOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let n = 0; n < values.length; n++) sum += values[n] as number
  return sum
}

/** Standard deviation of a sample (over n - 1); NaN below two values. */
export function sdOf(values: ArrayLike<number>): number {
  if (values.length < 2) return Number.NaN
  const mean = meanOf(values)
  let sum = 0
  for (let n = 0; n < values.length; n++) sum += ((values[n] as number) - mean) ** 2
  return Math.sqrt(sum / (values.length - 1))
}

/**
 * Quantile of values sorted upwards, between two of them where it falls there (type 7 of Hyndman and Fan 1996,
 * 10.1080/00031305.1996.10473566). NaN for an empty list. Takes infinite values.
 */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN]
  return low === high ? low : low + (high - low) * (place - Math.floor(place))
}

/** Sorted upwards, as a new list. */
export const sortedOf = (values: ArrayLike<number>) => Float64Array.from(values).sort()

export const medianOf = (values: ArrayLike<number>) => quantileOf(sortedOf(values), 0.5)

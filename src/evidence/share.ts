/** How many of how many, and how large the share may really be. */
export interface Share {
  readonly count: number
  readonly of: number
  /** 0 of nothing is 0. */
  readonly share: number
  /** Upper end of the exact one-sided 95 % interval (Clopper and Pearson 1934); 1 for nothing. */
  readonly upper95: number
}

const MISS = 0.05

export function shareOf<T>(items: readonly T[], counts: (item: T) => boolean): Share {
  const of = items.length
  const count = items.filter(counts).length
  return { count, of, share: of === 0 ? 0 : count / of, upper95: upperBound(count, of) }
}

/** The share at which this few, or fewer, would be seen in 5 % of the draws; found by halving. */
function upperBound(count: number, of: number): number {
  if (count >= of) return 1
  let [low, high] = [count / of, 1]
  for (let n = 0; n < 60; n++) {
    const middle = (low + high) / 2
    if (atMost(count, of, middle) > MISS) low = middle
    else high = middle
  }
  return high
}

/** Chance of at most `count` of `of` at this share, summed in logarithms: (1 - share)^of alone may be too small to hold. */
function atMost(count: number, of: number, share: number): number {
  let log = of * Math.log1p(-share)
  let sum = 0
  for (let n = 0; n <= count; n++) {
    sum += Math.exp(log)
    log += Math.log((of - n) / (n + 1)) + Math.log(share) - Math.log1p(-share)
  }
  return sum
}

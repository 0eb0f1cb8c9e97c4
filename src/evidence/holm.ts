/**
 * p values of several tests, raised so that the chance of one false alarm among all stays what it was for each (Holm 1979,
 * Scandinavian Journal of Statistics 6:65). In the order given; never above 1.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = pValues.map((_, n) => n).sort((a, b) => (pValues[a] as number) - (pValues[b] as number))
  const adjusted = pValues.map(() => 1)
  let least = 0
  order.forEach((n, rank) => {
    least = Math.max(least, Math.min(1, (pValues[n] as number) * (pValues.length - rank)))
    adjusted[n] = least
  })
  return adjusted
}

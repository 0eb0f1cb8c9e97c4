import fc from 'fast-check'
import { expect, test } from 'vitest'
import { otsu } from '../../src/segment/otsu.ts'

const anyCounts = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 1000 })), { minLength: 2, maxLength: 14 })

/** Variance between the classes that the cuts part, from its definition. */
function between(counts: number[], cuts: number[]): number {
  const edges = [0, ...cuts, counts.length]
  const moment = (from: number, to: number, power: number) =>
    counts.slice(from, to).reduce((sum, n, b) => sum + n * (b + from) ** power, 0)
  const total = moment(0, counts.length, 0)
  const mean = moment(0, counts.length, 1) / total
  let variance = 0
  for (let c = 0; c + 1 < edges.length; c++) {
    const n = moment(edges[c] ?? 0, edges[c + 1] ?? 0, 0)
    if (n === 0) return -1
    variance += (n / total) * (moment(edges[c] ?? 0, edges[c + 1] ?? 0, 1) / n - mean) ** 2
  }
  return variance
}

function allCuts(bins: number, classes: 2 | 3): number[][] {
  const cuts: number[][] = []
  for (let t = 1; t < bins; t++) {
    if (classes === 2) cuts.push([t])
    else for (let u = t + 1; u < bins; u++) cuts.push([t, u])
  }
  return cuts
}

test.each([2, 3] as const)('Otsu with %i classes has the greatest variance between classes of all cuts', (classes) => {
  fc.assert(
    fc.property(anyCounts, (counts) => {
      const best = Math.max(-1, ...allCuts(counts.length, classes).map((cuts) => between(counts, cuts)))
      const histogram = { counts: Uint32Array.from(counts), fromValue: -100, binWidth: 4 }
      if (counts.filter((n) => n > 0).length < classes) {
        expect(() => otsu(histogram, classes)).toThrow(expect.objectContaining({ code: 'segment/empty' }))
        return
      }
      const bins = otsu(histogram, classes).map((value) => (value + 100) / 4)
      expect(bins.every(Number.isInteger)).toBe(true)
      expect(between(counts, bins)).toBeGreaterThanOrEqual(best * (1 - 1e-9))
    }),
    { numRuns: 500 },
  )
})

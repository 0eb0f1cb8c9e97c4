import { expect, test } from 'vitest'
import { seededNormal, seededRandom } from '../../../src/core/random.ts'
import { bootstrapDraws, bootstrapInterval } from '../../../src/evidence/bootstrap.ts'
import { holmAdjusted } from '../../../src/evidence/holm.ts'
import { meanOf, medianOf, quantileOf, sdOf } from '../../../src/evidence/statistics.ts'

test('plain statistics', () => {
  expect([meanOf([1, 2, 6]), medianOf([6, 1, 2]), medianOf([1, 2, 3, 6])]).toEqual([3, 2, 2.5])
  expect(sdOf([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.138, 3)
  expect([meanOf([]), medianOf([]), sdOf([1])]).toEqual([Number.NaN, Number.NaN, Number.NaN])
  expect(quantileOf([1, 2, 3, 4, 5], 0.9)).toBeCloseTo(4.6, 12)
  expect([medianOf([1, 2, Infinity]), medianOf([1, Infinity]), medianOf([Infinity])]).toEqual([2, Infinity, Infinity])
})

test('Holm raises p values step by step', () => {
  const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005])
  expect(adjusted.map((p) => p.toFixed(4))).toEqual(['0.0300', '0.0600', '0.0600', '0.0200'])
  expect(holmAdjusted([0.5, 0.9])).toEqual([1, 1])
  expect(holmAdjusted([])).toEqual([])
})

test('a draw takes patients whole, as many as there are', () => {
  const patientOf = [7, 7, 3, 9, 3, 7]
  bootstrapDraws(patientOf, { draws: 200, seed: 1 }, (times) => {
    expect([times[1], times[5], times[4]]).toEqual([times[0], times[0], times[2]])
    expect((times[0] as number) + (times[2] as number) + (times[3] as number)).toBe(3)
  })
})

test('the same seed gives the same interval, another seed nearly so', () => {
  const normal = seededNormal(3)
  const values = Array.from({ length: 60 }, () => normal())
  const patients = values.map((_, n) => n)
  const interval = (seed: number) => bootstrapInterval(values, patients, meanOf, { draws: 2000, seed })
  expect(interval(1)).toEqual(interval(1))
  expect(interval(2)).not.toEqual(interval(1))
  expect(Math.abs(interval(2).low - interval(1).low)).toBeLessThan(0.03)
})

test('the interval of a mean covers the truth about as often as it says', () => {
  let covered = 0
  for (let seed = 0; seed < 200; seed++) {
    const normal = seededNormal(1000 + seed)
    const values = Array.from({ length: 50 }, () => 5 + 2 * normal())
    const { low, high } = bootstrapInterval(
      values,
      values.map((_, n) => n),
      meanOf,
      { draws: 400, seed },
    )
    if (low <= 5 && 5 <= high) covered++
  }
  expect(covered).toBeGreaterThanOrEqual(180)
  expect(covered).toBeLessThan(200)
})

test('several scans of one patient are not taken for several patients', () => {
  const random = seededRandom(8)
  const perPatient = Array.from({ length: 20 }, () => random())
  const values = perPatient.flatMap((value) => [value, value, value, value])
  const width = (patientOf: number[]) => {
    const { low, high } = bootstrapInterval(values, patientOf, meanOf, { draws: 1000, seed: 4 })
    return high - low
  }
  const asScans = width(values.map((_, n) => n))
  const asPatients = width(values.map((_, n) => Math.floor(n / 4)))
  expect(asPatients / asScans).toBeGreaterThan(1.7)
})

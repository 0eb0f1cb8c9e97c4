import { expect, test } from 'vitest'
import { seededNormal, seededRandom } from '../../../src/core/random.ts'
import {
  type BandCase,
  calibrationOf,
  DEFAULT_GOALS,
  type FeatureCase,
  fitBands,
} from '../../../src/evidence/calibrate.ts'
import { conformalSetting } from '../../../src/evidence/conformal.ts'
import { aurcOf, failureAuroc } from '../../../src/evidence/failure.ts'
import { meanOf, sdOf } from '../../../src/evidence/statistics.ts'
import { DEFAULT_BANDS } from '../../../src/infer/card.ts'
import { conformalP, scopeScore } from '../../../src/infer/scope-features.ts'

/** Part of a structure missed at 100 thresholds, of cases that differ much in how sure the network was. */
function missedParts(count: number, seed: number): Float64Array[] {
  const [random, normal] = [seededRandom(seed), seededNormal(seed + 1)]
  return Array.from({ length: count }, () => {
    const middle = 0.4 + 0.5 * random()
    const sure = Array.from({ length: 60 }, () => Math.min(1, Math.max(0, middle + 0.2 * normal())))
    return Float64Array.from({ length: 100 }, (_, at) => sure.filter((p) => p < at / 100).length / sure.length)
  })
}

test('over 1,000 random splits the mean loss of new cases stays at alpha', () => {
  const cases = missedParts(200, 1)
  const random = seededRandom(2)
  const risks: number[] = []
  for (let split = 0; split < 1000; split++) {
    const order = cases.map((row) => ({ row, key: random() })).sort((a, b) => a.key - b.key)
    const [known, fresh] = [order.slice(0, 100), order.slice(100)]
    const setting = conformalSetting(
      known.map(({ row }) => row),
      0.1,
    )
    risks.push(meanOf(fresh.map(({ row }) => row[setting] as number)))
  }
  const error = (2 * sdOf(risks)) / Math.sqrt(risks.length)
  expect(meanOf(risks)).toBeLessThanOrEqual(0.1 + error)
  // Not by being over-careful either.
  expect(meanOf(risks)).toBeGreaterThan(0.07)
})

test('the setting is the last one that holds, and there is none with too few cases', () => {
  const row = [0, 0.05, 0.2, 0]
  expect(conformalSetting(Array(99).fill(row), 0.1)).toBe(1)
  expect(conformalSetting(Array(9).fill([0, 0.2]), 0.1)).toBe(0)
  expect(conformalSetting(Array(8).fill([0, 0]), 0.1)).toBe(-1)
  expect(conformalSetting([], 0.1)).toBe(-1)
})

const scans = (people: number, seed: number, shift = 0): FeatureCase[] => {
  const normal = seededNormal(seed)
  return Array.from({ length: 2 * people }, (_, n) => ({
    patient: Math.floor(n / 2),
    features: [5 + shift + normal(), 100 + 20 * (shift + normal()), 7],
  }))
}

test('the scope guard learns where scans lie: alike ones seldom fall out, others do', () => {
  const calibration = calibrationOf(scans(60, 3), ['a', 'b', 'c'], 9)
  const { features, mean, sd, scores, from } = calibration
  expect([features, from]).toEqual([['a', 'b', 'c'], '120 scans of 60 people'])
  expect(mean[0]).toBeCloseTo(5, 0)
  expect(sd[1]).toBeGreaterThan(14)
  expect(sd[2]).toBe(0)
  expect(scores).toHaveLength(60)
  expect([...scores]).toEqual([...scores].sort((a, b) => a - b))
  const out = (cases: FeatureCase[]) =>
    meanOf(cases.map((one) => Number(conformalP(scopeScore(one.features, calibration), calibration) < 0.05)))
  expect(out(scans(500, 77))).toBeLessThan(0.12)
  expect(out(scans(500, 78, 6))).toBeGreaterThan(0.99)
})

test('no person is in both halves, and the same seed draws the same halves', () => {
  // A power of two each: the mean tells whom it was taken from.
  const cases = Array.from({ length: 80 }, (_, n) => ({ patient: n % 40, features: [2 ** (n % 40)] }))
  const calibration = calibrationOf(cases, ['a'], 1)
  const known = BigInt(Math.round((calibration.mean[0] as number) * 20))
  const isHeld = ({ patient }: FeatureCase) => ((known >> BigInt(patient)) & 1n) === 0n
  const held = cases.filter(isHeld)
  expect(held).toHaveLength(40)
  const scores = held.map(({ features }) => scopeScore(features, calibration)).sort((a, b) => a - b)
  expect(calibration.scores).toEqual(scores)
  expect(calibrationOf(cases, ['a'], 1)).toEqual(calibration)
  expect(calibrationOf(cases, ['a'], 2).mean).not.toEqual(calibration.mean)
})

test('statistics of fewer than 20 people in a half are never made', () => {
  expect(() => calibrationOf(scans(39, 1), ['a', 'b', 'c'], 1)).toThrow(
    expect.objectContaining({ code: 'evidence/too-few' }),
  )
  expect(() => calibrationOf(scans(60, 1), ['a', 'b'], 1)).toThrow(
    expect.objectContaining({ code: 'app/bad-parameter' }),
  )
})

/** NSD follows pairwise Dice: `fine` cases from 0.95 up, the others below. */
const banded = (fine: number, poor: number): BandCase[] => [
  ...Array.from({ length: fine }, (_, n) => ({ pairwiseDice: 0.95 + n / 10000, nsd: 0.97, isOtherwiseGreen: true })),
  ...Array.from({ length: poor }, (_, n) => ({ pairwiseDice: 0.9 - n / 1000, nsd: 0.6, isOtherwiseGreen: true })),
]

test('GREEN begins where risk and silent failures stay within the goals', () => {
  const fitted = fitBands(banded(80, 20), DEFAULT_BANDS)
  expect(fitted?.bands.green).toEqual({ ...DEFAULT_BANDS.green, pairwiseDice: 0.9 })
  expect(fitted).toMatchObject({ coverage: 0.81, silent: 0.01 })
  expect(fitted?.bands.amber.pairwiseDice).toBeLessThanOrEqual(0.9)
  const strict = fitBands(banded(80, 20), DEFAULT_BANDS, { ...DEFAULT_GOALS, silent: 0 })
  expect(strict?.bands.green.pairwiseDice).toBe(0.95)
  expect(strict).toMatchObject({ coverage: 0.8, silent: 0 })
  expect(strict?.risk).toBeCloseTo(0.03, 12)
})

test('a network that is wrong too often has no GREEN', () => {
  expect(fitBands(banded(60, 40), DEFAULT_BANDS)).toBeNull()
  const unsafe = banded(80, 20).map((one) => ({ ...one, nsd: 0.9 }))
  expect(fitBands(unsafe, DEFAULT_BANDS)).toBeNull()
  const held = banded(100, 0).map((one) => ({ ...one, isOtherwiseGreen: false }))
  expect(fitBands(held, DEFAULT_BANDS)).toBeNull()
  expect(() => fitBands(banded(19, 0), DEFAULT_BANDS)).toThrow(expect.objectContaining({ code: 'evidence/too-few' }))
})

test('failure detection: the area under its curves', () => {
  const judged = (pairs: [confidence: number, risk: number][]) =>
    pairs.map(([confidence, risk]) => ({ confidence, risk }))
  const failed = ({ risk }: { risk: number }) => risk > 0.2
  const right = judged([
    [4, 0],
    [3, 0],
    [2, 0.4],
    [1, 0.8],
  ])
  expect(aurcOf(right)).toBeCloseTo((0 + 0 + 0.4 / 3 + 1.2 / 4) / 4, 12)
  expect(failureAuroc(right, failed)).toBe(1)
  expect(
    failureAuroc(
      judged([
        [1, 0],
        [2, 0.5],
      ]),
      failed,
    ),
  ).toBe(0)
  const blind = judged([
    [1, 0],
    [1, 0.5],
    [1, 0],
    [1, 0.5],
  ])
  expect([aurcOf(blind), failureAuroc(blind, failed)]).toEqual([0.25, 0.5])
  expect([aurcOf([]), failureAuroc(judged([[1, 0]]), failed)]).toEqual([Number.NaN, Number.NaN])
})

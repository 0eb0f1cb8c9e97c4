import { expect, test } from 'vitest'
import { biasCases, evaluationRows, strataOf, structuresIn, summarise } from '../../../src/evidence/case-result.ts'
import { benchCase, benchStructure } from '../../support/bench-cases.ts'

const HOW = { draws: 500, seed: 3 }

const missed = { dice: 0, nsd: 0, hd95Mm: Infinity, volumeErrorPercent: -100 }
const cases = [
  benchCase(1, { structures: [benchStructure('brain', { dice: 0.8, nsd: 0.7, hd95Mm: 3, volumeErrorPercent: -5 })] }),
  benchCase(2, { structures: [benchStructure('brain', { dice: 0.9, nsd: 0.9, hd95Mm: 1, volumeErrorPercent: 2 })] }),
  benchCase(3, { structures: [benchStructure('brain', { dice: 0.94, nsd: 0.98, hd95Mm: 1, volumeErrorPercent: 1 })] }),
  benchCase(4, { band: 'red', structures: [benchStructure('brain', missed)] }),
  benchCase(5, { structures: [benchStructure('brain', null), benchStructure('csf')] }),
]

test('a missed structure counts as a failure and spoils no mean; one that nobody has is counted apart', () => {
  const found = summarise(cases, 'brain', HOW)
  expect(found).toMatchObject({ oneEmpty: 1, bothEmpty: 1, failed: 2, silent: 1 })
  expect(found.dice).toMatchObject({ n: 4, worst: 0 })
  expect(found.dice.median).toBeCloseTo(0.85, 12)
  expect(found.dice.mean).toBeCloseTo((0.8 + 0.9 + 0.94) / 4, 12)
  expect(found.hd95Mm).toMatchObject({ n: 4, median: 2, worst: Infinity })
  expect(found.hd95Mm.mean).toBeCloseTo(5 / 3, 12)
  expect(found.volumeErrorPercent).toMatchObject({ worst: 100, mean: 27 })
  expect(found.dice.interval.low).toBeLessThan(found.dice.median)
  expect(found.dice.interval.high).toBeGreaterThan(found.dice.median)
})

test('nothing to summarise gives no numbers', () => {
  const { dice, failed } = summarise([], 'brain', HOW)
  expect(dice).toEqual({ n: 0, median: NaN, mean: NaN, worst: NaN, interval: { low: NaN, high: NaN } })
  expect(failed).toBe(0)
})

test('strata are all cases and each value of each property', () => {
  const grouped = [
    benchCase(1, { groups: { sex: 'f', age: '>65' } }),
    benchCase(2, { groups: { sex: 'm' } }),
    benchCase(3, { groups: { sex: 'f' } }),
  ]
  expect(strataOf(grouped).map(({ name, cases }) => [name, cases.map(({ row }) => row)])).toEqual([
    ['all', [1, 2, 3]],
    ['age: >65', [1]],
    ['sex: f', [1, 3]],
    ['sex: m', [2]],
  ])
})

test('the rows of a card say what the cases say', () => {
  expect(structuresIn(cases)).toEqual(['brain', 'csf'])
  const rows = evaluationRows(cases, HOW)
  expect(rows.map(({ structure, stratum, n }) => [structure, stratum, n])).toEqual([
    ['brain', 'all', 4],
    ['csf', 'all', 1],
  ])
  expect(rows[0]).toMatchObject({ worstDice: 0, nsd: { toleranceMm: 2 } })
  expect(rows[0]?.dice.median).toBeCloseTo(0.85, 12)
  expect(rows[1]?.dice).toEqual({ median: 0.9, low: 0.9, high: 0.9 })
  expect(JSON.stringify(evaluationRows(cases, HOW))).toBe(JSON.stringify(rows))
})

test('of two tolerances there is no one NSD', () => {
  const mixed = [benchCase(1), benchCase(2, { structures: [benchStructure('brain', { toleranceMm: 1 })] })]
  expect(evaluationRows(mixed, HOW)[0]?.nsd).toBeNull()
})

test('for the comparison of groups a case is its NSD, and whether it went through', () => {
  expect(biasCases(cases, 'brain')).toEqual([
    { patient: 1, groups: {}, nsd: 0.7, isGreen: true },
    { patient: 2, groups: {}, nsd: 0.9, isGreen: true },
    { patient: 3, groups: {}, nsd: 0.98, isGreen: true },
    { patient: 4, groups: {}, nsd: 0, isGreen: false },
  ])
})

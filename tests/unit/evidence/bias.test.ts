import { expect, test } from 'vitest'
import { seededNormal, seededRandom } from '../../../src/core/random.ts'
import { biasOf, type Grouping } from '../../../src/evidence/bias.ts'
import type { BiasCase } from '../../../src/evidence/bias-case.ts'

const HOW = { draws: 2000, seed: 11 }

interface Site {
  readonly patients: number
  /** Taken from the NSD of one sex. */
  readonly gap: number
  readonly mean: number
}

/** Cases of a made-up site: NSD falls with nothing but, where planted, the sex. The gate sees NSD rightly. */
function site(seed: number, { patients, gap, mean }: Site): BiasCase[] {
  const [random, normal] = [seededRandom(seed), seededNormal(seed + 5000)]
  const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)] as string
  return Array.from({ length: patients }, (_, patient) => {
    const sex = patient % 2 === 0 ? 'f' : 'm'
    const nsd = Math.min(1, mean + 0.03 * normal() - (sex === 'f' ? gap : 0))
    const groups = { sex, age: pick(['18-40', '41-65', '>65']), vendor: pick(['A', 'B']) }
    return { patient, nsd, isGreen: nsd + 0.01 * normal() >= 0.9, groups }
  })
}

const groupingBy = (cases: readonly BiasCase[], ...by: string[]) =>
  biasOf(cases, HOW).groupings.find((grouping) => grouping.by.join() === by.join()) as Grouping

const broken = ({ checks }: Grouping) => checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)

// Attack 'planted-gap' of the red-team register.
test('a planted gap of 0.10 fails, and chance does not explain it', () => {
  for (let seed = 0; seed < 5; seed++) {
    const { verdict, groupings } = biasOf(site(seed, { patients: 120, gap: 0.1, mean: 0.97 }), HOW)
    expect(verdict).toBe('fail')
    const by = (property: string) => groupings.find(({ by }) => by.join() === property) as Grouping
    expect(broken(by('sex'))).toContain('gap')
    expect(by('sex').chances[0]).toMatchObject({ measure: 'nsd' })
    expect(by('sex').chances[0]?.adjustedP).toBeLessThan(0.05)
    expect(by('vendor').verdict).not.toBe('fail')
  }
}, 30000)

test('a site without a gap passes in 95 of 100 draws or more', () => {
  const verdicts = Array.from(
    { length: 100 },
    (_, seed) => biasOf(site(100 + seed, { patients: 240, gap: 0, mean: 0.96 }), { ...HOW, draws: 400 }).verdict,
  )
  expect(verdicts.filter((verdict) => verdict === 'pass').length).toBeGreaterThanOrEqual(95)
}, 120000)

test('a gap that chance explains has a p that says so', () => {
  const p = Array.from({ length: 40 }, (_, seed) => {
    const cases = site(seed, { patients: 80, gap: 0, mean: 0.96 }).map((one) => ({
      ...one,
      groups: { sex: one.groups.sex as string },
    }))
    return biasOf(cases, { ...HOW, draws: 400 }).groupings[0]?.chances[0]?.p ?? Number.NaN
  })
  expect(p.filter((one) => one < 0.05).length).toBeLessThanOrEqual(6)
  expect(Math.min(...p)).toBeLessThan(0.3)
  expect(Math.max(...p)).toBeGreaterThan(0.7)
})

/** Cases in numbers: [group, NSD, let through, how many]. */
const counted = (rows: readonly (readonly [string, number, boolean, number])[]): BiasCase[] =>
  rows
    .flatMap(([sex, nsd, isGreen, n]) => Array.from({ length: n }, () => ({ nsd, isGreen, groups: { sex } })))
    .map((one, patient) => ({ ...one, patient }))

test('a group of 19 is never judged, and never lets its grouping pass', () => {
  const all = (n: number) =>
    counted([
      ['f', 0.96, true, 40],
      ['m', 0.96, true, 40],
      ['x', 0.96, true, n],
    ])
  const few = groupingBy(all(19), 'sex')
  expect(few.rows.map(({ isGated }) => isGated)).toEqual([true, true, false])
  expect([few.verdict, broken(few)]).toEqual(['insufficient', []])
  expect(biasOf(all(19), HOW).verdict).toBe('insufficient')
  expect(biasOf(all(20), HOW).verdict).toBe('pass')
  // Twenty scans of one person are one patient.
  const oneMan = all(20).map((one) => (one.groups.sex === 'x' ? { ...one, patient: 1000 } : one))
  expect(biasOf(oneMan, HOW).verdict).toBe('insufficient')
  // However bad the others are, they still fail.
  const bad = groupingBy(
    counted([
      ['f', 0.96, true, 40],
      ['m', 0.7, false, 40],
      ['x', 0.96, true, 19],
    ]),
    'sex',
  )
  expect(bad.verdict).toBe('fail')
})

test('nothing recorded is no pass', () => {
  expect(biasOf([], HOW)).toEqual({ groupings: [], verdict: 'insufficient' })
  expect(biasOf(counted([['f', 1, true, 60]]), HOW).verdict).toBe('insufficient')
})

test.each([
  [
    'gap',
    [
      ['f', 0.95, true, 50],
      ['m', 0.9, true, 50],
    ],
    [
      ['f', 0.95, true, 50],
      ['m', 0.899, false, 50],
    ],
  ],
  [
    'error-ratio',
    [
      ['f', 0.94, true, 50],
      ['m', 0.96, true, 50],
    ],
    [
      ['f', 0.939, true, 50],
      ['m', 0.96, true, 50],
    ],
  ],
  [
    'floor',
    [
      ['f', 0.85, false, 50],
      ['m', 0.85, false, 50],
    ],
    [
      ['f', 0.849, false, 50],
      ['m', 0.85, false, 50],
    ],
  ],
  [
    'pass-gap',
    [
      ['f', 0.95, true, 200],
      ['m', 0.95, true, 180],
      ['m', 0.95, false, 20],
    ],
    [
      ['f', 0.95, true, 200],
      ['m', 0.95, true, 179],
      ['m', 0.95, false, 21],
    ],
  ],
  [
    'unsafe-pass-gap',
    [
      ['f', 0.89, false, 200],
      ['m', 0.89, false, 190],
      ['m', 0.89, true, 10],
    ],
    [
      ['f', 0.89, false, 200],
      ['m', 0.89, false, 189],
      ['m', 0.89, true, 11],
    ],
  ],
  [
    'abstention-gap',
    [
      ['f', 0.95, true, 200],
      ['m', 0.95, true, 170],
      ['m', 0.95, false, 30],
    ],
    [
      ['f', 0.95, true, 200],
      ['m', 0.95, true, 169],
      ['m', 0.95, false, 31],
    ],
  ],
] as const)('%s holds at its limit and breaks beyond it', (name, at, beyond) => {
  expect(broken(groupingBy(counted(at), 'sex'))).not.toContain(name)
  expect(broken(groupingBy(counted(beyond), 'sex'))).toContain(name)
})

test('a rate that no group has cases for is left out; one with few cases is not judged', () => {
  const names = (cases: BiasCase[]) => groupingBy(cases, 'sex').checks.map(({ name }) => name)
  expect(
    names(
      counted([
        ['f', 0.95, true, 30],
        ['m', 0.95, true, 30],
      ]),
    ),
  ).not.toContain('unsafe-pass-gap')
  const few = groupingBy(
    counted([
      ['f', 0.95, true, 30],
      ['f', 0.8, false, 1],
      ['m', 0.95, true, 30],
    ]),
    'sex',
  )
  expect(few.checks.find(({ name }) => name === 'unsafe-pass-gap')).toMatchObject({ verdict: 'insufficient' })
  // A good network leaves few failures to count: that alone holds nothing back.
  expect(few.verdict).toBe('pass')
})

test('a gap beyond its limit that chance may have made is neither a failure nor a pass', () => {
  const spread = (sex: string, middle: number) =>
    Array.from({ length: 20 }, (_, n) => [sex, middle + (n % 2 === 0 ? 0.07 : -0.07), true, 1] as const)
  const cases = counted([...spread('f', 0.9), ...spread('m', 0.94)].map(([sex, nsd]) => [sex, nsd, true, 1] as const))
  const wide = groupingBy(cases, 'sex')
  expect(wide.checks.find(({ name }) => name === 'gap-upper')).toMatchObject({
    isWithin: false,
    verdict: 'insufficient',
  })
  expect(wide.verdict).toBe('insufficient')
})

test('rows tell what each group has; cases without a value are counted', () => {
  const cases = [
    ...counted([
      ['f', 0.9, true, 3],
      ['f', 0.96, true, 1],
      ['m', 0.8, false, 2],
    ]),
  ]
  const { rows, without } = groupingBy([...cases, { patient: 99, nsd: 0, isGreen: true, groups: {} }], 'sex')
  expect(without).toBe(1)
  expect(rows[0]).toMatchObject({ values: ['f'], cases: 4, patients: 4, median: 0.9, worst: 0.9, isGated: false })
  expect(rows[0]?.mean).toBeCloseTo(0.915, 12)
  expect(rows[1]?.interval.low).toBeCloseTo(0.8, 12)
  expect(rows[1]?.interval.high).toBeCloseTo(0.8, 12)
})

test('a gap that only shows between two properties at once is found', () => {
  const cases = ['f', 'm'].flatMap((sex) =>
    ['young', 'old'].flatMap((age) =>
      Array.from({ length: 30 }, () => ({
        nsd: (sex === 'f') === (age === 'old') ? 0.99 : 0.91,
        isGreen: true,
        groups: { sex, age },
      })),
    ),
  )
  const report = biasOf(
    cases.map((one, patient) => ({ ...one, patient })),
    HOW,
  )
  expect(report.groupings.map(({ by, verdict }) => [by.join(' x '), verdict])).toEqual([
    ['sex', 'pass'],
    ['age', 'pass'],
    ['sex x age', 'fail'],
  ])
  expect(report.verdict).toBe('fail')
})

test('a property may be called like anything an object has', () => {
  const cases = counted([['f', 0.96, true, 30]]).map((one, n) => ({
    ...one,
    groups: n < 3 ? one.groups : { ...one.groups, constructor: 'a' },
  }))
  const by = biasOf(cases as BiasCase[], HOW).groupings.find((grouping) => grouping.by.join() === 'constructor')
  expect([by?.without, by?.rows.map(({ values }) => values)]).toEqual([3, [['a']]])
})

import type { BiasCase } from './bias-case.ts'
import { type BiasCheck, checksOf, type Verdict, verdictOn, worstOf } from './bias-checks.ts'
import { type BiasLimits, DEFAULT_BIAS_LIMITS } from './bias-limits.ts'
import { gapP, MEASURES, type Measure, type Measured, measured } from './bias-measures.ts'
import { type Draws, type Interval, intervalOf } from './bootstrap.ts'
import { holmAdjusted } from './holm.ts'
import { quantileOf, sortedOf } from './statistics.ts'

export interface GroupRow {
  /** One value for each property of the grouping. */
  readonly values: readonly string[]
  readonly cases: number
  readonly patients: number
  /** Of NSD, as all that follows. */
  readonly median: number
  readonly mean: number
  readonly worst: number
  /** Of the mean. */
  readonly interval: Interval
  /** Has enough patients to be judged. */
  readonly isGated: boolean
}

/** How likely chance alone makes a gap as wide as found, and the same raised for the number of gaps looked at (holm.ts). */
export interface GapChance {
  readonly measure: Measure['name']
  readonly p: number
  readonly adjustedP: number
}

/** Cases split by one property, or by two at once. */
export interface Grouping {
  readonly by: readonly string[]
  readonly rows: readonly GroupRow[]
  /** Cases without a value. */
  readonly without: number
  readonly checks: readonly (BiasCheck & { readonly verdict: Verdict })[]
  readonly chances: readonly GapChance[]
  readonly verdict: Verdict
}

export interface BiasReport {
  readonly groupings: readonly Grouping[]
  /** Any grouping that fails, fails; single properties must all pass, pairs of them need not have the cases for it. */
  readonly verdict: Verdict
}

/**
 * Whether a network serves groups alike, on NSD: Dice itself falls with the size of an organ. Judged for every property and
 * every pair of properties, against limits (bias-limits.ts). A group of fewer than 20 patients is not judged, and a grouping
 * that has one never passes. Same cases and seed, same report.
 */
export function biasOf(cases: readonly BiasCase[], how: Draws, limits: BiasLimits = DEFAULT_BIAS_LIMITS): BiasReport {
  const properties = [...new Set(cases.flatMap(({ groups }) => Object.keys(groups)))]
  const pairs = properties.flatMap((a, n) => properties.slice(n + 1).map((b) => [a, b]))
  const splits = [...properties.map((one) => [one]), ...pairs].map((by) => splitBy(cases, by, how, limits))
  const open = splits.flatMap(({ chances }) => chances)
  const adjusted = holmAdjusted(open.map(({ p }) => p))
  const chanceOf = new Map(open.map((chance, n) => [chance, adjusted[n] as number]))
  const groupings = splits.map((split) => {
    const chances = split.chances.map((chance) => ({ ...chance, adjustedP: chanceOf.get(chance) as number }))
    return judged({ ...split, chances })
  })
  const counted = groupings.filter(({ by, verdict }) => by.length === 1 || verdict === 'fail')
  return { groupings, verdict: worstOf(counted.map(({ verdict }) => verdict)) }
}

interface Split extends Omit<Grouping, 'checks' | 'chances' | 'verdict'> {
  readonly checks: readonly BiasCheck[]
  readonly chances: readonly Omit<GapChance, 'adjustedP'>[]
}

/** Rates among acceptable and unacceptable cases: a good network leaves few of one kind, so their lack holds nothing back. */
const ODDS: readonly BiasCheck['name'][] = ['pass-gap', 'unsafe-pass-gap']

function judged(split: Omit<Split, 'chances'> & Pick<Grouping, 'chances'>): Grouping {
  const checks = split.checks.map((check) => {
    const chance = split.chances.find(({ measure }) => measure === check.measure)
    return { ...check, verdict: verdictOn(check, chance?.adjustedP ?? 1) }
  })
  const counted = checks.filter(({ name, value }) => !(ODDS.includes(name) && Number.isNaN(value)))
  const verdict = worstOf(counted.map((check) => check.verdict))
  const isWhole = split.rows.every(({ isGated }) => isGated)
  return { ...split, checks, verdict: verdict === 'pass' && !isWhole ? 'insufficient' : verdict }
}

function splitBy(all: readonly BiasCase[], by: readonly string[], how: Draws, limits: BiasLimits): Split {
  const cases = all.filter(({ groups }) => by.every((property) => Object.hasOwn(groups, property)))
  const groups = groupsOf(cases, by)
  const rows = groups.map((group) => rowOf(group, how, limits))
  const gated = groups.filter((_, n) => rows[n]?.isGated).map((group) => group.cases)
  const measures = new Map(MEASURES.map((measure) => [measure.name, measured(measure, gated, limits, how)]))
  const chances = MEASURES.map(({ name }) => ({ measure: name, p: gapP(measures.get(name) as Measured) }))
  return {
    by,
    rows,
    without: all.length - cases.length,
    checks: checksOf(measures, limits),
    chances: chances.filter(({ p }) => !Number.isNaN(p)),
  }
}

/** Cases of one group. */
interface Group {
  readonly values: readonly string[]
  readonly cases: readonly BiasCase[]
}

function groupsOf(cases: readonly BiasCase[], by: readonly string[]): Group[] {
  const found = new Map<string, { values: string[]; cases: BiasCase[] }>()
  for (const one of cases) {
    const values = by.map((property) => one.groups[property] as string)
    const key = JSON.stringify(values)
    const group = found.get(key) ?? { values, cases: [] }
    group.cases.push(one)
    found.set(key, group)
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}

function rowOf({ values, cases }: Group, how: Draws, limits: BiasLimits): GroupRow {
  const [nsd] = MEASURES as [Measure]
  const { means, drawn } = measured(nsd, [cases], limits, how)
  const sorted = sortedOf(cases.map((one) => one.nsd))
  const patients = new Set(cases.map(({ patient }) => patient)).size
  return {
    values,
    cases: cases.length,
    patients,
    median: quantileOf(sorted, 0.5),
    mean: means[0] as number,
    worst: sorted[0] as number,
    interval: intervalOf(drawn.map(([mean]) => mean as number)),
    isGated: patients >= limits.leastPatients,
  }
}

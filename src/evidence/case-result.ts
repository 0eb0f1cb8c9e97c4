import type { AnatomyId } from '../core/anatomy.ts'
import type { EvaluationRow } from '../infer/card.ts'
import type { Agreement, Band } from '../infer/outcome.ts'
import type { BiasCase } from './bias-case.ts'
import { bootstrapInterval, type Draws, type Interval } from './bootstrap.ts'
import { SILENT } from './limits.ts'
import type { Metrics } from './metrics.ts'
import { meanOf, quantileOf, sortedOf } from './statistics.ts'

/** One structure of one case on the bench. */
export interface StructureResult {
  readonly anatomy: AnatomyId
  readonly agreement: Agreement
  /** Null when neither the truth nor the network has it: left out, and counted. */
  readonly metrics: Metrics | null
}

/** One case on the bench, plain JSON but for infinite distances. No file name, no name of a person: the row says which it is. */
export interface CaseResult {
  readonly row: number
  /** Cases of one person share it. */
  readonly patient: number
  readonly groups: Readonly<Record<string, string>>
  readonly band: Band
  readonly structures: readonly StructureResult[]
  readonly seconds: number
  readonly modelSha256: string
  readonly seed: number
}

/** Spread of a number over cases. */
export interface Summary {
  readonly n: number
  readonly median: number
  readonly mean: number
  readonly worst: number
  /** Of the median, by patient. */
  readonly interval: Interval
}

/** What is summarised of a case, and which end is bad. */
interface Quantity {
  readonly of: (metrics: Metrics) => number
  readonly isHighBad: boolean
}

const DICE: Quantity = { of: ({ dice }) => dice, isHighBad: false }
const NSD: Quantity = { of: ({ nsd }) => nsd, isHighBad: false }
const HD95: Quantity = { of: ({ hd95Mm }) => hd95Mm, isHighBad: true }
const VOLUME_ERROR: Quantity = { of: ({ volumeErrorPercent }) => Math.abs(volumeErrorPercent), isHighBad: true }

/** One structure over the cases of a stratum. */
export interface StructureSummary {
  readonly anatomy: AnatomyId
  readonly dice: Summary
  readonly nsd: Summary
  readonly hd95Mm: Summary
  readonly volumeErrorPercent: Summary
  /** Cases with one side empty: Dice and NSD are 0 and count; distances are infinite and are left out of the mean. */
  readonly oneEmpty: number
  /** Cases with both sides empty, left out of everything. */
  readonly bothEmpty: number
  /** NSD below 0.80, and those of them that were GREEN. */
  readonly failed: number
  readonly silent: number
}

interface Counted {
  readonly patient: number
  readonly band: Band
  readonly metrics: Metrics
}

function countedOf(cases: readonly CaseResult[], anatomy: AnatomyId): { counted: Counted[]; bothEmpty: number } {
  const all = cases.flatMap(({ patient, band, structures }) =>
    structures.filter((one) => one.anatomy === anatomy).map(({ metrics }) => ({ patient, band, metrics })),
  )
  const counted = all.flatMap(({ metrics, ...rest }) => (metrics ? [{ ...rest, metrics }] : []))
  return { counted, bothEmpty: all.length - counted.length }
}

/**
 * A quantity over cases. Infinite values keep their place in the order (median, worst, interval) and are left out of the
 * mean. All NaN without cases.
 */
function summaryOf(cases: readonly Counted[], { of, isHighBad }: Quantity, how: Draws): Summary {
  const values = cases.map(({ metrics }) => of(metrics))
  const sorted = sortedOf(values)
  const median = (drawn: Float64Array) => quantileOf(drawn, 0.5)
  return {
    n: values.length,
    median: median(sorted),
    mean: meanOf(values.filter(Number.isFinite)),
    worst: sorted[isHighBad ? sorted.length - 1 : 0] ?? Number.NaN,
    interval: bootstrapInterval(
      values,
      cases.map(({ patient }) => patient),
      median,
      how,
    ),
  }
}

/** Structures of the cases, in the order they first come in. */
export const structuresIn = (cases: readonly CaseResult[]): AnatomyId[] => [
  ...new Set(cases.flatMap(({ structures }) => structures.map(({ anatomy }) => anatomy))),
]

/** One structure over some cases. */
export function summarise(cases: readonly CaseResult[], anatomy: AnatomyId, how: Draws): StructureSummary {
  const { counted, bothEmpty } = countedOf(cases, anatomy)
  const failed = counted.filter(({ metrics }) => metrics.nsd < SILENT.nsdBelow)
  return {
    anatomy,
    dice: summaryOf(counted, DICE, how),
    nsd: summaryOf(counted, NSD, how),
    hd95Mm: summaryOf(counted, HD95, how),
    volumeErrorPercent: summaryOf(counted, VOLUME_ERROR, how),
    oneEmpty: counted.filter(({ metrics }) => metrics.hd95Mm === Infinity).length,
    bothEmpty,
    failed: failed.length,
    silent: failed.filter(({ band }) => band === 'green').length,
  }
}

/** Some of the cases: all of them, or those with one value of one property. */
export interface Stratum {
  readonly name: string
  readonly cases: readonly CaseResult[]
}

/** All cases, then each value of each property, "sex: f"; in the order of the names. */
export function strataOf(cases: readonly CaseResult[]): Stratum[] {
  const pairs = cases.flatMap((one) => Object.entries(one.groups).map(([by, value]) => ({ by, value, one })))
  const found = new Map<string, CaseResult[]>()
  for (const { by, value, one } of pairs) {
    const name = `${by}: ${value}`
    found.set(name, [...(found.get(name) ?? []), one])
  }
  const byName = [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
  return [{ name: 'all', cases }, ...byName.map(([name, members]) => ({ name, cases: members }))]
}

/** Rows for a network's card: each structure in each stratum that has a case of it. No hand writes these. */
export function evaluationRows(cases: readonly CaseResult[], how: Draws): EvaluationRow[] {
  return strataOf(cases).flatMap(({ name, cases: members }) =>
    structuresIn(cases).flatMap((anatomy): EvaluationRow[] => {
      const { dice, nsd } = summarise(members, anatomy, how)
      if (dice.n === 0) return []
      const tolerances = new Set(countedOf(members, anatomy).counted.map(({ metrics }) => metrics.toleranceMm))
      const [toleranceMm] = tolerances
      return [
        {
          structure: anatomy,
          stratum: name,
          n: dice.n,
          dice: { median: dice.median, ...dice.interval },
          // Of several tolerances there is no one number.
          nsd: tolerances.size === 1 && toleranceMm !== undefined ? { toleranceMm, median: nsd.median } : null,
          worstDice: dice.worst,
        },
      ]
    }),
  )
}

/** Cases of one structure for the comparison of groups (biasOf). */
export function biasCases(cases: readonly CaseResult[], anatomy: AnatomyId): BiasCase[] {
  return cases.flatMap(({ patient, groups, band, structures }) =>
    structures.flatMap((one) =>
      one.anatomy === anatomy && one.metrics
        ? [{ patient, groups, nsd: one.metrics.nsd, isGreen: band === 'green' }]
        : [],
    ),
  )
}

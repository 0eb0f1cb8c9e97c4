import type { BiasCase } from './bias-case.ts'
import type { BiasLimits } from './bias-limits.ts'
import { bootstrapDraws, type Draws } from './bootstrap.ts'
import { meanOf } from './statistics.ts'

/** What is compared between groups: the mean of a value over the cases that count for it. */
export interface Measure {
  readonly name: 'nsd' | 'passed' | 'passed-unsafe' | 'held-back'
  readonly counts: (one: BiasCase, limits: BiasLimits) => boolean
  readonly value: (one: BiasCase) => number
}

const isAcceptable = ({ nsd }: BiasCase, { acceptableNsd }: BiasLimits) => nsd >= acceptableNsd

/** NSD; let through of the acceptable (true positive rate); of the others (false positive rate); held back of all. */
export const MEASURES: readonly Measure[] = [
  { name: 'nsd', counts: () => true, value: ({ nsd }) => nsd },
  { name: 'passed', counts: isAcceptable, value: ({ isGreen }) => Number(isGreen) },
  {
    name: 'passed-unsafe',
    counts: (one, limits) => !isAcceptable(one, limits),
    value: ({ isGreen }) => Number(isGreen),
  },
  { name: 'held-back', counts: () => true, value: ({ isGreen }) => Number(!isGreen) },
]

/** A measure of some groups. */
export interface Measured {
  readonly counted: readonly number[]
  /** NaN for a group without cases that count. */
  readonly means: readonly number[]
  /** The same of every bootstrap draw. */
  readonly drawn: readonly (readonly number[])[]
}

export function measured(
  measure: Measure,
  groups: readonly (readonly BiasCase[])[],
  limits: BiasLimits,
  how: Draws,
): Measured {
  const counting = groups.map((cases) => cases.filter((one) => measure.counts(one, limits)))
  const values = counting.map((cases) => cases.map(measure.value))
  const flat = Float64Array.from(values.flat())
  const groupOf = Uint32Array.from(values.flatMap((cases, group) => cases.map(() => group)))
  const drawn: number[][] = []
  bootstrapDraws(
    counting.flat().map(({ patient }) => patient),
    how,
    (times) => {
      drawn.push(weightedMeans(flat, groupOf, times, groups.length))
    },
  )
  return { counted: values.map(({ length }) => length), means: values.map(meanOf), drawn }
}

function weightedMeans(values: Float64Array, groupOf: Uint32Array, times: Uint16Array, groups: number): number[] {
  const sums = new Float64Array(groups)
  const counts = new Float64Array(groups)
  for (let n = 0; n < values.length; n++) {
    const group = groupOf[n] as number
    sums[group] = (sums[group] as number) + (times[n] as number) * (values[n] as number)
    counts[group] = (counts[group] as number) + (times[n] as number)
  }
  return Array.from(sums, (sum, group) => sum / (counts[group] as number))
}

export const gapOf = (values: readonly number[]) => Math.max(...values) - Math.min(...values)

/**
 * How likely chance alone makes a gap as wide: how often means of draws, moved to a common place, spread as far (Davison and
 * Hinkley 1997, 4.4). NaN below two groups, or where one has no case.
 */
export function gapP({ means, drawn }: Measured): number {
  const gap = gapOf(means)
  if (means.length < 2 || Number.isNaN(gap)) return Number.NaN
  // A draw without a case of some group says nothing against chance, and counts for it.
  const asWide = drawn.filter((draw) => !(gapOf(draw.map((mean, n) => mean - (means[n] as number))) < gap))
  return (1 + asWide.length) / (1 + drawn.length)
}

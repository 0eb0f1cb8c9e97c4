import type { BiasLimits } from './bias-limits.ts'
import { gapOf, type Measure, type Measured } from './bias-measures.ts'
import { intervalOf } from './bootstrap.ts'

/** 'insufficient': too few to say. Never taken as a pass. */
export type Verdict = 'pass' | 'fail' | 'insufficient'

export interface BiasCheck {
  readonly name: 'gap' | 'gap-upper' | 'floor' | 'error-ratio' | 'pass-gap' | 'unsafe-pass-gap' | 'abstention-gap'
  /** The gap that has to be real for a failure; null: the limit is on a bound already. */
  readonly measure: Measure['name'] | null
  /** NaN when there are too few to say. */
  readonly value: number
  readonly limit: number
  readonly isWithin: boolean
}

/** Limits and fractions of whole counts meet exactly; float sums miss by less than this. */
const ROUNDING = 1e-9

type Limit = Pick<BiasCheck, 'name' | 'measure' | 'value' | 'limit'>

const atMost = (check: Limit): BiasCheck => ({ ...check, isWithin: check.value <= check.limit + ROUNDING })
const atLeast = (check: Limit): BiasCheck => ({ ...check, isWithin: check.value >= check.limit - ROUNDING })

/**
 * The checks of one grouping, over its groups with enough patients. A rate is compared when every group has enough cases for
 * it, and left out when none of them has any.
 */
export function checksOf(measures: ReadonlyMap<Measure['name'], Measured>, limits: BiasLimits): BiasCheck[] {
  const nsd = measures.get('nsd') as Measured
  const { means, drawn } = nsd
  const few = means.length < 2
  const errors = means.map((mean) => Math.max(limits.leastError, 1 - mean))
  const known = (value: number) => (few ? Number.NaN : value)
  const upper = intervalOf(drawn.map(gapOf)).high
  const ratio = Math.max(...errors) / Math.min(...errors)
  const floor = means.length === 0 ? Number.NaN : intervalOf(drawn.map((draw) => Math.min(...draw))).low
  const rates = [
    { name: 'pass-gap', measure: 'passed', limit: limits.passGap },
    { name: 'unsafe-pass-gap', measure: 'passed-unsafe', limit: limits.unsafePassGap },
    { name: 'abstention-gap', measure: 'held-back', limit: limits.abstentionGap },
  ] as const
  return [
    atMost({ name: 'gap', measure: 'nsd', value: known(gapOf(means)), limit: limits.gap }),
    atMost({ name: 'gap-upper', measure: 'nsd', value: known(upper), limit: limits.gapUpper }),
    atLeast({ name: 'floor', measure: null, value: floor, limit: limits.floor }),
    atMost({ name: 'error-ratio', measure: 'nsd', value: known(ratio), limit: limits.errorRatio }),
    ...rates.flatMap((rate) => {
      const value = rateGap(measures.get(rate.measure) as Measured, limits)
      return value === null ? [] : [atMost({ ...rate, value })]
    }),
  ]
}

/** Widest gap of a rate; null when there is no case for it at all. */
function rateGap({ means, counted }: Measured, { leastPatients }: BiasLimits): number | null {
  if (counted.length > 1 && counted.every((n) => n === 0)) return null
  return counted.length < 2 || counted.some((n) => n < leastPatients) ? Number.NaN : gapOf(means)
}

/** A gap beyond its limit fails when chance does not explain it; where it may, there are too few cases to say. */
export function verdictOn({ value, measure, isWithin }: BiasCheck, adjustedP: number): Verdict {
  if (Number.isNaN(value)) return 'insufficient'
  if (isWithin) return 'pass'
  return measure === null || adjustedP < 0.05 ? 'fail' : 'insufficient'
}

/** The worst of several: a failure first, then too little evidence. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail'
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'pass') ? 'pass' : 'insufficient'
}

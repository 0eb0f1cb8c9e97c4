import type { Vec3 } from '../core/types.ts'
import { type BlockAxes, LEAST_BLOCKS, type TicketBlock } from './ticket.ts'

/** One block under the caliper. Null: not measured yet. */
export type MeasuredBlock = {
  readonly id: string
  /** As designed, along x, y and z of the block, mm. */
  readonly expectedMm: Vec3
  readonly measuredMm: readonly [number | null, number | null, number | null]
  /** Which way those point in the part, of length 1; absent when along the part's own. */
  readonly axes?: BlockAxes
}

export const ACCEPTANCE_RULES = ['mean', 'max', 'relative', 'bias'] as const
export type AcceptanceRule = (typeof ACCEPTANCE_RULES)[number]

/** Why a part is printed again: a closed list (gates: print acceptance). */
export const REPRINT_REASONS = [
  'beyond-limits',
  'visible-defect',
  'wrong-label',
  'digest-mismatch',
  'approval-expired',
  'approval-superseded',
] as const
export type ReprintReason = (typeof REPRINT_REASONS)[number]

/** Reasons that a person gives; the first of the list is measured. */
export const STATED_REASONS = REPRINT_REASONS.filter((reason) => reason !== 'beyond-limits')

/** 'open': something is not measured yet, and nothing that was stated refuses it. */
export type Decision = 'open' | 'accept' | 'reprint' | 'stop'

export interface AcceptanceLimits {
  readonly meanMm: number
  readonly maxMm: number
  readonly relativePercent: number
  readonly biasMm: number
  readonly blocks: number
}

/** The project's gates, "Print acceptance". */
export const ACCEPTANCE: AcceptanceLimits = {
  meanMm: 0.5,
  maxMm: 1,
  relativePercent: 3,
  biasMm: 0.3,
  blocks: LEAST_BLOCKS,
}

export interface AcceptanceFigures {
  readonly measured: number
  readonly missing: number
  /** Mean of |measured - expected|. */
  readonly meanMm: number
  readonly maxMm: number
  /** Largest |measured - expected| in percent of what was expected there. */
  readonly relativePercent: number
  /** Mean of measured - expected, with its sign. */
  readonly biasMm: number
  /** The same along x, y and z; NaN along one without a measure. */
  readonly axisBiasMm: Vec3
}

export interface AcceptanceInput {
  readonly blocks: readonly MeasuredBlock[]
  /** What speaks against the part besides its size. */
  readonly stated: readonly ReprintReason[]
  /** Prints of the same released file that were not accepted. */
  readonly earlierFailures: number
}

export interface Acceptance {
  readonly figures: AcceptanceFigures
  readonly broken: readonly AcceptanceRule[]
  readonly reasons: readonly ReprintReason[]
  readonly decision: Decision
}

/** A caliper reads hundredths: a sum of binary fractions must not put a value at the limit beyond it. */
const ROUNDING = 1e-9

/** Figures of what is measured so far; NaN before anything is. */
export function figuresOf(blocks: readonly MeasuredBlock[]): AcceptanceFigures {
  const errors = blocks.flatMap(({ expectedMm, measuredMm }) =>
    measuredMm.flatMap((mm, axis) => {
      const expected = expectedMm[axis] as number
      return mm === null ? [] : [{ axis, mm: mm - expected, percent: (100 * Math.abs(mm - expected)) / expected }]
    }),
  )
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const most = (values: readonly number[]) => (values.length === 0 ? Number.NaN : Math.max(...values))
  const along = (axis: number) => mean(errors.filter((error) => error.axis === axis).map(({ mm }) => mm))
  return {
    measured: errors.length,
    missing: 3 * blocks.length - errors.length,
    meanMm: mean(errors.map(({ mm }) => Math.abs(mm))),
    maxMm: most(errors.map(({ mm }) => Math.abs(mm))),
    relativePercent: most(errors.map(({ percent }) => percent)),
    biasMm: mean(errors.map(({ mm }) => mm)),
    axisBiasMm: [along(0), along(1), along(2)],
  }
}

/** Rules that the figures break; a value at its limit holds. */
export function brokenRules(figures: AcceptanceFigures, limits: AcceptanceLimits = ACCEPTANCE): AcceptanceRule[] {
  const beyond: Readonly<Record<AcceptanceRule, boolean>> = {
    mean: figures.meanMm > limits.meanMm + ROUNDING,
    max: figures.maxMm > limits.maxMm + ROUNDING,
    relative: figures.relativePercent > limits.relativePercent + ROUNDING,
    bias: Math.abs(figures.biasMm) > limits.biasMm + ROUNDING,
  }
  return ACCEPTANCE_RULES.filter((rule) => beyond[rule])
}

/**
 * Accept, reprint, or, when it is not the first failure of this file, stop: find the cause and review the part again. Too few
 * blocks or an empty field leave it open, unless a stated reason refuses it anyway.
 */
export function judgePrint(input: AcceptanceInput, limits: AcceptanceLimits = ACCEPTANCE): Acceptance {
  const figures = figuresOf(input.blocks)
  const isComplete = figures.missing === 0 && input.blocks.length >= limits.blocks
  const broken = isComplete ? brokenRules(figures, limits) : []
  const reasons = REPRINT_REASONS.filter((reason) =>
    reason === 'beyond-limits' ? broken.length > 0 : input.stated.includes(reason),
  )
  return { figures, broken, reasons, decision: decide(isComplete, reasons.length > 0, input.earlierFailures) }
}

function decide(isComplete: boolean, hasFailed: boolean, earlierFailures: number): Decision {
  if (!hasFailed) return isComplete ? 'accept' : 'open'
  return earlierFailures > 0 ? 'stop' : 'reprint'
}

/** An empty form for these blocks. */
export const formOf = (blocks: readonly TicketBlock[]): readonly MeasuredBlock[] =>
  blocks.map(({ id, sizeMm, axes }) => {
    return { id, expectedMm: sizeMm, measuredMm: [null, null, null], ...(axes ? { axes } : {}) }
  })

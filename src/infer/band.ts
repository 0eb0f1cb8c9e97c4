import type { BandLimits, ModelCard } from './card.ts'
import type { Agreement, Band, Outcome } from './outcome.ts'
import type { BandRule, Reason } from './reason.ts'
import { conformalP, fitsTurned, scopeScore, type Turn } from './scope-features.ts'

/** Fewer views than this say too little about how far they agree. */
export const LEAST_MEMBERS = 4

/** All that the band of one structure of one case rests on. */
export interface Evidence {
  readonly agreement: Agreement
  readonly members: number
  /** Conformal p of the scope features; null for a card without calibration. */
  readonly p: number | null
  readonly calibrationCases: number
  /** How it would fit the known scans better; null when it fits best as it lies, or nothing is known. */
  readonly turned: Turn | null
  /** What scopeBreaches() found. */
  readonly breaches: readonly Reason[]
}

export interface Judgement {
  readonly band: Band
  /** Every rule, also those that hold, the worst first. */
  readonly reasons: readonly Reason[]
}

/** The evidence about structure `index` of the card. */
export function evidenceOf(card: ModelCard, outcome: Outcome, index: number, breaches: readonly Reason[]): Evidence {
  const { calibration, members } = card
  const p = calibration ? conformalP(scopeScore(outcome.features, calibration), calibration) : null
  const agreement = outcome.agreement[index] ?? NO_AGREEMENT
  const turned = calibration ? fitsTurned(outcome.features, calibration) : null
  const calibrationCases = calibration?.scores.length ?? 0
  return { agreement, members: members.length, p, calibrationCases, turned, breaches }
}

const NO_AGREEMENT: Agreement = { pairwiseDice: Number.NaN, s95Mm: Number.NaN, cvPercent: Number.NaN, meanMm3: 0 }

/**
 * How far the result may be believed, by rules on what was measured and never by the network's own probability. GREEN
 * needs every rule; RED is any value beyond its AMBER limit, any value that is no finite number, nothing found, or a scan
 * out of scope; AMBER lies between. A card without calibration, with too few calibration cases for p to fall below its
 * AMBER limit, or with fewer than four members is AMBER at best. A value at a limit holds.
 * (Pairwise disagreement as the measure: arXiv 2406.03323.)
 */
export function judge(evidence: Evidence, limits: BandLimits): Judgement {
  const reasons = [...evidence.breaches, ...agreementReasons(evidence, limits), ...fitReasons(evidence, limits)]
  const band = BANDS.find((b) => reasons.some((reason) => reason.band === b)) ?? 'green'
  return { band, reasons: reasons.sort((a, b) => BANDS.indexOf(a.band) - BANDS.indexOf(b.band)) }
}

/** The worst first. */
export const BANDS: readonly Band[] = ['red', 'amber', 'green']

function agreementReasons({ agreement, members }: Evidence, { green, amber }: BandLimits): Reason[] {
  const { pairwiseDice, s95Mm, cvPercent, meanMm3 } = agreement
  const found = reasonOf('found', meanMm3 > 0 ? 'green' : 'red', meanMm3, 0)
  const enough = reasonOf('members', members >= LEAST_MEMBERS ? 'green' : 'amber', members, LEAST_MEMBERS)
  // One view agrees with itself: that says nothing.
  if (members < 2) return [found, enough]
  return [
    found,
    enough,
    graded('pairwise-dice', pairwiseDice, green.pairwiseDice, amber.pairwiseDice, 'least'),
    graded('s95', s95Mm, green.s95Mm, amber.s95Mm, 'most'),
    graded('cv', cvPercent, green.cvPercent, amber.cvPercent, 'most'),
  ]
}

function fitReasons({ p, calibrationCases, turned }: Evidence, { green, amber }: BandLimits): Reason[] {
  if (p === null) return [reasonOf('calibration', 'amber', 'none', 'present')]
  const smallest = 1 / (calibrationCases + 1)
  const canRefuse = smallest < amber.p
  const needed = amber.p > 0 ? Math.floor(1 / amber.p) : 0
  return [
    reasonOf('turned', turned === null ? 'green' : 'red', turned ?? 'no', 'no'),
    graded('p', p, green.p, amber.p, 'least'),
    reasonOf('calibration-cases', canRefuse ? 'green' : 'amber', calibrationCases, needed),
  ]
}

function graded(rule: BandRule, value: number, green: number, amber: number, limit: 'least' | 'most'): Reason {
  const holds = (edge: number) => Number.isFinite(value) && (limit === 'least' ? value >= edge : value <= edge)
  if (holds(green)) return reasonOf(rule, 'green', value, green)
  return holds(amber) ? reasonOf(rule, 'amber', value, green) : reasonOf(rule, 'red', value, amber)
}

const reasonOf = (rule: BandRule, band: Band, value: number | string, limit: number | string): Reason => ({
  rule,
  band,
  value: typeof value === 'string' || Number.isFinite(value) ? value : null,
  limit,
})

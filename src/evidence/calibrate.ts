import { PipelineError } from '../core/errors.ts'
import { seededRandom } from '../core/random.ts'
import type { BandLimits, Calibration } from '../infer/card.ts'
import { scopeScore } from '../infer/scope-features.ts'
import { SILENT } from './limits.ts'
import { meanOf, quantileOf, sdOf, sortedOf } from './statistics.ts'

/** Fewer people could be found again in the statistics; also the least for a p of 0.05. */
export const LEAST_PEOPLE = 20

/** Scope features of one scan that the network is known to work on. */
export interface FeatureCase {
  /** Any number; scans of one person share it. */
  readonly patient: number
  readonly features: readonly number[]
}

/**
 * Statistics of the scope guard: mean and sd from the scans of one half of the people, drawn by seed, scores from those of
 * the other (split conformal, Papadopoulos et al. 2002, 10.1007/3-540-36755-1_29). Errors: evidence/too-few below 20 people
 * in either half; app/bad-parameter when a scan has other features than are named.
 */
export function calibrationOf(cases: readonly FeatureCase[], names: readonly string[], seed: number): Calibration {
  if (!cases.every(({ features }) => features.length === names.length && features.every(Number.isFinite))) {
    throw new PipelineError('app/bad-parameter', 'A scan does not have all scope features. Run it again.')
  }
  const people = shuffled([...new Set(cases.map(({ patient }) => patient))], seed)
  const half = Math.floor(people.length / 2)
  if (half < LEAST_PEOPLE) {
    throw new PipelineError(
      'evidence/too-few',
      `A calibration takes scans of ${2 * LEAST_PEOPLE} people or more. Add more cases.`,
      { people: people.length },
    )
  }
  const fitting = new Set(people.slice(0, half))
  const known = cases.filter(({ patient }) => fitting.has(patient)).map(({ features }) => features)
  const held = cases.filter(({ patient }) => !fitting.has(patient)).map(({ features }) => features)
  const columns = names.map((_, n) => known.map((features) => features[n] as number))
  const from = `${cases.length} scans of ${people.length} people`
  const unscored = { features: [...names], mean: columns.map(meanOf), sd: columns.map(sdOf), scores: [], from }
  return { ...unscored, scores: held.map((features) => scopeScore(features, unscored)).sort((a, b) => a - b) }
}

/** In an order drawn by seed (Fisher and Yates). */
function shuffled(values: readonly number[], seed: number): number[] {
  const random = seededRandom(seed)
  const order = [...values]
  for (let n = order.length - 1; n > 0; n--) {
    const other = Math.floor(random() * (n + 1))
    const kept = order[n] as number
    order[n] = order[other] as number
    order[other] = kept
  }
  return order
}

/** One structure of one case whose truth is known. */
export interface BandCase {
  readonly pairwiseDice: number
  readonly nsd: number
  /** All other limits of GREEN hold: distance, volume, scope. */
  readonly isOtherwiseGreen: boolean
}

/** What GREEN is to hold. Proposals of this project. */
export interface BandGoals {
  /** Mean 1 - NSD among GREEN cases, at most; and GREEN's share of all cases, at least. */
  readonly risk: number
  readonly coverage: number
  /** A case fails below the first NSD, and is acceptable from the second on. */
  readonly failedNsd: number
  readonly acceptableNsd: number
  /** Share of all cases that may be GREEN and failed. */
  readonly silent: number
  /** Share of acceptable cases that RED may keep from use, at most. */
  readonly lost: number
}

export const DEFAULT_GOALS: BandGoals = {
  risk: 0.05,
  coverage: 0.7,
  failedNsd: SILENT.nsdBelow,
  acceptableNsd: 0.9,
  silent: SILENT.share,
  lost: 0.05,
}

export interface FittedBands {
  readonly bands: BandLimits
  readonly coverage: number
  readonly risk: number
  /** Share of all cases that are GREEN and failed. */
  readonly silent: number
}

/**
 * Limits of pairwise Dice from cases whose truth is known; the other limits stay. GREEN begins at the lowest Dice that keeps
 * risk and silent failures within the goals. RED begins below the Dice that all but a few
 * acceptable cases reach. Null when no limit gives the goals at the coverage asked for: such a network has no GREEN.
 * Errors: evidence/too-few below 20 cases.
 */
export function fitBands(
  cases: readonly BandCase[],
  bands: BandLimits,
  goals: BandGoals = DEFAULT_GOALS,
): FittedBands | null {
  if (cases.length < LEAST_PEOPLE) {
    throw new PipelineError('evidence/too-few', `Limits take ${LEAST_PEOPLE} cases or more. Add more.`, {
      cases: cases.length,
    })
  }
  const limits = [...new Set(cases.filter((one) => one.isOtherwiseGreen).map((one) => one.pairwiseDice))]
  let found: (Omit<FittedBands, 'bands'> & { readonly limit: number }) | null = null
  for (const limit of limits.sort((a, b) => b - a)) {
    const at = greenFrom(cases, limit, goals)
    if (at.risk <= goals.risk && at.silent <= goals.silent) found = { limit, ...at }
  }
  if (!found || found.coverage < goals.coverage) return null
  const { limit: green, ...reached } = found
  const acceptable = sortedOf(cases.filter(({ nsd }) => nsd >= goals.acceptableNsd).map((one) => one.pairwiseDice))
  const amber = Math.min(green, quantileOf(acceptable, goals.lost))
  return {
    ...reached,
    bands: {
      green: { ...bands.green, pairwiseDice: green },
      amber: { ...bands.amber, pairwiseDice: amber },
    },
  }
}

function greenFrom(cases: readonly BandCase[], limit: number, { failedNsd }: BandGoals) {
  const green = cases.filter((one) => one.isOtherwiseGreen && one.pairwiseDice >= limit)
  return {
    coverage: green.length / cases.length,
    risk: meanOf(green.map(({ nsd }) => 1 - nsd)),
    silent: green.filter(({ nsd }) => nsd < failedNsd).length / cases.length,
  }
}

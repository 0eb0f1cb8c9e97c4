import type { AnatomyId } from '../core/anatomy.ts'
import { PipelineError } from '../core/errors.ts'
import type { Band } from '../infer/outcome.ts'
import type { CorruptionId } from './corruptions.ts'
import { CAUGHT_SHARE, ROBUSTNESS, SILENT } from './limits.ts'
import { SEVERITIES, type Severity } from './severity.ts'
import { type Share, shareOf } from './share.ts'
import { meanOf } from './statistics.ts'

/** What a network made of one structure in one scan, as it is (severity 0, corruption null) or made worse. */
export interface Trial {
  /** Name of the scan in the evaluation set; no patient data. */
  readonly scan: string
  readonly structure: AnatomyId
  readonly corruption: CorruptionId | null
  readonly severity: Severity
  readonly dice: number
  /** Normalised surface Dice at the structure's tolerance. */
  readonly nsd: number
  readonly band: Band
}

export type OverlapMetric = 'dice' | 'nsd'

/** Means over the trials of one severity. */
export interface CurvePoint {
  readonly severity: Severity
  readonly trials: number
  readonly dice: number
  readonly nsd: number
  /** Mean of clean less corrupted, scan by scan. */
  readonly drop: number
  readonly bands: Readonly<Record<Band, number>>
}

export interface Curve {
  readonly corruption: CorruptionId
  /** Severities that were tried, mildest first. */
  readonly points: readonly CurvePoint[]
  /** Sum of a^s x drop(s) over sum of a^s, a = 2/3; null unless all five severities were tried. */
  readonly degradation: number | null
}

export interface Robustness {
  readonly curves: readonly Curve[]
  readonly meanDegradation: number | null
  readonly worst: { readonly corruption: CorruptionId; readonly degradation: number } | null
  /** GREEN although NSD or Dice is below its limit, of all trials, the clean ones too. */
  readonly silentByNsd: Share
  readonly silentByDice: Share
  /** AMBER or RED among the trials whose NSD is below its limit; null when none failed. */
  readonly caught: Share | null
  /** Never 'passed' on fewer corruptions or severities than the limits ask for. */
  readonly verdict: 'passed' | 'failed' | 'unevaluated'
}

/**
 * Curves, weighted degradation (Boone et al. 2023, ROOD-MRI) and silent failures of one network from plain records.
 * `metric` is what the degradation is measured in. Errors: app/bad-parameter for a trial whose clean scan was not tried.
 */
export function robustness(trials: readonly Trial[], metric: OverlapMetric = 'dice'): Robustness {
  const clean = new Map(trials.filter((t) => t.severity === 0).map((t) => [keyOf(t), t]))
  const worse = trials.filter((t) => t.severity !== 0)
  const ids = [...new Set(worse.flatMap((t) => t.corruption ?? []))]
  const curves = ids.map((id) =>
    curveOf(
      id,
      worse.filter((t) => t.corruption === id),
      clean,
      metric,
    ),
  )
  const told = curves.flatMap(({ corruption, degradation }) =>
    degradation === null ? [] : [{ corruption, degradation }],
  )
  const meanDegradation = told.length === 0 ? null : meanOf(told.map((t) => t.degradation))
  const worst = told.reduce<Robustness['worst']>((a, b) => (a !== null && a.degradation >= b.degradation ? a : b), null)
  const green = (t: Trial) => t.band === 'green'
  const silentByNsd = shareOf(trials, (t) => green(t) && t.nsd < SILENT.nsdBelow)
  const silentByDice = shareOf(trials, (t) => green(t) && t.dice < SILENT.diceBelow)
  const failed = trials.filter((t) => t.nsd < SILENT.nsdBelow)
  const caught = failed.length === 0 ? null : shareOf(failed, (t) => !green(t))
  const holds =
    (meanDegradation ?? 1) <= ROBUSTNESS.meanDegradation &&
    (worst?.degradation ?? 1) <= ROBUSTNESS.anyDegradation &&
    Math.max(silentByNsd.share, silentByDice.share) <= SILENT.share &&
    (caught?.share ?? 1) >= CAUGHT_SHARE
  const isWhole = told.length >= ROBUSTNESS.leastCorruptions && told.length === curves.length
  const verdict = isWhole ? (holds ? 'passed' : 'failed') : 'unevaluated'
  return { curves, meanDegradation, worst, silentByNsd, silentByDice, caught, verdict }
}

const keyOf = ({ scan, structure }: Trial) => `${structure} ${scan}`

function curveOf(
  corruption: CorruptionId,
  trials: readonly Trial[],
  clean: ReadonlyMap<string, Trial>,
  metric: OverlapMetric,
): Curve {
  const points = SEVERITIES.flatMap((severity) => {
    const here = trials.filter((t) => t.severity === severity)
    return here.length === 0 ? [] : [pointOf(severity, here, clean, metric)]
  })
  if (points.length < SEVERITIES.length) return { corruption, points, degradation: null }
  const weight = ({ severity }: CurvePoint) => ROBUSTNESS.severityWeight ** severity
  const total = points.reduce((sum, p) => sum + weight(p), 0)
  return { corruption, points, degradation: points.reduce((sum, p) => sum + weight(p) * p.drop, 0) / total }
}

function pointOf(
  severity: Severity,
  trials: readonly Trial[],
  clean: ReadonlyMap<string, Trial>,
  metric: OverlapMetric,
): CurvePoint {
  const drops = trials.map((t) => {
    const before = clean.get(keyOf(t))
    if (before) return before[metric] - t[metric]
    throw new PipelineError('app/bad-parameter', 'A scan was tried only when made worse. Try it as it is, too.', {
      corruption: t.corruption ?? '',
      severity,
    })
  })
  const bands = { green: 0, amber: 0, red: 0 }
  for (const { band } of trials) bands[band]++
  return {
    severity,
    trials: trials.length,
    dice: meanOf(trials.map((t) => t.dice)),
    nsd: meanOf(trials.map((t) => t.nsd)),
    drop: meanOf(drops),
    bands,
  }
}

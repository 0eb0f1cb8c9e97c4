import { type Guard, hasFields, isCount, isFlag, isListOf, isNullOr, isNumber, isOneOf, isText } from '../core/shape.ts'
import type { Backend } from '../core/stage.ts'

/** Why a step could not be run again. */
export const NOT_REPLAYED = [
  'input-not-kept',
  'not-explained',
  'file-not-kept',
  'set-by-hand',
  'rules-not-kept',
  'no-network',
  'part-changed',
  'patient-not-kept',
  'other-version',
  'unknown-step',
] as const
export type NotReplayed = (typeof NOT_REPLAYED)[number]

/** What a step makes, as far as a difference of it can be measured. */
export const MADE = ['volume', 'mask', 'mesh', 'check', 'file', 'other'] as const
export type MadeKind = (typeof MADE)[number]

/** How far a result is from the recorded one: voxels of a mask, or mm between two surfaces, measured both ways. */
export type Difference = {
  readonly voxels: number | null
  readonly largestMm: number | null
  readonly meanMm: number | null
}

/** One step of a trace that was run again, and what came of it. */
export type ReplayedStep = {
  /** Of the entry of the trace. */
  readonly seq: number
  readonly stage: string
  readonly made: MadeKind
  /** Whether no later step makes another of its kind from it. */
  readonly isLast: boolean
  readonly outcome: 'equal' | 'differs' | 'not-replayed'
  readonly recorded: string
  readonly recordedBackend: Backend
  /** Digest of what was made now; null where nothing was. */
  readonly digest: string | null
  readonly backend: Backend | null
  readonly adapter: string | null
  /** Of a step that was not replayed. */
  readonly reason: NotReplayed | null
  /** Code of the error that ended it; null where it did not fail. */
  readonly failed: string | null
  /** Of a step that differs, where what was recorded is still kept. */
  readonly difference: Difference | null
}

/** What came of running a lineage again. Kept with the case as JSON. */
export type ReplayResult = {
  readonly format: 'proofprint-replay/1'
  /** Of the release that was replayed; null for a model that was not released. */
  readonly traceId: string | null
  /** Digest of the scan. */
  readonly scan: string
  /** Digests of what the steps lead to. */
  readonly outputs: readonly string[]
  readonly steps: readonly ReplayedStep[]
  readonly appVersion: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly ms: number
}

export const REPLAY_FORMAT: ReplayResult['format'] = 'proofprint-replay/1'

const BACKENDS: readonly Backend[] = ['cpu', 'webgpu', 'wasm']
const isStep: Guard<ReplayedStep> = hasFields({
  seq: isCount,
  stage: isText,
  made: isOneOf(MADE),
  isLast: isFlag,
  outcome: isOneOf(['equal', 'differs', 'not-replayed']),
  recorded: isText,
  recordedBackend: isOneOf(BACKENDS),
  digest: isNullOr(isText),
  backend: isNullOr(isOneOf(BACKENDS)),
  adapter: isNullOr(isText),
  reason: isNullOr(isOneOf(NOT_REPLAYED)),
  failed: isNullOr(isText),
  difference: isNullOr(
    hasFields({ voxels: isNullOr(isNumber), largestMm: isNullOr(isNumber), meanMm: isNullOr(isNumber) }),
  ),
})

/** Whether a stored value is a result of this version. */
export const isReplayResult: Guard<ReplayResult> = hasFields({
  format: isOneOf([REPLAY_FORMAT]),
  traceId: isNullOr(isText),
  scan: isText,
  outputs: isListOf(isText),
  steps: isListOf(isStep),
  appVersion: isText,
  at: isText,
  ms: isNumber,
})

/** What a result says in figures. */
export type ReplayFigures = {
  /** 'same': every step was run again and every digest is equal. 'partly': those run are equal, others could not be run. */
  readonly verdict: 'same' | 'partly' | 'differs' | 'nothing'
  readonly compared: number
  readonly equal: number
  readonly notReplayed: number
  /** The first step whose result is another; null for none. */
  readonly firstDiffering: ReplayedStep | null
  /** Over the last masks; null where none was compared, or what was recorded is no longer kept. */
  readonly voxels: number | null
  /** Over the last surfaces, as `voxels`. */
  readonly largestMm: number | null
  readonly meanMm: number | null
  /** Whether each compared step ran on the kind of processor that it was recorded on. */
  readonly isSameBackend: boolean
  readonly isOnGraphics: boolean
  /** Adapters that steps ran on, each once. */
  readonly adapters: readonly string[]
}

const verdictOf = (steps: readonly ReplayedStep[]): ReplayFigures['verdict'] => {
  if (steps.some(({ outcome }) => outcome === 'differs')) return 'differs'
  if (!steps.some(({ outcome }) => outcome === 'equal')) return 'nothing'
  return steps.some(({ outcome }) => outcome === 'not-replayed') ? 'partly' : 'same'
}

/** The largest of a figure over the last results of one kind: 0 for an equal one, null when one is not known or there is none. */
function worst(steps: readonly ReplayedStep[], made: MadeKind, figure: keyof Difference): number | null {
  const last = steps.filter((step) => step.made === made && step.isLast && step.outcome !== 'not-replayed')
  const values = last.map(({ outcome, difference }) => (outcome === 'equal' ? 0 : (difference?.[figure] ?? null)))
  const known = values.filter((value) => value !== null)
  return known.length > 0 && known.length === values.length ? Math.max(...known) : null
}

/** A step that was not replayed counts in no figure but its own. */
export function replayFigures({ steps }: Pick<ReplayResult, 'steps'>): ReplayFigures {
  const compared = steps.filter(({ outcome }) => outcome !== 'not-replayed')
  // The scan is read, not made.
  const ran = compared.filter(({ made }) => made !== 'volume')
  return {
    verdict: verdictOf(steps),
    compared: compared.length,
    equal: compared.filter(({ outcome }) => outcome === 'equal').length,
    notReplayed: steps.length - compared.length,
    firstDiffering: compared.find(({ outcome }) => outcome === 'differs') ?? null,
    voxels: worst(steps, 'mask', 'voxels'),
    largestMm: worst(steps, 'mesh', 'largestMm'),
    meanMm: worst(steps, 'mesh', 'meanMm'),
    isSameBackend: compared.every(({ backend, recordedBackend }) => backend === recordedBackend),
    isOnGraphics: ran.some(({ backend }) => backend === 'webgpu'),
    adapters: [...new Set(ran.flatMap(({ adapter }) => (adapter ? [adapter] : [])))],
  }
}

/** What is stated of a replay, to be signed: plain JSON without a word that a person wrote. */
export type ReplayStatement = Omit<ReplayFigures, 'firstDiffering'> &
  Pick<ReplayResult, 'traceId' | 'scan' | 'outputs' | 'appVersion' | 'at'> & {
    readonly firstDiffering: { readonly seq: number; readonly stage: string } | null
    readonly notReplayedSteps: readonly {
      readonly seq: number
      readonly stage: string
      readonly reason: NotReplayed | null
    }[]
  }

/** Plain data of a result: what it was of, its figures, and each step that was not replayed by name. */
export function replayStatement(result: ReplayResult): ReplayStatement {
  const { firstDiffering: first, ...figures } = replayFigures(result)
  const { traceId, scan, outputs, appVersion, at } = result
  return {
    ...{ traceId, scan, outputs, appVersion, at },
    ...figures,
    firstDiffering: first && { seq: first.seq, stage: first.stage },
    notReplayedSteps: result.steps
      .filter(({ outcome }) => outcome === 'not-replayed')
      .map(({ seq, stage, reason }) => ({ seq, stage, reason })),
  }
}

import { PipelineError } from '../src/core/errors.ts'
import type { LabelMap, Volume } from '../src/core/types.ts'
import type { AttackOrder, AttackResult } from '../src/evidence/attack.ts'
import { ATTACKS, type AttackId } from '../src/evidence/attacks.ts'
import { type BenchReport, benchReport } from '../src/evidence/bench-report.ts'
import type { Draws } from '../src/evidence/bootstrap.ts'
import type { CaseResult } from '../src/evidence/case-result.ts'
import { compareStructures, type LabelPair, leastDice } from '../src/evidence/compare-structures.ts'
import { CORRUPTIONS, type CorruptionId } from '../src/evidence/corruptions.ts'
import { EDGE_CASES, type EdgeCaseId } from '../src/evidence/edge-cases.ts'
import { checkRelations, type RelationResult } from '../src/evidence/metamorphic.ts'
import type { Metrics } from '../src/evidence/metrics.ts'
import type { Severity } from '../src/evidence/severity.ts'
import type { Band } from '../src/infer/outcome.ts'
import { type ProgressListener, workerContext } from './context.ts'

/** What the network under test makes of a scan: comes from the page, which asks the worker that holds it. */
export interface BenchAnswer {
  readonly labels: LabelMap
  readonly band: Band
  /** False when the scope guard sent the scan back; the labels are empty then. */
  readonly wasRun: boolean
}

export type Answerer = (volume: Volume) => Promise<BenchAnswer>

/** The entry of a list by its id. */
function byId<Entry extends { readonly id: string }>(entries: readonly Entry[], id: string): Entry {
  const found = entries.find((entry) => entry.id === id)
  if (found) return found
  throw new PipelineError('app/bad-parameter', 'The bench does not know that test. Choose one of the list.')
}

/** The evidence bench's part of the measure worker: what is done to scans, and what is measured of answers. */
export const benchApi = {
  /** As compareStructures(). */
  async compare(
    reference: LabelMap,
    predicted: LabelMap,
    pairs: readonly LabelPair[],
    toleranceMm: number,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ): Promise<(Metrics | null)[]> {
    return compareStructures(reference, predicted, pairs, toleranceMm, workerContext(signal, onProgress))
  },

  report: (cases: readonly CaseResult[], how: Draws): BenchReport => benchReport(cases, how),

  corrupt: (volume: Volume, id: CorruptionId, severity: Severity, seed: number): Promise<Volume> =>
    byId(CORRUPTIONS, id).run(volume, severity, seed),

  edgeCase: (known: Volume, id: EdgeCaseId): Volume => byId(EDGE_CASES, id).make(known),

  /** As checkRelations(). */
  relations(
    volume: Volume,
    answer: Answerer,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ): Promise<RelationResult[]> {
    return checkRelations(volume, answer, workerContext(signal, onProgress))
  },

  /** One search, on the worst Dice of the structures; without the scan it ended at. */
  async attack(
    id: AttackId,
    order: AttackOrder,
    truth: LabelMap,
    pairs: readonly LabelPair[],
    answer: Answerer,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ): Promise<Omit<AttackResult, 'volume'>> {
    const ctx = workerContext(signal, onProgress)
    const target = {
      query: async (volume: Volume) => leastDice(truth, (await answer(volume)).labels, pairs, ctx),
      band: async (volume: Volume) => (await answer(volume)).band,
    }
    const { volume: _, ...found } = await byId(ATTACKS, id).run(order, target, ctx)
    return found
  },
}

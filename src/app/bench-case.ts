import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { LabelMap, Modality, Volume } from '../core/types.ts'
import type { CaseResult } from '../evidence/case-result.ts'
import type { LabelPair } from '../evidence/compare-structures.ts'
import { type LabelMeaning, labelsMeaning } from '../evidence/dataset.ts'
import type { Metrics } from '../evidence/metrics.ts'
import type { FoundLabel } from '../import/label-values.ts'
import type { BenchCase } from './bench-data.ts'
import type { BenchAnswer, BenchNetwork } from './bench-network.ts'
import type { BenchOrder } from './bench-view.ts'
import { fitOn } from './import-labels.ts'
import { listener } from './step-parts.ts'
import type { Workers } from './workers.ts'

/** A network at work, and what its answers are held against. */
export interface TrialBench {
  readonly workers: Workers
  readonly network: BenchNetwork
  readonly order: Omit<BenchOrder, 'row'>
}

/** A case that was read: the scan, and its labels on the scan's grid. */
export interface ReadCase {
  readonly volume: Volume
  readonly truth: LabelMap
  readonly found: readonly FoundLabel[]
}

/** Reads a case with the project's own readers. Errors: those of reading, import/not-labels, import/labels-elsewhere. */
export async function readCase({ workers, order }: TrialBench, one: BenchCase, ctx: Context): Promise<ReadCase> {
  const { benchDecode, compute } = workers
  const { signal } = ctx
  const reading = listener(subContext(ctx, 0, 0.6))
  // Files are read by content; their names stay here.
  const scan = [{ path: 'scan', file: one.scanFile }]
  const decoded = await benchDecode.call((api) => api.readOne(scan, signal, reading), signal)
  const volume = named(decoded.volume, order.modality)
  const { grid } = volume
  const given = { path: 'labels', file: one.labelFile }
  const { map, labels } = await benchDecode.call(
    (api) => api.readLabels(given, grid, signal, listener(subContext(ctx, 0.6, 0.9))),
    signal,
  )
  benchDecode.terminate()
  if (fitOn(map.grid, grid) === 'same') return { volume, truth: { grid, labels: map.labels }, found: labels }
  const fitting = listener(subContext(ctx, 0.9, 1))
  const { output } = await compute.call((api) => api.fitLabels(map, labels, grid, signal, fitting), signal)
  return { volume, truth: output.map, found: output.found }
}

/** A file that does not say what it is, is what the person said. */
function named(volume: Volume, modality: Modality): Volume {
  if (volume.modality !== 'other' || modality === 'other') return volume
  return { ...volume, modality, unit: modality === 'CT' ? 'HU' : volume.unit }
}

/** Labels of each structure of the network's card, in the truth and in its answer. */
export const pairsOf = (
  { card }: BenchNetwork,
  { found }: ReadCase,
  meanings: readonly LabelMeaning[],
): readonly LabelPair[] =>
  card.output.structures.map(({ anatomy, of }) => ({
    reference: labelsMeaning(meanings, found, anatomy),
    predicted: of,
  }))

/** Metrics of an answer, by structure of the card. */
export const compared = (
  { workers, network, order }: TrialBench,
  read: ReadCase,
  { labels }: BenchAnswer,
  ctx: Context,
): Promise<(Metrics | null)[]> => {
  const pairs = pairsOf(network, read, order.meanings)
  return workers.measure.call(
    (api) => api.compare(read.truth, labels, pairs, order.toleranceMm, ctx.signal, listener(ctx)),
    ctx.signal,
  )
}

/** What is told of a case that did not run: no agreement is known. */
const NO_AGREEMENT = { pairwiseDice: Number.NaN, s95Mm: Number.NaN, cvPercent: Number.NaN, meanMm3: 0 }

/** One case: read, scope guard, run, band, and held against its labels. A case out of scope is RED and has no structures. */
export async function runCase(
  bench: TrialBench,
  one: BenchCase,
  groups: CaseResult['groups'],
  ctx: Context,
): Promise<CaseResult> {
  const { network, order } = bench
  const started = performance.now()
  const read = await readCase(bench, one, subContext(ctx, 0, 0.2))
  const answer = await network.answer(read.volume, one.ageYears, subContext(ctx, 0.2, 0.8))
  const wasRun = answer.breaches.length === 0
  const metrics = wasRun ? await compared(bench, read, answer, subContext(ctx, 0.8, 1)) : []
  const structures = network.card.output.structures.flatMap(({ anatomy }, n) => {
    const measured = metrics[n]
    return measured === undefined
      ? []
      : [{ anatomy, agreement: answer.agreement[n] ?? NO_AGREEMENT, metrics: measured }]
  })
  return {
    row: one.row,
    patient: one.patient,
    groups,
    band: answer.band,
    structures,
    seconds: (performance.now() - started) / 1000,
    modelSha256: network.card.weights.sha256,
    seed: order.seed,
  }
}

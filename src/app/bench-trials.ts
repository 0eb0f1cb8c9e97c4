import * as Comlink from 'comlink'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Volume } from '../core/types.ts'
import { attackSizes } from '../evidence/attack.ts'
import type { AttackId } from '../evidence/attacks.ts'
import type { Trial } from '../evidence/degradation.ts'
import { EDGE_CASES } from '../evidence/edge-cases.ts'
import { SILENT } from '../evidence/limits.ts'
import type { RelationResult } from '../evidence/metamorphic.ts'
import type { AttackRun, ModelEvidence } from '../evidence/model-evidence.ts'
import { compared, pairsOf, type ReadCase, readCase, type TrialBench } from './bench-case.ts'
import type { BenchCase } from './bench-data.ts'
import type { GridOrder } from './bench-view.ts'
import { listener } from './step-parts.ts'

type Change = Pick<Trial, 'corruption' | 'severity'>

/** The stretch of work `n` of `of`. */
const turn = (ctx: Context, n: number, of: number) => subContext(ctx, n / of, (n + 1) / of)

/** Every case as it is and made worse in every way asked for. */
export async function runGrid(
  bench: TrialBench,
  cases: readonly BenchCase[],
  { corruptions, severities }: GridOrder,
  ctx: Context,
): Promise<Trial[]> {
  const changes: Change[] = [
    { corruption: null, severity: 0 },
    ...corruptions.flatMap((corruption) => severities.map((severity) => ({ corruption, severity }))),
  ]
  const trials: Trial[] = []
  for (const [n, one] of cases.entries()) {
    const part = turn(ctx, n, cases.length)
    const read = await readCase(bench, one, subContext(part, 0, 0))
    for (const [k, change] of changes.entries()) {
      const step = turn(part, k, changes.length)
      trials.push(...(await tried(bench, one, read, change, step)))
    }
  }
  return trials
}

/** One scan, as it is or made worse, held against the labels of the case. */
async function tried(
  bench: TrialBench,
  one: BenchCase,
  read: ReadCase,
  { corruption, severity }: Change,
  ctx: Context,
): Promise<Trial[]> {
  const { workers, network, order } = bench
  const { seed } = order
  const volume =
    corruption === null
      ? read.volume
      : await workers.measure.call((api) => api.corrupt(read.volume, corruption, severity, seed), ctx.signal)
  const answer = await network.answer(volume, one.ageYears, subContext(ctx, 0, 0.8))
  const metrics = await compared(bench, read, answer, subContext(ctx, 0.8, 1))
  return network.card.output.structures.flatMap(({ anatomy }, n) => {
    const measured = metrics[n]
    if (!measured) return []
    const { dice, nsd } = measured
    return [{ scan: String(one.row), structure: anatomy, corruption, severity, dice, nsd, band: answer.band }]
  })
}

/** The network, as the worker that makes the scans asks it. */
const answerer = ({ network }: TrialBench, one: BenchCase, ctx: Context) =>
  Comlink.proxy(async (volume: Volume) => {
    const { labels, band, breaches } = await network.answer(volume, one.ageYears, quiet(ctx))
    return { labels, band, wasRun: breaches.length === 0 }
  })

/** Progress is told by the search itself, not by each of its runs. */
const quiet = ({ signal }: Context): Context => ({ signal, progress: () => {} })

/** Each case told in other ways. */
export async function runRelations(
  bench: TrialBench,
  cases: readonly BenchCase[],
  ctx: Context,
): Promise<RelationResult[]> {
  const results: RelationResult[] = []
  for (const [n, one] of cases.entries()) {
    const part = turn(ctx, n, cases.length)
    const { volume } = await readCase(bench, one, quiet(ctx))
    const answer = answerer(bench, one, ctx)
    const found = bench.workers.measure.call(
      (api) => api.relations(volume, answer, ctx.signal, listener(part)),
      ctx.signal,
    )
    results.push(...(await found))
  }
  return results
}

/** Scans that no answer can be right for, made from one case. */
export async function runEdgeCases(
  bench: TrialBench,
  one: BenchCase,
  ctx: Context,
): Promise<ModelEvidence['edgeCases']> {
  const { workers, network } = bench
  const { volume } = await readCase(bench, one, quiet(ctx))
  const bands: ModelEvidence['edgeCases'][number][] = []
  for (const [n, { id }] of EDGE_CASES.entries()) {
    const made = await workers.measure.call((api) => api.edgeCase(volume, id), ctx.signal)
    const { band } = await network.answer(made, one.ageYears, turn(ctx, n, EDGE_CASES.length))
    bands.push({ id, band })
  }
  return bands
}

/** Searches for a small change of one case, with all three sizes of change. */
export async function runAttack(
  bench: TrialBench,
  { one, id, budget }: { readonly one: BenchCase; readonly id: AttackId; readonly budget: number },
  ctx: Context,
): Promise<AttackRun[]> {
  const { workers, network, order } = bench
  const read = await readCase(bench, one, quiet(ctx))
  const pairs = pairsOf(network, read, order.meanings)
  const sizes = attackSizes(read.volume)
  const runs: AttackRun[] = []
  for (const size of [0, 1, 2] as const) {
    const epsilon = sizes[size] as number
    const search = {
      volume: read.volume,
      epsilon,
      queries: budget,
      overlapBelow: SILENT.diceBelow,
      seed: order.seed + size,
    }
    const answer = answerer(bench, one, ctx)
    const result = await workers.measure.call(
      (api) => api.attack(id, search, read.truth, pairs, answer, ctx.signal, listener(turn(ctx, size, sizes.length))),
      ctx.signal,
    )
    runs.push({ id, row: one.row, size, epsilon, budget, result })
  }
  return runs
}

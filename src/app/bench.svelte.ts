import { isAbort, PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { BenchReport } from '../evidence/bench-report.ts'
import { DRAWS } from '../evidence/bootstrap.ts'
import type { CaseResult } from '../evidence/case-result.ts'
import {
  type Finding,
  type ModelEvidence,
  noEvidence,
  packEvidence,
  unpackEvidence,
  withFinding,
} from '../evidence/model-evidence.ts'
import { runCase, type TrialBench } from './bench-case.ts'
import type { BenchCase, BenchData } from './bench-data.ts'
import { readyNetwork } from './bench-network.ts'
import { runAttack, runEdgeCases, runGrid, runRelations } from './bench-trials.ts'
import type { BenchOrder, CaseFailure, RunningView, TrialOrder } from './bench-view.ts'
import { problemOf } from './jobs.svelte.ts'
import type { Workers } from './workers.ts'

type BySha<Value> = Readonly<Record<string, Value>>

const without = <Value>(values: BySha<Value>, sha256: string): BySha<Value> =>
  Object.fromEntries(Object.entries(values).filter(([key]) => key !== sha256))

/** What was found of networks, by the digests of their weights: in memory, and in the vault when a person keeps it. */
export class Bench {
  data = $state.raw<BenchData | null>(null)
  running = $state.raw<RunningView | null>(null)
  found = $state.raw<BySha<ModelEvidence>>({})
  reports = $state.raw<BySha<BenchReport>>({})
  kept = $state.raw<BySha<ModelEvidence>>({})
  readonly #workers: Workers
  readonly #now: () => Date
  #revision = 0

  constructor(workers: Workers, now: () => Date = () => new Date()) {
    this.#workers = workers
    this.#now = now
  }

  /** Whether the bench ran over cases with the network of this digest: else it is "unevaluated" wherever it appears. */
  evaluated(sha256: string): boolean {
    return (this.found[sha256]?.run?.cases.length ?? 0) > 0
  }

  /** Reads what the vault that was just opened keeps. Errors: vault/tampered. */
  async load(): Promise<void> {
    const { revision, value } = await this.#workers.vault.call((api) => api.readSetting('bench'))
    const kept = value === null ? [] : unpackEvidence(value)
    this.#revision = revision
    this.kept = Object.fromEntries(kept.map((one) => [one.modelSha256, one]))
    this.found = { ...this.kept, ...this.found }
    for (const one of kept) await this.#report(one)
  }

  /** When the vault is locked: results and files are a person's. */
  forget(): void {
    this.#revision = 0
    this.data = null
    this.running = null
    this.found = {}
    this.reports = {}
    this.kept = {}
  }

  /**
   * Runs the cases one after the other; one that cannot be read or run is listed, and the others go on. A cancelled run
   * leaves what stood before. Errors: of readyNetwork(), app/worker-lost.
   */
  async run(order: BenchOrder, columns: readonly string[], ctx: Context): Promise<void> {
    const { data } = this
    if (!data) return
    const network = await readyNetwork(this.#workers, order.row, ctx)
    const bench = { workers: this.#workers, network, order }
    const modelSha256 = network.card.weights.sha256
    const done: CaseResult[] = []
    const failures: CaseFailure[] = []
    const show = () => {
      this.running = { modelSha256, of: data.cases.length, done: [...done], failures: [...failures] }
    }
    show()
    for (const [n, one] of data.cases.entries()) {
      const part = subContext(ctx, n / data.cases.length, (n + 1) / data.cases.length)
      const result = await this.#tryCase(bench, one, data.groupsOf(one, columns), part)
      if ('code' in result) failures.push(result)
      else done.push(result)
      show()
    }
    if (done.length === 0) return
    const { seed, toleranceMm } = order
    const run = { date: this.#now().toISOString(), seed, toleranceMm, cases: done }
    const report = await this.#reportOn(done, seed)
    this.#note(modelSha256, { kind: 'cases', run, report }, seed)
    this.reports = { ...this.reports, [modelSha256]: report }
  }

  /** A test of robustness. Errors: of readyNetwork(), of reading a case. */
  async test(order: BenchOrder, trial: TrialOrder, ctx: Context): Promise<void> {
    const network = await readyNetwork(this.#workers, order.row, ctx)
    const finding = await this.#findingOf({ workers: this.#workers, network, order }, trial, ctx)
    this.#note(network.card.weights.sha256, finding, order.seed)
  }

  /** Seals what was found of a network. Errors: those of the vault, app/bad-parameter for more than it takes. */
  async keep(sha256: string): Promise<void> {
    const one = this.found[sha256]
    if (one) await this.#write({ ...this.kept, [sha256]: one })
  }

  /** Forgets what was found of a network, and takes it out of the vault. */
  async discard(sha256: string): Promise<void> {
    if (this.kept[sha256]) await this.#write(without(this.kept, sha256))
    this.found = without(this.found, sha256)
    this.reports = without(this.reports, sha256)
    this.running = null
  }

  async #tryCase(
    bench: TrialBench,
    one: BenchCase,
    groups: CaseResult['groups'],
    ctx: Context,
  ): Promise<CaseResult | CaseFailure> {
    try {
      return await runCase(bench, one, groups, ctx)
    } catch (error) {
      const endsAll = error instanceof PipelineError && error.code === 'app/worker-lost'
      if (isAbort(error) || endsAll) throw error
      return { row: one.row, ...problemOf(error) }
    }
  }

  async #findingOf(bench: TrialBench, trial: TrialOrder, ctx: Context): Promise<Finding> {
    const { kind } = trial
    switch (kind) {
      case 'grid':
        return { kind, trials: await runGrid(bench, this.#cases(trial.rows), trial, ctx) }
      case 'relations':
        return { kind, relations: await runRelations(bench, this.#cases(trial.rows), ctx) }
      case 'edge-cases':
        return { kind, edgeCases: await runEdgeCases(bench, this.#case(trial.row), ctx) }
      case 'attack':
        return { kind, attacks: await runAttack(bench, { ...trial, one: this.#case(trial.row) }, ctx) }
    }
  }

  #cases(rows: readonly number[]): readonly BenchCase[] {
    return rows.map((row) => this.#case(row))
  }

  #case(row: number): BenchCase {
    const found = this.data?.cases.find((one) => one.row === row)
    if (found) return found
    throw new PipelineError('import/empty', 'This case is no longer at hand. Choose the folder of cases again.')
  }

  #note(sha256: string, finding: Finding, seed: number): void {
    const before = this.found[sha256] ?? noEvidence(sha256)
    const mark = { date: this.#now().toISOString(), seed }
    this.found = { ...this.found, [sha256]: withFinding(before, finding, mark) }
  }

  #reportOn(cases: readonly CaseResult[], seed: number): Promise<BenchReport> {
    return this.#workers.measure.call((api) => api.report(cases, { draws: DRAWS, seed }))
  }

  async #report({ modelSha256, run }: ModelEvidence): Promise<void> {
    if (run) this.reports = { ...this.reports, [modelSha256]: await this.#reportOn(run.cases, run.seed) }
  }

  async #write(kept: BySha<ModelEvidence>): Promise<void> {
    const setting = { revision: this.#revision, value: packEvidence(Object.values(kept)) }
    await this.#workers.vault.call((api) => api.writeSetting('bench', setting))
    this.#revision++
    this.kept = kept
  }
}

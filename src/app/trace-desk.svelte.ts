import { type ChainVerdict, type TraceEntry, verifyChain } from '../trace/chain.ts'
import { lineage } from '../trace/lineage.ts'
import { readTraceId } from '../trace/trace-id.ts'
import { actsOf, type CaseAct } from './case-acts.ts'
import type { Desk } from './desk.svelte.ts'
import { allReleases, releaseOf, releaseRows, scanOf } from './find-release.ts'
import { releaseOutputs } from './known-releases.ts'
import { isRefused } from './print-records.ts'
import { Replays } from './replays.svelte.ts'
import { MODELLING } from './templates.ts'
import type { IdAsked, ReleaseRow, ReleaseWithPrints, TraceView } from './trace-view.ts'
import type { VerifyFileView } from './verify-view.ts'

const MADE: readonly string[] = [...MODELLING, 'check']

/** What a case stands at that released nothing: the last that was made of its scan, and the last of its model. */
function standing(trace: readonly TraceEntry[]): readonly string[] {
  const scan = scanOf(trace)
  const last = trace.findLast(({ outputDigest }) => outputDigest !== scan)
  const model = trace.findLast(({ stage }) => MADE.includes(stage))
  return [last ?? trace.at(-1), model].flatMap((entry) => entry?.outputDigest ?? [])
}

/** Where the open case came from and what became of it. */
export class TraceDesk implements TraceView {
  readonly replay: Replays
  chain = $state.raw<ChainVerdict | null>(null)
  acts = $state.raw<readonly CaseAct[]>([])
  #staff = $state.raw<ReadonlyMap<string, string>>(new Map())
  #asked = $state.raw<IdAsked | null>(null)
  /** Of all readable cases of the vault. */
  #all = $state.raw<readonly ReleaseRow[]>([])
  #chosen = $state.raw<{ readonly caseId: string; readonly traceId: string } | null>(null)
  readonly #desk: Desk
  readonly #file: VerifyFileView
  readonly #isVaultOpen: () => boolean
  readonly #reopen: (caseId: string) => Promise<void>

  constructor(
    desk: Desk,
    file: VerifyFileView,
    isVaultOpen: () => boolean,
    reopenCase: (caseId: string) => Promise<void>,
  ) {
    this.#desk = desk
    this.#file = file
    this.#isVaultOpen = isVaultOpen
    this.#reopen = reopenCase
    this.replay = new Replays(desk)
  }

  #own = $derived.by((): readonly ReleaseRow[] => {
    const { store } = this.#desk
    return store ? releaseRows({ id: store.id, pseudonym: store.pseudonym, trace: store.trace }) : []
  })

  shown = $derived.by((): ReleaseWithPrints | null => {
    const { store, data } = this.#desk
    const wanted = this.#chosen?.caseId === store?.id ? this.#chosen?.traceId : undefined
    const row = this.#own.find(({ traceId }) => traceId === (wanted ?? data.traceId))
    return row ? this.#withPrints(row) : null
  })

  isAtHand = $derived.by(() => this.shown === null || this.shown.traceId === this.#desk.data.traceId)

  led = $derived.by((): ReadonlySet<number> => {
    const trace = this.#desk.store?.trace ?? []
    const outputs = this.shown ? releaseOutputs(trace, this.shown.traceId) : standing(trace)
    return new Set(lineage(trace, ...outputs).map(({ seq }) => seq))
  })

  ofScan = $derived.by((): readonly ReleaseWithPrints[] => {
    const { store } = this.#desk
    if (!store) return []
    const scan = scanOf(store.trace)
    const others = this.#all.filter((row) => row.caseId !== store.id && row.scan === scan)
    return [...this.#own, ...others].map((row) => this.#withPrints(row)).sort((a, b) => (a.at < b.at ? 1 : -1))
  })

  get asked(): IdAsked | null {
    return this.#asked
  }

  async look(): Promise<void> {
    const { store, workers } = this.#desk
    this.chain = null
    const chain = store ? await verifyChain(store.trace) : null
    if (this.#desk.store !== store) return
    this.chain = chain
    await this.#loadActs()
    this.#all = this.#isVaultOpen() ? await allReleases(workers) : []
  }

  staffOf = (id: string): string | null => this.#staff.get(id) ?? null

  /** What its people did, once nothing of it waits to be written. */
  async #loadActs(): Promise<void> {
    const { store, workers } = this.#desk
    if (!store || !this.#isVaultOpen()) {
      this.acts = []
      return
    }
    const [{ audit }, people] = await Promise.all([
      workers.vault.call((api) => api.openCase(store.id)),
      workers.vault.call((api) => api.listPeople()),
    ])
    if (this.#desk.store !== store) return
    this.#staff = new Map(people.map(({ id, staff }) => [id, staff]))
    this.acts = actsOf(audit)
  }

  show(traceId: string | null): void {
    const { store } = this.#desk
    this.#chosen = store && traceId !== null ? { caseId: store.id, traceId } : null
  }

  async find(text: string): Promise<void> {
    const desk = this.#desk
    const id = readTraceId(text)
    if (id === null) {
      this.#asked = { state: 'no-id', text: text.trim() }
      return
    }
    this.#asked = null
    const rows = await desk.jobs.run('find-release', () => allReleases(desk.workers))
    if (!rows) return
    this.#all = rows
    const release = releaseOf(rows, id)
    if (release && desk.store?.id !== release.caseId) await this.#reopen(release.caseId)
    this.#asked = release ? { state: 'found', id, release } : { state: 'unknown', id, releases: rows.length }
    if (!release || desk.store?.id !== release.caseId) return
    desk.place = 'trace'
    this.show(release.traceId)
  }

  async verify(file: File): Promise<void> {
    await this.#file.verify(file)
    const verdict = this.#file.found?.verdict
    if (verdict && verdict.verdict !== 'not-ours') await this.find(verdict.traceId)
  }

  /** When the vault is locked: what was found is a person's. */
  forget(): void {
    this.replay.cancel()
    this.#all = []
    this.#asked = null
    this.#chosen = null
    this.acts = []
    this.chain = null
  }

  #withPrints(row: ReleaseRow): ReleaseWithPrints {
    const jobs = row.files.map(({ digest }) => digest)
    const prints = this.#desk.prints.kept.prints.filter(({ job }) => jobs.includes(job))
    return { ...row, prints, accepted: prints.filter((print) => !isRefused(print)).length }
  }
}

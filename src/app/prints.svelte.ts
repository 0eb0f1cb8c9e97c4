import { PipelineError } from '../core/errors.ts'
import type { JsonValue } from '../core/json.ts'
import { type CaseEffort, NO_SECONDS, type StationSeconds, TIMED } from '../print/effort.ts'
import { effortOf, NO_PRINTS, type Prints, readPrints, withEffort } from './print-records.ts'
import type { Workers } from './workers.ts'

/** A longer pause was no work. */
const LONGEST_PAUSE_S = 60
/** Time that may be lost when the tab dies. */
const WRITE_EVERY_S = 30

/** Printers, prints and minutes out of the open vault. */
export class PrintShelf {
  kept = $state.raw<Prints>(NO_PRINTS)
  readonly #workers: Workers
  readonly #now: () => number
  #revision = 0
  #isLoaded = false
  #writing: Promise<void> = Promise.resolve()
  #lastSign = 0
  /** Time that is not written yet, by case. */
  #pending = $state.raw<Pending>({})

  constructor(workers: Workers, now: () => number = Date.now) {
    this.#workers = workers
    this.#now = now
  }

  /** Reads them from the vault that was just opened. Errors: as readPrints, and those of the vault. */
  async load(): Promise<void> {
    const { revision, value } = await this.#workers.vault.call((api) => api.readSetting('prints'))
    this.kept = readPrints(value)
    // What cannot be read is not written over either.
    this.#revision = revision
    this.#isLoaded = true
  }

  /** When the vault is locked: what was printed is a person's. */
  forget(): void {
    this.#revision = 0
    this.#isLoaded = false
    this.#pending = {}
    this.kept = NO_PRINTS
  }

  /** Changes what is kept, in the vault too. Errors: those of the vault; then nothing is changed here either. */
  async change(how: (kept: Prints) => Prints): Promise<void> {
    const turn = this.#writing.then(() => this.#write(how))
    this.#writing = turn.catch(() => {})
    await turn
  }

  /** What the vault itself changes of it, between two changes of the page. Errors: those of `work`, and as load(). */
  async changedBy(work: () => Promise<void>): Promise<void> {
    const turn = this.#writing.then(work).then(() => this.load())
    this.#writing = turn.catch(() => {})
    await turn
  }

  /** Adds the time since the last sign of a person to the station at hand. Written now and then. */
  countTime(caseId: string | null, place: string): void {
    const now = this.#now()
    const seconds = (now - this.#lastSign) / 1000
    this.#lastSign = now
    const station = TIMED.find((timed) => timed === place)
    if (caseId === null || station === undefined || seconds > LONGEST_PAUSE_S) return
    this.#pending = plus(this.#pending, { [caseId]: { ...NO_SECONDS, [station]: seconds } })
    const unwritten = Object.values(this.#pending).reduce((sum, one) => sum + totalOf(one), 0)
    if (unwritten > WRITE_EVERY_S) this.flush().catch(() => {})
  }

  /** Work on a case, with the time that is not written yet. */
  effort(caseId: string): CaseEffort {
    return effortOf(withPending(this.kept, this.#pending), caseId)
  }

  /** Writes time that is not written yet. */
  async flush(): Promise<void> {
    if (this.#isLoaded && Object.keys(this.#pending).length > 0) await this.change((kept) => kept)
  }

  async #write(how: (kept: Prints) => Prints): Promise<void> {
    if (!this.#isLoaded) throw new PipelineError('vault/locked', 'The vault is locked. Unlock it to keep this.')
    const folded = this.#pending
    const next = how(withPending(this.kept, folded))
    this.#pending = {}
    try {
      const setting = { revision: this.#revision, value: next as unknown as JsonValue }
      await this.#workers.vault.call((api) => api.writeSetting('prints', setting))
    } catch (error) {
      this.#pending = plus(folded, this.#pending)
      throw error
    }
    this.#revision++
    this.kept = next
  }
}

type Pending = Readonly<Record<string, StationSeconds>>

const totalOf = (seconds: StationSeconds) => TIMED.reduce((sum, station) => sum + seconds[station], 0)

const sumOf = (a: StationSeconds, b: StationSeconds): StationSeconds => ({
  scan: a.scan + b.scan,
  segment: a.segment + b.segment,
  model: a.model + b.model,
  check: a.check + b.check,
  print: a.print + b.print,
  verify: a.verify + b.verify,
})

function plus(a: Pending, b: Pending): Pending {
  const sums = Object.entries(b).map(([id, seconds]) => [id, sumOf(a[id] ?? NO_SECONDS, seconds)] as const)
  return { ...a, ...Object.fromEntries(sums) }
}

const withPending = (kept: Prints, pending: Pending): Prints =>
  Object.entries(pending).reduce((sum, [id, seconds]) => {
    const before = effortOf(sum, id)
    return withEffort(sum, id, { ...before, seconds: sumOf(before.seconds, seconds) })
  }, kept)

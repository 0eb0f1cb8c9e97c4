import { utf8 } from '../core/bytes.ts'
import { sha256 } from '../core/hash.ts'
import { type PrintedWith, printedWith } from '../export/handover/receipt.ts'
import { randomId } from '../vault/keys.ts'
import type { ReleasedPrint } from '../vault/released-prints.ts'
import type { Desk } from './desk.svelte.ts'
import type { OperatorPrint, OperatorPrintsView } from './review-view.ts'

/** What an operator released as plain files, and the prints of it, by the logs of their cases. */
export class OperatorPrints implements OperatorPrintsView {
  readonly #desk: Pick<Desk, 'workers' | 'jobs' | 'people'>
  #kept = $state.raw<readonly ReleasedPrint[]>([])

  constructor(desk: Pick<Desk, 'workers' | 'jobs' | 'people'>) {
    this.#desk = desk
  }

  get released() {
    const { rows } = this.#desk.people
    const staffOf = (by: string | null) => rows.find(({ id }) => id === by)?.staff ?? null
    return this.#kept.map(({ print, ...one }) => ({ ...one, print: print && { ...print, staff: staffOf(print.by) } }))
  }

  async load(): Promise<void> {
    this.#kept = await this.#desk.workers.vault.call((api) => api.releasedPrints())
  }

  forget(): void {
    this.#kept = []
  }

  async write({ case: caseId, files }: OperatorPrint, said: PrintedWith): Promise<boolean> {
    const done = await this.#desk.jobs.run('write-print', async () => {
      const made = { files: files.map(({ digest }) => digest), ...printedWith(said), judged: null }
      const print = await sha256(utf8(randomId()))
      await this.#desk.workers.vault.call((api) => api.recordPrint(caseId, { print, ...made }))
      await this.load()
      return true
    })
    // Refused: it may have been written down in another tab.
    if (done === null) await this.load().catch(() => {})
    return done ?? false
  }
}

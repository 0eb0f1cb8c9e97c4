import type { Remote } from 'comlink'
import type { VaultApi } from '../../workers/vault.worker.ts'
import type { CaseSummary } from '../vault/case.ts'
import { askToPersist } from '../vault/persist.io.ts'
import type { CaseState } from './case-state.ts'
import { isKiosk } from './page-lock.ts'
import { TEMPLATES } from './shipped-templates.ts'
import type { CaseRow, VaultView } from './vault-view.ts'
import type { Workers } from './workers.ts'

const IDLE_LOCK_MS = 10 * 60_000
const WATCH_MS = 1000

/** The vault as the person sees it: state, lock countdown, the library's rows. Keys and store stay in the worker. */
export class VaultControl {
  view = $state.raw<VaultView>({ state: 'unknown', lockInMs: null, persisted: null, usedBytes: null, oldSlots: null })
  cases = $state.raw<readonly CaseRow[]>([])
  readonly #workers: Workers
  readonly #isBusy: () => boolean
  readonly #onIdle: () => unknown
  readonly #onOpen: () => Promise<void>
  #timer: ReturnType<typeof setInterval> | null = null

  /** `isBusy` keeps the vault open while work runs; `onIdle` is called once when it has locked itself, `onOpen` when it is open. */
  constructor(workers: Workers, isBusy: () => boolean, onIdle: () => unknown, onOpen: () => Promise<void>) {
    this.#workers = workers
    this.#isBusy = isBusy
    this.#onIdle = onIdle
    this.#onOpen = onOpen
  }

  get isOpen(): boolean {
    return this.view.state === 'open' || this.view.state === 'teaching'
  }

  /** Whether what is open is locked when its person seems gone. A teaching session keeps nothing, so only a kiosk ends it. */
  get locksItself(): boolean {
    return this.view.state === 'open' || (this.view.state === 'teaching' && isKiosk())
  }

  async open(how: (api: Remote<VaultApi>) => Promise<unknown>): Promise<void> {
    await this.#workers.vault.call(how)
    await this.#workers.vault.call((api) => api.setIdleLock(IDLE_LOCK_MS))
    await this.refresh()
    await this.#onOpen()
    // A store that holds cases should outlive a full disk; the answer is shown, whatever it is.
    if (this.view.state === 'open') this.view = { ...this.view, persisted: await askToPersist() }
  }

  /** A first visitor starts at once, in memory: nothing is kept and no passphrase is asked. */
  async openSomehow(): Promise<void> {
    if (!this.isOpen) await this.open((api) => api.startTeaching())
  }

  touch(): void {
    this.tell((api) => api.touch())
  }

  /** Says something to a vault that is open and locks itself; nothing comes back. */
  tell(what: (api: Remote<VaultApi>) => Promise<unknown>): void {
    if (this.locksItself) this.#workers.vault.call(what).catch(() => {})
  }

  async refresh(): Promise<void> {
    const status = await this.#workers.vault.call((api) => api.status())
    this.view = { ...status, lockInMs: null }
    if (this.locksItself) this.view = { ...status, lockInMs: IDLE_LOCK_MS }
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = this.locksItself ? setInterval(() => this.#watch(), WATCH_MS) : null
    await this.refreshCases()
    if (this.#timer) this.#watch()
  }

  async refreshCases(): Promise<void> {
    if (!this.isOpen) {
      this.cases = []
      return
    }
    const rows = await this.#workers.vault.call((api) => api.listCases())
    this.cases = rows.map(caseRow)
  }

  async #watch(): Promise<void> {
    if (this.#isBusy()) this.touch()
    const lockInMs = await this.#workers.vault.call((api) => api.lockInMs()).catch(() => null)
    if (lockInMs !== null && lockInMs > 0) {
      this.view = { ...this.view, lockInMs }
      return
    }
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    this.#onIdle()
  }
}

const TEMPLATE_NAMES = new Map(TEMPLATES.map((t) => [t.id, t.name]))

function caseRow({ id, pseudonym, templateId, state, updatedAt, bytes, unreadable }: CaseSummary): CaseRow {
  const standing = state as CaseState | null
  return {
    id,
    pseudonym,
    templateName: TEMPLATE_NAMES.get(templateId) ?? standing?.recipe?.name ?? templateId,
    station: standing?.station ?? 'scan',
    state: unreadable ? 'refused' : (standing?.stationState ?? 'empty'),
    openedAt: updatedAt,
    bytes,
    unreadable,
  }
}

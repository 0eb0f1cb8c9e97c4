import * as Comlink from 'comlink'
import type { FirstPeople } from '../vault/set-up.ts'
import { Backups } from './backups.svelte.ts'
import { handoverPeople } from './handover-people.ts'
import { handoverVerbs } from './handover-verbs.ts'
import { openFiles, reopen, runSample } from './open-scan.ts'
import { OwnKeys } from './own-keys.svelte.ts'
import { blankPage, tellOtherTabs, watchPage, withinLimit } from './page-lock.ts'
import { isStation, type PlaceId } from './place.ts'
import { printVerbs, verifyState } from './print-verbs.ts'
import { Releases } from './releases.svelte.ts'
import { Review } from './review.svelte.ts'
import { sealVerbs } from './seal-verbs.ts'
import { SegmentSession } from './segment-session.ts'
import type { SessionView } from './session-view.ts'
import { Station } from './station.svelte.ts'
import { TraceDesk } from './trace-desk.svelte.ts'
import { VaultControl } from './vault-control.svelte.ts'
import { FileVerifier } from './verify-file.svelte.ts'

/** What the screen reads and does: the vault, the library and the desk behind one face. Every verb is one line here. */
export class Session extends SegmentSession implements SessionView {
  readonly #vault = new VaultControl(
    this.desk.workers,
    () => this.#isBusy,
    () => this.#leave(),
    async () => {
      await this.review.enter()
      await this.keys.load()
      await this.backups.load()
      await this.desk.templates.load()
      await this.desk.models.load()
      await this.desk.bench.load()
      await this.desk.prints.load()
      await this.desk.stations.load()
      await this.desk.received.load()
      await this.desk.recipients.load()
      await this.desk.signers.load()
      if (this.desk.place === 'handover') await this.printStation.look()
    },
  )
  readonly backups = new Backups(this.desk.workers, this.desk.jobs, this.desk.people, () => this.#look())
  readonly keys = new OwnKeys(this.desk.workers, this.desk.jobs, this.desk.people)
  readonly print = printVerbs(this.desk)
  readonly handover = handoverVerbs(this.desk, () => handoverPeople(this.desk))
  readonly seal = sealVerbs(this.desk)
  readonly printStation = new Station(this.desk)
  readonly file = new FileVerifier(this.desk, () => this.#vault.isOpen)
  readonly tracing = new TraceDesk(
    this.desk,
    this.file,
    () => this.#vault.isOpen,
    (caseId) => this.reopen(caseId),
  )
  readonly releases = new Releases(() => this.#leave())
  readonly review = new Review(this.desk)
  #leaving: Promise<void> | null = null
  readonly #openVault = () => this.#vault.openSomehow()

  constructor() {
    super()
    this.#look().catch(this.desk.report)
    this.desk.models.loadShipped().catch(this.desk.report)
    watchPage({
      isOpen: () => this.#vault.locksItself,
      isBusy: () => this.#isBusy,
      lock: () => this.#leave(),
      drop: () => this.#dropWorkers(),
    })
  }

  get #isBusy(): boolean {
    return this.desk.jobs.busy || this.desk.store?.saved === 'saving'
  }

  // Views
  get vault() {
    return this.#vault.view
  }
  get cases() {
    return this.#vault.cases
  }
  get stations(): SessionView['stations'] {
    const states = { ...this.desk.data.stationStates(), verify: verifyState(this.print) }
    const { place } = this.desk
    return this.job && isStation(place) ? { ...states, [place]: 'working' } : states
  }
  get ledger() {
    return [...this.desk.data.ledger, ...this.part.edits.map(({ row }) => row)]
  }

  go(place: PlaceId): void {
    // A scan that is only handed in has no other station.
    if (this.desk.reading && isStation(place) && place !== 'scan') return
    this.desk.place = place
    if (place === 'start') this.#refreshLibrary().catch(this.desk.report)
    if (place === 'people') this.#refreshPeople().catch(this.desk.report)
    if (place === 'handover' && this.#vault.isOpen) this.printStation.look().catch(this.desk.report)
    this.beginPreview()
    if (place === 'models') this.desk.models.refresh()
  }
  dismissProblem(): void {
    this.desk.jobs.problem = null
  }
  cancel(): void {
    this.desk.jobs.cancel()
  }

  // Vault and library
  createVault = (passphrase: string) => this.#open((api) => api.create(passphrase))
  unlock = (passphrase: string, person?: string) => this.#open((api) => api.unlock(passphrase, person))
  startTeaching = () => this.#open((api) => api.startTeaching())
  unlockWithPasskey = (person: string) =>
    this.#open(async (api) => {
      const { credential, output } = await this.desk.people.askPasskey(person)
      await api.unlockWithPasskey(credential, Comlink.transfer(output, [output.buffer]))
    })
  async setUpPeople(first: FirstPeople): Promise<boolean> {
    const isLeft = await this.desk.jobs.run('close-case', async () => {
      await this.desk.leaveCase()
      await this.desk.prints.flush()
      this.desk.place = 'people'
      return true
    })
    const done = isLeft !== null && (await this.desk.people.setUp(first))
    if (done) await this.lock()
    return done
  }
  async lock(): Promise<void> {
    tellOtherTabs()
    await this.#leave()
  }
  touch(): void {
    this.#vault.touch()
    this.desk.countTime()
    this.desk.prints.countTime(this.desk.store?.id ?? null, this.desk.place)
  }
  seen(isSeen: boolean): void {
    this.#vault.tell((api) => (isSeen ? api.show() : api.hide()))
  }
  left(): void {
    this.#vault.tell((api) => api.leave())
  }
  async reopen(caseId: string): Promise<void> {
    await reopen(this.desk, caseId, () => this.review.load())
    this.beginPreview()
  }
  async deleteCase(caseId: string): Promise<void> {
    await this.desk.jobs.run('delete', async () => {
      if (this.desk.store?.id === caseId) this.desk.forgetCase()
      await this.desk.workers.vault.call((api) => api.deleteCase(caseId))
      await this.#vault.refreshCases()
    })
  }
  async closeCase(): Promise<void> {
    await this.desk.jobs.run('close-case', () => this.desk.leaveCase())
    this.go('start')
  }

  // Scan
  openFiles = (files: readonly { path: string; file: File }[]) => openFiles(this.desk, files, this.#openVault)
  runSample = () => runSample(this.desk, this.#openVault)

  /** Once: the watch may find the vault locked while it is being locked, and what follows is another page. */
  #leave(): Promise<void> {
    this.#leaving ??= this.#leaveNow()
    return this.#leaving
  }

  /** Blank at once; what is noted is stored; then every realm that saw the scan ends, this page too. */
  async #leaveNow(): Promise<void> {
    blankPage()
    const { store, prints, workers } = this.desk
    await withinLimit(store !== null && store.saved !== 'saved', async () => {
      await store?.flush().catch(() => {})
      await prints.flush().catch(() => {})
      this.desk.forgetCase()
      this.file.forget()
      this.tracing.forget()
      this.review.forget()
      await workers.vault.call((api) => api.lock())
    })
    this.desk.templates.forget()
    this.desk.models.forget()
    this.desk.bench.forget()
    this.desk.prints.forget()
    this.desk.stations.forget()
    this.desk.signers.forget()
    this.printStation.forget()
    this.desk.received.forget()
    this.desk.recipients.forget()
    this.desk.people.forget()
    this.keys.forget()
    this.desk.custody.forget()
    this.backups.forget()
    this.desk.handedIn = null
    this.#dropWorkers()
    location.reload()
  }

  #dropWorkers(): void {
    for (const host of Object.values(this.desk.workers)) host.terminate()
  }

  /** Who is of this device, and how its vault stands. */
  async #look(): Promise<void> {
    await this.desk.people.load()
    await this.#vault.refresh()
  }

  async #refreshLibrary(): Promise<void> {
    await this.desk.people.refreshCases()
    await this.#vault.refreshCases()
    await this.backups.load()
  }

  async #refreshPeople(): Promise<void> {
    await this.desk.people.load()
    await this.backups.load()
  }

  async #open(how: Parameters<VaultControl['open']>[0]): Promise<void> {
    // Who is in is known before the screen shows an open vault.
    const opened: typeof how = async (api) => {
      await how(api)
      await this.desk.people.load()
    }
    await this.desk.jobs.run('unlock', () => this.#vault.open(opened))
  }
}

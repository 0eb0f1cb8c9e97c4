import { PipelineError } from '../core/errors.ts'
import type { JsonValue } from '../core/json.ts'
import type { AuditRecord, CaseChange, CaseInit, CaseRecord, CaseSummary, StoredAsset } from './case.ts'
import {
  commitChange,
  createCase,
  listCases,
  type OpenVault,
  openCase,
  readAsset,
  readAudit,
  sweepOrphans,
} from './cases.ts'
import { randomId } from './keys.ts'
import { addModel, type KeptModel, listModels, readModel } from './models.ts'
import { checkPassphrase } from './passphrase.ts'
import { readSetting, type Setting, type SettingName, writeSetting } from './settings.ts'
import { newMasterKey, newSlot, openSlot, PRODUCTION_ITERATIONS, rewrapSlot } from './slot.ts'
import { storesNamed, VaultStore } from './store.io.ts'

const STORE_NAME = 'proofprint-vault'
const TEACHING_PREFIX = 'proofprint-teaching-'
export const DEFAULT_IDLE_LOCK_MS = 15 * 60_000

export interface VaultStatus {
  readonly state: 'none' | 'locked' | 'open' | 'teaching'
  /** Whether the browser promised not to evict the store; null when it cannot say. */
  readonly persisted: boolean | null
  /** Of the whole site; null when the browser does not say. */
  readonly usedBytes: number | null
}

/** What the vault takes from its surroundings; tests give their own. */
export interface VaultOptions {
  readonly locks: LockManager | null
  readonly storage: Pick<StorageManager, 'persisted' | 'estimate'> | null
  readonly now: () => Date
  /** PBKDF2 rounds of new slots; a slot with fewer is refused. */
  readonly iterations: number
}

export const PRODUCTION: Pick<VaultOptions, 'iterations' | 'now'> = {
  iterations: PRODUCTION_ITERATIONS,
  now: () => new Date(),
}

interface Session extends OpenVault {
  readonly kind: 'open' | 'teaching'
  readonly store: VaultStore
  readonly release: () => void
}

/** Holds a Web Lock until the returned function is called; null when another tab holds it. */
async function hold(locks: LockManager | null, name: string): Promise<(() => void) | null> {
  if (!locks) return () => {}
  return new Promise((resolve, reject) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (!lock) {
          resolve(null)
          return undefined
        }
        return new Promise<void>((done) => resolve(done))
      })
      .catch(reject)
  })
}

/**
 * The only holder of keys and the only one that opens the store. Lives in the vault worker. No key leaves it: verbs go
 * in, bytes for display come out. At most one session at a time; `lock` forgets its keys.
 */
export class Vault {
  readonly #options: VaultOptions
  readonly #store = new VaultStore(STORE_NAME)
  readonly #swept: Promise<void>
  #session: Session | null = null
  #writer: (() => void) | null = null
  #writing: Promise<unknown> = Promise.resolve()
  #idleMs = DEFAULT_IDLE_LOCK_MS
  #lockAt = 0
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(options: VaultOptions) {
    this.#options = options
    this.#swept = this.#sweepTeaching().catch(() => {})
  }

  async status(): Promise<VaultStatus> {
    const { storage } = this.#options
    const state = this.#session?.kind ?? ((await this.#store.slots()).length > 0 ? 'locked' : 'none')
    const persisted = storage ? await storage.persisted().catch(() => null) : null
    const usedBytes = storage
      ? await storage.estimate().then(
          (e) => e.usage ?? null,
          () => null,
        )
      : null
    return { state, persisted, usedBytes }
  }

  /** Makes the vault of this device and opens it. Throws vault/weak-passphrase, vault/quota, app/bad-parameter. */
  async create(passphrase: string): Promise<void> {
    checkPassphrase(passphrase)
    await this.#store.addFirstSlot(await newSlot(passphrase, this.#options.iterations))
    await this.unlock(passphrase)
  }

  /** Throws vault/none, vault/wrong-passphrase. */
  async unlock(passphrase: string): Promise<void> {
    const slot = await this.#slot()
    const master = await openSlot(slot, passphrase, this.#options.iterations)
    await this.lock()
    this.#begin({ kind: 'open', master, store: this.#store, release: () => {} })
    // A second tab only reads, and what is left over does no harm until a tab that may write opens.
    await this.#write(sweepOrphans).catch(() => {})
  }

  /** A session without account: keys in memory, its store deleted on lock and swept at the next start. */
  async startTeaching(): Promise<void> {
    await this.#swept
    await this.lock()
    const name = `${TEACHING_PREFIX}${randomId()}`
    const release = (await hold(this.#options.locks, name)) ?? (() => {})
    this.#begin({ kind: 'teaching', master: await newMasterKey(), store: new VaultStore(name), release })
  }

  /** Forgets the keys and closes the store. What is being written is stored whole or not at all. */
  async lock(): Promise<void> {
    const session = this.#session
    this.#session = null
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#writer?.()
    this.#writer = null
    if (!session) return
    if (session.kind === 'teaching') await session.store.destroy().catch(() => {})
    else session.store.close()
    session.release()
  }

  /** Throws vault/none, vault/wrong-passphrase, vault/weak-passphrase, vault/quota; then the old one still opens. */
  async changePassphrase(from: string, to: string): Promise<void> {
    checkPassphrase(to)
    const slot = await this.#slot()
    await this.#store.replaceSlot(await rewrapSlot(slot, from, to, this.#options.iterations))
  }

  /** Locks after this long without a verb or a touch. */
  setIdleLock(ms: number): void {
    if (!(ms > 0)) throw new PipelineError('app/bad-parameter', 'The idle lock needs a time above zero.', { ms })
    this.#idleMs = ms
    this.touch()
  }

  /** Any sign of a person: begins the idle time anew. */
  touch(): void {
    if (!this.#session) return
    this.#lockAt = Date.now() + this.#idleMs
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.lock(), this.#idleMs)
  }

  /** Milliseconds until the idle lock; null when nothing is open. */
  lockInMs(): number | null {
    return this.#session ? Math.max(0, this.#lockAt - Date.now()) : null
  }

  async listCases(): Promise<CaseSummary[]> {
    return listCases(this.#current())
  }

  async createCase(init: CaseInit): Promise<string> {
    return this.#write((vault) => createCase(vault, init))
  }

  async openCase(id: string): Promise<CaseRecord> {
    return openCase(this.#current(), id)
  }

  async commit(caseId: string, change: CaseChange): Promise<string[]> {
    return this.#write((vault) => commitChange(vault, caseId, change))
  }

  async readAsset(caseId: string, assetId: string): Promise<StoredAsset> {
    return readAsset(this.#current(), caseId, assetId)
  }

  async readSetting(name: SettingName): Promise<Setting> {
    return readSetting(this.#current(), name)
  }

  /** `setting.revision` is the one that was read. Throws vault/busy, vault/quota, vault/locked, app/bad-parameter. */
  async writeSetting(name: SettingName, setting: Setting): Promise<void> {
    await this.#write((vault) => writeSetting(vault, name, setting))
  }

  async listModels(): Promise<KeptModel[]> {
    return listModels(this.#current())
  }

  /** The weights of a network. Throws vault/missing, vault/tampered, vault/locked. */
  async readModel(id: string): Promise<Uint8Array<ArrayBuffer>> {
    return readModel(this.#current(), id)
  }

  /** Keeps a network and what is said of it; returns its id. Throws vault/busy, vault/quota, vault/locked, app/bad-parameter. */
  async addModel(about: JsonValue, weights: Uint8Array): Promise<string> {
    return this.#write((vault) => addModel(vault, about, weights))
  }

  async removeModel(id: string): Promise<void> {
    await this.#write((vault) => vault.records.deleteModel(id))
  }

  async audit(caseId: string): Promise<AuditRecord[]> {
    return readAudit(this.#current(), caseId)
  }

  async deleteCase(id: string): Promise<void> {
    await this.#write((vault) => vault.records.deleteCase(id))
  }

  #begin({ kind, master, store, release }: Pick<Session, 'kind' | 'master' | 'store' | 'release'>): void {
    const session: Session = {
      kind,
      master,
      store,
      release,
      records: store,
      now: this.#options.now,
      assertOpen: () => {
        if (this.#session !== session) throw this.#locked()
      },
    }
    this.#session = session
    this.touch()
  }

  #locked(): PipelineError {
    return new PipelineError('vault/locked', 'The vault is locked. Unlock it, then do this again.')
  }

  #current(): Session {
    if (!this.#session) throw this.#locked()
    this.touch()
    return this.#session
  }

  async #slot() {
    const [slot] = await this.#store.slots()
    if (!slot) throw new PipelineError('vault/none', 'There is no vault on this device yet. Make one first.')
    return slot
  }

  /** One tab writes; the lock goes to the next that writes once the tab that has it is closed or locked. */
  async #becomeWriter(): Promise<boolean> {
    this.#writer ??= await hold(this.#options.locks, STORE_NAME)
    return this.#writer !== null
  }

  /** One write after the other: two commits of one case must not start from the same revision. */
  #write<T>(work: (vault: OpenVault) => Promise<T>): Promise<T> {
    const turn = this.#writing.then(() => this.#writeNow(work))
    this.#writing = turn.catch(() => {})
    return turn
  }

  async #writeNow<T>(work: (vault: OpenVault) => Promise<T>): Promise<T> {
    const session = this.#current()
    if (session.kind === 'open' && !(await this.#becomeWriter()))
      throw new PipelineError('vault/busy', 'The vault is open for writing in another tab. Close that tab first.')
    session.assertOpen()
    return work(session)
  }

  /** Deletes the stores of teaching sessions whose tab is gone: without their keys they are noise. */
  async #sweepTeaching(): Promise<void> {
    for (const name of await storesNamed(TEACHING_PREFIX)) {
      const release = await hold(this.#options.locks, name)
      if (!release) continue
      await new VaultStore(name).destroy()
      release()
    }
  }
}

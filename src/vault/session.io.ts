import { PipelineError } from '../core/errors.ts'
import type { KeyStrength, Signer } from '../core/signer.ts'
import { closeLogs } from './close-logs.ts'
import { storesNamed } from './database.io.ts'
import type { ReceiptReader } from './handed-over.ts'
import { randomId } from './keys.ts'
import type { PersonKeys } from './person-keys.ts'
import { SessionClock, type SessionLimits } from './session-clock.ts'
import { importSignPair, signerOf, signPairOf } from './session-signer.ts'
import { newMasterKey } from './slot.ts'
import type { Files } from './slot-file.io.ts'
import { VaultStore } from './store.io.ts'
import { masterKeys, type OpenVault } from './vault-keys.ts'

const STORE_NAME = 'proofprint-vault'
/** Longest that a lock waits for its checkpoint. */
const LAST_CHECKPOINT_MS = 300
const TEACHING_PREFIX = 'proofprint-teaching-'

/** What the vault takes from its surroundings; tests give their own. */
export interface VaultOptions {
  readonly locks: LockManager | null
  readonly storage: Pick<StorageManager, 'persisted' | 'estimate'> | null
  /** Where the slots lie in a file that can be overwritten; null keeps them in the database. */
  readonly files: Files | null
  readonly now: () => Date
  /** PBKDF2 rounds of new slots; a slot with fewer is refused. */
  readonly iterations: number
  /** Absent where none is taken in. */
  readonly readReceipt?: ReceiptReader
}

/** Whose keys are open: the master key of a vault without people, or a person and the newest instant of the device log. */
export type Opened =
  | { readonly master: CryptoKey; readonly strength: KeyStrength; readonly person?: never }
  | {
      readonly person: PersonKeys
      readonly written: string | null
      readonly strength: KeyStrength
      readonly master?: never
    }

export interface Session extends OpenVault {
  readonly kind: 'open' | 'teaching'
  readonly store: VaultStore
  readonly release: () => void
  opened: Opened
}

async function newSigner({ opened, records, assertOpen }: Session): Promise<Signer> {
  if (opened.person) return signerOf(opened.person.signPair, opened.strength, assertOpen)
  const pair = await importSignPair(await signPairOf(records, opened.master))
  return signerOf(pair, opened.strength, assertOpen)
}

/** A last checkpoint of every log that this session wrote in. */
const closed = (session: Session) =>
  closeLogs(session, session.opened.person ?? null, 'lock', (id) => session.store.written.has(id))

async function withinMs(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work.catch(() => {}), limit])
  clearTimeout(timer)
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

/** The one session of a vault: its keys, its end in time, and the one write at a time. Never reachable from the page. */
export class SessionHolder {
  readonly options: VaultOptions
  readonly store: VaultStore
  readonly #clock = new SessionClock(() => void this.lock())
  readonly #swept: Promise<void>
  #session: Session | null = null
  #writer: (() => void) | null = null
  #writing: Promise<unknown> = Promise.resolve()
  /** How many wait or run. */
  #writes = 0
  #locking: Promise<void> | null = null

  constructor(options: VaultOptions) {
    this.options = options
    this.store = new VaultStore(STORE_NAME, options.files)
    this.#swept = this.#sweepTeaching().catch(() => {})
  }

  get kind(): Session['kind'] | null {
    return this.#locking ? null : (this.#session?.kind ?? null)
  }

  get clock(): SessionClock {
    return this.#clock
  }

  begin(opened: Opened, limits: SessionLimits): void {
    this.#begin({ kind: 'open', opened, store: this.store, release: () => {} }, limits)
  }

  /** Keys in memory, a store of its own that is deleted on lock and swept at the next start. */
  async beginTeaching(limits: SessionLimits): Promise<void> {
    await this.#swept
    await this.lock()
    const name = `${TEACHING_PREFIX}${randomId()}`
    const release = (await hold(this.options.locks, name)) ?? (() => {})
    const opened = { master: await newMasterKey(), strength: 'memory' } as const
    this.#begin({ kind: 'teaching', opened, store: new VaultStore(name, null), release }, limits)
  }

  /**
   * Forgets the keys and closes the store, after a last checkpoint of what was written, which holds it up for no longer than
   * LAST_CHECKPOINT_MS and is caught up at the next unlock. What is being written is stored whole or not at all.
   */
  lock(): Promise<void> {
    this.#locking ??= this.#lock().finally(() => {
      this.#locking = null
    })
    return this.#locking
  }

  async #lock(): Promise<void> {
    const session = this.#session
    // Whatever is on its way falls to the lock.
    if (session?.kind === 'open' && this.#writes === 0 && session.store.written.size > 0)
      await withinMs(LAST_CHECKPOINT_MS, closed(session))
    this.#session = null
    this.#clock.stop()
    this.#writer?.()
    this.#writer = null
    if (!session) return
    if (session.kind === 'teaching') await session.store.destroy().catch(() => {})
    else session.store.close()
    session.release()
  }

  /** Any sign of a person: begins the idle time anew. */
  touch(): void {
    if (this.#clock.isOver()) void this.lock()
    else this.#clock.touch()
  }

  /** Throws 'vault/locked'. */
  current(): Session {
    this.touch()
    if (!this.#session || this.#locking) throw this.#locked()
    return this.#session
  }

  /** One write after the other: two commits of one case must not start from the same revision. Throws 'vault/locked', 'vault/busy'. */
  write<T>(work: (session: Session) => Promise<T>): Promise<T> {
    this.#writes += 1
    const turn = this.#writing
      .then(() => this.#writeNow(work))
      .finally(() => {
        this.#writes -= 1
      })
    this.#writing = turn.catch(() => {})
    return turn
  }

  async #writeNow<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = this.current()
    if (session.kind === 'open' && !(await this.#becomeWriter()))
      throw new PipelineError('vault/busy', 'The vault is open for writing in another tab. Close that tab first.')
    session.assertOpen()
    return work(session)
  }

  #begin(parts: Pick<Session, 'kind' | 'store' | 'release' | 'opened'>, limits: SessionLimits): void {
    let signer: Promise<Signer> | null = null
    const session: Session = {
      ...parts,
      records: parts.store,
      get keys() {
        return this.opened.person ?? masterKeys(this.opened.master)
      },
      now: this.options.now,
      signer: () => {
        signer ??= newSigner(session).catch((error) => {
          signer = null
          throw error
        })
        return signer
      },
      assertOpen: () => {
        if (this.#session !== session) throw this.#locked()
      },
    }
    this.#session = session
    this.#clock.start(limits)
  }

  #locked(): PipelineError {
    return new PipelineError('vault/locked', 'The vault is locked. Unlock it, then do this again.')
  }

  /** One tab writes; the lock goes to the next that writes once the tab that has it is closed or locked. */
  async #becomeWriter(): Promise<boolean> {
    this.#writer ??= await hold(this.options.locks, STORE_NAME)
    return this.#writer !== null
  }

  /** Deletes the stores of teaching sessions whose tab is gone: without their keys they are noise. */
  async #sweepTeaching(): Promise<void> {
    for (const name of await storesNamed(TEACHING_PREFIX)) {
      const release = await hold(this.options.locks, name)
      if (!release) continue
      await new VaultStore(name, null).destroy()
      release()
    }
  }
}

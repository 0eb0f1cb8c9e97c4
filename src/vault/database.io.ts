import { type DBSchema, deleteDB, type IDBPDatabase, type IDBPObjectStore, openDB, type StoreNames } from 'idb'
import { PipelineError } from '../core/errors.ts'
import type { StoredCase } from './case-layer.ts'
import type { ModelRow, PersonRow, SettingRow, SiteRow } from './records.ts'
import type { KeySlot } from './slot.ts'
import type { SlotMark } from './slot-file.ts'

/** 2 added the settings, 3 the networks, 4 people, their site, its log and the device key, 5 the mark of the slot file. */
const SCHEMA_VERSION = 5
/** IndexedDB puts lists after every text and number, so this closes the range of all keys that begin with the id. */
export const underId = (...prefix: string[]) => IDBKeyRange.bound(prefix, [...prefix, []])

export interface Schema extends DBSchema {
  slots: { key: string; value: KeySlot }
  slotFile: { key: string; value: SlotMark }
  cases: { key: string; value: StoredCase }
  pieces: { key: [caseId: string, assetId: string, n: number]; value: Uint8Array }
  audit: { key: [caseId: string, seq: number]; value: Uint8Array }
  settings: { key: string; value: SettingRow }
  models: { key: string; value: ModelRow }
  modelPieces: { key: [id: string, n: number]; value: Uint8Array }
  people: { key: string; value: PersonRow }
  site: { key: string; value: SiteRow }
  log: { key: number; value: Uint8Array }
  device: { key: string; value: CryptoKey }
}

export const STORES = [
  'slots',
  'slotFile',
  'cases',
  'pieces',
  'audit',
  'settings',
  'models',
  'modelPieces',
  'people',
  'site',
  'log',
  'device',
] as const
const NAMED_BY: Readonly<Partial<Record<(typeof STORES)[number], string>>> = {
  cases: 'id',
  settings: 'name',
  models: 'id',
  people: 'id',
  site: 'name',
}
export const STRICT = { durability: 'strict' } as const

export const busy = () =>
  new PipelineError('vault/busy', 'Another tab is using the vault. Close it, or go on there, and try again.')

/**
 * Engines disagree on what a full disk looks like (QuotaExceededError, AbortError, UnknownError): any write that fails
 * for a reason of the store is named so, and is not claimed as saved.
 */
export function named(error: unknown): PipelineError {
  if (error instanceof PipelineError) return error
  return new PipelineError(
    'vault/quota',
    'The browser did not store this, so nothing of it was kept. Free some space or delete a case, then try again.',
    { reason: error instanceof Error ? error.name : 'unknown' },
    { cause: error },
  )
}

interface WriteTransaction {
  abort(): void
  readonly done: Promise<void>
}

/** A transaction that was aborted under a request says so twice; whoever waits for the request has heard it. */
export function heard<T extends Pick<WriteTransaction, 'done'>>(tx: T): T {
  tx.done.catch(() => {})
  return tx
}

export async function dropped(tx: WriteTransaction): Promise<void> {
  tx.abort()
  await tx.done.catch(() => {})
}

/**
 * Makes the writes and waits for the whole transaction: a request that succeeded is not stored until the transaction
 * is. A write that throws at once (no clone, no space) aborts it too, or those before it would be stored without it.
 */
export async function finish(
  tx: WriteTransaction,
  make: (write: (request: Promise<unknown>) => void) => void,
): Promise<void> {
  const requests: Promise<unknown>[] = [tx.done]
  try {
    make((request) => {
      // Handled by the all() below, which is never reached when a later write throws.
      request.catch(() => {})
      requests.push(request)
    })
    await Promise.all(requests)
  } catch (error) {
    try {
      tx.abort()
    } catch {
      // Already aborted by the failed request.
    }
    await tx.done.catch(() => {})
    throw named(error)
  }
}

/** The database behind a vault. Opened on first use, and again after the browser or another tab closed it. */
export class VaultDatabase {
  readonly #name: string
  #db: Promise<IDBPDatabase<Schema>> | null = null
  #destroyed = false

  constructor(name: string) {
    this.#name = name
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    const forget = () => {
      this.#db = null
    }
    // A verb that outlived the lock must not make the store again.
    if (this.#destroyed)
      return Promise.reject(new PipelineError('vault/locked', 'This session has ended and its data is gone.'))
    this.#db ??= new Promise<IDBPDatabase<Schema>>((resolve, reject) => {
      let gaveUp = false
      openDB<Schema>(this.#name, SCHEMA_VERSION, {
        upgrade(db, _from, _to, tx) {
          heard(tx)
          for (const store of STORES) {
            const keyPath = NAMED_BY[store]
            if (!db.objectStoreNames.contains(store)) db.createObjectStore(store, keyPath ? { keyPath } : {})
          }
        },
        // An older tab does not let go: waiting would hang the page.
        blocked: () => {
          gaveUp = true
          reject(busy())
        },
        // A newer tab, or a wipe, wants the database: let go at once and reopen when asked again.
        blocking: (_current, _blocked, event) => {
          forget()
          ;(event.target as IDBDatabase | null)?.close()
        },
        terminated: forget,
      }).then(
        (db) => (gaveUp ? db.close() : resolve(db)),
        (error) => reject(named(error)),
      )
    }).catch((error) => {
      forget()
      throw error
    })
    return this.#db
  }

  /** Runs on an open connection; once more on a new one when the browser had closed it without saying so. */
  async using<T>(work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      const db = await this.#open()
      return await work(db).catch((error) => {
        if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error
        this.close()
        return this.#open().then(work)
      })
    } catch (error) {
      throw named(error)
    }
  }

  /** As `using`, for one reading transaction. */
  read<N extends StoreNames<Schema>, T>(
    name: N,
    work: (store: IDBPObjectStore<Schema, [N], N, 'readonly'>) => Promise<T>,
  ): Promise<T> {
    return this.using(async (db) => work(heard(db.transaction(name)).store))
  }

  close(): void {
    this.#db?.then(
      (db) => db.close(),
      () => {},
    )
    this.#db = null
  }

  async destroy(): Promise<void> {
    this.#destroyed = true
    this.close()
    await deleteDB(this.#name)
  }
}

/** Names of the stores that begin with `prefix`. Empty where the engine does not list them. */
export async function storesNamed(prefix: string): Promise<string[]> {
  const all = await indexedDB.databases().catch(() => [])
  return all.flatMap(({ name }) => (name?.startsWith(prefix) ? [name] : []))
}

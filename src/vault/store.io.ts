import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb'
import { PipelineError } from '../core/errors.ts'
import type { AssetPieces, CaseRow, CaseWrite, ModelRow, SettingRow, VaultRecords } from './records.ts'
import type { KeySlot } from './slot.ts'

/** 2 added the settings, 3 the networks. */
const SCHEMA_VERSION = 3
/** IndexedDB puts lists after every text and number, so this closes the range of all keys that begin with the id. */
const underId = (...prefix: string[]) => IDBKeyRange.bound(prefix, [...prefix, []])

interface Schema extends DBSchema {
  slots: { key: string; value: KeySlot }
  cases: { key: string; value: CaseRow }
  pieces: { key: [caseId: string, assetId: string, n: number]; value: Uint8Array }
  audit: { key: [caseId: string, seq: number]; value: Uint8Array }
  settings: { key: string; value: SettingRow }
  models: { key: string; value: ModelRow }
  modelPieces: { key: [id: string, n: number]; value: Uint8Array }
}

const STORES = ['slots', 'cases', 'pieces', 'audit', 'settings', 'models', 'modelPieces'] as const
const NAMED_BY: Readonly<Partial<Record<(typeof STORES)[number], string>>> = {
  cases: 'id',
  settings: 'name',
  models: 'id',
}
const STRICT = { durability: 'strict' } as const

const busy = () =>
  new PipelineError('vault/busy', 'Another tab is using the vault. Close it, or go on there, and try again.')

/**
 * Engines disagree on what a full disk looks like (QuotaExceededError, AbortError, UnknownError): any write that fails
 * for a reason of the store is named so, and is not claimed as saved.
 */
function named(error: unknown): PipelineError {
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

async function dropped(tx: WriteTransaction): Promise<void> {
  tx.abort()
  await tx.done.catch(() => {})
}

/**
 * Makes the writes and waits for the whole transaction: a request that succeeded is not stored until the transaction
 * is. A write that throws at once (no clone, no space) aborts it too, or those before it would be stored without it.
 */
async function finish(tx: WriteTransaction, make: (write: (request: Promise<unknown>) => void) => void): Promise<void> {
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
export class VaultStore implements VaultRecords {
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
        upgrade(db) {
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
  async #using<T>(work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
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

  slots(): Promise<KeySlot[]> {
    return this.#using((db) => db.getAll('slots'))
  }

  addFirstSlot(slot: KeySlot): Promise<void> {
    return this.#using(async (db) => {
      const tx = db.transaction('slots', 'readwrite', STRICT)
      if ((await tx.store.count()) > 0) {
        await dropped(tx)
        throw new PipelineError('app/bad-parameter', 'There is a vault on this device already. Unlock it instead.')
      }
      await finish(tx, (write) => write(tx.store.add(slot, slot.id)))
    })
  }

  replaceSlot(slot: KeySlot): Promise<void> {
    return this.#using(async (db) => {
      const tx = db.transaction('slots', 'readwrite', STRICT)
      await finish(tx, (write) => write(tx.store.put(slot, slot.id)))
    })
  }

  cases(): Promise<CaseRow[]> {
    return this.#using((db) => db.getAll('cases'))
  }

  case(id: string): Promise<CaseRow | undefined> {
    return this.#using((db) => db.get('cases', id))
  }

  pieces(caseId: string, assetId: string): Promise<Uint8Array[]> {
    return this.#using((db) => db.getAll('pieces', underId(caseId, assetId)))
  }

  audit(caseId: string): Promise<Uint8Array[]> {
    return this.#using((db) => db.getAll('audit', underId(caseId)))
  }

  addPieces(caseId: string, { assetId, from, pieces }: AssetPieces): Promise<void> {
    return this.#using(async (db) => {
      const tx = db.transaction('pieces', 'readwrite', STRICT)
      await finish(tx, (write) => {
        for (const [n, piece] of pieces.entries()) write(tx.store.add(piece, [caseId, assetId, from + n]))
      })
    })
  }

  dropPieces(caseId: string, assetIds: readonly string[]): Promise<void> {
    return this.#using(async (db) => {
      const tx = db.transaction('pieces', 'readwrite', STRICT)
      await finish(tx, (write) => {
        for (const assetId of assetIds) write(tx.store.delete(underId(caseId, assetId)))
      })
    })
  }

  commit({ row, assets, remove, audit }: CaseWrite): Promise<void> {
    return this.#using(async (db) => {
      const tx = db.transaction(['cases', 'pieces', 'audit'], 'readwrite', STRICT)
      const [cases, pieces, lines] = [tx.objectStore('cases'), tx.objectStore('pieces'), tx.objectStore('audit')]
      const before = await cases.get(row.id)
      const ahead = await Promise.all(assets.map(({ assetId }) => pieces.count(underId(row.id, assetId))))
      if ((before?.revision ?? 0) !== row.revision - 1 || assets.some(({ from }, n) => from !== ahead[n])) {
        await dropped(tx)
        throw busy()
      }
      await finish(tx, (write) => {
        write(cases.put(row))
        for (const { assetId, from, pieces: parts } of assets)
          for (const [n, part] of parts.entries()) write(pieces.add(part, [row.id, assetId, from + n]))
        for (const assetId of remove) write(pieces.delete(underId(row.id, assetId)))
        for (const { seq, line } of audit) write(lines.add(line, [row.id, seq]))
      })
    })
  }

  deleteCase(id: string): Promise<void> {
    return this.#using(async (db) => {
      const tx = db.transaction(['cases', 'pieces', 'audit'], 'readwrite', STRICT)
      await finish(tx, (write) => {
        write(tx.objectStore('cases').delete(id))
        write(tx.objectStore('pieces').delete(underId(id)))
        write(tx.objectStore('audit').delete(underId(id)))
      })
    })
  }

  setting(name: string): Promise<SettingRow | undefined> {
    return this.#using((db) => db.get('settings', name))
  }

  putSetting(row: SettingRow): Promise<void> {
    return this.#using(async (db) => {
      const tx = db.transaction('settings', 'readwrite', STRICT)
      const before = await tx.store.get(row.name)
      if ((before?.revision ?? 0) !== row.revision - 1) {
        await dropped(tx)
        throw busy()
      }
      await finish(tx, (write) => write(tx.store.put(row)))
    })
  }

  models(): Promise<ModelRow[]> {
    return this.#using((db) => db.getAll('models'))
  }

  model(id: string): Promise<ModelRow | undefined> {
    return this.#using((db) => db.get('models', id))
  }

  modelPieces(id: string): Promise<Uint8Array[]> {
    return this.#using((db) => db.getAll('modelPieces', underId(id)))
  }

  addModel(row: ModelRow, pieces: readonly Uint8Array[]): Promise<void> {
    return this.#using(async (db) => {
      const tx = db.transaction(['models', 'modelPieces'], 'readwrite', STRICT)
      await finish(tx, (write) => {
        write(tx.objectStore('models').add(row))
        for (const [n, piece] of pieces.entries()) write(tx.objectStore('modelPieces').add(piece, [row.id, n]))
      })
    })
  }

  deleteModel(id: string): Promise<void> {
    return this.#using(async (db) => {
      const tx = db.transaction(['models', 'modelPieces'], 'readwrite', STRICT)
      await finish(tx, (write) => {
        write(tx.objectStore('models').delete(id))
        write(tx.objectStore('modelPieces').delete(underId(id)))
      })
    })
  }

  sweep(assetsOf: ReadonlyMap<string, ReadonlySet<string>>): Promise<number> {
    return this.#using(async (db) => {
      const tx = db.transaction(['cases', 'pieces', 'audit'], 'readwrite', STRICT)
      const allPieces = await tx.objectStore('pieces').getAllKeys()
      const pieces = allPieces.filter(([id, asset]) => !assetsOf.get(id)?.has(asset))
      const lines = (await tx.objectStore('audit').getAllKeys()).filter(([id]) => !assetsOf.has(id))
      await finish(tx, (write) => {
        for (const key of pieces) write(tx.objectStore('pieces').delete(key))
        for (const key of lines) write(tx.objectStore('audit').delete(key))
      })
      return pieces.length + lines.length
    })
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

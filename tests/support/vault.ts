import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { digestVolume } from '../../src/core/hash.ts'
import type { TraceEntry } from '../../src/core/trace-entry.ts'
import type { CaseChange, CaseInit, NewAsset } from '../../src/vault/case.ts'
import { encodeVolume } from '../../src/vault/codec.ts'
import { STORES } from '../../src/vault/database.io.ts'
import type { KeySlot } from '../../src/vault/slot.ts'
import { VaultStore } from '../../src/vault/store.io.ts'
import { Vault, type VaultOptions } from '../../src/vault/vault.io.ts'
import { FakeFiles } from './fake-files.ts'
import { gridOf, randomVolume } from './phantoms.ts'
import { joined } from './scan-files.ts'

export const PASSPHRASE = 'copper lantern under nine bridges'
export const INIT: CaseInit = { pseudonym: 'Heron 4172', templateId: 'ct-bone', policy: 'teaching', process: 'sla' }

/** Web Locks of one browser, shared by all the tabs that are given it. Only exclusive `ifAvailable` requests. */
export function fakeLocks(): LockManager {
  const held = new Set<string>()
  const request = async (name: string, _options: LockOptions, work: (lock: Lock | null) => unknown) => {
    if (held.has(name)) return work(null)
    held.add(name)
    try {
      return await work({ name, mode: 'exclusive' })
    } finally {
      held.delete(name)
    }
  }
  return { request, query: async () => ({}) } as unknown as LockManager
}

/** An empty browser profile. */
export function freshProfile(): void {
  globalThis.indexedDB = new IDBFactory()
  files = new FakeFiles()
}

let files = new FakeFiles()
/** The files of this profile. */
export const profileFiles = (): FakeFiles => files
const SLOT_FILE = 'proofprint-vault.slots'
/** The bytes of the slot file; empty where there is none. */
export const slotFile = (): Uint8Array<ArrayBuffer> => files.root.raw(SLOT_FILE)
export const putSlotFile = (bytes: Uint8Array): void => files.root.put(SLOT_FILE, bytes)
const store = () => new VaultStore('proofprint-vault', files)
/** The slots of the vault of this profile, as they lie there. */
export const storedSlots = (): Promise<readonly KeySlot[]> => store().slots()
/** A case of this profile, without the layer of the device. */
export const storedCase = (id: string) => store().case(id)
/** Takes slots away, past the vault. */
export const dropSlots = (...ids: string[]): Promise<void> => store().apply({ dropSlots: ids })
/** Puts slots in the place of those with their ids, past the vault. */
export const putSlots = (...slots: KeySlot[]): Promise<void> => store().apply({ slots })

/** A tab on this profile. Few key derivation rounds: the count is the only thing that differs from production. */
export function openTab(options: Partial<VaultOptions> = {}): Vault {
  return new Vault({ locks: null, storage: null, files, now: () => new Date(), iterations: 1000, ...options })
}

export async function volumeAsset(seed: number) {
  const volume = randomVolume(gridOf([40, 30, 20]), seed)
  const { meta, parts } = encodeVolume(volume)
  return { type: 'volume' as const, digest: await digestVolume(volume), meta, bytes: joined(parts) }
}

export const entry = (seq: number, prev = '0'.repeat(64)): TraceEntry => ({
  seq,
  stage: 'threshold',
  version: 1,
  params: { lowHu: 226 },
  inputDigests: ['a'.repeat(64)],
  outputDigest: 'b'.repeat(64),
  backend: 'cpu',
  adapter: 'none',
  ms: 5,
  at: '2026-05-01T10:00:00.000Z',
  prev,
})

export const change = (assets: readonly NewAsset[] = [], rest: Partial<CaseChange> = {}): CaseChange => ({
  assets,
  trace: [],
  audit: [{ at: '2026-05-01T10:00:00.000Z', code: 'threshold', outcome: 'done', digests: ['b'.repeat(64)] }],
  ...rest,
})

export type StoreName = (typeof STORES)[number]

/** Past the vault, straight at its database: what a thief or a tamperer has. */
export async function rawStore<T>(
  mode: IDBTransactionMode,
  work: (stores: Record<StoreName, IDBObjectStore>) => T | Promise<T>,
  name = 'proofprint-vault',
): Promise<T> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const tx = db.transaction(STORES, mode)
  const stores = Object.fromEntries(STORES.map((n) => [n, tx.objectStore(n)])) as Record<StoreName, IDBObjectStore>
  const done = new Promise<void>((resolve, reject) => {
    tx.oncomplete = () => resolve()
    tx.onabort = () => reject(tx.error)
  })
  try {
    const result = await work(stores)
    await done
    return result
  } finally {
    db.close()
  }
}

/** The answer of one request. */
export const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** Every byte string and every text in the database, keys included, and the file of slots. */
export async function everythingStored(): Promise<Buffer> {
  const parts: Buffer[] = []
  const gather = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) parts.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
    else if (Array.isArray(value)) value.forEach(gather)
    else if (typeof value === 'object' && value !== null) Object.entries(value).forEach(gather)
    else parts.push(Buffer.from(String(value)))
  }
  await rawStore('readonly', async (stores) => {
    for (const name of STORES) {
      gather(await answer(stores[name].getAll()))
      gather(await answer(stores[name].getAllKeys()))
    }
  })
  parts.push(Buffer.from(slotFile()))
  return Buffer.concat(parts.map((p) => Buffer.concat([p, Buffer.from([0])])))
}

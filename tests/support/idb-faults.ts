import forceCloseDatabase from 'fake-indexeddb/lib/forceCloseDatabase'

/** What can go wrong at one call of the store. */
export const FAULTS = [
  'quota',
  'unknown',
  'stale-handle',
  'inactive',
  'aborted',
  'aborted-late',
  'closed',
  'evicted',
  'slow',
] as const
export type Fault = (typeof FAULTS)[number]

const OBJECT_VERBS = ['put', 'add', 'delete', 'get', 'getAll', 'getAllKeys', 'count'] as const
const SLOW_MS = 20
const NAMES = {
  quota: 'QuotaExceededError',
  unknown: 'UnknownError',
  'stale-handle': 'InvalidStateError',
  inactive: 'TransactionInactiveError',
} as const
const isThrown = (fault: Fault): fault is keyof typeof NAMES => fault in NAMES

/** fake-indexeddb's own store behind an object store: eviction needs no transaction. */
interface RawStore {
  readonly records: { clear(): unknown }
}

/** Sits at every call of IndexedDB that the vault makes: counts them, and lets one of them fail. */
export class FaultyStore {
  /** Calls since `arm`, each as its verb. */
  readonly sites: string[] = []
  #at = -1
  #fault: Fault = 'quota'
  readonly #restore: (() => void)[] = []

  constructor() {
    for (const verb of OBJECT_VERBS) this.#patch(IDBObjectStore.prototype, verb)
    this.#patch(IDBDatabase.prototype, 'transaction')
    this.#patch(IDBFactory.prototype, 'open')
  }

  /** From the next call on: the call with this number goes wrong; none with -1. */
  arm(at: number, fault: Fault): void {
    this.sites.length = 0
    this.#at = at
    this.#fault = fault
  }

  remove(): void {
    for (const restore of this.#restore) restore()
  }

  #patch(prototype: object, verb: string): void {
    const original = Reflect.get(prototype, verb) as (...args: unknown[]) => unknown
    const meet = (self: object, args: unknown[]) => {
      // The stand-in opens this one itself.
      if (args[1] === 'versionchange') return original.apply(self, args)
      const isHit = this.sites.length === this.#at
      this.sites.push(verb)
      return isHit ? fail(this.#fault, self, () => original.apply(self, args)) : original.apply(self, args)
    }
    Reflect.set(prototype, verb, function (this: object, ...args: unknown[]) {
      return meet(this, args)
    })
    this.#restore.push(() => Reflect.set(prototype, verb, original))
  }
}

function fail(fault: Fault, self: object, call: () => unknown): unknown {
  if (isThrown(fault)) throw new DOMException(`made to fail: ${fault}`, NAMES[fault])
  if (fault === 'slow') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_MS)
  if (fault === 'closed' && self instanceof IDBDatabase) forceCloseDatabase(self)
  if (fault === 'closed' && self instanceof IDBObjectStore) forceCloseDatabase(self.transaction.db)
  if (fault === 'evicted' && self instanceof IDBObjectStore)
    (Reflect.get(self, '_rawObjectStore') as RawStore).records.clear()
  const made = call()
  const transaction = self instanceof IDBObjectStore ? self.transaction : made
  if (transaction instanceof IDBTransaction) {
    if (fault === 'aborted') transaction.abort()
    if (fault === 'aborted-late' && made instanceof IDBRequest)
      made.addEventListener('success', () => {
        try {
          transaction.abort()
        } catch {
          // Already over.
        }
      })
    if (fault === 'aborted-late' && made === transaction) queueMicrotask(() => transaction.abort())
  }
  if (fault === 'aborted' && made instanceof IDBOpenDBRequest)
    made.addEventListener('upgradeneeded', () => made.transaction?.abort())
  return made
}

import type { CaseChange, CaseInit, NewAsset } from '../../src/vault/case.ts'
import { Vault } from '../../src/vault/vault.io.ts'

// Runs in a page of a real browser: a vault with one of everything, and a fault at one call of the browser's own IndexedDB.

/** What a call is made to do. An eviction is the browser's own: it is asked from outside. */
export type Fault =
  | 'quota'
  | 'unknown'
  | 'stale-handle'
  | 'inactive'
  | 'aborted'
  | 'aborted-late'
  | 'closed'
  | 'slow'
  | 'evicted'

const NAMES: Partial<Record<Fault, string>> = {
  quota: 'QuotaExceededError',
  unknown: 'UnknownError',
  'stale-handle': 'InvalidStateError',
  inactive: 'TransactionInactiveError',
}
const OBJECT_VERBS = ['put', 'add', 'delete', 'get', 'getAll', 'getAllKeys', 'count'] as const
const SLOW_MS = 20
const HUNG_MS = 20_000
const PASSPHRASE = 'copper lantern under nine bridges'
const OTHER = 'seven grey stones in a row'
const INIT: CaseInit = { pseudonym: 'Heron 4172', templateId: 'ct-bone', policy: 'teaching', process: 'sla' }

let armed: { readonly at: number; readonly fault: Fault } | null = null
let calls = 0

function fail(fault: Fault, self: object, call: () => unknown): unknown {
  const name = NAMES[fault]
  if (name) throw new DOMException(`made to fail: ${fault}`, name)
  if (fault === 'evicted') void Reflect.get(globalThis, 'evict')()
  if (fault === 'slow') for (const end = performance.now() + SLOW_MS; performance.now() < end; );
  const made = call()
  const transaction = self instanceof IDBObjectStore ? self.transaction : made
  if (!(transaction instanceof IDBTransaction)) return made
  if (fault === 'aborted' || fault === 'closed') transaction.abort()
  if (fault === 'closed') {
    // What a browser does that loses its store: all is broken off, and the page is told.
    transaction.db.close()
    transaction.db.dispatchEvent(new Event('close'))
  }
  if (fault === 'aborted-late') setTimeout(() => isOver(() => transaction.abort()))
  return made
}

function isOver(act: () => void): void {
  try {
    act()
  } catch {
    // The transaction was done before.
  }
}

function patch(prototype: object, verb: string): void {
  const original = Reflect.get(prototype, verb) as (...args: unknown[]) => unknown
  Reflect.set(prototype, verb, function (this: object, ...args: unknown[]) {
    const call = () => original.apply(this, args)
    return calls++ === armed?.at ? fail(armed.fault, this, call) : call()
  })
}
for (const verb of OBJECT_VERBS) patch(IDBObjectStore.prototype, verb)
patch(IDBDatabase.prototype, 'transaction')
patch(IDBFactory.prototype, 'open')

const open = () => new Vault({ locks: null, storage: null, files: null, now: () => new Date(), iterations: 1000 })

async function asset(bytes: Uint8Array<ArrayBuffer>): Promise<NewAsset> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const digest = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return { type: 'export-stl', digest, meta: null, bytes }
}
const noise = (length: number) => {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return bytes
}
const change = (assets: readonly NewAsset[], rest: Partial<CaseChange> = {}): CaseChange => ({
  assets,
  trace: [],
  audit: [{ at: new Date().toISOString(), code: 'threshold', outcome: 'done', digests: [] }],
  ...rest,
})

interface Filled {
  readonly vault: Vault
  readonly id: string
  readonly assetId: string
}

async function filled(): Promise<Filled> {
  const stored = await indexedDB.databases()
  await Promise.all(
    stored.map(
      ({ name = '' }) =>
        new Promise((resolve) => {
          const request = indexedDB.deleteDatabase(name)
          for (const event of ['success', 'error', 'blocked']) request.addEventListener(event, resolve)
        }),
    ),
  )
  const vault = open()
  await vault.create(PASSPHRASE)
  const id = await vault.createCase(INIT)
  const [assetId = ''] = await vault.commit(id, change([await asset(noise(40_000))], { state: { at: 'first' } }))
  return { vault, id, assetId }
}

/** Everything a person has in the vault, read whole by a tab that sees no faults. */
async function contents(): Promise<string> {
  const vault = open()
  if ((await vault.status()).state === 'none') return 'no vault'
  const by = await vault.unlock(PASSPHRASE).then(
    () => 'first',
    () => vault.unlock(OTHER).then(() => 'second'),
  )
  const cases = []
  for (const { id } of await vault.listCases()) {
    const { revision, state, assets, audit } = await vault.openCase(id)
    const read = await Promise.all(assets.map((one) => vault.readAsset(id, one.id)))
    cases.push([revision, state, audit.length, read.map(({ bytes }) => bytes.length)])
  }
  const beside = [(await vault.listModels()).length, await vault.readSetting('templates')]
  await vault.lock()
  return JSON.stringify([by, cases.sort(), beside])
}

const VERBS = {
  commit: async ({ vault, id, assetId }: Filled) =>
    vault.commit(id, change([await asset(noise(40_000))], { remove: [assetId], state: { at: 'second' } })),
  addModel: ({ vault }: Filled) => vault.addModel({ name: 'a network' }, noise(2000)),
  createCase: ({ vault }: Filled) => vault.createCase(INIT),
  writeSetting: ({ vault }: Filled) => vault.writeSetting('templates', { revision: 0, value: ['a template'] }),
  changePassphrase: ({ vault }: Filled) => vault.changePassphrase(PASSPHRASE, OTHER),
  deleteCase: ({ vault, id }: Filled) => vault.deleteCase(id),
} as const
export type Verb = keyof typeof VERBS

export interface Trial {
  /** The name of what the verb threw; null when it said that it was done. */
  readonly error: string | null
  readonly calls: number
  readonly before: string
  /** What is in the vault afterwards; the name of what reading it threw. */
  readonly after: string
}

const nameOf = (error: unknown) => `error: ${(error as { code?: string }).code ?? String(error)}`

/** Runs a verb on a fresh vault with a fault at one of its calls; at -1 there is none. */
export async function tryFault(verb: Verb, at: number, fault: Fault): Promise<Trial> {
  const given = await filled()
  const before = await contents()
  calls = 0
  armed = { at, fault }
  const hung = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('hung')), HUNG_MS))
  const error = await Promise.race([VERBS[verb](given), hung]).then(() => null, nameOf)
  armed = null
  const made = calls
  // What the browser throws away is gone a moment later.
  if (fault === 'evicted') await Reflect.get(globalThis, 'evicted')()
  await given.vault.lock().catch(() => {})
  return { error, calls: made, before, after: await contents().catch(nameOf) }
}

/** Stores ever more in a case until the browser has no room; what it said, and what is in the vault before and after. */
export async function fillUp(): Promise<{ said: string; before: string; after: string; steps: number }> {
  const { vault, id } = await filled()
  for (let steps = 0; ; steps++) {
    const before = await contents()
    try {
      await vault.commit(id, change([await asset(noise(4_000_000))], { state: { at: `step ${steps}` } }))
    } catch (error) {
      return { said: nameOf(error), before, after: await contents(), steps }
    }
  }
}

/** One more step into the case that is there. */
export async function goOn(): Promise<string> {
  const vault = open()
  await vault.unlock(PASSPHRASE)
  const [row] = await vault.listCases()
  return vault.commit(row?.id ?? '', change([await asset(noise(4_000_000))])).then(() => 'stored', nameOf)
}

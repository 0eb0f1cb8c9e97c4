import type { SentAsset } from '../../workers/vault.worker.ts'
import type { JsonValue } from '../core/json.ts'
import { nextEntry, type TraceEntry, type TraceStep } from '../trace/chain.ts'
import type { AuditLine, CaseChange, CaseMeta, CaseRecord, StoredAsset } from '../vault/case.ts'
import { pseudonym } from '../vault/pseudonym.ts'
import { denied } from '../vault/roles.ts'
import { type CaseState, currentState } from './case-state.ts'
import { FINDINGS_SLOT, findingsSlot } from './check-part.ts'
import { labelSlot } from './label-steps.ts'
import { bodiesAfter, editsOf, slotsOfHistory, unpackedHistory } from './part-history.ts'
import { PART_SLOT } from './part-steps.ts'
import type { KeptAsset, Recorder } from './pipeline.ts'
import { sentBytes } from './send-asset.ts'
import type { Workers } from './workers.ts'

interface Change {
  readonly assets: readonly KeptAsset[]
  readonly trace: readonly TraceEntry[]
  readonly state: CaseState | null
  /** Lines of the audit that no entry of the trace stands for. */
  readonly said?: readonly AuditLine[]
}

/**
 * One case in the vault: writes every step down in order, in the background. `saved` says the truth: 'saved' only when
 * everything noted so far is safe. What could not be written is kept and tried again with the next change.
 */
export class CaseStore implements Recorder {
  readonly id: string
  readonly pseudonym: string
  /** Of the case when it was opened or looked at last; a write since makes it another. */
  revision: number
  trace = $state.raw<readonly TraceEntry[]>([])
  saved = $state<'saved' | 'saving' | 'not-saved'>('saved')
  readonly #workers: Workers
  readonly #onFailure: (error: unknown) => void
  /** Whether it may be changed; else it is only looked at. */
  readonly isOwn: boolean
  #assets: Readonly<Record<string, string>>
  #pending: Change[] = []
  #writing: Promise<void> | null = null
  /** Entries are chained one after the other: two steps must not read the same head. */
  #chaining: Promise<unknown> = Promise.resolve()

  private constructor(workers: Workers, record: CaseRecord, onFailure: (error: unknown) => void, isOwn = true) {
    this.#workers = workers
    this.#onFailure = onFailure
    this.isOwn = isOwn
    this.id = record.id
    this.pseudonym = record.meta.pseudonym
    this.trace = record.trace
    this.revision = record.revision
    // Before it ever stood anywhere a case holds what Intake handed in, one of a kind.
    const handedIn = Object.fromEntries(record.assets.map(({ type, id }) => [type, id]))
    this.#assets = { ...((record.state as CaseState | null)?.assets ?? handedIn) }
  }

  /** A new, empty case. */
  static async create(
    workers: Workers,
    init: Omit<CaseMeta, 'pseudonym'>,
    onFailure: (error: unknown) => void,
  ): Promise<CaseStore> {
    const id = await workers.vault.call((api) => api.createCase({ ...init, pseudonym: pseudonym() }))
    return new CaseStore(workers, await workers.vault.call((api) => api.openCase(id)), onFailure)
  }

  /** An existing case and what it remembers. One that is not one's own to change is only looked at: nothing of it is written. */
  static async open(
    workers: Workers,
    id: string,
    onFailure: (error: unknown) => void,
    isOwn = true,
  ): Promise<{ store: CaseStore; state: CaseState | null }> {
    const record = await workers.vault.call((api) => api.openCase(id))
    const state = record.state ? currentState(record.state) : null
    return { store: new CaseStore(workers, record, onFailure, isOwn), state }
  }

  /** Chains the entry at once and stores it with its assets in the background. Throws 'vault/denied' in a case that is only looked at. */
  async record(step: TraceStep, assets: KeptAsset[]): Promise<void> {
    if (!this.isOwn) throw denied('edit', 'role')
    const chained = this.#chaining.then(async () => {
      const entry = await nextEntry(this.trace, step)
      this.trace = [...this.trace, entry]
      this.#enqueue({ assets, trace: [entry], state: null })
    })
    this.#chaining = chained.catch(() => {})
    await chained
  }

  /** Keeps what no step made, with a line of its own in the audit. Resolves when it is safe. */
  async keep(asset: KeptAsset, code: string): Promise<void> {
    const line = { at: new Date().toISOString(), code, outcome: 'done', digests: [asset.digest] } as const
    this.#enqueue({ assets: [asset], trace: [], state: null, said: [line] })
    await this.flush()
  }

  /** Stores where the case stands. */
  saveState(state: Omit<CaseState, 'assets'>): void {
    if (this.isOwn) this.#enqueue({ assets: [], trace: [], state: { ...state, assets: {} } })
  }

  /** Resolves when nothing waits to be written; rejects when something could not be. */
  async flush(): Promise<void> {
    await this.#chaining
    await this.#write()
  }

  /** The stored bytes of a slot's newest asset; null when the case has none. */
  async read(slot: string): Promise<StoredAsset | null> {
    const assetId = this.#assets[slot]
    if (assetId === undefined) return null
    return this.#workers.vault.call((api) => api.readAsset(this.id, assetId))
  }

  #enqueue(change: Change): void {
    // The first may be on its way to the vault. What waits behind it is joined: of ten strokes only the last mask is written.
    const [first, ...waiting] = [...this.#pending, change]
    const made = waiting.filter(({ state }) => state === null)
    const standing = waiting.findLast(({ state }) => state !== null)
    this.#pending = [first ?? change, ...(made.length > 0 ? [joined(made)] : []), ...(standing ? [standing] : [])]
    this.saved = 'saving'
    this.#write().catch(this.#onFailure)
  }

  #write(): Promise<void> {
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = null
    })
    return this.#writing
  }

  async #drain(): Promise<void> {
    try {
      for (let change = this.#pending[0]; change; change = this.#pending[0]) {
        await this.#commit(change)
        this.#pending.shift()
      }
      this.saved = 'saved'
    } catch (error) {
      this.saved = 'not-saved'
      throw error
    }
  }

  async #commit(change: Change): Promise<void> {
    const gone = change.state ? slotsOfOthers(this.#assets, change.state) : []
    const replaced = [...change.assets.map(slotOf), ...gone].flatMap((slot) => this.#assets[slot] ?? [])
    this.#assets = Object.fromEntries(Object.entries(this.#assets).filter(([slot]) => !gone.includes(slot)))
    const assets: SentAsset[] = []
    for (const { role, digest, meta, parts } of change.assets) {
      assets.push({ type: role, digest, meta, ...(await sentBytes(this.#workers, parts)) })
    }
    const ids = await this.#workers.vault.call((api) =>
      api.commitSent(this.id, {
        assets,
        remove: replaced,
        trace: change.trace,
        audit: change.said ?? [],
        ...(change.state ? standing(change.state, this.#assets) : {}),
      }),
    )
    for (const [n, kept] of change.assets.entries()) {
      const id = ids[n]
      if (id !== undefined) this.#assets = { ...this.#assets, [slotOf(kept)]: id }
    }
  }
}

const slotOf = ({ role, slot }: KeptAsset): string => slot ?? role

/** Several steps as one change: all their entries, and the newest asset of each slot. */
function joined(changes: readonly Change[]): Change {
  const newest = new Map(changes.flatMap(({ assets }) => assets.map((asset) => [slotOf(asset), asset] as const)))
  const said = changes.flatMap((change) => change.said ?? [])
  return { assets: [...newest.values()], trace: changes.flatMap(({ trace }) => trace), state: null, said }
}

/** Slots of labels, of bodies and of moments of the part that are not there any more. */
function slotsOfOthers(assets: CaseState['assets'], { labels, part }: CaseState): string[] {
  const bodies = bodiesAfter(editsOf(unpackedHistory(part)))
  const own = new Set([
    ...labels.map(({ id }) => labelSlot(id)),
    ...slotsOfHistory(part),
    ...bodies.map(({ id }) => findingsSlot(id, bodies.length)),
  ])
  const isOneOfMany = (slot: string) =>
    [labelSlot(''), PART_SLOT, FINDINGS_SLOT].some((start) => slot.startsWith(start))
  return Object.keys(assets).filter((slot) => isOneOfMany(slot) && !own.has(slot))
}

/** What the vault keeps of where a case stands: the whole for the screen, the choices for the library. */
function standing(state: CaseState, assets: CaseState['assets']): Pick<CaseChange, 'state' | 'meta'> {
  const { templateId, policy, process } = state
  return { state: { ...state, assets } as unknown as JsonValue, meta: { templateId, policy, process } }
}

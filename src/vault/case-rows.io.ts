import type { IDBPDatabase } from 'idb'
import { movedLayerKey, newLayerKey, type StoredCase, sharesOf, withLayer, withoutLayer } from './case-layer.ts'
import { busy, dropped, finish, heard, type Schema, STRICT, type VaultDatabase } from './database.io.ts'
import type { CaseRow } from './records.ts'
import type { KeySlot } from './slot.ts'
import type { SlotFileContents, SlotMark } from './slot-file.ts'
import { MARK, SLOT_STORES, type SlotKeeper, type SlotStep, stillAt } from './slot-keeper.io.ts'

type Layers = SlotFileContents['layers']
interface Known {
  readonly mark: SlotMark | undefined
  readonly layers: Layers
}

/** What one transaction changes of case rows and slots. */
export interface RowsWrite {
  readonly rows?: readonly CaseRow[]
  /** Cases that go. */
  readonly drop?: readonly string[]
  /** Present when slots change. */
  readonly slots?: ((before: readonly KeySlot[]) => readonly KeySlot[]) | undefined
  /** The key of the device from then on. */
  readonly device?: CryptoKey | undefined
}

/** Another tab changes slots between two reads at most this often. */
const TRIES = 6

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, n) => byte === b[n])

/** Whether a share that was there is not any more: what is left of it on the disk must not open. */
const dropsShare = (before: CaseRow, after: CaseRow) =>
  sharesOf(before).some((share) => share.length > 0 && !sharesOf(after).some((one) => same(one, share)))

/** What becomes of the layer keys: those of `renewed` are new, those of `gone` are left out. */
interface LayersChange {
  readonly renewed: ReadonlySet<string>
  readonly gone: ReadonlySet<string>
  readonly device: CryptoKey
  readonly from: CryptoKey
}

async function nextLayers(before: Layers, { renewed, gone, device, from }: LayersChange): Promise<Layers> {
  const next = new Map<string, Uint8Array>()
  for (const [id, key] of before) {
    if (renewed.has(id) || gone.has(id)) continue
    const moved = from === device ? key : await movedLayerKey(from, device, id, key)
    if (moved) next.set(id, moved)
  }
  for (const id of renewed) next.set(id, await newLayerKey(device, id))
  return next
}

/** The row under its layer. One whose layer key does not open is damaged already, and must not hold up the others. */
async function stored(row: CaseRow, layers: Layers, device: CryptoKey | undefined): Promise<StoredCase> {
  const key = layers.get(row.id)
  return key && device ? withLayer(row, device, key).catch(() => row) : row
}

/**
 * The case rows of a vault. Where its slots lie in a file, that file holds a key for each case, and the shares in the row lie under it
 * too. Whenever a share is dropped, or the case goes, that key is overwritten: what the database keeps of the old row opens no more.
 */
export class CaseRows {
  readonly #db: VaultDatabase
  readonly #slots: SlotKeeper
  #known: Known | null = null

  constructor(db: VaultDatabase, slots: SlotKeeper) {
    this.#db = db
    this.#slots = slots
  }

  all(): Promise<CaseRow[]> {
    return this.#opened()
  }

  async one(id: string): Promise<CaseRow | undefined> {
    return (await this.#opened(IDBKeyRange.only(id)))[0]
  }

  /**
   * Makes all of a change true in the one transaction that `put` makes of the rows as they are stored, or nothing of it. Throws as
   * SlotKeeper and `put` do.
   */
  async write(
    { rows = [], drop = [], slots, device: nextDevice }: RowsWrite,
    put: (db: IDBPDatabase<Schema>, rows: readonly StoredCase[], step: SlotStep) => Promise<void>,
  ): Promise<void> {
    const isLocked = nextDevice !== undefined || (await this.#device()) !== undefined
    const renewed = isLocked ? await this.#renewed(rows) : new Set<string>()
    if (!slots && !nextDevice && (!isLocked || (renewed.size === 0 && drop.length === 0))) {
      const { mark, layers } = await this.#now()
      const device = await this.#device()
      const all = await Promise.all(rows.map((row) => stored(row, layers, device)))
      return this.#db.using((db) => put(db, all, stillAt(mark)))
    }
    let all: readonly StoredCase[] = rows
    await this.#slots.change(
      async (now) => {
        // Read while no other tab can change it: a layer key locked to a key that is gone would be lost.
        const from = (await this.#device()) ?? nextDevice
        const device = nextDevice ?? from
        const next = { ...now, slots: slots?.(now.slots) ?? now.slots }
        if (!device || !from) return next
        const layers = await nextLayers(now.layers, { renewed, gone: new Set(drop), device, from })
        all = await Promise.all(rows.map((row) => stored(row, layers, device)))
        return { ...next, layers }
      },
      (db, step) => put(db, step.isFile ? all : rows, step),
    )
  }

  /** Puts rows that were stored before there were layers under one. Only for the tab that may write. */
  async tidy(): Promise<void> {
    if (!(await this.#slots.mark())) return
    const rows = await this.#db.read('cases', (store) => store.getAll())
    const bare = rows.filter((row: StoredCase) => !row.layer)
    if (bare.length > 0) await this.write({ rows: bare }, onlyRows)
  }

  /** Forgets what was read of the file. */
  close(): void {
    this.#known = null
  }

  #device(): Promise<CryptoKey | undefined> {
    return this.#db.read('device', (store) => store.get('key'))
  }

  async #now(): Promise<Known> {
    const mark = await this.#slots.mark()
    if (this.#known?.mark?.digest !== mark?.digest || !this.#known) {
      const { mark, layers } = await this.#slots.contents()
      this.#known = { mark, layers }
    }
    return this.#known
  }

  /** Cases that get another layer key: new ones, those of before layers, and those of which somebody loses a share. */
  async #renewed(rows: readonly CaseRow[]): Promise<ReadonlySet<string>> {
    const renewed = new Set<string>()
    const { layers } = rows.length > 0 ? await this.#now() : { layers: null }
    for (const row of rows) {
      const before = layers?.has(row.id) ? await this.one(row.id) : undefined
      if (!before || dropsShare(before, row)) renewed.add(row.id)
    }
    return renewed
  }

  /** Rows and layer keys of one moment, without their layers. */
  async #opened(range?: IDBKeyRange): Promise<CaseRow[]> {
    for (let tries = 1; ; tries++) {
      const { mark, layers } = await this.#now()
      const device = await this.#device()
      const [is, rows] = await this.#db.using(async (db) => {
        const tx = heard(db.transaction(['slotFile', 'cases']))
        return [await tx.objectStore('slotFile').get(MARK), await tx.objectStore('cases').getAll(range)]
      })
      if (is?.digest === mark?.digest)
        return Promise.all(rows.map((row) => withoutLayer(row, device, layers.get(row.id))))
      if (tries === TRIES) throw busy()
    }
  }
}

/** Rows as they were, stored anew. Throws 'vault/busy' when another tab wrote since. */
async function onlyRows(db: IDBPDatabase<Schema>, rows: readonly StoredCase[], step: SlotStep): Promise<void> {
  const tx = heard(db.transaction([...SLOT_STORES, 'cases'], 'readwrite', STRICT))
  const slots = { slots: tx.objectStore('slots'), slotFile: tx.objectStore('slotFile') }
  const cases = tx.objectStore('cases')
  let isNext = await step.follows(slots.slotFile)
  for (const row of rows) {
    const before = await cases.get(row.id)
    isNext = isNext && before?.revision === row.revision && before.seals?.revision === row.seals?.revision
  }
  if (!isNext) {
    await dropped(tx)
    throw busy()
  }
  await finish(tx, (write) => {
    step.put(slots, write)
    for (const row of rows) write(cases.put(row))
  })
}

import type { IDBPDatabase } from 'idb'
import { PipelineError } from '../core/errors.ts'
import { busy, dropped, finish, heard, named, type Schema, STRICT, type VaultDatabase } from './database.io.ts'
import type { KeySlot } from './slot.ts'
import type { OpenSlotFile, SlotFile } from './slot-file.io.ts'
import {
  halfOf,
  hasRest,
  NO_LAYERS,
  otherHalf,
  packHalf,
  readHalf,
  type SlotFileContents,
  type SlotMark,
  takeHalf,
} from './slot-file.ts'

/** What a transaction that changes slots has to write to. */
export const SLOT_STORES = ['slots', 'slotFile'] as const
export const MARK = 'mark'
/** Another tab holds the file for as long as one change takes. */
const TRIES = 6
const WAIT_MS = 50

interface SlotStores {
  readonly slots: { put(slot: KeySlot, id: string): Promise<unknown>; delete(id: string): Promise<unknown> }
  readonly slotFile: { put(mark: SlotMark, key: string): Promise<unknown> }
}

/** What a change of slots needs of the transaction that makes it true. */
export interface SlotStep {
  /** Whether nothing changed since the slots were read: asked first. */
  follows(slotFile: { get(key: string): Promise<SlotMark | undefined> }): Promise<boolean>
  put(stores: SlotStores, write: (request: Promise<unknown>) => void): void
  /** Whether there is a file, which holds the layer keys of cases. */
  readonly isFile: boolean
}

interface Now {
  readonly mark: SlotMark | undefined
  /** Slots that lie in the database. */
  readonly rows: KeySlot[]
}

/**
 * What becomes of slots that are replaced or removed: they are 'overwritten'; that failed and is 'waiting' for the next unlock; or
 * they are 'lingering', because the browser gives no file to overwrite or because they lay in the database before.
 */
export type OldSlots = 'overwritten' | 'waiting' | 'lingering'

const isNamed = (error: unknown, ...names: readonly string[]) =>
  error instanceof DOMException && names.includes(error.name)
const wait = () => new Promise((resolve) => setTimeout(resolve, WAIT_MS))

/** The slots of a vault as rows, where there is no file. */
function rowsStep(before: readonly KeySlot[], after: readonly KeySlot[]): SlotStep {
  return {
    isFile: false,
    follows: async (slotFile) => (await slotFile.get(MARK)) === undefined,
    put: ({ slots }, write) => {
      for (const { id } of before) if (!after.some((slot) => slot.id === id)) write(slots.delete(id))
      for (const slot of after) if (!before.includes(slot)) write(slots.put(slot, slot.id))
    },
  }
}

/** Nothing of the slots changes, and nothing of them has changed since `mark` was read. */
export const stillAt = (mark: SlotMark | undefined): SlotStep => ({
  isFile: mark !== undefined,
  follows: async (slotFile) => (await slotFile.get(MARK))?.generation === mark?.generation,
  put: () => {},
})

/** The slots of a vault as a generation of the file that is written already. */
function fileStep({ mark, rows }: Now, next: SlotMark): SlotStep {
  return {
    ...stillAt(mark),
    isFile: true,
    put: ({ slots, slotFile }, write) => {
      write(slotFile.put(next, MARK))
      for (const { id } of rows) write(slots.delete(id))
    },
  }
}

/**
 * Keeps the slots of a vault in a file that is overwritten in place. A change writes the next generation into the half that is not in
 * force, then one strict transaction of the database names it, then the half of before is overwritten: broken off anywhere,
 * exactly one generation holds.
 */
export class SlotKeeper {
  readonly #db: VaultDatabase
  readonly #file: SlotFile | null
  #isWaiting = false

  constructor(db: VaultDatabase, file: SlotFile | null) {
    this.#db = db
    this.#file = file
  }

  async isThere(): Promise<boolean> {
    const { mark, rows } = await this.#now()
    return mark !== undefined || rows.length > 0
  }

  async oldSlots(): Promise<OldSlots> {
    const { mark, rows } = await this.#now()
    if (rows.length > 0 || mark?.moved) return 'lingering'
    return this.#isWaiting ? 'waiting' : 'overwritten'
  }

  /** Throws as `contents`. */
  async read(): Promise<readonly KeySlot[]> {
    return (await this.contents()).slots
  }

  /** Throws 'vault/missing' when the file is gone, 'vault/tampered' when it was changed, 'vault/quota' when it is not given out. */
  async contents(): Promise<SlotFileContents & Pick<Now, 'mark'>> {
    for (let tries = 1; ; tries++) {
      const { mark, rows } = await this.#now()
      if (!mark) return { mark, slots: rows, layers: NO_LAYERS }
      try {
        return { mark, ...(await this.#contentsOf(await this.#bytes(), mark)) }
      } catch (error) {
        // Another tab wrote while this one read.
        const isOlder = (await this.#now()).mark?.generation !== mark.generation
        const isTorn = isOlder || isNamed(error, 'NotReadableError', 'InvalidStateError')
        if (!isTorn || tries === TRIES) throw named(error)
        await wait()
      }
    }
  }

  /**
   * Makes `next` of the contents true with everything else that `write` does in its one transaction, or nothing of it. Throws 'vault/busy'
   * while another tab writes slots, 'vault/quota' when nothing was stored, what `next` and `write` throw, and as `read`.
   */
  async change(
    next: (now: SlotFileContents) => SlotFileContents | Promise<SlotFileContents>,
    write: (db: IDBPDatabase<Schema>, step: SlotStep) => Promise<void>,
  ): Promise<void> {
    const open = await this.#opened()
    if (!open) {
      const before = await this.contents()
      const after = await next(before)
      return this.#db.using((db) => write(db, rowsStep(before.slots, after.slots)))
    }
    try {
      const now = await this.#now()
      const before = now.mark ? await this.#contentsOf(open.read(), now.mark) : { slots: now.rows, layers: NO_LAYERS }
      const generation = (now.mark?.generation ?? 0) + 1
      const { half, digest } = await packHalf(generation, await next(before))
      const mark = { generation, digest, moved: now.mark?.moved ?? now.rows.length > 0 }
      try {
        open.write(halfOf(generation), half)
        await this.#db.using((db) => write(db, fileStep(now, mark)))
      } finally {
        await this.#eraseRest(open)
      }
    } catch (error) {
      throw named(error)
    } finally {
      closed(open)
    }
  }

  /** Overwrites what an interruption left, and moves slots of before into the file. Only for the tab that may write. */
  async tidy(): Promise<void> {
    const { mark, rows } = await this.#now()
    if (!this.#file || (!mark && rows.length === 0)) return
    if (!mark) return this.change((now) => now, onlySlots)
    if (!hasRest(await this.#bytes(), mark)) return
    this.#isWaiting = true
    const open = await this.#opened()
    if (!open) return
    await this.#eraseRest(open)
    closed(open)
  }

  /** What the database says of the file. */
  async mark(): Promise<SlotMark | undefined> {
    return (await this.#now()).mark
  }

  #now(): Promise<Now> {
    return this.#db.using(async (db) => {
      const tx = heard(db.transaction(SLOT_STORES))
      return { mark: await tx.objectStore('slotFile').get(MARK), rows: await tx.objectStore('slots').getAll() }
    })
  }

  async #bytes(): Promise<Uint8Array> {
    try {
      if (this.#file) return await this.#file.read()
    } catch (error) {
      if (!isNamed(error, 'NotFoundError')) throw error
      throw new PipelineError(
        'vault/missing',
        'The file with the key slots of this vault is gone. Erase what this site keeps, then restore the vault from its backup.',
      )
    }
    throw new PipelineError('vault/unsupported', 'This browser does not give out the file with the keys of this vault.')
  }

  #contentsOf(file: Uint8Array, mark: SlotMark): Promise<SlotFileContents> {
    return readHalf(takeHalf(file, halfOf(mark.generation)), mark)
  }

  /** null: the browser gives no file, and no slot was ever in one. */
  async #opened(): Promise<OpenSlotFile | null> {
    for (let tries = 1; this.#file; tries++) {
      try {
        return await this.#file.open()
      } catch (error) {
        const isHeld = isNamed(error, 'NoModificationAllowedError')
        if (isHeld && tries < TRIES) await wait()
        else if (isHeld) throw busy()
        else if ((await this.#now()).mark) throw named(error)
        else return null
      }
    }
    return null
  }

  /** Overwrites the half that is not in force, whatever became of the change: the database is asked. What fails waits. */
  async #eraseRest(open: OpenSlotFile): Promise<void> {
    this.#isWaiting = true
    try {
      const { mark } = await this.#now()
      for (const half of mark ? [otherHalf(halfOf(mark.generation))] : ([0, 1] as const))
        open.write(half, new Uint8Array())
      this.#isWaiting = false
    } catch {
      // Nothing is lost by it: the next unlock tries again, and the status says that it waits.
    }
  }
}

async function onlySlots(db: IDBPDatabase<Schema>, step: SlotStep): Promise<void> {
  const tx = heard(db.transaction(SLOT_STORES, 'readwrite', STRICT))
  const stores = { slots: tx.objectStore('slots'), slotFile: tx.objectStore('slotFile') }
  if (!(await step.follows(stores.slotFile))) {
    await dropped(tx)
    throw busy()
  }
  await finish(tx, (write) => step.put(stores, write))
}

/** A handle that does not close ends with its worker; what was written stays. */
function closed(open: OpenSlotFile): void {
  try {
    open.close()
  } catch {
    // Said above.
  }
}

import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import { type BackupFile, type BackupOrder, readBackup, writeBackup } from './backup.io.ts'
import { CaseRows } from './case-rows.io.ts'
import { applyCommit, removeCase } from './case-store.io.ts'
import { busy, dropped, finish, heard, STRICT, underId, VaultDatabase } from './database.io.ts'
import type {
  AssetPieces,
  CaseExtent,
  CaseRow,
  CaseWrite,
  ModelRow,
  PersonRow,
  SettingRow,
  SiteRow,
  SiteWrite,
  VaultRecords,
} from './records.ts'
import { applySite } from './site-store.io.ts'
import type { KeySlot } from './slot.ts'
import { type Files, SlotFile } from './slot-file.io.ts'
import type { SlotFileContents } from './slot-file.ts'
import { type OldSlots, SLOT_STORES, SlotKeeper } from './slot-keeper.io.ts'

const thereIsOne = () =>
  new PipelineError('app/bad-parameter', 'There is a vault on this device already. Unlock it instead.')

/** The slots after a change. */
function withSlots(before: readonly KeySlot[], { slots = [], dropSlots = [] }: SiteWrite): KeySlot[] {
  const gone = new Set([...dropSlots, ...slots.map(({ id }) => id)])
  return [...before.filter(({ id }) => !gone.has(id)), ...slots]
}

/** The store of a vault: each change is one strict transaction, with the file of its slots where the browser gives one. */
export class VaultStore implements VaultRecords {
  readonly #db: VaultDatabase
  /** Cases whose log grew since this was opened. */
  readonly written = new Set<string>()
  readonly #slots: SlotKeeper
  readonly #rows: CaseRows

  /** `files`: where the slots are kept; null keeps them in the database. */
  constructor(name: string, files: Files | null) {
    this.#db = new VaultDatabase(name)
    this.#slots = new SlotKeeper(this.#db, files && new SlotFile(files, name))
    this.#rows = new CaseRows(this.#db, this.#slots)
  }

  /** The whole store as a file; see writeBackup. */
  backup(order: BackupOrder, ctx: Context): Promise<Blob> {
    return writeBackup(this.#db, this.#slots, this.#rows, order, ctx)
  }

  /** A file of `backup` in the place of no vault; see readBackup. */
  restore(backup: BackupFile, ctx: Context): Promise<void> {
    return readBackup(this.#db, this.#rows, backup, ctx)
  }

  slots(): Promise<readonly KeySlot[]> {
    return this.#slots.read()
  }

  /** Whether there is a vault; says nothing of whether its slots can be read. */
  isThere(): Promise<boolean> {
    return this.#slots.isThere()
  }

  oldSlots(): Promise<OldSlots> {
    return this.#slots.oldSlots()
  }

  /** See SlotKeeper and CaseRows. */
  async tidySlots(): Promise<void> {
    await this.#slots.tidy()
    await this.#rows.tidy()
  }

  addFirstSlot(slot: KeySlot, deviceKey: CryptoKey): Promise<void> {
    const first = (now: SlotFileContents) => {
      if (now.slots.length > 0) throw thereIsOne()
      return { ...now, slots: [slot] }
    }
    return this.#slots.change(first, async (db, step) => {
      const tx = heard(db.transaction([...SLOT_STORES, 'device'], 'readwrite', STRICT))
      const stores = { slots: tx.objectStore('slots'), slotFile: tx.objectStore('slotFile') }
      if (!(await step.follows(stores.slotFile)) || (await stores.slots.count()) > 0) {
        await dropped(tx)
        throw thereIsOne()
      }
      await finish(tx, (write) => {
        step.put(stores, write)
        write(tx.objectStore('device').put(deviceKey, 'key'))
      })
    })
  }

  cases(): Promise<CaseRow[]> {
    return this.#rows.all()
  }

  case(id: string): Promise<CaseRow | undefined> {
    return this.#rows.one(id)
  }

  pieces(caseId: string, assetId: string): Promise<Uint8Array[]> {
    return this.#db.read('pieces', (store) => store.getAll(underId(caseId, assetId)))
  }

  audit(caseId: string): Promise<Uint8Array[]> {
    return this.#db.read('audit', (store) => store.getAll(underId(caseId)))
  }

  async extent(caseId: string): Promise<CaseExtent> {
    const pieces = await this.#db.read('pieces', (store) => store.count(underId(caseId)))
    const lines = await this.#db.read('audit', (store) => store.count(underId(caseId)))
    return { pieces, lines }
  }

  addPieces(caseId: string, { assetId, from, pieces }: AssetPieces): Promise<void> {
    return this.#db.using(async (db) => {
      const tx = heard(db.transaction('pieces', 'readwrite', STRICT))
      await finish(tx, (write) => {
        for (const [n, piece] of pieces.entries()) write(tx.store.add(piece, [caseId, assetId, from + n]))
      })
    })
  }

  dropPieces(caseId: string, assetIds: readonly string[]): Promise<void> {
    return this.#db.using(async (db) => {
      const tx = heard(db.transaction('pieces', 'readwrite', STRICT))
      await finish(tx, (write) => {
        for (const assetId of assetIds) write(tx.store.delete(underId(caseId, assetId)))
      })
    })
  }

  async commit(change: CaseWrite): Promise<void> {
    await this.#rows.write({ rows: [change.row] }, (db, rows, step) => applyCommit(db, { ...change, rows }, step))
    this.written.add(change.row.id)
  }

  deleteCase(id: string): Promise<void> {
    return this.#rows.write({ drop: [id] }, (db, _rows, step) => removeCase(db, id, step))
  }

  settings(): Promise<SettingRow[]> {
    return this.#db.read('settings', (store) => store.getAll())
  }

  setting(name: string): Promise<SettingRow | undefined> {
    return this.#db.read('settings', (store) => store.get(name))
  }

  putSetting(row: SettingRow): Promise<void> {
    return this.#db.using(async (db) => {
      const tx = heard(db.transaction('settings', 'readwrite', STRICT))
      const before = await tx.store.get(row.name)
      if ((before?.revision ?? 0) !== row.revision - 1) {
        await dropped(tx)
        throw busy()
      }
      await finish(tx, (write) => write(tx.store.put(row)))
    })
  }

  models(): Promise<ModelRow[]> {
    return this.#db.read('models', (store) => store.getAll())
  }

  model(id: string): Promise<ModelRow | undefined> {
    return this.#db.read('models', (store) => store.get(id))
  }

  modelPieces(id: string): Promise<Uint8Array[]> {
    return this.#db.read('modelPieces', (store) => store.getAll(underId(id)))
  }

  addModel(row: ModelRow, pieces: readonly Uint8Array[]): Promise<void> {
    return this.#db.using(async (db) => {
      const tx = heard(db.transaction(['models', 'modelPieces'], 'readwrite', STRICT))
      await finish(tx, (write) => {
        write(tx.objectStore('models').add(row))
        for (const [n, piece] of pieces.entries()) write(tx.objectStore('modelPieces').add(piece, [row.id, n]))
      })
    })
  }

  deleteModel(id: string): Promise<void> {
    return this.#db.using(async (db) => {
      const tx = heard(db.transaction(['models', 'modelPieces'], 'readwrite', STRICT))
      await finish(tx, (write) => {
        write(tx.objectStore('models').delete(id))
        write(tx.objectStore('modelPieces').delete(underId(id)))
      })
    })
  }

  sweep(assetsOf: ReadonlyMap<string, ReadonlySet<string> | null>): Promise<number> {
    return this.#db.using(async (db) => {
      const tx = heard(db.transaction(['cases', 'pieces', 'audit'], 'readwrite', STRICT))
      const allPieces = await tx.objectStore('pieces').getAllKeys()
      const isKept = (id: string, asset: string) => assetsOf.get(id) === null || assetsOf.get(id)?.has(asset)
      const pieces = allPieces.filter(([id, asset]) => !isKept(id, asset))
      const lines = (await tx.objectStore('audit').getAllKeys()).filter(([id]) => !assetsOf.has(id))
      await finish(tx, (write) => {
        for (const key of pieces) write(tx.objectStore('pieces').delete(key))
        for (const key of lines) write(tx.objectStore('audit').delete(key))
      })
      return pieces.length + lines.length
    })
  }

  deviceKey(): Promise<CryptoKey | undefined> {
    return this.#db.read('device', (store) => store.get('key'))
  }

  people(): Promise<PersonRow[]> {
    return this.#db.read('people', (store) => store.getAll())
  }

  site(name: SiteRow['name']): Promise<SiteRow | undefined> {
    return this.#db.read('site', (store) => store.get(name))
  }

  log(): Promise<Uint8Array[]> {
    return this.#db.read('log', (store) => store.getAll())
  }

  async apply(change: SiteWrite): Promise<void> {
    const { cases = [], erase = [], deviceKey } = change
    const slots =
      change.slots || change.dropSlots ? (before: readonly KeySlot[]) => withSlots(before, change) : undefined
    const rows = { rows: cases, drop: erase.map(({ id }) => id), slots, device: deviceKey }
    await this.#rows.write(rows, (db, stored, step) => applySite(db, { ...change, cases: stored }, step))
    for (const { caseId } of change.audit ?? []) this.written.add(caseId)
  }

  close(): void {
    this.#rows.close()
    this.#db.close()
  }

  destroy(): Promise<void> {
    return this.#db.destroy()
  }
}

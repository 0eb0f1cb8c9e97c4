import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import {
  type BackupContents,
  type BackupEnd,
  type BackupHead,
  backupKey,
  badBackup,
  HEAD_ROOM,
  lengthAt,
  MOST_RECORD_BYTES,
  newBackupHead,
  openRecord,
  packEnd,
  packHead,
  packRecord,
  readHead,
  readRecord,
  SAVED,
  type SavedRecord,
  sealRecord,
} from './backup-format.ts'
import type { CaseRows } from './case-rows.io.ts'
import type { VaultDatabase } from './database.io.ts'
import { dropped, finish, heard, STRICT } from './database.io.ts'
import { freedFromDevice, lockedToDevice, newDeviceKey } from './device-key.ts'
import { checkPassphrase } from './passphrase.ts'
import type { CaseRow, SiteRow } from './records.ts'
import type { KeySlot } from './slot.ts'
import type { SlotKeeper } from './slot-keeper.io.ts'

const LENGTH_BYTES = 4
const BULK: readonly string[] = ['pieces', 'modelPieces']

/** Out-of-line keys; of the other stores the key is in the value. */
const KEYED: readonly string[] = ['pieces', 'modelPieces', 'audit', 'log']
const SLOTS = 'slots'
const CASES = 'cases'
const ROWS = SAVED.filter((store) => store !== SLOTS)

/** What a backup is made with: the time, and a row of the site as it is from then on. */
export interface BackupOrder {
  readonly passphrase: string
  readonly iterations: number
  readonly at: string
  readonly note: SiteRow
}

/** All that is saved; `note` in the place of the row of its name. Slots come last. */
async function* saved(
  db: VaultDatabase,
  slots: readonly KeySlot[],
  cases: CaseRows,
  note: SiteRow,
): AsyncGenerator<SavedRecord> {
  for (const store of ROWS) {
    for (const key of await db.read(store, (all) => all.getAllKeys())) {
      const value = store === 'cases' ? await cases.one(key as string) : await db.read(store, (all) => all.get(key))
      if (value === undefined || (store === 'site' && key === note.name)) continue
      yield { store, key: key as SavedRecord['key'], value: value as SavedRecord['value'] }
    }
    if (store === 'site') yield { store, key: note.name, value: { ...note } }
  }
  const device = await db.read('device', (all) => all.get('key'))
  for (const slot of slots) yield { store: SLOTS, key: slot.id, value: { ...(await freedFromDevice(slot, device)) } }
}

async function countOf(db: VaultDatabase): Promise<number> {
  let all = 0
  for (const store of ROWS) all += await db.read(store, (one) => one.count())
  return all
}

/**
 * The whole vault as one file, sealed with a passphrase of its own; slots and cases go without the layers of this device. Memory: one record;
 * the file is a blob. Throws 'vault/weak-passphrase', AbortError.
 */
export async function writeBackup(
  db: VaultDatabase,
  slots: SlotKeeper,
  cases: CaseRows,
  order: BackupOrder,
  { signal, progress }: Context,
): Promise<Blob> {
  checkPassphrase(order.passphrase)
  const head = newBackupHead(order.iterations)
  const key = await backupKey(order.passphrase, head)
  const kept = await slots.read()
  const count = kept.length + (await countOf(db))
  let file = new Blob([packHead(head)])
  let n = 0
  for await (const record of saved(db, kept, cases, order.note)) {
    signal.throwIfAborted()
    file = new Blob([file, await sealRecord(key, head, n++, packRecord(record))])
    progress(Math.min(1, n / (count + 1)))
  }
  return new Blob([file, await sealRecord(key, head, n, packEnd(n, order.at))])
}

async function* sealedRecords(file: Blob, from: number, { signal, progress }: Context): AsyncGenerator<Uint8Array> {
  const bytesAt = async (start: number, length: number) => {
    const bytes = new Uint8Array(await file.slice(start, start + length).arrayBuffer())
    if (bytes.length !== length) throw badBackup()
    return bytes
  }
  for (let at = from; at < file.size; ) {
    signal.throwIfAborted()
    const length = lengthAt(await bytesAt(at, LENGTH_BYTES))
    if (length > MOST_RECORD_BYTES) throw badBackup({ length })
    yield await bytesAt(at + LENGTH_BYTES, length)
    at += LENGTH_BYTES + length
    progress(at / file.size)
  }
}

async function opened(key: CryptoKey, head: BackupHead, n: number, sealed: Uint8Array) {
  const plain = await openRecord(key, head, n, sealed).catch(() => {
    if (n > 0) throw badBackup({ record: n })
    throw new PipelineError('vault/wrong-passphrase', 'That passphrase does not open this backup. Try again.')
  })
  return readRecord(plain)
}

/** A backup that is read, and with what. */
export interface BackupFile {
  readonly file: Blob
  readonly passphrase: string
  readonly minIterations: number
}

/** Gives each record to `take`, in the order they were saved, and then what the end says. Throws when the file is not whole. */
async function eachRecord(
  { file, passphrase, minIterations }: BackupFile,
  ctx: Context,
  take: (record: SavedRecord) => Promise<unknown>,
): Promise<BackupEnd> {
  const start = new Uint8Array(await file.slice(0, HEAD_ROOM).arrayBuffer())
  const { head, end: from } = readHead(start, minIterations)
  const key = await backupKey(passphrase, head)
  let n = 0
  let end: BackupEnd | null = null
  let hasSlot = false
  for await (const sealed of sealedRecords(file, from, ctx)) {
    const record = await opened(key, head, n, sealed)
    if (end) throw badBackup()
    if ('end' in record) end = record
    else {
      hasSlot ||= record.store === SLOTS
      await take(record)
    }
    n++
  }
  if (!end || !hasSlot) throw badBackup()
  return end
}

/** Reads a whole backup and keeps nothing. Throws 'vault/bad-backup', 'vault/wrong-passphrase', 'vault/newer', AbortError. */
export async function lookIntoBackup(backup: BackupFile, ctx: Context): Promise<BackupContents> {
  const counts = new Map<string, number>()
  const { at } = await eachRecord(backup, ctx, async ({ store }) => counts.set(store, (counts.get(store) ?? 0) + 1))
  const of = (store: string) => counts.get(store) ?? 0
  return { at, cases: of('cases'), people: of('people'), networks: of('models') }
}

/**
 * Puts a backup on a device that has no vault. Everything that opens anything comes last, in one strict transaction: until then there
 * is no vault, and what was brought so far is cleared. Throws 'vault/bad-backup', 'vault/wrong-passphrase', 'vault/newer',
 * 'vault/quota', 'app/bad-parameter' when there is a vault, AbortError.
 */
export async function readBackup(db: VaultDatabase, cases: CaseRows, backup: BackupFile, ctx: Context): Promise<void> {
  await cleared(db)
  const rows: SavedRecord[] = []
  try {
    await eachRecord(backup, ctx, async (record) => {
      if (BULK.includes(record.store)) await putBulk(db, record)
      else rows.push(record)
    })
    await putRows(cases, rows)
  } catch (error) {
    // What cannot be cleared now is cleared by the next attempt.
    await cleared(db).catch(() => {})
    throw error
  }
}

const thereIsOne = () =>
  new PipelineError('app/bad-parameter', 'There is a vault on this device. A backup goes where there is none.')

/** Throws 'app/bad-parameter' when there is a vault. */
async function cleared(db: VaultDatabase): Promise<void> {
  await db.using(async (one) => {
    const tx = heard(one.transaction([...SAVED, 'slotFile'], 'readwrite', STRICT))
    const slots = (await tx.objectStore(SLOTS).count()) + (await tx.objectStore('slotFile').count())
    // Another tab may have made a vault meanwhile.
    if (slots > 0) {
      await dropped(tx)
      throw thereIsOne()
    }
    await finish(tx, (write) => {
      for (const store of SAVED) write(tx.objectStore(store).clear())
    })
  })
}

const putBulk = (db: VaultDatabase, { store, key, value }: SavedRecord) =>
  db.using(async (one) => {
    const tx = heard(one.transaction(SAVED, 'readwrite', STRICT))
    await finish(tx, (write) => write(tx.objectStore(store).put(value as never, key as never)))
  })

async function putRows(cases: CaseRows, records: readonly SavedRecord[]): Promise<void> {
  const device = await newDeviceKey()
  const given = records.filter(({ store }) => store === SLOTS).map(({ value }) => value as unknown as KeySlot)
  const locked = await Promise.all(given.map((slot) => lockedToDevice(slot, device)))
  const slots = (before: readonly KeySlot[]) => {
    if (before.length > 0) throw thereIsOne()
    return locked
  }
  const rows = records.filter(({ store }) => store === CASES).map(({ value }) => value as unknown as CaseRow)
  await cases.write({ rows, slots, device }, async (db, stored, step) => {
    const tx = heard(db.transaction([...SAVED, 'slotFile', 'device'], 'readwrite', STRICT))
    const stores = { slots: tx.objectStore('slots'), slotFile: tx.objectStore('slotFile') }
    if (!(await step.follows(stores.slotFile))) {
      await dropped(tx)
      throw thereIsOne()
    }
    await finish(tx, (write) => {
      step.put(stores, write)
      for (const { store, key, value } of records)
        if (store !== SLOTS && store !== CASES)
          write(tx.objectStore(store).put(value as never, (KEYED.includes(store) ? key : undefined) as never))
      for (const row of stored) write(tx.objectStore('cases').put(row))
      write(tx.objectStore('device').put(device, 'key'))
    })
  })
}

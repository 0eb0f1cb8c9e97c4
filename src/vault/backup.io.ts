import { PipelineError } from '../core/errors.ts'
import {
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
import type { VaultDatabase } from './database.io.ts'
import { finish, heard, STRICT } from './database.io.ts'
import { freedFromDevice, lockedToDevice, newDeviceKey } from './device-key.ts'
import { checkPassphrase } from './passphrase.ts'
import type { KeySlot } from './slot.ts'

const LENGTH_BYTES = 4
const BULK: readonly string[] = ['pieces', 'modelPieces']

/** Out-of-line keys; of the other stores the key is in the value. */
const KEYED: readonly string[] = ['pieces', 'modelPieces', 'audit', 'log', 'slots']

async function* saved(db: VaultDatabase): AsyncGenerator<SavedRecord> {
  const device = await db.read('device', (all) => all.get('key'))
  for (const store of SAVED)
    for (const key of await db.read(store, (all) => all.getAllKeys())) {
      const value = await db.read(store, (all) => all.get(key))
      if (value === undefined) continue
      const free = store === 'slots' ? await freedFromDevice(value as KeySlot, device) : value
      yield { store, key: key as SavedRecord['key'], value: free as SavedRecord['value'] }
    }
}

/**
 * The whole vault as one file, sealed with a passphrase of its own; slots go without the layer of this device. Memory: one record;
 * the file is a blob. Throws 'vault/weak-passphrase'.
 */
export async function writeBackup(db: VaultDatabase, passphrase: string, iterations: number): Promise<Blob> {
  checkPassphrase(passphrase)
  const head = newBackupHead(iterations)
  const key = await backupKey(passphrase, head)
  let file = new Blob([packHead(head)])
  let n = 0
  for await (const record of saved(db)) file = new Blob([file, await sealRecord(key, head, n++, packRecord(record))])
  return new Blob([file, await sealRecord(key, head, n, packEnd(n))])
}

async function* sealedRecords(file: Blob, from: number): AsyncGenerator<Uint8Array> {
  const bytesAt = async (start: number, length: number) => {
    const bytes = new Uint8Array(await file.slice(start, start + length).arrayBuffer())
    if (bytes.length !== length) throw badBackup()
    return bytes
  }
  for (let at = from; at < file.size; ) {
    const length = lengthAt(await bytesAt(at, LENGTH_BYTES))
    if (length > MOST_RECORD_BYTES) throw badBackup({ length })
    yield await bytesAt(at + LENGTH_BYTES, length)
    at += LENGTH_BYTES + length
  }
}

async function opened(key: CryptoKey, head: BackupHead, n: number, sealed: Uint8Array) {
  const plain = await openRecord(key, head, n, sealed).catch(() => {
    if (n > 0) throw badBackup({ record: n })
    throw new PipelineError('vault/wrong-passphrase', 'That passphrase does not open this backup. Try again.')
  })
  return readRecord(plain)
}

/**
 * Puts a backup on a device that has no vault. Everything that opens anything comes last, in one strict transaction: until then there
 * is no vault, and what was brought so far is cleared by the next attempt. Throws 'vault/bad-backup', 'vault/wrong-passphrase',
 * 'vault/newer', 'vault/quota', 'app/bad-parameter' when there is a vault.
 */
export async function readBackup(db: VaultDatabase, file: Blob, passphrase: string, minIterations: number) {
  const start = new Uint8Array(await file.slice(0, HEAD_ROOM).arrayBuffer())
  const { head, end } = readHead(start, minIterations)
  const key = await backupKey(passphrase, head)
  await cleared(db)
  const rows: SavedRecord[] = []
  let n = 0
  let isWhole = false
  for await (const sealed of sealedRecords(file, end)) {
    const record = await opened(key, head, n, sealed)
    if (isWhole) throw badBackup()
    if ('end' in record) isWhole = true
    else if (BULK.includes(record.store)) await putBulk(db, record)
    else rows.push(record)
    n++
  }
  if (!isWhole || !rows.some(({ store }) => store === 'slots')) throw badBackup()
  await putRows(db, rows)
}

/** Throws 'app/bad-parameter' when there is a vault. */
async function cleared(db: VaultDatabase): Promise<void> {
  if ((await db.read('slots', (all) => all.count())) > 0)
    throw new PipelineError('app/bad-parameter', 'There is a vault on this device. A backup goes where there is none.')
  await db.using(async (one) => {
    const tx = heard(one.transaction(SAVED, 'readwrite', STRICT))
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

async function putRows(db: VaultDatabase, rows: readonly SavedRecord[]): Promise<void> {
  const device = await newDeviceKey()
  const locked = await Promise.all(
    rows.map(async ({ store, key, value }) => ({
      store,
      key,
      value: store === 'slots' ? await lockedToDevice(value as unknown as KeySlot, device) : value,
    })),
  )
  await db.using(async (one) => {
    const tx = heard(one.transaction([...SAVED, 'device'], 'readwrite', STRICT))
    await finish(tx, (write) => {
      for (const { store, key, value } of locked)
        write(tx.objectStore(store).put(value as never, (KEYED.includes(store) ? key : undefined) as never))
      write(tx.objectStore('device').put(device, 'key'))
    })
  })
}

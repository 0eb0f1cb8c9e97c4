import { beforeEach, describe, expect, test } from 'vitest'
import { MAGIC, packRecord, readRecord } from '../../../src/vault/backup-format.ts'
import { failWrite } from '../../support/faults.ts'
import { proofOf, sharedCase, site } from '../../support/people.ts'
import {
  answer,
  change,
  freshProfile,
  INIT,
  openTab,
  PASSPHRASE,
  rawStore,
  storedSlots,
  volumeAsset,
} from '../../support/vault.ts'

beforeEach(freshProfile)

const WORDS = 'a safe in the cellar'
const BAD = { code: 'vault/bad-backup' }
const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer())
const blobOf = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)])

async function ownVault() {
  const vault = openTab()
  await vault.create(PASSPHRASE)
  const id = await vault.createCase(INIT)
  const scan = await volumeAsset(1)
  const [asset = ''] = await vault.commit(id, change([scan]))
  await vault.writeSetting('templates', { revision: 0, value: ['kept'] })
  return { vault, id, asset, scan, file: await vault.backup(WORDS, null) }
}
const isEmpty = async () => expect((await openTab().status()).state).toBe('none')

describe('a backup', () => {
  test('brings a vault to another machine, whose slots are locked to it', async () => {
    const { id, asset, scan, file } = await ownVault()
    freshProfile()
    const later = openTab()
    await later.restore(file, WORDS)
    expect((await later.status()).state).toBe('locked')
    await later.unlock(PASSPHRASE)
    expect((await later.readAsset(id, asset)).digest).toBe(scan.digest)
    expect((await later.openCase(id)).audit.map(({ code }) => code)).toEqual(['create-case', 'threshold', 'lock-late'])
    expect((await later.readSetting('templates')).value).toEqual(['kept'])
    await later.commit(id, change())
    const [slot] = await storedSlots()
    expect(slot?.deviceIv).toBeInstanceOf(Uint8Array)
    await rawStore('readwrite', (s) => void s.device.clear())
    await expect(openTab().unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'vault/tampered' })
  })
  test('of people brings them all, with their cases and their log', async () => {
    const made = await site()
    const on = await sharedCase(made)
    const custodian = await made.as('custodian')
    await expect(custodian.backup(WORDS, null)).rejects.toMatchObject({ detail: { why: 'no-proof' } })
    const file = await custodian.backup(WORDS, proofOf('custodian'))
    await expect((await made.as('owner')).backup(WORDS, proofOf('owner'))).rejects.toMatchObject({
      detail: { why: 'role' },
    })
    freshProfile()
    const later = openTab()
    await later.restore(file, WORDS)
    await later.unlock(PASSPHRASE, made.ids.owner)
    expect((await later.readAsset(on.id, on.scanId)).digest).toBe(on.scan.digest)
    await later.unlock(proofOf('custodian').passphrase, made.ids.custodian)
    expect((await later.deviceLog()).map(({ code }) => code)).toContain('backup')
  })
  test('is looked into without keeping anything, and says when it was made', async () => {
    const { vault, file } = await ownVault()
    const { at } = await vault.backupState()
    freshProfile()
    const later = openTab()
    await expect(later.lookIntoBackup(file, 'not these words')).rejects.toMatchObject({
      code: 'vault/wrong-passphrase',
    })
    await expect(later.lookIntoBackup(file.slice(0, -1), WORDS)).rejects.toMatchObject(BAD)
    expect(await later.lookIntoBackup(file, WORDS)).toEqual({ at, cases: 1, people: 0, networks: 0 })
    await isEmpty()
    expect(await rawStore('readonly', (s) => answer(s.pieces.count()))).toBe(0)
  })
  test('is known as the last one, also in what it restores; what changed since is counted', async () => {
    const { vault, id, file } = await ownVault()
    const { at, changed } = await vault.backupState()
    expect([typeof at, changed]).toEqual(['string', 0])
    await vault.commit(id, change())
    await vault.createCase(INIT)
    expect(await vault.backupState()).toEqual({ at, changed: 2 })
    freshProfile()
    const later = openTab()
    await later.restore(file, WORDS)
    await later.unlock(PASSPHRASE)
    expect(await later.backupState()).toEqual({ at, changed: 0 })
    const note = await rawStore('readonly', (s) => answer(s.site.get('backup')))
    const bent = { ...note, sealed: note.sealed.map((byte: number, n: number) => (n === 40 ? byte ^ 1 : byte)) }
    await rawStore('readwrite', (s) => void s.site.put(bent))
    expect(await later.backupState()).toEqual({ at: null, changed: 1 })
  })
  test('what a lock or the next unlock signs is no change since; what a person did stays one', async () => {
    const { vault, id } = await ownVault()
    const { at } = await vault.backupState()
    const lines = async () => (await vault.openCase(id)).audit.map(({ code }) => code)
    const again = async () => {
      await vault.unlock(PASSPHRASE)
      return vault.backupState()
    }
    await vault.lock()
    expect(await again()).toEqual({ at, changed: 0 })
    expect(await lines()).toEqual(['create-case', 'threshold', 'lock'])
    await vault.commit(id, change())
    await vault.lock()
    expect(await again()).toEqual({ at, changed: 1 })
    await vault.backup(WORDS, null)
    await vault.commit(id, change())
    // Broken off without a lock: another tab catches it up.
    const late = openTab()
    await late.unlock(PASSPHRASE)
    expect(await late.backupState()).toMatchObject({ changed: 1 })
    expect((await late.openCase(id)).audit.at(-1)?.code).toBe('lock-late')
  })
  test('a lock of people is no change since, of whoever is on the case', async () => {
    const made = await site()
    const on = await sharedCase(made)
    const owner = openTab()
    await owner.unlock(PASSPHRASE, made.ids.owner)
    await owner.commit(on.id, change())
    const custodian = await made.as('custodian')
    await custodian.backup(WORDS, proofOf('custodian'))
    await owner.lock()
    expect(await custodian.backupState()).toMatchObject({ changed: 0 })
    await owner.unlock(PASSPHRASE, made.ids.owner)
    expect((await owner.openCase(on.id)).audit.at(-1)?.code).toBe('lock')
    await owner.commit(on.id, change())
    await owner.lock()
    expect(await custodian.backupState()).toMatchObject({ changed: 1 })
  })
  test('cancelled: no file, and not the last one; a restore that is cancelled leaves nothing', async () => {
    const { vault, id, file } = await ownVault()
    const before = await vault.backupState()
    await vault.commit(id, change())
    const stopAfter = (fractions: number) => {
      const stop = new AbortController()
      let seen = 0
      return { signal: stop.signal, progress: () => void (++seen === fractions && stop.abort()) }
    }
    await expect(vault.backup(WORDS, null, stopAfter(2))).rejects.toMatchObject({ name: 'AbortError' })
    expect(await vault.backupState()).toEqual({ ...before, changed: 1 })
    freshProfile()
    await expect(openTab().restore(file, WORDS, stopAfter(2))).rejects.toMatchObject({ name: 'AbortError' })
    await isEmpty()
    expect(await rawStore('readonly', (s) => answer(s.pieces.count()))).toBe(0)
  })
  test('holds nothing in the clear but how its key is derived', async () => {
    const { vault, id, file } = await ownVault()
    const text = Buffer.from(await bytesOf(file)).toString('latin1')
    expect(text.startsWith(`${MAGIC}`)).toBe(true)
    for (const clear of [id, 'Heron', 'cases', 'passphrase', 'templates']) expect(text.slice(24)).not.toContain(clear)
    await expect(vault.backup('aaaaaaaaaaaa', null)).rejects.toMatchObject({ code: 'vault/weak-passphrase' })
    await vault.startTeaching()
    await expect(vault.backup(WORDS, null)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
  test('is refused where there is a vault, with a wrong passphrase, and of a later version', async () => {
    const { file } = await ownVault()
    await expect(openTab().restore(file, WORDS)).rejects.toMatchObject({ code: 'app/bad-parameter' })
    freshProfile()
    await expect(openTab().restore(file, 'not these words')).rejects.toMatchObject({ code: 'vault/wrong-passphrase' })
    const later = (await bytesOf(file)).with(MAGIC.length - 2, '2'.charCodeAt(0))
    await expect(openTab().restore(blobOf(later), WORDS)).rejects.toMatchObject({ code: 'vault/newer' })
    await isEmpty()
  })
  test('cut, changed, lengthened or in another order: refused by name, and no vault is there', async () => {
    const { file } = await ownVault()
    freshProfile()
    const bytes = await bytesOf(file)
    const head = MAGIC.length + 4 + new DataView(bytes.buffer).getUint32(MAGIC.length, true)
    const records: Uint8Array[] = []
    for (let at = head; at < bytes.length; ) {
      const length = 4 + new DataView(bytes.buffer).getUint32(at, true)
      records.push(bytes.slice(at, at + length))
      at += length
    }
    const made = (list: (Uint8Array | undefined)[]) =>
      blobOf(Buffer.concat([bytes.slice(0, head), ...list.flatMap((one) => (one ? [one] : []))]))
    const [first, second, ...rest] = records
    const flipped = (at: number) => blobOf(bytes.with(at, (bytes[at] ?? 0) ^ 1))
    const attempts: Blob[] = [
      blobOf(new Uint8Array()),
      blobOf(bytes.slice(0, 10)),
      blobOf(bytes.slice(0, MAGIC.length + 2)),
      blobOf(bytes.slice(0, head - 1)),
      blobOf(bytes.slice(0, head)),
      blobOf(bytes.slice(0, -1)),
      made(records.slice(0, -1)),
      made([first, ...rest]),
      made([first, second, ...rest, rest.at(-1)]),
      made([first, ...rest.slice(0, 1), second, ...rest.slice(1)]),
      flipped(3),
      flipped(MAGIC.length),
      flipped(bytes.length - 1),
    ]
    for (const attempt of attempts) {
      await expect(openTab().restore(attempt, WORDS)).rejects.toMatchObject(BAD)
      await isEmpty()
    }
    await expect(openTab().restore(made(records), WORDS)).resolves.toBeUndefined()
  })
  test('interrupted at any write there is no vault, and it can be done again', async () => {
    const { id, asset, file } = await ownVault()
    freshProfile()
    for (let nth = 1; ; nth++) {
      const faults = failWrite(nth, nth % 2 === 0 ? 'throw' : 'abort-later')
      const outcome = await openTab()
        .restore(file, WORDS)
        .then(
          () => 'done',
          (error) => error.code,
        )
      faults.restore()
      if (outcome === 'done') break
      expect(outcome).toBe('vault/quota')
      await isEmpty()
    }
    const later = openTab()
    await later.unlock(PASSPHRASE)
    await expect(later.readAsset(id, asset)).resolves.toBeDefined()
  })
  test('a record comes back as it was, bytes inside it too', () => {
    const value = { id: 'a', list: [{ sealed: Uint8Array.of(1, 2) }], n: 1, none: null }
    expect(readRecord(packRecord({ store: 'cases', key: 'a', value }))).toEqual({ store: 'cases', key: 'a', value })
    const bytes = { store: 'pieces' as const, key: ['a', 'b', 0], value: Uint8Array.of(9, 8) }
    expect(readRecord(packRecord(bytes))).toEqual(bytes)
  })
})

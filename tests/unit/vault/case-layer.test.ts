import { beforeEach, describe, expect, test } from 'vitest'
import { newLayerKey, type StoredCase, withLayer, withoutLayer } from '../../../src/vault/case-layer.ts'
import { newDeviceKey } from '../../../src/vault/device-key.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { showFigures } from '../../support/figures.ts'
import { passphraseOf, proofOf, type Site, sharedCase, site } from '../../support/people.ts'
import {
  answer,
  change,
  freshProfile,
  INIT,
  openTab,
  PASSPHRASE,
  rawStore,
  slotFile,
  storedCase,
  volumeAsset,
} from '../../support/vault.ts'

beforeEach(freshProfile)

/** All that the database has under the id of a case, as a disk may keep it after it was deleted. */
interface Copy {
  readonly row: StoredCase
  readonly pieces: readonly (readonly [IDBValidKey, Uint8Array])[]
  readonly lines: readonly (readonly [IDBValidKey, Uint8Array])[]
}
const under = (id: string) => IDBKeyRange.bound([id], [id, []])
const copyOf = (id: string): Promise<Copy> =>
  rawStore('readonly', async ({ cases, pieces, audit }) => {
    const both = async (store: IDBObjectStore) => {
      const [keys, values] = [answer(store.getAllKeys(under(id))), answer(store.getAll(under(id)))]
      const all: Uint8Array[] = await values
      return (await keys).map((key, n) => [key, all[n] ?? new Uint8Array()] as const)
    }
    return { row: await answer(cases.get(id)), pieces: await both(pieces), lines: await both(audit) }
  })
/** What a thief does who finds the old records on the disk and knows a passphrase. */
const putBack = (id: string, { row, pieces: parts, lines }: Copy) =>
  rawStore('readwrite', async ({ cases, pieces, audit }) => {
    for (const store of [pieces, audit]) store.delete(under(id))
    cases.put(row)
    for (const [key, value] of parts) pieces.put(value, key)
    for (const [key, value] of lines) audit.put(value, key)
  })

/** A vault without people that holds a case. */
async function owned(files?: null) {
  const vault = openTab(files === null ? { files } : {})
  await vault.create(PASSPHRASE)
  const id = await vault.createCase(INIT)
  const asset = await volumeAsset(1)
  const [assetId = ''] = await vault.commit(id, change([asset]))
  const read = async (by: Vault = vault) => (await by.readAsset(id, assetId)).digest === asset.digest
  return { vault, id, read }
}
const shredded = async (made: Site, id: string) => {
  await (await made.as('custodian')).shred(id, proofOf('custodian'))
  expect(await (await made.as('custodian2')).shred(id, proofOf('custodian2'))).toBe('done')
}
const renewed = async (made: Site, id: string) => {
  await (await made.as('custodian')).rotateCase(id, [made.ids.reviewer], proofOf('custodian'))
  await (await made.as('owner')).takeIn(id)
}
const TAMPERED = { code: 'vault/tampered' }
let tried = 0
let opened = 0
/** Reads of old records that must not open; counted as they come out. */
async function isClosed(read: Promise<unknown>): Promise<void> {
  tried++
  await read.then(() => opened++).catch(() => {})
  await expect(read).rejects.toMatchObject(TAMPERED)
}
const READERS = ['owner', 'reviewer'] as const

describe('old records of a case that the disk still has', () => {
  test.each([
    ['deleted', null],
    ['deleted', undefined],
  ] as const)('%s in a vault of one (file of slots: %s)', async (_, files) => {
    const { vault, id, read } = await owned(files)
    const before = await copyOf(id)
    await vault.deleteCase(id)
    await putBack(id, before)
    if (files === null) expect(await read()).toBe(true)
    else await isClosed(read())
  })
  const ENDS = { shredded, renewed }
  const rows = (['shredded', 'renewed'] as const).flatMap((how) => [[how, null] as const, [how, undefined] as const])
  test.each(rows)(
    '%s where there are people (file of slots: %s): open to nobody but without that file',
    async (how, files) => {
      const made = await site(files === null ? { files } : {})
      const { id, scan, scanId } = await sharedCase(made)
      const before = await copyOf(id)
      await ENDS[how](made, id)
      await putBack(id, before)
      for (const name of READERS) {
        const read = (await made.as(name)).readAsset(id, scanId)
        if (files === null) expect((await read).digest).toBe(scan.digest)
        else await isClosed(read)
      }
    },
  )
  test('that were put back are counted', () => {
    expect(tried).toBe(5)
    showFigures('T18', { 'reads of old records put back': tried, 'of them opened': opened })
  })
  test('another case opens as ever', async () => {
    const { vault, id, read } = await owned()
    const other = await vault.createCase(INIT)
    await vault.deleteCase(other)
    expect(await read()).toBe(true)
    await vault.lock()
    await vault.unlock(PASSPHRASE)
    expect(await read()).toBe(true)
    expect((await vault.listCases()).map((one) => [one.id, one.unreadable])).toEqual([[id, null]])
  })
})

const isLayered = (id: string) =>
  rawStore('readonly', async ({ cases }) => {
    const row = await answer<StoredCase>(cases.get(id))
    return row.layer !== undefined && row.envelope.length === 0
  })

test('a step of a case keeps its layer key; whoever loses a share gives it another one', async () => {
  const made = await site()
  const { id } = await sharedCase(made)
  const keyOf = () => new RegExp(`"${id}":"([0-9a-f]+)"`).exec(new TextDecoder().decode(slotFile()))?.[1]
  const first = keyOf()
  expect(first).toMatch(/^[0-9a-f]{120}$/)
  await (await made.as('owner')).commit(id, change())
  expect(keyOf()).toBe(first)
  await renewed(made, id)
  expect(keyOf()).toMatch(/^[0-9a-f]{120}$/)
  expect(keyOf()).not.toBe(first)
  await shredded(made, id)
  expect(keyOf()).toBeUndefined()
})

describe('cases that were stored before', () => {
  test('come under a layer at the next unlock, and open', async () => {
    const { id, vault: before } = await owned(null)
    // With its last checkpoint, or the next unlock would write the row for that.
    await before.lock()
    expect(await isLayered(id)).toBe(false)
    const vault = openTab()
    await vault.unlock(PASSPHRASE)
    expect(await isLayered(id)).toBe(true)
    expect((await vault.openCase(id)).assets).toHaveLength(1)
    expect((await vault.listCases()).map(({ unreadable }) => unreadable)).toEqual([null])
  })
  test('that were damaged stay as they are', async () => {
    const { id, vault } = await owned()
    const { row } = await copyOf(id)
    const layer = row.layer?.slice(1) ?? new Uint8Array()
    await rawStore('readwrite', (s) => void s.cases.put({ ...row, layer }))
    await vault.lock()
    await vault.unlock(PASSPHRASE)
    expect((await vault.listCases()).map(({ unreadable }) => unreadable)).toEqual(['damaged'])
    expect((await copyOf(id)).row).toEqual({ ...row, layer })
  })
})

test('another key of the device, and another tab beside, open every case', async () => {
  const made = await site()
  const { id, scan, scanId } = await sharedCase(made)
  const beside = openTab()
  await beside.unlock(passphraseOf('owner'), made.ids.owner)
  expect((await beside.readAsset(id, scanId)).digest).toBe(scan.digest)
  await (await made.as('custodian')).rotateDeviceKey(proofOf('custodian'))
  expect((await beside.readAsset(id, scanId)).digest).toBe(scan.digest)
  expect((await (await made.as('reviewer')).readAsset(id, scanId)).digest).toBe(scan.digest)
})

test('a backup has cases without their layer, and what is restored has one of its own', async () => {
  const { vault, id, read } = await owned()
  const old = (await copyOf(id)).row
  const words = 'a safe in the cellar'
  const backup = await vault.backup(words, null)
  freshProfile()
  const other = openTab()
  await other.restore(backup, words)
  await other.unlock(PASSPHRASE)
  expect(await read(other)).toBe(true)
  expect(await isLayered(id)).toBe(true)
  expect((await copyOf(id)).row.layer).not.toEqual(old.layer)
})

test('a row is given back as it was, and without its key, by another device or for another case has no shares', async () => {
  const made = await site()
  const { id } = await sharedCase(made)
  const row = await storedCase(id)
  if (!row) throw new Error('there is a case')
  const device = await newDeviceKey()
  const key = await newLayerKey(device, id)
  const stored = await withLayer(row, device, key)
  expect(await withoutLayer(stored, device, key)).toEqual(row)
  const noShares = { envelope: new Uint8Array() }
  const sealedIn = ({ seals }: StoredCase) => seals?.epochs.flatMap((e) => e.envelopes.map((one) => one.sealed.length))
  for (const broken of [
    await withoutLayer(stored),
    await withoutLayer(stored, await newDeviceKey(), key),
    await withoutLayer(stored, device, await newLayerKey(device, id)),
    await withoutLayer({ ...stored, id: 'b'.repeat(32) }, device, key),
  ]) {
    expect(broken).toMatchObject(noShares)
    expect(sealedIn(broken)).toEqual([0, 0, 0, 0, 0, 0].slice(0, sealedIn(row)?.length))
    expect('layer' in broken).toBe(false)
  }
})

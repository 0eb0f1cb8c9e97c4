import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { KeySlot } from '../../../src/vault/slot.ts'
import { blockAt, hasRest } from '../../../src/vault/slot-file.ts'
import { FakeAccess } from '../../support/fake-files.ts'
import { CUSTODIAN, passphraseOf, proofOf, site } from '../../support/people.ts'
import {
  answer,
  freshProfile,
  openTab,
  PASSPHRASE,
  profileFiles,
  putSlotFile,
  rawStore,
  slotFile,
  storedSlots,
} from '../../support/vault.ts'

beforeEach(freshProfile)

const OTHER = 'seven grey stones in a row'
const markNow = () => rawStore('readonly', (s) => answer(s.slotFile.get('mark')))
const rows = () => rawStore('readonly', (s) => answer(s.slots.count()))
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

async function made() {
  const vault = openTab()
  await vault.create(PASSPHRASE)
  return vault
}

describe('the slots of a vault', () => {
  test('lie in a file and not in the database', async () => {
    const vault = await made()
    const [slot] = await storedSlots()
    expect(Buffer.from(slotFile()).includes(hexOf(slot?.wrapped ?? new Uint8Array()))).toBe(true)
    expect(await rows()).toBe(0)
    expect(await markNow()).toMatchObject({ generation: 1, moved: false })
    expect((await vault.status()).oldSlots).toBe('overwritten')
  })
  test('that were replaced are nowhere in the file any more, and nothing but zeros lies beside those in force', async () => {
    const vault = await made()
    for (const [from, to] of [
      [PASSPHRASE, OTHER],
      [OTHER, PASSPHRASE],
    ] as const) {
      const [old] = await storedSlots()
      await vault.changePassphrase(from, to)
      for (const part of [old?.wrapped, old?.iv, old?.salt])
        expect(Buffer.from(slotFile()).includes(hexOf(part ?? new Uint8Array()))).toBe(false)
      expect(hasRest(slotFile(), await markNow())).toBe(false)
    }
    expect((await markNow()).generation).toBe(3)
    await expect(openTab().unlock(PASSPHRASE)).resolves.toBeUndefined()
  })
  test('of people go with them: enrolled, renewed, a passkey added and removed, the device key changed', async () => {
    const { as, ids } = await site({}, undefined, ['auditor'])
    expect(await storedSlots()).toHaveLength(3)
    const custodian = await as('custodian')
    await custodian.enrol({ staff: '0700', roles: ['auditor'], passphrase: 'new words for somebody' })
    expect(await storedSlots()).toHaveLength(4)
    const credential = new Uint8Array(16).fill(7)
    const passkey = { salt: new Uint8Array(32).fill(1), credential, output: new Uint8Array(32).fill(2), synced: false }
    await custodian.addPasskey(CUSTODIAN.passphrase, passkey)
    await custodian.rotateDeviceKey(proofOf('custodian'))
    expect((await storedSlots()).map(({ kind }) => kind)).toEqual([...Array(4).fill('passphrase'), 'passkey'])
    await custodian.removePasskey(credential, proofOf('custodian'))
    await custodian.renewMyKeys(CUSTODIAN.passphrase, OTHER)
    expect(await storedSlots()).toHaveLength(4)
    expect(hasRest(slotFile(), await markNow())).toBe(false)
    await expect(openTab().unlock(OTHER, ids.custodian)).resolves.toBeUndefined()
    expect(await rows()).toBe(0)
  })
  test('that a browser gives no file for stay in the database, and the vault says that old ones linger', async () => {
    const refused = { getDirectory: () => Promise.reject(new DOMException('private window', 'SecurityError')) }
    for (const files of [null, refused]) {
      freshProfile()
      const vault = openTab({ files })
      await vault.create(PASSPHRASE)
      expect(await rows()).toBe(1)
      expect((await vault.status()).oldSlots).toBe('lingering')
      await vault.changePassphrase(PASSPHRASE, OTHER)
      await openTab({ files }).unlock(OTHER)
      expect(await rows()).toBe(1)
    }
  })
  test('of a vault from before move into the file at the next unlock, and the vault goes on saying that old ones linger', async () => {
    await openTab({ files: null }).create(PASSPHRASE)
    const before = await rawStore('readonly', (s) => answer(s.slots.getAll()))
    const vault = openTab()
    await vault.unlock(PASSPHRASE)
    expect(await rows()).toBe(0)
    expect(await storedSlots()).toEqual(before)
    expect(await markNow()).toMatchObject({ generation: 1, moved: true })
    await vault.changePassphrase(PASSPHRASE, OTHER)
    expect((await vault.status()).oldSlots).toBe('lingering')
    await expect(openTab().unlock(OTHER)).resolves.toBeUndefined()
  })
  test('are not read from a file that was changed, is gone, or is not given out; the vault is still said to be there', async () => {
    await made()
    const bytes = slotFile().slice()
    putSlotFile(bytes.with(blockAt(1, 1) + 50, 0xff))
    await expect(openTab().unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'vault/tampered' })
    await profileFiles().root.removeEntry('proofprint-vault.slots')
    await expect(openTab().unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'vault/missing' })
    await expect(openTab({ files: null }).unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'vault/unsupported' })
    await expect(openTab().create(OTHER)).rejects.toBeDefined()
    expect((await openTab().status()).state).toBe('locked')
    putSlotFile(bytes)
    await expect(openTab().unlock(PASSPHRASE)).resolves.toBeUndefined()
  })
  test('an older file beside a newer database opens nothing', async () => {
    const vault = await made()
    const older = slotFile().slice()
    await vault.changePassphrase(PASSPHRASE, OTHER)
    putSlotFile(older)
    for (const passphrase of [PASSPHRASE, OTHER])
      await expect(openTab().unlock(passphrase)).rejects.toMatchObject({ code: 'vault/tampered' })
  })
  test('a file that outlived its database is taken over, and nothing of it is left', async () => {
    const vault = await made()
    await vault.changePassphrase(PASSPHRASE, OTHER)
    await vault.lock()
    const left = slotFile().slice()
    freshProfile()
    putSlotFile(left)
    expect((await openTab().status()).state).toBe('none')
    await made()
    expect(await storedSlots()).toHaveLength(1)
    expect(hasRest(slotFile(), await markNow())).toBe(false)
  })
})

describe('a change of slots that is broken off', () => {
  /** As if the process had ended before anything is overwritten: neither a catch nor a finally gets to it. */
  function endsBeforeErasing(): void {
    const original = FakeAccess.prototype.write
    vi.spyOn(FakeAccess.prototype, 'write').mockImplementation(function (this: FakeAccess, from, at) {
      if (from.every((byte) => byte === 0)) throw new DOMException('ended', 'AbortError')
      return original.call(this, from, at)
    })
  }
  const holds = (slot: KeySlot | undefined) =>
    Buffer.from(slotFile()).includes(hexOf(slot?.wrapped ?? new Uint8Array()))

  test('after the file and before the database: the old one holds, and the rest is overwritten at the next unlock', async () => {
    const vault = await made()
    endsBeforeErasing()
    vi.spyOn(FakeAccess.prototype, 'flush').mockImplementation(() => {
      throw new DOMException('ended', 'AbortError')
    })
    await expect(vault.changePassphrase(PASSPHRASE, OTHER)).rejects.toMatchObject({ code: 'vault/quota' })
    vi.restoreAllMocks()
    expect(hasRest(slotFile(), await markNow())).toBe(true)
    await expect(openTab().unlock(OTHER)).rejects.toMatchObject({ code: 'vault/wrong-passphrase' })
    await openTab().unlock(PASSPHRASE)
    expect(hasRest(slotFile(), await markNow())).toBe(false)
  })
  test('after the database and before the old half is gone: the new one holds, that it waits is said, and done at the next unlock', async () => {
    const vault = await made()
    const [old] = await storedSlots()
    endsBeforeErasing()
    await vault.changePassphrase(PASSPHRASE, OTHER)
    vi.restoreAllMocks()
    expect((await vault.status()).oldSlots).toBe('waiting')
    expect(holds(old)).toBe(true)
    const later = openTab()
    await later.unlock(OTHER)
    expect(holds(old)).toBe(false)
    expect((await later.status()).oldSlots).toBe('overwritten')
  })
  test('while another tab writes slots: refused as busy, and whoever reads meanwhile reads what holds', async () => {
    const vault = await made()
    const held = await (await profileFiles().root.getFileHandle('proofprint-vault.slots')).createSyncAccessHandle()
    await expect(vault.changePassphrase(PASSPHRASE, OTHER)).rejects.toMatchObject({ code: 'vault/busy' })
    await expect(openTab().unlock(PASSPHRASE)).resolves.toBeUndefined()
    held.close()
    await expect(vault.changePassphrase(PASSPHRASE, OTHER)).resolves.toBeUndefined()
  })
  test('two tabs without a lock between them: one change after the other, none lost', async () => {
    const { vault, ids } = await site({}, undefined, ['auditor'])
    const changes = (['owner', 'auditor', 'custodian'] as const).map((name) =>
      openTab().changePassphrase(passphraseOf(name), `${OTHER} ${name}`, ids[name]),
    )
    await Promise.all(changes)
    for (const name of ['owner', 'auditor', 'custodian'] as const)
      await expect(vault.unlock(`${OTHER} ${name}`, ids[name])).resolves.toBeUndefined()
  })
})

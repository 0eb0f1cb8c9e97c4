import { openDB } from 'idb'
import { beforeEach, expect, test } from 'vitest'
import { newCaseKey } from '../../../src/vault/keys.ts'
import { newSlot, openSlot } from '../../../src/vault/slot.ts'
import { CUSTODIAN } from '../../support/people.ts'
import { answer, change, freshProfile, INIT, openTab, PASSPHRASE, rawStore, storedSlots } from '../../support/vault.ts'

beforeEach(freshProfile)

/** A database as it was stored before there were people: no store for them, no device key, a slot without a layer. */
async function storedBefore() {
  const slot = await newSlot(PASSPHRASE, 1000)
  const db = await openDB('proofprint-vault', 3, {
    upgrade(old) {
      for (const name of ['slots', 'pieces', 'audit', 'modelPieces']) old.createObjectStore(name)
      for (const name of ['cases', 'models']) old.createObjectStore(name, { keyPath: 'id' })
      old.createObjectStore('settings', { keyPath: 'name' })
    },
  })
  await db.put('slots', slot, slot.id)
  db.close()
  return slot
}

test('a vault from before there was a device key opens, and gets its layer with the next passphrase', async () => {
  const slot = await storedBefore()
  const vault = openTab()
  await vault.unlock(PASSPHRASE)
  const id = await vault.createCase(INIT)
  expect(await storedSlots()).toEqual([slot])
  await vault.changePassphrase(PASSPHRASE, 'seven grey stones')
  const [later] = await storedSlots()
  expect(later?.deviceIv).toBeInstanceOf(Uint8Array)
  await vault.unlock('seven grey stones')
  await vault.commit(id, change())
})
test('its people are set up, its cases are the owner’s, and its slot opens as it was', async () => {
  const slot = await storedBefore()
  const vault = openTab()
  await vault.unlock(PASSPHRASE)
  const id = await vault.createCase(INIT)
  const before = await rawStore('readonly', (s) => answer(s.cases.get(id)))
  expect(before.envelope.length).toBeGreaterThan(0)
  expect(before.seals).toBeUndefined()
  const { owner } = await vault.setUpPeople({ owner: { staff: '0100' }, custodian: CUSTODIAN })
  expect(owner).toBe(slot.id)
  await vault.unlock(PASSPHRASE)
  expect((await vault.openCase(id)).revision).toBe(1)
  // The master key of before opens no new case: there is no envelope under it.
  const { envelope } = await newCaseKey(await openSlot(slot, PASSPHRASE, 1000), id)
  await rawStore('readwrite', (s) => void s.cases.put({ ...before, envelope }))
  await expect(vault.openCase(id)).rejects.toMatchObject({ code: 'vault/denied' })
})

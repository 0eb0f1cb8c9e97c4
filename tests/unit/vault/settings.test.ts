import { openDB } from 'idb'
import { beforeEach, expect, test } from 'vitest'
import type { SettingRow } from '../../../src/vault/records.ts'
import { answer, freshProfile, INIT, openTab, PASSPHRASE, rawStore } from '../../support/vault.ts'

beforeEach(freshProfile)

const NAME = 'templates' as const
const VALUE = { templates: [{ name: 'Zanzibar spine', steps: [1, 2] }] }

async function opened() {
  const vault = openTab()
  await vault.create(PASSPHRASE)
  return vault
}
const row = () => rawStore('readonly', ({ settings }) => answer<SettingRow>(settings.get(NAME)))
const put = (changed: SettingRow) => rawStore('readwrite', ({ settings }) => void settings.put(changed))

test('nothing before it is written, then what was written, after the next unlock too', async () => {
  const vault = await opened()
  expect(await vault.readSetting(NAME)).toEqual({ revision: 0, value: null })
  await vault.writeSetting(NAME, { revision: 0, value: VALUE })
  expect(await vault.readSetting(NAME)).toEqual({ revision: 1, value: VALUE })
  await vault.lock()
  const later = openTab()
  await later.unlock(PASSPHRASE)
  expect(await later.readSetting(NAME)).toEqual({ revision: 1, value: VALUE })
})
test('the store holds none of it in the clear', async () => {
  const vault = await opened()
  await vault.writeSetting(NAME, { revision: 0, value: VALUE })
  expect(new TextDecoder('latin1').decode((await row()).sealed)).not.toContain('Zanzibar')
  expect(JSON.stringify({ ...(await row()), sealed: '' })).toBe(JSON.stringify({ name: NAME, revision: 1, sealed: '' }))
})
test('a changed byte, another revision and an exchanged record are refused', async () => {
  const vault = await opened()
  await vault.writeSetting(NAME, { revision: 0, value: VALUE })
  const first = await row()
  await vault.writeSetting(NAME, { revision: 1, value: { templates: [] } })
  const second = await row()
  const bent = second.sealed.slice()
  bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1
  const tampered = { code: 'vault/tampered' }
  for (const changed of [
    { ...second, sealed: bent },
    { ...second, revision: 3 },
    // The older record under the newer number.
    { ...second, sealed: first.sealed },
  ]) {
    await put(changed)
    await expect(vault.readSetting(NAME)).rejects.toMatchObject(tampered)
  }
  await put(second)
  expect(await vault.readSetting(NAME)).toEqual({ revision: 2, value: { templates: [] } })
})
test('what another tab changed since is not overwritten', async () => {
  const vault = await opened()
  await vault.writeSetting(NAME, { revision: 0, value: VALUE })
  await expect(vault.writeSetting(NAME, { revision: 0, value: null })).rejects.toMatchObject({ code: 'vault/busy' })
  expect((await vault.readSetting(NAME)).value).toEqual(VALUE)
})
test('a megabyte is the most, and a locked vault keeps nothing', async () => {
  const vault = await opened()
  const large = { revision: 0, value: 'x'.repeat(1 << 20) }
  await expect(vault.writeSetting(NAME, large)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  await vault.lock()
  await expect(vault.writeSetting(NAME, { revision: 0, value: 1 })).rejects.toMatchObject({ code: 'vault/locked' })
  await expect(vault.readSetting(NAME)).rejects.toMatchObject({ code: 'vault/locked' })
})
test('a teaching session keeps its own, in its own store', async () => {
  const vault = await opened()
  await vault.writeSetting(NAME, { revision: 0, value: VALUE })
  await vault.startTeaching()
  expect(await vault.readSetting(NAME)).toEqual({ revision: 0, value: null })
})
test('a vault made before there were settings gets room for them and keeps its cases', async () => {
  const db = await openDB('proofprint-vault', 1, {
    upgrade(old) {
      for (const store of ['slots', 'cases', 'pieces', 'audit'])
        old.createObjectStore(store, store === 'cases' ? { keyPath: 'id' } : {})
    },
  })
  db.close()
  const vault = await opened()
  const id = await vault.createCase(INIT)
  await vault.writeSetting(NAME, { revision: 0, value: VALUE })
  expect((await vault.openCase(id)).meta).toEqual(INIT)
  expect((await vault.readSetting(NAME)).value).toEqual(VALUE)
})

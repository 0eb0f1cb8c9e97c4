import { beforeEach, describe, expect, test } from 'vitest'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { failWrite } from '../../support/faults.ts'
import { denials, passphraseOf, proofOf, type Site, site } from '../../support/people.ts'
import { answer, freshProfile, openTab, rawStore } from '../../support/vault.ts'

beforeEach(freshProfile)

const deniedFor = (why: string) => ({ code: 'vault/denied', detail: { why } })
const tampered = { code: 'vault/tampered' }
const WEIGHTS = Uint8Array.from({ length: 3_000_000 }, (_, n) => n % 251)
const all = (name: 'people' | 'log' | 'settings' | 'site' | 'models' | 'modelPieces') =>
  rawStore('readonly', async (s) => ({
    keys: await answer(s[name].getAllKeys()),
    values: await answer(s[name].getAll()),
  }))
const put = (name: 'people' | 'site', row: unknown) => rawStore('readwrite', (s) => void s[name].put(row))
const personRow = (id: string) => rawStore('readonly', (s) => answer(s.people.get(id)))

/** A site with a setting and a network, which the second designer knows too. */
async function furnished(): Promise<{ made: Site; old: string }> {
  const made = await site({}, undefined, ['intake', 'designer2', 'auditor', 'custodian2'])
  const custodian = await made.as('custodian')
  await custodian.writeSetting('approvals', { revision: 0, value: ['before'] })
  const old = await custodian.addModel({ name: 'before' }, WEIGHTS)
  return { made, old }
}
const revoke = (vault: Vault, id: string) => vault.revoke(id, proofOf('custodian'))

describe('keys of the site, once somebody is revoked', () => {
  test('are others: who stays reads all of it, old and new, in the session of before too', async () => {
    const { made, old } = await furnished()
    const tab = openTab()
    await tab.unlock(passphraseOf('auditor'), made.ids.auditor)
    const lines = (await tab.deviceLog()).length
    const custodian = await made.as('custodian')
    await revoke(custodian, made.ids.designer2)
    for (const vault of [custodian, tab]) {
      expect((await vault.readSetting('approvals')).value).toEqual(['before'])
      expect(await vault.listModels()).toEqual([{ id: old, about: { name: 'before' } }])
      expect(Buffer.compare(await vault.readModel(old), WEIGHTS)).toBe(0)
    }
    expect(await tab.deviceLog()).toHaveLength(lines + 1)
    await custodian.writeSetting('approvals', { revision: 1, value: ['after'] })
    const next = await custodian.addModel({ name: 'after' }, WEIGHTS)
    await revoke(custodian, made.ids.custodian2)
    const last = await custodian.addModel({ name: 'last' }, WEIGHTS)
    const owner = await made.as('owner')
    expect((await owner.readSetting('approvals')).value).toEqual(['after'])
    for (const id of [old, next, last]) expect((await owner.readModel(id)).length).toBe(WEIGHTS.length)
    expect((await all('models')).values.map(({ epoch }: { epoch: number }) => epoch).sort()).toEqual([0, 1, 2])
    await expect(made.as('intake')).resolves.toBeDefined()
  })
  test('who was revoked opens nothing new with the keys they had, whatever of the old store they put back', async () => {
    const { made } = await furnished()
    const thief = await personRow(made.ids.designer2)
    const [people, site0] = [await all('people'), await all('site')]
    const custodian = await made.as('custodian')
    const before = { log: await all('log'), settings: await all('settings'), weights: await all('modelPieces') }
    await revoke(custodian, made.ids.designer2)
    // Nothing of what was sealed is as it was; weights are, under the key they were added with.
    const after = { log: await all('log'), settings: await all('settings'), weights: await all('modelPieces') }
    const bytes = (one: { values: unknown[] }) =>
      one.values.map((value) =>
        Buffer.from((value as { sealed?: Uint8Array }).sealed ?? (value as Uint8Array)).toString('hex'),
      )
    for (const name of ['log', 'settings'] as const)
      expect(bytes(after[name]).filter((one) => bytes(before[name]).includes(one))).toEqual([])
    expect(bytes(after.weights)).toEqual(bytes(before.weights))
    expect((await personRow(made.ids.designer2)).site).toHaveLength(0)
    const next = await custodian.addModel({ name: 'after' }, WEIGHTS)

    const later = { people: await all('people'), site: await all('site') }

    // Their own keys of the site back in their record: the record says that they were revoked.
    const now = await personRow(made.ids.designer2)
    await put('people', { ...now, site: thief.site })
    await expect(made.as('designer2')).rejects.toMatchObject(deniedFor('revoked'))
    // The whole list, and the end of the log, of before.
    for (const row of people.values) await put('people', row)
    await expect(made.as('designer2')).rejects.toMatchObject(tampered)
    for (const row of site0.values) await put('site', row)
    await expect(made.as('designer2')).rejects.toMatchObject(tampered)
    // Nor is a network of afterwards under the key of before.
    for (const name of ['people', 'site'] as const) for (const row of later[name].values) await put(name, row)
    const row = await rawStore('readonly', (s) => answer(s.models.get(next)))
    await rawStore('readwrite', (s) => void s.models.put({ ...row, epoch: 0 }))
    await expect((await made.as('owner')).readModel(next)).rejects.toMatchObject(tampered)
  })
  test('the note of the last backup is read on, and not with the key of before', async () => {
    const { made } = await furnished()
    const custodian = await made.as('custodian')
    await custodian.backup('nine tall herons at dawn', proofOf('custodian'))
    const before = await custodian.backupState()
    const note = () => rawStore('readonly', (s) => answer(s.site.get('backup')))
    const kept = await note()
    expect(before.at).not.toBeNull()
    await revoke(custodian, made.ids.designer2)
    expect((await custodian.backupState()).at).toBe(before.at)
    await put('site', kept)
    expect((await custodian.backupState()).at).toBeNull()
  })
  test('the key of the print station stays what it was, for its operator', async () => {
    const made = await site({}, undefined, ['operator', 'designer2', 'custodian2'])
    const operator = await made.as('operator')
    await operator.makeStation()
    const before = await operator.station()
    expect(before.state).toBe('own')
    await revoke(await made.as('custodian'), made.ids.designer2)
    expect(await (await made.as('operator')).station()).toEqual(before)
  })
  test('in a tab that was open: nothing that is shared is read any more', async () => {
    const { made, old } = await furnished()
    const tab = openTab()
    await tab.unlock(passphraseOf('designer2'), made.ids.designer2)
    await expect(tab.readSetting('approvals')).resolves.toBeDefined()
    const custodian = await made.as('custodian')
    await revoke(custodian, made.ids.designer2)
    for (const read of [
      () => tab.readSetting('approvals'),
      () => tab.listModels(),
      () => tab.readModel(old),
      () => tab.listCases(),
    ])
      await expect(read()).rejects.toMatchObject(deniedFor('revoked'))
  })
  test('a network under a key that is not there is listed as one that does not open', async () => {
    const { made, old } = await furnished()
    const [row] = (await all('models')).values
    await rawStore('readwrite', (s) => void s.models.put({ ...row, epoch: 7 }))
    const custodian = await made.as('custodian')
    expect(await custodian.listModels()).toEqual([{ id: old, about: null }])
    await expect(custodian.readModel(old)).rejects.toMatchObject(tampered)
    await custodian.removeModel(old)
    expect(await custodian.listModels()).toEqual([])
  })
  test('a setting that does not open stays one, and holds up no revocation', async () => {
    const { made } = await furnished()
    const [row] = (await all('settings')).values
    await rawStore('readwrite', (s) => void s.settings.put({ ...row, sealed: new Uint8Array(100) }))
    const custodian = await made.as('custodian')
    await revoke(custodian, made.ids.designer2)
    await expect(custodian.readSetting('approvals')).rejects.toMatchObject(tampered)
    await expect(made.as('owner')).resolves.toBeDefined()
  })
  test('interrupted at every write everybody comes in as before, and reads what they read before', async () => {
    const { made, old } = await furnished()
    const custodian = await made.as('custodian')
    let faultsFound = 0
    for (let nth = 1; ; nth++) {
      const faults = failWrite(nth, nth % 2 === 0 ? 'throw' : 'abort-later')
      const outcome = await revoke(custodian, made.ids.designer2).then(
        () => 'done',
        (error) => error.code,
      )
      faults.restore()
      if (outcome === 'done') break
      faultsFound++
      expect(outcome).toBe('vault/quota')
      for (const name of ['designer2', 'custodian'] as const) {
        const vault = await made.as(name)
        expect((await vault.readSetting('approvals')).value).toEqual(['before'])
        expect(await vault.listModels()).toEqual([{ id: old, about: { name: 'before' } }])
      }
    }
    expect(faultsFound).toBeGreaterThan(8)
    await expect(made.as('designer2')).rejects.toMatchObject(deniedFor('revoked'))
  }, 60_000)
})

describe('what somebody is refused who was revoked', () => {
  test('is written down by the next who comes in, once', async () => {
    const { made } = await furnished()
    const custodian = await made.as('custodian')
    const tab = openTab()
    await tab.unlock(passphraseOf('designer2'), made.ids.designer2)
    await revoke(custodian, made.ids.designer2)
    await expect(
      tab.createCase({ pseudonym: 'x', templateId: 'x', policy: 'teaching', process: 'sla' }),
    ).rejects.toMatchObject(deniedFor('revoked'))
    await expect(made.as('designer2')).rejects.toMatchObject(deniedFor('revoked'))
    const auditor = await made.as('auditor')
    const refused = denials(await auditor.deviceLog())
    expect(refused.slice(-2)).toEqual([
      { code: 'ingest/revoked', by: made.ids.designer2, role: undefined },
      { code: 'unlock/revoked', by: made.ids.designer2, role: undefined },
    ])
    expect(denials(await (await made.as('owner').then(() => made.as('auditor'))).deviceLog())).toEqual(refused)
  })
  test('counts only when they signed it, and never fills the store', async () => {
    const { made } = await furnished()
    await revoke(await made.as('custodian'), made.ids.designer2)
    await expect(made.as('designer2')).rejects.toMatchObject(deniedFor('revoked'))
    const row = await rawStore('readonly', (s) => answer(s.site.get('knocks')))
    const [knock] = JSON.parse(new TextDecoder().decode(row.sealed))
    const forged = [
      { ...knock, at: '2020-01-01T00:00:00.000Z' },
      { ...knock, by: made.ids.owner },
      { ...knock, code: 'unlock/expired' },
    ]
    const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
    await put('site', { name: 'knocks', sealed: bytes(forged) })
    const auditor = await made.as('auditor')
    expect(denials(await auditor.deviceLog())).toEqual([])
    await put('site', { name: 'knocks', sealed: bytes(Array.from({ length: 300 }, () => knock)) })
    await expect(made.as('designer2')).rejects.toMatchObject(deniedFor('revoked'))
    await made.as('auditor')
    expect(denials(await auditor.deviceLog())).toHaveLength(100)
  })
})

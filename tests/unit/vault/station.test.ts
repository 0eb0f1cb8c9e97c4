import { beforeEach, describe, expect, test } from 'vitest'
import type { Role } from '../../../src/core/role.ts'
import { importSealKey } from '../../../src/vault/chunked.ts'
import { importPair, newRawKeySet, publicKeysOf } from '../../../src/vault/key-set.ts'
import type { People } from '../../../src/vault/person.ts'
import { PersonKeys } from '../../../src/vault/person-keys.ts'
import type { SiteRow, VaultRecords } from '../../../src/vault/records.ts'
import { givenStationKey, newStationKey, openStationKey, type StationHolder } from '../../../src/vault/station-key.ts'
import type { StationStanding } from '../../../src/vault/station-vault.io.ts'
import { denials, passphraseOf, proofOf, site } from '../../support/people.ts'
import { answer, everythingStored, freshProfile, openTab, PASSPHRASE, rawStore } from '../../support/vault.ts'

beforeEach(freshProfile)

const keyOf = (standing: StationStanding) => (standing.state === 'own' ? standing.publicKey : standing.state)

describe('the key of a print station, in a vault without people', () => {
  test('is made on demand, stays, and is replaced by another', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    expect(await vault.station()).toEqual({ state: 'none' })
    await vault.makeStation()
    const first = keyOf(await vault.station())
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    await vault.lock()
    await expect(vault.station()).rejects.toMatchObject({ code: 'vault/locked' })
    await vault.unlock(PASSPHRASE)
    expect(keyOf(await vault.station())).toBe(first)
    await vault.makeStation()
    expect(keyOf(await vault.station())).not.toBe(first)
  })
  test('is none of a teaching session, which keeps nothing', async () => {
    const vault = openTab()
    await vault.startTeaching()
    await expect(vault.makeStation()).rejects.toMatchObject({ code: 'handover/no-station' })
  })
  test('lies in the store neither in clear nor as a key object; a changed bit of it is found', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    await vault.makeStation()
    const stored = await everythingStored()
    expect(stored.includes(Buffer.from(keyOf(await vault.station()), 'hex'))).toBe(false)
    expect(stored.includes('proofprint-station')).toBe(false)
    const row = await rawStore('readonly', async ({ site: rows }) => answer<SiteRow>(rows.get('station')))
    expect(Object.values(row).some((value) => value instanceof CryptoKey)).toBe(false)
    for (const at of [0, 40, row.sealed.length - 1]) {
      const sealed = row.sealed.map((byte, n) => (n === at ? byte ^ 1 : byte))
      await rawStore('readwrite', ({ site: rows }) => void rows.put({ ...row, sealed }))
      await expect(vault.station()).rejects.toMatchObject({ code: 'vault/tampered' })
    }
  })
})

describe('the key of a print station, where there are people', () => {
  test('is an operator’s to make; nobody else makes or sees it, and each try is written down', async () => {
    const on = await site({}, undefined, ['reviewer', 'operator', 'intake', 'auditor'])
    for (const name of ['owner', 'reviewer', 'intake', 'auditor', 'custodian'] as const) {
      const vault = await on.as(name)
      const refused = { code: 'vault/denied', detail: { verb: 'receipt', why: 'role' } }
      await expect(vault.makeStation()).rejects.toMatchObject(refused)
      await expect(vault.station()).rejects.toMatchObject(refused)
    }
    const operator = await on.as('operator')
    await operator.makeStation()
    expect(await operator.station()).toMatchObject({ state: 'own', without: [] })
    const log = await (await on.as('custodian')).deviceLog()
    expect(denials(log).filter(({ code }) => code === 'receipt/role')).toHaveLength(10)
    expect(log.at(-1)).toMatchObject({ code: 'station-key', outcome: 'done', by: on.ids.operator, role: 'operator' })
  })
  test('is given by an operator to those who came later, and is then the same', async () => {
    const on = await site({}, undefined, ['operator'])
    const first = await on.as('operator')
    await first.makeStation()
    const custodian = await on.as('custodian')
    const later = await custodian.enrol({ staff: '0110', roles: ['operator'], passphrase: 'late under quiet pines' })
    await custodian.unlock('late under quiet pines', later)
    expect(await custodian.station()).toEqual({ state: 'closed' })
    await expect(custodian.giveStation()).rejects.toMatchObject({ code: 'vault/missing' })
    const giver = await on.as('operator')
    const standing = await giver.station()
    expect(standing).toMatchObject({ state: 'own', without: [later] })
    await giver.giveStation()
    expect(await giver.station()).toMatchObject({ state: 'own', without: [] })
    await giver.unlock('late under quiet pines', later)
    expect(keyOf(await giver.station())).toBe(keyOf(standing))
  })
  test('that the owner made before there were people opens for nobody: an operator makes another', async () => {
    const on = await site({}, (vault) => vault.makeStation(), ['operator'])
    const operator = await on.as('operator')
    expect(await operator.station()).toEqual({ state: 'closed' })
    await operator.makeStation()
    expect(await operator.station()).toMatchObject({ state: 'own' })
  })
  test('is gone for an operator who left, once those who stay made another', async () => {
    const on = await site({}, undefined, ['operator', 'custodian2'])
    const operator = await on.as('operator')
    await operator.makeStation()
    const custodian = await on.as('custodian')
    const next = await custodian.enrol({ staff: '0110', roles: ['operator'], passphrase: 'late under quiet pines' })
    await custodian.revoke(on.ids.operator, proofOf('custodian'))
    await expect(on.vault.unlock(passphraseOf('operator'), on.ids.operator)).rejects.toMatchObject({
      code: 'vault/denied',
    })
    await on.vault.unlock('late under quiet pines', next)
    await on.vault.makeStation()
    expect(await on.vault.station()).toMatchObject({ state: 'own', without: [] })
  })
})

describe('a row that somebody of the device wrote past the vault', async () => {
  const NOW = new Date('2026-06-01T08:00:00.000Z')
  const ALWAYS = {
    notBefore: '2026-01-01T00:00:00.000Z',
    originateUntil: '2027-01-01T00:00:00.000Z',
    consumeUntil: '2027-01-01T00:00:00.000Z',
  }
  const settings = await importSealKey(new Uint8Array(32).fill(7))
  /** Everybody of a device has the key of settings, which is around the row. */
  const people: Record<string, { keys: PersonKeys; holder: (row: SiteRow | null) => StationHolder }> = {}
  const listed = new Map()
  for (const [id, roles] of [
    ['operator', ['operator']],
    ['designer', ['designer', 'operator']],
  ] as const) {
    const raw = await newRawKeySet()
    // As what the others see of them: the second is no operator.
    const seen: readonly Role[] = id === 'designer' ? ['designer'] : roles
    const about = { id, staff: '0100', ...publicKeysOf(raw), ...ALWAYS, createdAt: '', revokedAt: null }
    const me = { ...about, roles: seen, by: '', signature: new Uint8Array() }
    listed.set(id, me)
    const founder = { id: '', sign: '' }
    const pairs = {
      receive: await importPair('X25519', raw.receive),
      sign: await importPair('Ed25519', raw.sign),
      founder,
    }
    const siteKeys = { settings, models: [settings], log: settings } as const
    const keys = new PersonKeys(me, listed as People, pairs, siteKeys)
    const holder = (row: SiteRow | null): StationHolder => {
      const records = { site: async () => row ?? undefined } as unknown as VaultRecords
      const signer = () => Promise.reject(new Error('signs nothing'))
      return { vault: { records, keys, now: () => NOW, signer, assertOpen: () => {} }, master: undefined, person: keys }
    }
    people[id] = { keys, holder }
  }
  const holderOf = (id: string, row: SiteRow | null) => people[id]?.holder(row) as StationHolder

  test('is not taken for the key of the station when who gave it is no operator', async () => {
    const forged = await newStationKey(holderOf('designer', null))
    await expect(openStationKey(holderOf('operator', forged))).rejects.toMatchObject({ code: 'vault/tampered' })
    // The control: the same by an operator.
    const made = await newStationKey(holderOf('operator', null))
    const key = await openStationKey(holderOf('operator', made))
    expect(key).toMatchObject({ without: [] })
    expect(typeof key === 'object' && key.privateKey.extractable).toBe(false)
    expect(await openStationKey(holderOf('designer', made))).toBe('closed')
    const { keys } = people.designer as { keys: PersonKeys }
    await expect(givenStationKey(holderOf('designer', made), keys)).rejects.toMatchObject({ code: 'vault/missing' })
  })
})

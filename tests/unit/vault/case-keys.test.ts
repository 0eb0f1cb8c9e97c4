import { beforeEach, describe, expect, test } from 'vitest'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { failWrite } from '../../support/faults.ts'
import { denials, proofOf, type Site, site } from '../../support/people.ts'
import { answer, change, freshProfile, INIT, rawStore, volumeAsset } from '../../support/vault.ts'

beforeEach(freshProfile)

const DAY = 86_400_000
const START = Date.UTC(2026, 4, 1)
const deniedFor = (why: string) => ({ code: 'vault/denied', detail: { why } })
const rowOf = (id: string) => rawStore('readonly', (s) => answer(s.cases.get(id)))
const epochsOf = async (id: string) => (await rowOf(id)).seals.epochs.map(({ epoch }: { epoch: number }) => epoch)
const goOn = () => true

/** A site whose clock stands where it is put, with cases that Intake made. */
async function withCases(count: number, extras: Parameters<typeof site>[2] = ['intake', 'designer2', 'custodian2']) {
  const clock = { now: START }
  const made = await site({ now: () => new Date(clock.now) }, undefined, extras)
  const intake = await made.as('intake')
  const ids: string[] = []
  for (let n = 0; n < count; n++) ids.push(await intake.createCase(INIT))
  return { made, ids, clock }
}
const renewAll = (vault: Vault, ids: readonly string[], onRenewed: (done: number) => boolean = goOn) =>
  vault.renewCases(ids, proofOf('custodian'), onRenewed)
const dueIds = async (vault: Vault) => (await vault.casesDue()).map(({ id }) => id).sort()

describe('cases whose key is due', () => {
  test('at 90 days, not a millisecond before; a renewed one is not due, a new one neither', async () => {
    const { made, ids, clock } = await withCases(2)
    clock.now = START + 90 * DAY - 1
    const custodian = await made.as('custodian')
    expect(await custodian.casesDue()).toEqual([])
    clock.now = START + 90 * DAY
    const madeAt = new Date(START).toISOString()
    expect(await custodian.casesDue()).toEqual(
      expect.arrayContaining(ids.map((id) => ({ id, why: 'age', madeAt, blocked: null }))),
    )
    await renewAll(custodian, [ids[0] ?? ''])
    expect(await dueIds(custodian)).toEqual([ids[1]])
    clock.now += 90 * DAY - 1
    await made.as('custodian')
    expect(await dueIds(custodian)).toEqual([ids[1]])
  })
  test('with a key that is not sealed to the safe as it is now', async () => {
    const { made, ids } = await withCases(1)
    const custodian = await made.as('custodian')
    await custodian.makeRecoveryKey(proofOf('custodian'))
    expect(await custodian.casesDue()).toMatchObject([{ id: ids[0], why: 'recovery' }])
    await renewAll(custodian, ids)
    expect(await custodian.casesDue()).toEqual([])
    await custodian.makeRecoveryKey(proofOf('custodian'))
    expect(await custodian.casesDue()).toMatchObject([{ id: ids[0], why: 'recovery' }])
  })
  test('of unknown age: of a case of before, with a date that was changed, taken from another case or in the future', async () => {
    const { made, ids, clock } = await withCases(2)
    const custodian = await made.as('custodian')
    const [id = '', other = ''] = ids
    const row = await rowOf(id)
    const [epoch] = row.seals.epochs
    const { made: said, ...undated } = epoch
    const theirs = (await rowOf(other)).seals.epochs[0].made
    for (const epochs of [
      [undated],
      [{ ...epoch, made: { ...said, at: '2026-06-01T00:00:00.000Z' } }],
      [{ ...epoch, made: { ...said, by: made.ids.owner } }],
      [{ ...epoch, made: theirs }],
    ]) {
      await rawStore('readwrite', (s) => void s.cases.put({ ...row, seals: { ...row.seals, epochs } }))
      expect(await custodian.casesDue()).toEqual(
        [{ id, why: 'unknown', madeAt: expect.anything() ?? null, blocked: null }].map((one) => ({
          ...one,
          madeAt: null,
        })),
      )
    }
    await rawStore('readwrite', (s) => void s.cases.put(row))
    expect(await custodian.casesDue()).toEqual([])
    clock.now = START + 10 * DAY
    await made.as('custodian')
    await renewAll(custodian, [id])
    // What the device wrote later than this clock is refused altogether; a list made by a clock that ran ahead counts as unknown.
    clock.now = START
    await expect(custodian.casesDue()).rejects.toMatchObject(deniedFor('clock'))
  })
  test('is nobody else to see, and says where the custodian can do nothing', async () => {
    const { made, ids, clock } = await withCases(1)
    for (const name of ['owner', 'intake'] as const)
      await expect((await made.as(name)).casesDue()).rejects.toMatchObject(deniedFor('role'))
    clock.now += 91 * DAY
    const custodian = await made.as('custodian')
    const row = await rowOf(ids[0] ?? '')
    const [epoch] = row.seals.epochs
    const put = (envelopes: unknown[]) =>
      rawStore(
        'readwrite',
        (s) => void s.cases.put({ ...row, seals: { ...row.seals, epochs: [{ ...epoch, envelopes }] } }),
      )
    await put(epoch.envelopes.filter(({ role }: { role: string }) => role !== 'designer'))
    expect(await custodian.casesDue()).toMatchObject([{ blocked: 'no-designer' }])
    expect(await renewAll(custodian, ids)).toEqual([])
    await put(
      epoch.envelopes.map((one: { person: string }) => ({
        ...one,
        person: one.person === made.ids.designer2 ? made.ids.custodian : one.person,
      })),
    )
    expect(await custodian.casesDue()).toMatchObject([{ blocked: 'own-case' }])
    expect(await renewAll(custodian, ids)).toEqual([])
  })
})

describe('renewing them in one go', () => {
  test('one proof, a line for each, its people open it and its designer takes the key into use', async () => {
    const { made, ids } = await withCases(3)
    const custodian = await made.as('custodian')
    await expect(custodian.renewCases(ids, { passphrase: 'no' }, goOn)).rejects.toMatchObject({
      code: 'vault/wrong-passphrase',
    })
    const told: number[] = []
    expect(await renewAll(custodian, ids, (done) => told.push(done) > 0)).toEqual(ids)
    expect(told).toEqual([1, 2, 3])
    const lines = (await custodian.deviceLog()).filter(({ code }) => code === 'rotate')
    expect(lines.map(({ digests }) => digests[0])).toEqual(ids)
    const owner = await made.as('owner')
    for (const id of ids) {
      await owner.commit(id, change())
      expect(await epochsOf(id)).toEqual([1])
      await expect(owner.openCase(id)).resolves.toBeDefined()
    }
  })
  test('can be ended between two cases; a case that is gone is passed over', async () => {
    const { made, ids } = await withCases(3)
    const custodian = await made.as('custodian')
    expect(await renewAll(custodian, ['0'.repeat(32), ...ids], (done) => done < 2)).toEqual(ids.slice(0, 2))
    expect(await Promise.all(ids.map(epochsOf))).toEqual([[0, 1], [0, 1], [0]])
  })
  test('interrupted at every write each case is whole, renewed or as before, and it can be done again', async () => {
    const { made, ids } = await withCases(3)
    const custodian = await made.as('custodian')
    let fewest = 3
    for (let nth = 1; ; nth++) {
      const before = await Promise.all(ids.map(epochsOf))
      const faults = failWrite(nth, nth % 2 === 0 ? 'throw' : 'abort-later')
      const outcome = await renewAll(custodian, ids).then(
        (done) => done.length,
        (error) => error.code,
      )
      faults.restore()
      const grown = await Promise.all(ids.map(async (id, n) => (await epochsOf(id)).length - (before[n]?.length ?? 0)))
      const lines = (await custodian.deviceLog()).filter(({ code }) => code === 'rotate').length
      const all = (await Promise.all(ids.map(epochsOf))).reduce((sum, epochs) => sum + epochs.length - 1, 0)
      expect(lines).toBe(all)
      // The first ones are renewed, the rest is as before.
      expect(grown).toEqual([...grown].sort((a, b) => b - a))
      if (outcome === 3) break
      expect(outcome).toBe('vault/quota')
      fewest = Math.min(
        fewest,
        grown.reduce((a, b) => a + b, 0),
      )
    }
    expect(fewest).toBe(0)
    const owner = await made.as('owner')
    for (const id of ids) await expect(owner.takeIn(id)).resolves.toEqual([])
    expect(await Promise.all(ids.map(async (id) => (await epochsOf(id)).length))).toEqual([1, 1, 1])
  }, 60_000)
})

describe('other roles for a person', () => {
  const give = (
    vault: Vault,
    id: string,
    roles: Parameters<Vault['changeRoles']>[1],
    name: 'custodian' | 'custodian2' = 'custodian',
  ) => vault.changeRoles(id, roles, proofOf(name))
  const rolesOf = async ({ vault }: Site, id: string) => (await vault.listPeople()).find((one) => one.id === id)?.roles

  test('are signed and logged, need a fresh proof, hold at once, and in another tab', async () => {
    const { made, ids } = await withCases(1, ['intake', 'designer2', 'auditor', 'custodian2'])
    const custodian = await made.as('custodian')
    await expect(custodian.changeRoles(made.ids.auditor, ['designer'], { passphrase: 'no' })).rejects.toMatchObject({
      code: 'vault/wrong-passphrase',
    })
    await give(custodian, made.ids.designer2, ['designer', 'intake'])
    expect(await rolesOf(made, made.ids.designer2)).toEqual(['designer', 'intake'])
    expect((await custodian.deviceLog()).at(-1)).toMatchObject({
      code: 'give-role/intake',
      digests: [made.ids.designer2],
      by: made.ids.custodian,
    })
    expect(await epochsOf(ids[0] ?? '')).toEqual([0])
    const designer2 = await made.as('designer2')
    await expect(designer2.createCase(INIT)).resolves.toBeDefined()
    await expect(designer2.openCase(ids[0] ?? '')).resolves.toBeDefined()
    await expect(designer2.changeRoles(made.ids.owner, ['auditor'], proofOf('designer2'))).rejects.toMatchObject(
      deniedFor('role'),
    )
  })
  test('a role that is taken takes its cases along, at once and for good', async () => {
    const { made, ids } = await withCases(1)
    const [id = ''] = ids
    const custodian = await made.as('custodian')
    await give(custodian, made.ids.designer2, ['reviewer'])
    expect(await epochsOf(id)).toEqual([0, 1])
    expect((await custodian.deviceLog()).slice(-2).map(({ code }) => code)).toEqual([
      'give-role/reviewer',
      'take-role/designer',
    ])
    await expect((await made.as('designer2')).openCase(id)).rejects.toMatchObject(deniedFor('not-on-case'))
    // Who designed it once does not review it.
    await expect((await made.as('owner')).share(id, made.ids.designer2, 'reviewer')).rejects.toMatchObject(
      deniedFor('two-roles'),
    )
  })
  test('the only designer of a case stays one, and nobody takes Intake from whose scan waits', async () => {
    const { made, ids } = await withCases(1, ['intake', 'custodian2'])
    await (await made.as('intake')).ingest(ids[0] ?? '', await volumeAsset(1))
    const custodian = await made.as('custodian')
    await expect(give(custodian, made.ids.owner, ['reviewer'])).rejects.toMatchObject(deniedFor('last-designer'))
    await expect(give(custodian, made.ids.intake, ['auditor'])).rejects.toMatchObject(deniedFor('scan-waits'))
    expect(denials(await custodian.deviceLog()).map(({ code }) => code)).toEqual([
      'rotate/last-designer',
      'rotate/scan-waits',
    ])
    expect(await rolesOf(made, made.ids.owner)).toEqual(['designer'])
    await (await made.as('owner')).takeIn(ids[0] ?? '')
    await give(await made.as('custodian'), made.ids.intake, ['auditor'])
    expect(await rolesOf(made, made.ids.intake)).toEqual(['auditor'])
  })
  test('nobody changes their own; a list without a role, a stranger and one whose time has ended are refused', async () => {
    const { made } = await withCases(0)
    const custodian = await made.as('custodian')
    await expect(give(custodian, made.ids.custodian, ['auditor'])).rejects.toMatchObject(deniedFor('own-roles'))
    await expect(give(custodian, made.ids.designer2, [])).rejects.toMatchObject({ code: 'app/bad-parameter' })
    await expect(give(custodian, '0'.repeat(32), ['auditor'])).rejects.toMatchObject({ code: 'vault/missing' })
    await custodian.revoke(made.ids.designer2, proofOf('custodian'))
    await expect(give(custodian, made.ids.designer2, ['auditor'])).rejects.toMatchObject({ code: 'vault/missing' })
  })
  test('whom a custodian signed stays signed when they are none any more, and so does the key in the safe', async () => {
    const { made } = await withCases(0)
    const second = await made.as('custodian2')
    await second.makeRecoveryKey(proofOf('custodian2'))
    const theirs = await second.enrol({ staff: '0800', roles: ['designer'], passphrase: 'signed by the second one' })
    const custodian = await made.as('custodian')
    await give(custodian, made.ids.custodian2, ['auditor'])
    await custodian.unlock('signed by the second one', theirs)
    const intake = await made.as('intake')
    const id = await intake.createCase(INIT)
    expect(
      (await rowOf(id)).seals.epochs[0].envelopes.some(({ person }: { person: string }) => person === 'recovery'),
    ).toBe(true)
    const auditor = await made.as('custodian2')
    expect(auditor.whoAmI()?.roles).toEqual(['auditor'])
    await expect(auditor.casesDue()).rejects.toMatchObject(deniedFor('role'))
  })
  test('nobody is left without a word to rest on: the first custodian stays one, and who signed a custodian is not changed by them', async () => {
    const { made } = await withCases(0)
    const second = await made.as('custodian2')
    await expect(give(second, made.ids.custodian, ['auditor'], 'custodian2')).rejects.toMatchObject(
      deniedFor('rests-on-them'),
    )
    const third = await second.enrol({ staff: '0801', roles: ['custodian'], passphrase: 'third in the row of them' })
    const proof = { passphrase: 'third in the row of them' }
    const time = {
      notBefore: '2026-01-01T00:00:00.000Z',
      originateUntil: '2027-01-01T00:00:00.000Z',
      consumeUntil: '2027-01-01T00:00:00.000Z',
    }
    await second.unlock(proof.passphrase, third)
    for (const attempt of [
      () => second.changeRoles(made.ids.custodian2, ['custodian', 'auditor'], proof),
      () => second.extend(made.ids.custodian2, time),
      () => second.revoke(made.ids.custodian2, proof),
      () => second.extend(third, time),
    ])
      await expect(attempt()).rejects.toMatchObject(deniedFor('rests-on-them'))
    // The first one holds by a key that all have pinned: anybody may change their time, and end it.
    await second.extend(made.ids.custodian, time)
    await second.unlock(proof.passphrase, third)
    await give(await made.as('custodian'), made.ids.custodian2, ['custodian', 'auditor'])
    await expect(second.unlock(proof.passphrase, third)).resolves.toBeUndefined()
  })
})

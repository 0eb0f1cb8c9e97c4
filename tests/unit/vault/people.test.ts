import { beforeEach, describe, expect, test } from 'vitest'
import { ROLES, type Role } from '../../../src/core/role.ts'
import { readReleases } from '../../../src/vault/approval.ts'
import { rowOf } from '../../../src/vault/cases.ts'
import { open, seal } from '../../../src/vault/chunked.ts'
import { enter, rootOf, slotFor } from '../../../src/vault/entry.ts'
import { contextOf } from '../../../src/vault/keys.ts'
import type { Verb } from '../../../src/vault/roles.ts'
import { may } from '../../../src/vault/roles.ts'
import { VaultStore } from '../../../src/vault/store.io.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { showFigures } from '../../support/figures.ts'
import { CUSTODIAN, denials, type Name, passphraseOf, proofOf, sharedCase, site } from '../../support/people.ts'
import {
  answer,
  change,
  everythingStored,
  freshProfile,
  INIT,
  openTab,
  PASSPHRASE,
  profileFiles,
  rawStore,
  storedCase,
  volumeAsset,
} from '../../support/vault.ts'

beforeEach(freshProfile)

const deniedFor = (why: string) => ({ code: 'vault/denied', detail: { why } })

describe('setting up people', () => {
  test('the owner becomes a designer of the cases of before, and the custodian opens none', async () => {
    let id = ''
    let asset = ''
    const { as, ids } = await site(
      {},
      async (vault) => {
        id = await vault.createCase(INIT)
        asset = (await vault.commit(id, change([await volumeAsset(1)])))[0] ?? ''
        await vault.writeSetting('templates', { revision: 0, value: ['kept'] })
      },
      [],
    )
    const owner = await as('owner')
    expect(owner.whoAmI()).toEqual({ id: ids.owner, roles: ['designer'] })
    expect((await owner.openCase(id)).audit.map(({ code }) => code)).toEqual(['create-case', 'threshold', 'lock-late'])
    expect((await owner.readAsset(id, asset)).type).toBe('volume')
    expect((await owner.readSetting('templates')).value).toEqual(['kept'])
    await owner.commit(id, change())
    expect((await owner.openCase(id)).audit.at(-1)).toMatchObject({ by: ids.owner, role: 'designer' })
    const row = await rawStore('readonly', (s) => answer(s.cases.get(id)))
    expect(row.envelope).toHaveLength(0)
    const custodian = await as('custodian')
    expect(await custodian.listCases()).toEqual([])
    await expect(custodian.openCase(id)).rejects.toMatchObject(deniedFor('role'))
    expect(denials(await custodian.deviceLog())).toEqual([{ code: 'open/role', by: ids.custodian, role: 'custodian' }])
  })
  test('locks, asks each for their own passphrase, and happens once', async () => {
    const { vault, ids } = await site({}, undefined, [])
    expect((await vault.status()).state).toBe('locked')
    await expect(vault.unlock(PASSPHRASE, ids.custodian)).rejects.toMatchObject({ code: 'vault/wrong-passphrase' })
    await expect(vault.unlock(CUSTODIAN.passphrase)).rejects.toMatchObject({ code: 'vault/wrong-passphrase' })
    await vault.unlock(PASSPHRASE)
    await expect(vault.setUpPeople({ owner: { staff: '0100' }, custodian: CUSTODIAN })).rejects.toMatchObject({
      code: 'app/bad-parameter',
    })
    await expect(
      vault.enrol({ staff: '0200', roles: ['designer'], passphrase: 'some other fine words' }),
    ).rejects.toMatchObject(deniedFor('role'))
  })
  test('a vault without people, a weak passphrase, a wrong number: nothing is made', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const setUp = (custodian: typeof CUSTODIAN) => vault.setUpPeople({ owner: { staff: '0100' }, custodian })
    await expect(setUp({ ...CUSTODIAN, passphrase: 'aaaaaaaaaaaa' })).rejects.toMatchObject({
      code: 'vault/weak-passphrase',
    })
    await expect(setUp({ ...CUSTODIAN, staff: '12' })).rejects.toMatchObject({ code: 'app/bad-parameter' })
    expect(await vault.listPeople()).toEqual([])
    expect(vault.whoAmI()).toBeNull()
    await vault.startTeaching()
    await expect(setUp(CUSTODIAN)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
  test('in clear lie ids, roles, numbers and times; no name, no passphrase, and one key object alone', async () => {
    const { vault } = await site()
    expect(Object.keys((await vault.listPeople())[0] ?? {}).sort()).toEqual(
      ['consumeUntil', 'createdAt', 'id', 'notBefore', 'originateUntil', 'revokedAt', 'roles', 'staff'].sort(),
    )
    await rawStore('readonly', async (stores) => {
      const keys: string[] = []
      for (const [name, store] of Object.entries(stores))
        for (const value of await answer(store.getAll()))
          if (value instanceof CryptoKey) keys.push(`${name} ${value.extractable} ${value.type}`)
          else for (const part of Object.values(value as object)) expect(part).not.toBeInstanceOf(CryptoKey)
      expect(keys).toEqual(['device false secret'])
    })
  })
})

test('no pseudonym, digest, passphrase, name of a file or token lies in the store in clear', async () => {
  const made = await site()
  const on = await sharedCase(made)
  const token = await (await made.as('reviewer')).approve(on.id, on, proofOf('reviewer'))
  await (await made.as('intake')).ingest(on.id, await volumeAsset(7))
  const all = await everythingStored()
  // The control: what may lie there is found.
  for (const clear of ['0104', made.ids.reviewer, 'reviewer']) expect(all.includes(clear)).toBe(true)
  const { digest } = await volumeAsset(7)
  for (const secret of [INIT.pseudonym, INIT.templateId, on.digest, digest, token, PASSPHRASE, 'a part to print'])
    expect(all.includes(secret)).toBe(false)
  expect(all.includes(Buffer.from(on.scan.bytes.subarray(0, 64)))).toBe(false)
})

/** Each verb as an attempt of somebody on a case that everybody but Intake's custodian is on. */
const ATTEMPTS: Readonly<Record<Verb, (vault: Vault, on: Shared, name: Name) => Promise<unknown>>> = {
  ingest: async (vault, { id }) => vault.ingest(id, await volumeAsset(9)),
  open: (vault, { id }) => vault.openCase(id),
  infer: async (vault, { id }) => vault.commit(id, change([await plain('certainty')])),
  edit: async (vault, { id }) => vault.commit(id, change([await plain('picture')])),
  mesh: async (vault, { id }) => vault.commit(id, change([await plain('mesh')])),
  qa: async (vault, { id }) => vault.commit(id, change([await plain('findings')])),
  approve: (vault, { id, digest, revision }, name) => vault.approve(id, { digest, revision }, proofOf(name)),
  release: (vault, { id, token }, name) => vault.release(id, token ?? '', proofOf(name)),
  receipt: (vault) => vault.station(),
  readAudit: (vault, { id }, name) => (name === 'custodian' ? vault.deviceLog() : vault.audit(id)),
  witness: (vault, { id }) => vault.witness(id),
  enrol: (vault) => vault.enrol({ staff: '0300', roles: ['auditor'], passphrase: 'new words for somebody' }),
  rotate: (vault, { id }, name) => vault.rotateCase(id, [], proofOf(name)),
  shred: (vault, { id }, name) => vault.shred(id, proofOf(name)),
}
type Shared = Awaited<ReturnType<typeof sharedCase>> & { readonly token?: string }
const plain = async (type: 'certainty' | 'picture' | 'mesh' | 'findings') => {
  const bytes = new TextEncoder().encode(type)
  return { type, digest: Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex'), meta: null, bytes }
}
const NAME_OF: Readonly<Record<Role, Name>> = {
  intake: 'intake',
  designer: 'owner',
  reviewer: 'reviewer',
  operator: 'operator',
  auditor: 'auditor',
  custodian: 'custodian',
}

describe('each role at each verb of the vault', () => {
  const tried = { done: 0, denied: 0, written: 0 }
  for (const role of ROLES)
    test(`${role}: what the table allows happens, the rest is refused and written down`, async () => {
      const name = NAME_OF[role]
      const made = await site({}, undefined, ['intake', 'reviewer', 'operator', 'auditor', 'custodian2'])
      const first = await sharedCase(made)
      const reviewer = await made.as('reviewer')
      const token = await reviewer.approve(first.id, first, proofOf('reviewer'))
      const on: Shared = { ...first, token }
      const vault = await made.as(name)
      const refused: string[] = []
      const allowed: string[] = []
      for (const [verb, attempt] of Object.entries(ATTEMPTS) as [Verb, (typeof ATTEMPTS)[Verb]][]) {
        const outcome = await attempt(vault, on, name).then(
          () => 'done',
          (error) => error,
        )
        if (outcome === 'done') allowed.push(verb)
        else {
          expect(outcome).toMatchObject({ code: 'vault/denied' })
          refused.push(`${verb}/${outcome.detail.why}`)
        }
      }
      expect(allowed).toEqual((Object.keys(ATTEMPTS) as Verb[]).filter((verb) => may(role, verb)))
      // Whoever has the audit key of the case wrote into it, the others into the log of the device.
      const inCase = denials(await (await made.as('auditor')).audit(on.id))
      const onDevice = denials(await (await made.as('custodian2')).deviceLog())
      const written = [...inCase, ...onDevice].filter(({ by }) => by === made.ids[name])
      expect(written.map(({ code }) => code).sort()).toEqual(refused.sort())
      tried.done += allowed.length
      tried.denied += refused.length
      tried.written += written.length
    }, 60_000)
  test('84 cells were tried, and every denial is in a log', () => {
    const { done, denied, written } = tried
    expect(done + denied).toBe(84)
    expect(written).toBe(denied)
    showFigures('T6', { 'tried in a vault': done + denied, 'of them denied': denied, 'denials in a log': written })
  })
})

describe('the case itself', () => {
  test('who designed a case cannot become its reviewer, nor who reviews its designer', async () => {
    const made = await site({}, undefined, ['intake', 'reviewer', 'custodian2'])
    const custodian = await made.as('custodian')
    const both = await custodian.enrol({
      staff: '0400',
      roles: ['designer', 'reviewer'],
      passphrase: 'two hats on one head',
    })
    const intake = await made.as('intake')
    const id = await intake.createCase(INIT)
    const owner = await made.as('owner')
    await expect(owner.share(id, both, 'reviewer')).rejects.toMatchObject(deniedFor('two-roles'))
    await owner.share(id, made.ids.reviewer, 'reviewer')
    await expect(owner.share(id, made.ids.reviewer, 'designer')).rejects.toMatchObject(deniedFor('role'))
    await expect(owner.share(id, made.ids.custodian2, 'custodian')).rejects.toMatchObject(deniedFor('role'))
    await expect(owner.share(id, made.ids.intake, 'intake')).rejects.toMatchObject(deniedFor('role'))
    // Taken off by a rotation, they are still known as a designer of this case.
    await (await made.as('custodian')).rotateCase(id, [both], proofOf('custodian'))
    await made.as('owner')
    await owner.commit(id, change())
    await expect(owner.share(id, both, 'reviewer')).rejects.toMatchObject(deniedFor('two-roles'))
    expect(denials((await owner.openCase(id)).audit).map(({ code }) => code)).toContain('edit/two-roles')
  })
  test('Intake stores a scan and cannot read it back, past the gate neither', async () => {
    const made = await site({}, undefined, ['intake'])
    const intake = await made.as('intake')
    const id = await intake.createCase(INIT)
    const item = await intake.ingest(id, await volumeAsset(4))
    for (const attempt of [
      () => intake.openCase(id),
      () => intake.readAsset(id, item),
      () => intake.takeIn(id),
      () => intake.audit(id),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'vault/denied' })
    expect(await intake.listCases()).toEqual([])
    const own = (await storedCase(id))?.seals?.epochs[0].envelopes.find(({ person }) => person === made.ids.intake)
    // HPKE of nothing: an encapsulated key and a tag.
    expect(own?.sealed).toHaveLength(32 + 16)
    const owner = await made.as('owner')
    const [asset = ''] = await owner.takeIn(id)
    expect((await owner.readAsset(id, asset)).digest).toBe((await volumeAsset(4)).digest)
    expect((await owner.listCasePeople())[0]).toMatchObject({ id, waiting: 0 })
    expect(await owner.takeIn(id)).toEqual([])
  })
  test('a scan in the inbox that was changed, moved to another case or sent by another is refused', async () => {
    const made = await site({}, undefined, ['intake'])
    const intake = await made.as('intake')
    const [a, b] = [await intake.createCase(INIT), await intake.createCase(INIT)]
    await intake.ingest(a, await volumeAsset(4))
    const owner = await made.as('owner')
    const [rowA, rowB] = await rawStore('readonly', (s) =>
      Promise.all([answer(s.cases.get(a)), answer(s.cases.get(b))]),
    )
    const [item] = rowA.seals.inbox
    const bent = (item.sealed as Uint8Array).slice()
    bent[50] = (bent[50] ?? 0) ^ 1
    const signature = (item.signature as Uint8Array).map((byte) => byte ^ 1)
    for (const inbox of [
      [{ ...item, signature }],
      [{ ...item, sealed: bent }],
      [{ ...item, by: made.ids.owner }],
      [{ ...item, type: 'mask' }],
    ]) {
      await rawStore('readwrite', (s) => void s.cases.put({ ...rowA, seals: { ...rowA.seals, inbox } }))
      await expect(owner.takeIn(a)).rejects.toMatchObject({ code: 'vault/tampered' })
    }
    await rawStore('readwrite', (s) => void s.cases.put({ ...rowB, seals: { ...rowB.seals, inbox: [item] } }))
    await expect(owner.takeIn(b)).rejects.toMatchObject({ code: 'vault/tampered' })
  })
  test('only the exact file of the exact revision is approved, and released once within 30 days', async () => {
    let now = Date.UTC(2026, 4, 1, 12)
    const made = await site({ now: () => new Date(now) })
    const on = await sharedCase(made)
    const reviewer = await made.as('reviewer')
    const approve = (what: { revision: number; digest: string }) => reviewer.approve(on.id, what, proofOf('reviewer'))
    await expect(approve({ ...on, revision: on.revision - 1 })).rejects.toMatchObject(deniedFor('stale'))
    await expect(approve({ ...on, digest: 'f'.repeat(64) })).rejects.toMatchObject(deniedFor('stale'))
    await expect(reviewer.approve(on.id, on, null)).rejects.toMatchObject(deniedFor('no-proof'))
    await expect(reviewer.approve(on.id, on, proofOf('owner'))).rejects.toMatchObject({
      code: 'vault/wrong-passphrase',
    })
    const [token, late] = [await approve(on), await approve(on)]
    const operator = await made.as('operator')
    const release = (one: string) => operator.release(on.id, one, proofOf('operator'))
    await expect(release('0'.repeat(32))).rejects.toMatchObject(deniedFor('replayed'))
    await expect(operator.readAsset(on.id, on.partId)).rejects.toMatchObject(deniedFor('role'))
    const file = await release(token)
    expect(Buffer.compare(file.bytes, on.bytes)).toBe(0)
    await expect(release(token)).rejects.toMatchObject(deniedFor('replayed'))
    now += 31 * 86_400_000
    await made.as('operator')
    await expect(release(late)).rejects.toMatchObject(deniedFor('late-release'))

    await (await made.as('reviewer')).approve(on.id, on, proofOf('reviewer')).then(async (stale) => {
      await (await made.as('owner')).commit(on.id, change())
      await made.as('operator')
      await expect(release(stale)).rejects.toMatchObject(deniedFor('stale'))
    })
    const auditor = await made.as('auditor')
    await auditor.witness(on.id)
    const log = await auditor.audit(on.id)
    expect(denials(log).map(({ code }) => code)).toEqual([
      'approve/stale',
      'approve/stale',
      'approve/no-proof',
      'approve/no-proof',
      'release/replayed',
      'open/role',
      'release/replayed',
      'release/late-release',
      'release/stale',
    ])
    expect(log.filter(({ outcome }) => outcome === 'done').map(({ code }) => code)).toEqual(
      expect.arrayContaining(['approve', 'release', 'witness']),
    )
    expect((await auditor.listCases()).length).toBe(0)
  }, 60_000)
  test('clock-back: set back behind what was written, it revives no approval that ran out', async () => {
    let now = Date.UTC(2026, 4, 1)
    const made = await site({ now: () => new Date(now) }, undefined, ['intake', 'reviewer', 'operator'])
    const on = await sharedCase(made)
    const token = await (await made.as('reviewer')).approve(on.id, on, proofOf('reviewer'))
    // In before the clock goes on: then the log of the case alone says that it did.
    const operator = await made.as('operator')
    now += 31 * 86_400_000
    const release = () => operator.release(on.id, token, proofOf('operator'))
    await expect(release()).rejects.toMatchObject(deniedFor('late-release'))
    now -= 30 * 86_400_000
    await expect(release()).rejects.toMatchObject(deniedFor('clock'))
    const later = await made.as('operator')
    await expect(later.release(on.id, token, proofOf('operator'))).rejects.toMatchObject(deniedFor('clock'))
  })
})

test('colluding-roles: an operator who seals an approval of their own cannot sign it as the reviewer: it releases nothing', async () => {
  const made = await site()
  const on = await sharedCase(made)
  const token = await (await made.as('reviewer')).approve(on.id, on, proofOf('reviewer'))
  const store = new VaultStore('proofprint-vault', profileFiles())
  const slot = await slotFor(store, proofOf('operator'), made.ids.operator)
  const root = await rootOf(store, slot, proofOf('operator'), 1000)
  const { person } = await enter(store, await store.people(), made.ids.operator, root, new Date())
  const row = await rowOf(store, on.id)
  const { releases } = await person.caseKeys(row)
  if (!releases || !row.seals) throw new Error('an operator has the key of the releases')
  const place = contextOf({ asset: '', case: on.id, epoch: 0, revision: 0, type: 'releases' })
  const [one] = readReleases(await open(releases, place, row.seals.releases))
  const put = async (changed: object) => {
    const sealed = await seal(releases, place, new TextEncoder().encode(JSON.stringify([{ ...one, ...changed }])))
    // Each refusal is a line, so the row has moved on.
    const now = await rowOf(store, on.id)
    const seals = { ...now.seals, releases: sealed }
    await rawStore('readwrite', (s) => void s.cases.put({ ...now, seals }))
  }
  const operator = await made.as('operator')
  const release = () => operator.release(on.id, token, proofOf('operator'))
  for (const changed of [{ digest: 'a'.repeat(64) }, { at: '2030-01-01T00:00:00.000Z' }, { by: made.ids.operator }]) {
    await put(changed)
    await expect(release()).rejects.toMatchObject(deniedFor('replayed'))
  }
  await put({})
  expect((await release()).digest).toBe(on.digest)
})

describe('who may be here', () => {
  test('revoked, expired and not yet: refused at the unlock and written down; looking outlives making', async () => {
    let now = Date.UTC(2026, 4, 1)
    const made = await site({ now: () => new Date(now) })
    const on = await sharedCase(made)
    const custodian = await made.as('custodian')
    const soon = { notBefore: '2027-01-01T00:00:00.000Z', originateUntil: '2027-02-01T00:00:00.000Z' }
    const early = await custodian.enrol({
      staff: '0500',
      roles: ['designer'],
      passphrase: 'a bird before the dawn',
      ...soon,
      consumeUntil: '2027-03-01T00:00:00.000Z',
    })
    await expect(custodian.unlock('a bird before the dawn', early)).rejects.toMatchObject(deniedFor('not-yet'))
    await custodian.revoke(made.ids.designer2, proofOf('custodian'))
    await expect(custodian.unlock(passphraseOf('designer2'), made.ids.designer2)).rejects.toMatchObject(
      deniedFor('revoked'),
    )
    await (await made.as('owner')).commit(on.id, change())
    now = Date.UTC(2027, 5, 1)
    const owner = await made.as('owner')
    await expect(owner.openCase(on.id)).resolves.toBeDefined()
    await expect(owner.commit(on.id, change())).rejects.toMatchObject(deniedFor('expired'))
    now = Date.UTC(2026, 5, 1)
    await expect(owner.openCase(on.id)).rejects.toMatchObject(deniedFor('clock'))
    await expect(made.as('owner')).rejects.toMatchObject(deniedFor('clock'))
    now = Date.UTC(2028, 8, 1)
    await expect(made.as('owner')).rejects.toMatchObject(deniedFor('expired'))
    now = Date.UTC(2026, 5, 1)
    await expect(made.as('owner')).rejects.toMatchObject(deniedFor('clock'))
  }, 60_000)
  test('whoever is revoked in another tab does nothing more in theirs', async () => {
    const made = await site({}, undefined, ['intake', 'designer2', 'custodian2'])
    const on = await (await made.as('intake')).createCase(INIT)
    const tab = openTab()
    await tab.unlock(passphraseOf('designer2'), made.ids.designer2)
    await expect(tab.openCase(on)).resolves.toBeDefined()
    await (await made.as('custodian')).revoke(made.ids.designer2, proofOf('custodian'))
    await expect(tab.openCase(on)).rejects.toMatchObject(deniedFor('revoked'))
    await expect(tab.commit(on, change())).rejects.toMatchObject(deniedFor('revoked'))
  })
  test('a longer time holds for new cases at once, and for a case of before after its rotation', async () => {
    let now = Date.UTC(2026, 4, 1)
    const made = await site({ now: () => new Date(now) }, undefined, ['intake'])
    const custodian = await made.as('custodian')
    const time = (years: number) => new Date(Date.UTC(2026 + years, 4, 2)).toISOString()
    const longer = { notBefore: time(0), originateUntil: time(8), consumeUntil: time(9) }
    const id = await (await made.as('intake')).createCase(INIT)
    now = Date.UTC(2027, 3, 1)
    await made.as('custodian')
    await expect(custodian.extend(made.ids.owner, { ...longer, notBefore: time(9) })).rejects.toMatchObject({
      code: 'app/bad-parameter',
    })
    for (const name of ['owner', 'custodian'] as const) await custodian.extend(made.ids[name], longer)
    now = Date.UTC(2027, 8, 1)
    const owner = await made.as('owner')
    await expect(owner.commit(id, change())).rejects.toMatchObject(deniedFor('expired'))
    await (await made.as('custodian')).rotateCase(id, [], proofOf('custodian'))
    await made.as('owner')
    await owner.commit(id, change())
    expect((await owner.openCase(id)).audit.at(-1)).toMatchObject({ code: 'threshold', by: made.ids.owner })
  })
  test('the last custodian stays; a number is given once', async () => {
    const made = await site({}, undefined, ['auditor'])
    const custodian = await made.as('custodian')
    await expect(custodian.revoke(made.ids.custodian, proofOf('custodian'))).rejects.toMatchObject(
      deniedFor('last-custodian'),
    )
    await expect(
      custodian.enrol({ staff: '0105', roles: ['auditor'], passphrase: 'new words for somebody' }),
    ).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
  test('a changed, an older or a missing record lets nobody in', async () => {
    const made = await site({}, undefined, ['designer2', 'custodian2'])
    const rows = await rawStore('readonly', (s) => answer(s.people.getAll()))
    await (await made.as('custodian')).revoke(made.ids.designer2, proofOf('custodian'))
    const before = rows.find(({ id }: { id: string }) => id === made.ids.designer2)
    const tampered = { code: 'vault/tampered' }
    const after = await rawStore('readonly', (s) => answer(s.people.get(made.ids.designer2)))
    await rawStore('readwrite', (s) => void s.people.put(before))
    await expect(made.as('owner')).rejects.toMatchObject(tampered)
    await rawStore('readwrite', (s) => void s.people.put({ ...after, person: { ...after.person, revokedAt: null } }))
    await expect(made.as('owner')).rejects.toMatchObject(tampered)
    await rawStore('readwrite', (s) => void s.people.delete(made.ids.designer2))
    await expect(made.as('owner')).rejects.toMatchObject(tampered)
    await rawStore('readwrite', (s) => void s.people.put(after))
    await expect(made.as('owner')).resolves.toBeDefined()
  })
})

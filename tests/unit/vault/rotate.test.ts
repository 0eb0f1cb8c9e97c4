import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { type Fault, failWrite, writesOf } from '../../support/faults.ts'
import { showFigures } from '../../support/figures.ts'
import { passphraseOf, proofOf, type Site, sharedCase, site } from '../../support/people.ts'
import {
  answer,
  change,
  freshProfile,
  INIT,
  openTab,
  PASSPHRASE,
  putSlots,
  rawStore,
  type StoreName,
  storedSlots,
  volumeAsset,
} from '../../support/vault.ts'

beforeEach(freshProfile)

const deniedFor = (why: string) => ({ code: 'vault/denied', detail: { why } })
const DATA: readonly StoreName[] = [
  'slots',
  'slotFile',
  'people',
  'site',
  'log',
  'cases',
  'pieces',
  'audit',
  'settings',
  'models',
  'modelPieces',
]
/** Everything in the store but the device key, and the slots in force, as text. */
const dump = async () => {
  const slotsBefore = await storedSlots()
  return rawStore('readonly', async (stores) => {
    const all: unknown[] = [slotsBefore]
    for (const name of DATA) all.push(await answer(stores[name].getAllKeys()), await answer(stores[name].getAll()))
    return JSON.stringify(all, (_, v) => (v instanceof Uint8Array ? Buffer.from(v).toString('base64') : v))
  })
}
const rowOf = (id: string) => rawStore('readonly', (s) => answer(s.cases.get(id)))
const putRow = (row: { readonly id: string }) => rawStore('readwrite', (s) => void s.cases.put(row))

/** A thief who was on a case, kept what the disk had then, and still has their keys. */
async function withOldEnvelopes<T>(id: string, old: { seals: unknown }, work: () => Promise<T>): Promise<T> {
  const row = await rowOf(id)
  const { epochs } = old.seals as { epochs: { envelopes: unknown[] }[] }
  const [first, ...rest] = row.seals.epochs
  await putRow({
    ...row,
    seals: { ...row.seals, epochs: [{ ...first, envelopes: epochs[0]?.envelopes ?? [] }, ...rest] },
  })
  try {
    return await work()
  } finally {
    await putRow(row)
  }
}

describe('another key for a case', () => {
  test('the custodian opens nothing; nobody else has to be there; who left reads nothing new', async () => {
    const made = await site()
    const on = await sharedCase(made)
    const before = await rowOf(on.id)
    const designer2 = await made.as('designer2')
    await expect(designer2.openCase(on.id)).resolves.toBeDefined()
    const custodian = await made.as('custodian')
    await expect(custodian.rotateCase(on.id, [made.ids.designer2], { passphrase: '' })).rejects.toMatchObject({
      code: 'vault/wrong-passphrase',
    })
    await custodian.rotateCase(on.id, [made.ids.designer2], proofOf('custodian'))
    expect((await custodian.listCasePeople())[0]).toMatchObject({ epoch: 0, rotating: true })
    await made.as('designer2')
    await expect(designer2.openCase(on.id)).rejects.toMatchObject(deniedFor('not-on-case'))

    // Read-only under the old key until the next change of a designer.
    const reviewer = await made.as('reviewer')
    expect((await reviewer.openCase(on.id)).revision).toBe(on.revision)
    const owner = await made.as('owner')
    await owner.commit(on.id, change())
    const row = await rowOf(on.id)
    expect(row.seals.epochs.map(({ epoch }: { epoch: number }) => epoch)).toEqual([1])
    const record = await owner.openCase(on.id)
    expect(record.assets.map(({ id, epoch }) => [id, epoch])).toEqual([
      [on.scanId, 1],
      [on.partId, 1],
    ])
    expect((await owner.readAsset(on.id, on.scanId)).digest).toBe(on.scan.digest)
    expect(record.audit.map(({ code }) => code)).toContain('new-key')
    const seen = await (await made.as('auditor')).audit(on.id)
    expect(seen.map(({ code }) => code)).toEqual([...record.audit.map(({ code }) => code), 'lock'])

    await made.as('designer2')
    await withOldEnvelopes(on.id, before, async () => {
      await expect(designer2.openCase(on.id)).rejects.toMatchObject({ code: 'vault/tampered' })
      await expect(designer2.readAsset(on.id, on.partId)).rejects.toMatchObject({ code: 'vault/tampered' })
      await expect(designer2.commit(on.id, change())).rejects.toMatchObject({ code: 'vault/tampered' })
    })
    // Nothing of the old pieces is left.
    const pieces = await rawStore('readonly', (s) => answer(s.pieces.getAllKeys()))
    expect((pieces as unknown as string[][]).some(([, asset]) => asset === on.partId)).toBe(false)
  })
  test('what was approved before has to be approved again', async () => {
    const made = await site()
    const on = await sharedCase(made)
    const token = await (await made.as('reviewer')).approve(on.id, on, proofOf('reviewer'))
    await (await made.as('custodian')).rotateCase(on.id, [], proofOf('custodian'))
    await (await made.as('owner')).takeIn(on.id)
    const operator = await made.as('operator')
    await expect(operator.release(on.id, token, proofOf('operator'))).rejects.toMatchObject(deniedFor('replayed'))
  })
  test('a scan that waits comes through two rotations', async () => {
    const made = await site({}, undefined, ['intake'])
    const intake = await made.as('intake')
    const id = await intake.createCase(INIT)
    await intake.ingest(id, await volumeAsset(1))
    const custodian = await made.as('custodian')
    await custodian.rotateCase(id, [], proofOf('custodian'))
    await made.as('intake')
    await intake.ingest(id, await volumeAsset(2))
    await made.as('custodian')
    await custodian.rotateCase(id, [], proofOf('custodian'))
    const owner = await made.as('owner')
    const ids = await owner.takeIn(id)
    expect(ids).toHaveLength(2)
    const digests = await Promise.all(ids.map(async (asset) => (await owner.readAsset(id, asset)).digest))
    expect(digests).toEqual([(await volumeAsset(1)).digest, (await volumeAsset(2)).digest])
    expect((await rowOf(id)).seals.epochs.map(({ epoch }: { epoch: number }) => epoch)).toEqual([2])
  })
  test('nobody can be taken off who is the last designer', async () => {
    const made = await site({}, undefined, ['intake', 'custodian2'])
    const id = await (await made.as('intake')).createCase(INIT)
    const custodian = await made.as('custodian')
    for (const attempt of [
      () => custodian.rotateCase(id, [made.ids.owner], proofOf('custodian')),
      () => custodian.revoke(made.ids.owner, proofOf('custodian')),
    ])
      await expect(attempt()).rejects.toMatchObject(deniedFor('last-designer'))
    await expect((await made.as('owner')).openCase(id)).resolves.toBeDefined()
  })
})

describe('shredding a case', () => {
  test('takes two custodians where there are two, leaves a line with its id and nothing that opens', async () => {
    const made = await site()
    const on = await sharedCase(made)
    const kept = await rowOf(on.id)
    const custodian = await made.as('custodian')
    expect(await custodian.shred(on.id, proofOf('custodian'))).toBe('asked')
    expect(await custodian.shred(on.id, proofOf('custodian'))).toBe('asked')
    await expect((await made.as('owner')).openCase(on.id)).resolves.toBeDefined()
    const second = await made.as('custodian2')
    expect(await second.shred(on.id, proofOf('custodian2'))).toBe('done')
    for (const name of ['cases', 'pieces', 'audit'] as const)
      expect(await rawStore('readonly', (s) => answer(s[name].count()))).toBe(0)
    expect((await second.deviceLog()).at(-1)).toMatchObject({
      code: 'shred',
      digests: [on.id],
      by: made.ids.custodian2,
    })
    await expect((await made.as('owner')).openCase(on.id)).rejects.toMatchObject({ code: 'vault/missing' })
    expect(kept.seals.epochs).toHaveLength(1)
  })
  test('one custodian is enough where there is one, and a request older than a week does not count', async () => {
    let now = Date.UTC(2026, 4, 1)
    const made = await site({ now: () => new Date(now) }, undefined, ['intake', 'custodian2'])
    const id = await (await made.as('intake')).createCase(INIT)
    expect(await (await made.as('custodian')).shred(id, proofOf('custodian'))).toBe('asked')
    now += 8 * 86_400_000
    const second = await made.as('custodian2')
    expect(await second.shred(id, proofOf('custodian2'))).toBe('asked')
    await second.revoke(made.ids.custodian, proofOf('custodian2'))
    expect(await second.shred(id, proofOf('custodian2'))).toBe('done')
    await expect(second.deleteCase(id)).rejects.toMatchObject({ code: 'vault/missing' })
  })
  test('what waits is shown to custodians alone, with who asked and until when, and can be taken back by any of them', async () => {
    let now = Date.UTC(2026, 4, 1)
    const made = await site({ now: () => new Date(now) }, undefined, ['intake', 'custodian2', 'auditor'])
    const intake = await made.as('intake')
    const [id, other] = [await intake.createCase(INIT), await intake.createCase(INIT)]
    const custodian = await made.as('custodian')
    await expect(custodian.takeBackShred(id)).rejects.toMatchObject({ code: 'vault/missing' })
    await custodian.shred(id, proofOf('custodian'))
    await custodian.shred(other, proofOf('custodian'))
    const asked = (caseId: string) => ({
      id: caseId,
      by: made.ids.custodian,
      at: '2026-05-01T00:00:00.000Z',
      until: '2026-05-08T00:00:00.000Z',
    })
    for (const name of ['owner', 'intake', 'auditor'] as const) {
      const vault = await made.as(name)
      await expect(vault.shredRequests()).rejects.toMatchObject(deniedFor('role'))
      await expect(vault.takeBackShred(id)).rejects.toMatchObject(deniedFor('role'))
    }
    const second = await made.as('custodian2')
    expect(await second.shredRequests()).toEqual([asked(id), asked(other)])
    await second.takeBackShred(id)
    expect(await second.shredRequests()).toEqual([asked(other)])
    expect((await second.deviceLog()).at(-1)).toMatchObject({ code: 'shred-back', digests: [id] })
    // It begins anew: the second one is the first now.
    expect(await second.shred(id, proofOf('custodian2'))).toBe('asked')
    expect(await second.shred(other, proofOf('custodian2'))).toBe('done')
    now += 7 * 86_400_000
    await made.as('custodian2')
    expect(await second.shredRequests()).toMatchObject([{ id, by: made.ids.custodian2 }])
    now += 1
    expect(await second.shredRequests()).toEqual([])
  })
  test('says so when something of it is left', async () => {
    const made = await site({}, undefined, ['intake'])
    const intake = await made.as('intake')
    const id = await intake.createCase(INIT)
    await intake.ingest(id, await volumeAsset(1))
    expect((await intake.listCasePeople())[0]?.extent).toEqual({ pieces: 1, lines: 3 })
    const custodian = await made.as('custodian')
    // A store that keeps pieces though it says that it removed them.
    const stays = vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (this: IDBObjectStore) {
      return this.count() as never
    })
    await expect(custodian.shred(id, proofOf('custodian'))).rejects.toMatchObject({ code: 'vault/tampered' })
    stays.mockRestore()
    expect(await custodian.shred(id, proofOf('custodian'))).toBe('done')
  })
  test('is not deleting: that is refused where there are people', async () => {
    const made = await site({}, undefined, ['intake'])
    const id = await (await made.as('intake')).createCase(INIT)
    for (const name of ['owner', 'custodian'] as const)
      await expect((await made.as(name)).deleteCase(id)).rejects.toMatchObject({ code: 'vault/denied' })
    expect(await (await made.as('owner')).listCases()).toHaveLength(1)
  })
})

describe('another key of this device', () => {
  test('every slot opens as before, and a slot from before opens no more beside it', async () => {
    const made = await site({}, undefined, ['auditor'])
    const slots = await storedSlots()
    expect(slots.every(({ deviceIv }) => deviceIv instanceof Uint8Array)).toBe(true)
    await (await made.as('custodian')).rotateDeviceKey(proofOf('custodian'))
    for (const name of ['owner', 'auditor', 'custodian'] as const) await expect(made.as(name)).resolves.toBeDefined()
    const [old] = slots
    if (!old) throw new Error('there are slots')
    await putSlots(old)
    const names = Object.entries(made.ids).find(([, id]) => id === (old.person ?? old.id))
    await expect(made.as(names?.[0] as 'owner')).rejects.toMatchObject({ code: 'vault/tampered' })
  })
  test('without it the right passphrase opens nothing', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    await rawStore('readwrite', (s) => void s.device.clear())
    await expect(openTab().unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'vault/tampered' })
  })
})

describe('a passphrase of a person', () => {
  test('is changed by them alone, touches no case, and the old one opens nothing', async () => {
    const made = await site({}, undefined, ['auditor'])
    const next = 'another set of quiet words'
    await made.vault.changePassphrase(passphraseOf('auditor'), next, made.ids.auditor)
    await expect(made.as('auditor')).rejects.toMatchObject({ code: 'vault/wrong-passphrase' })
    await expect(made.vault.unlock(next, made.ids.auditor)).resolves.toBeUndefined()
    await expect(made.as('owner')).resolves.toBeDefined()
  })
})

/** Each step that changes keys, and who does it. `ready` brings the device to it. */
interface Step {
  readonly ready: (made: Site, id: string) => Promise<Vault>
  readonly act: (vault: Vault, made: Site, id: string) => Promise<unknown>
}
const STEPS: Readonly<Record<string, Step>> = {
  'a rotation of a case': {
    ready: (made) => made.as('custodian'),
    act: (vault, made, id) => vault.rotateCase(id, [made.ids.designer2], proofOf('custodian')),
  },
  'the new key taken into use': {
    ready: async (made, id) => {
      await (await made.as('custodian')).rotateCase(id, [], proofOf('custodian'))
      return made.as('owner')
    },
    act: (vault, _, id) => vault.takeIn(id),
  },
  'a revocation': {
    ready: (made) => made.as('custodian'),
    act: (vault, made) => vault.revoke(made.ids.designer2, proofOf('custodian')),
  },
  'a role taken': {
    ready: (made) => made.as('custodian'),
    act: (vault, made) => vault.changeRoles(made.ids.designer2, ['auditor'], proofOf('custodian')),
  },
  'an enrolment': {
    ready: (made) => made.as('custodian'),
    act: (vault) => vault.enrol({ staff: '0700', roles: ['auditor'], passphrase: 'new words for somebody' }),
  },
  'another device key': {
    ready: (made) => made.as('custodian'),
    act: (vault) => vault.rotateDeviceKey(proofOf('custodian')),
  },
  'the keys of all cases': {
    ready: (made) => made.as('custodian'),
    act: (vault, _, id) => vault.renewCases([id], proofOf('custodian'), () => true),
  },
  'another passphrase': {
    ready: (made) => made.as('owner'),
    act: (vault, made) =>
      vault.changePassphrase(passphraseOf('auditor'), 'another set of quiet words', made.ids.auditor),
  },
  'a shred': {
    ready: async (made, id) => {
      await (await made.as('custodian2')).shred(id, proofOf('custodian2'))
      return made.as('custodian')
    },
    act: (vault, _, id) => vault.shred(id, proofOf('custodian')),
  },
}

let interrupted = 0
let lost = 0
describe('interrupted at every write', () => {
  for (const [name, { ready, act }] of Object.entries(STEPS))
    test(`${name} is as before, opens for everybody, and can be done again`, async () => {
      const made = await site()
      const on = await sharedCase(made)
      const vault = await ready(made, on.id)
      const before = await dump()
      let nth = 0
      for (;;) {
        nth++
        const how: Fault = nth % 2 === 0 ? 'throw' : 'abort-later'
        const faults = failWrite(nth, how)
        const outcome = await act(vault, made, on.id).then(
          () => 'done',
          (error) => error,
        )
        faults.restore()
        if (outcome === 'done') break
        interrupted++
        const now = await dump()
        if (now !== before) lost++
        expect(outcome).toMatchObject({ code: 'vault/quota' })
        expect(now).toBe(before)
      }
      expect(nth).toBeGreaterThan(1)
      expect(await dump()).not.toBe(before)
      if (name === 'a shred') return
      expect((await (await made.as('owner')).readAsset(on.id, on.scanId)).digest).toBe(on.scan.digest)
      await expect((await made.as('custodian2')).deviceLog()).resolves.toBeDefined()
    }, 120_000)

  test('setting up people leaves the vault of its owner as it was', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const id = await vault.createCase(INIT)
    await vault.commit(id, change([await volumeAsset(1)]))
    const act = () =>
      vault.setUpPeople({ owner: { staff: '0100' }, custodian: { staff: '0001', passphrase: 'five tall herons' } })
    let before = await dump()
    for (let nth = 1; ; nth++) {
      const faults = failWrite(nth, 'abort-later')
      const outcome = await act().then(
        () => 'done',
        (error) => error.code,
      )
      faults.restore()
      if (outcome === 'done') break
      interrupted++
      const now = await dump()
      if (now !== before) lost++
      expect(outcome).toBe('vault/quota')
      expect(now).toBe(before)
      await vault.lock()
      await vault.unlock(PASSPHRASE)
      await expect(vault.openCase(id)).resolves.toBeDefined()
      before = await dump()
    }
    await vault.unlock(PASSPHRASE)
    await expect(vault.openCase(id)).resolves.toBeDefined()
    expect(vault.whoAmI()?.roles).toEqual(['designer'])
  })
  test('is counted', () => {
    expect(interrupted).toBeGreaterThan(20)
    const steps = Object.keys(STEPS).length + 1
    showFigures('T18', { 'steps that change keys': steps, 'broken off': interrupted, 'of these not as before': lost })
  })
  test('the count of writes is of what is meant', async () => {
    const vault = openTab()
    // Slot, device key, and that the passphrase was typed.
    expect(await writesOf(() => vault.create(PASSPHRASE))).toBe(3)
  })
})

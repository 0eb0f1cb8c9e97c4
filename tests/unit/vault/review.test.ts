import { beforeEach, expect, test, vi } from 'vitest'
import { isByReviewer, type OpenRelease } from '../../../src/vault/approval.ts'
import type { PersonKeys } from '../../../src/vault/person-keys.ts'
import type { PersonRow } from '../../../src/vault/records.ts'
import { denials, proofOf, sharedCase, site } from '../../support/people.ts'
import { answer, change, freshProfile, rawStore } from '../../support/vault.ts'

beforeEach(freshProfile)

const deniedFor = (why: string) => ({ code: 'vault/denied', detail: { why } })
const SAID = { accepted: ['wall-thickness'], policy: 'planning' }

test('what is approved is known to those on the case, its token to the operator, and it ends with any change', async () => {
  const made = await site({}, undefined, ['intake', 'reviewer', 'operator', 'auditor'])
  const on = await sharedCase(made)
  const reviewer = await made.as('reviewer')
  expect(await reviewer.approvals(on.id)).toEqual([])
  const token = await reviewer.approve(on.id, { ...on, said: SAID }, proofOf('reviewer'))
  const mine = { by: made.ids.reviewer, revision: on.revision, digest: on.digest, said: SAID, holds: true, token: null }
  expect(await reviewer.approvals(on.id)).toMatchObject([mine])
  expect(await reviewer.toRelease()).toEqual([])
  const operator = await made.as('operator')
  await expect(operator.approvals(on.id)).rejects.toMatchObject(deniedFor('role'))
  expect(await operator.toRelease()).toMatchObject([{ ...mine, case: on.id, token }])
  const owner = await made.as('owner')
  const other = await owner.approvals(on.id)
  expect(other).toMatchObject([mine])
  await owner.commit(on.id, change())
  expect(await owner.approvals(on.id)).toMatchObject([{ ...mine, holds: false }])
  await made.as('operator')
  expect(await operator.toRelease()).toEqual([])
})

test('what was read and accepted is signed with the case, the file and the time: any of them changed is no approval', async () => {
  const made = await site({}, undefined, ['intake', 'reviewer', 'operator'])
  const on = await sharedCase(made)
  const reviewer = await made.as('reviewer')
  const sign = vi.spyOn(crypto.subtle, 'sign')
  await reviewer.approve(on.id, { ...on, said: SAID }, proofOf('reviewer'))
  const textOf = ([, , bytes]: (typeof sign.mock.calls)[number]) => new TextDecoder().decode(bytes as Uint8Array)
  const n = sign.mock.calls.findIndex((call) => textOf(call).startsWith('["proofprint/approval/1"'))
  const [, , revision, digest, said, token, at, by] = JSON.parse(textOf(sign.mock.calls[n] as never))
  const signature = Buffer.from((await sign.mock.results[n]?.value) as ArrayBuffer).toString('hex')
  sign.mockRestore()
  const rows: PersonRow[] = await rawStore('readonly', (s) => answer(s.people.getAll()))
  const among = { people: new Map(rows.map(({ person }) => [person.id, person])) } as unknown as PersonKeys
  const one = { revision, digest, said, token, at, by, signature, secret: '', key: '', info: {} } as OpenRelease
  expect(await isByReviewer(among, on.id, one)).toBe(true)
  const bent: Partial<OpenRelease>[] = [
    { said: { ...SAID, accepted: ['wall-thickness', 'genus'] } },
    { revision: revision + 1 },
    { digest: 'f'.repeat(64) },
    { at: '2026-01-01T00:00:00.000Z' },
    { token: 'f'.repeat(64) },
    { by: made.ids.owner },
  ]
  for (const change of bent) expect(await isByReviewer(among, on.id, { ...one, ...change })).toBe(false)
  expect(await isByReviewer(among, 'f'.repeat(32), one)).toBe(false)
})

test('an approval that was used up stays known as used, with no token and no key left in it', async () => {
  const made = await site({}, undefined, ['intake', 'reviewer', 'operator'])
  const on = await sharedCase(made)
  const token = await (await made.as('reviewer')).approve(on.id, on, proofOf('reviewer'))
  const operator = await made.as('operator')
  await operator.release(on.id, token, proofOf('operator'))
  expect(await operator.toRelease()).toEqual([])
  const owner = await made.as('owner')
  const [used] = await owner.approvals(on.id)
  expect(used).toMatchObject({ holds: false, token: null, digest: on.digest, revision: on.revision })
  expect(used?.usedAt).toMatch(/^20/)
  await made.as('reviewer')
  await owner.sendBack(on.id, 'shape', '')
  expect(await owner.approvals(on.id)).toHaveLength(1)
})

test('the list of approvals put back as it was releases nothing again: the log knows', async () => {
  const made = await site({}, undefined, ['intake', 'reviewer', 'operator'])
  const on = await sharedCase(made)
  const token = await (await made.as('reviewer')).approve(on.id, on, proofOf('reviewer'))
  const rowNow = () => rawStore('readonly', (s) => answer(s.cases.get(on.id)))
  const { releases } = (await rowNow()).seals
  const operator = await made.as('operator')
  await operator.release(on.id, token, proofOf('operator'))
  const after = await rowNow()
  await rawStore('readwrite', (s) => void s.cases.put({ ...after, seals: { ...after.seals, releases } }))
  expect(await operator.toRelease()).toHaveLength(1)
  await expect(operator.release(on.id, token, proofOf('operator'))).rejects.toMatchObject(deniedFor('replayed'))
})

test('a case is given back by its reviewer alone, with a reason, and what was approved of it ends', async () => {
  const made = await site({}, undefined, ['intake', 'reviewer', 'operator', 'auditor'])
  const on = await sharedCase(made)
  const reviewer = await made.as('reviewer')
  const token = await reviewer.approve(on.id, on, proofOf('reviewer'))
  await expect(reviewer.sendBack(on.id, 'No such reason!', '')).rejects.toMatchObject({ code: 'app/bad-parameter' })
  await expect(reviewer.sendBack(on.id, 'anatomy', 'x'.repeat(301))).rejects.toMatchObject({
    code: 'app/bad-parameter',
  })
  await reviewer.sendBack(on.id, 'anatomy', 'The head is joined to the socket')
  expect(await reviewer.approvals(on.id)).toEqual([])
  const operator = await made.as('operator')
  await expect(operator.release(on.id, token, proofOf('operator'))).rejects.toMatchObject(deniedFor('replayed'))
  await expect(operator.sendBack(on.id, 'anatomy', '')).rejects.toMatchObject(deniedFor('role'))
  const owner = await made.as('owner')
  await expect(owner.sendBack(on.id, 'anatomy', '')).rejects.toMatchObject(deniedFor('role'))
  const { audit } = await owner.openCase(on.id)
  expect(audit.find(({ code }) => code.startsWith('send-back/'))).toMatchObject({
    code: 'send-back/anatomy',
    words: 'The head is joined to the socket',
    by: made.ids.reviewer,
    role: 'reviewer',
  })
  expect(denials(audit).map(({ code }) => code)).toEqual(['release/replayed', 'open/role', 'open/role'])
})

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { shareable } from '../../../src/app/case-share.ts'
import type { Desk } from '../../../src/app/desk.svelte.ts'
import { editPart } from '../../../src/app/edit-part.ts'
import { PLAIN_CHOICE } from '../../../src/app/file-choice.ts'
import { exportFile, reportOf } from '../../../src/app/make-part.ts'
import { Review } from '../../../src/app/review.svelte.ts'
import { PipelineError } from '../../../src/core/errors.ts'
import type { PolicyId } from '../../../src/core/finding.ts'
import { digestMesh } from '../../../src/core/hash.ts'
import { finding } from '../../../src/qa/grade.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { RELEASE } from '../../../src/ui/approve.en.ts'
import { askPasskey } from '../../../src/vault/passkey.io.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { passingFindings } from '../../support/findings.ts'
import { modelledDesk, reopenedDesk } from '../../support/part-desk.ts'
import { CUSTODIAN, denials } from '../../support/people.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'
import { freshProfile, openTab, PASSPHRASE } from '../../support/vault.ts'

vi.mock('../../../src/vault/passkey.io.ts', () => ({ askPasskey: vi.fn() }))

const [REFERENCE, MESH] = [sphereMesh(20, [100, 50, 300]), sphereMesh(19.9, [100, 50, 300])]
const LAY = { stage: 'lay-flat', params: { pointLps: [100, 50, 280], normalLps: [1, 0, 0] }, on: [1] }
const WORDS = { reviewer: 'the reviewer walks under pines', operator: 'the operator walks under pines' }

let vault: Vault
let caseId: string
let ids: Record<'owner' | 'custodian' | 'reviewer' | 'operator', string>

beforeEach(freshProfile)
afterEach(() => vi.restoreAllMocks())

/** Whoever is at the vault opens the case, which was checked with one thin wall. */
async function atTheCase(policy: PolicyId = 'planning'): Promise<{ desk: Desk; review: Review }> {
  const desk = await reopenedDesk(vault, caseId)
  const review = new Review(desk)
  await review.enter()
  await check(desk, policy)
  await review.load()
  return { desk, review }
}

async function check(desk: Desk, policy: PolicyId): Promise<void> {
  desk.data.policy = policy
  const thin = finding(POLICIES[policy], { check: 'wall-thickness', level: 'fail', value: 9, limit: 1, unit: 'mm2' })
  const findings = [...passingFindings(policy).filter((one) => one.check !== thin.check), thin]
  const none = { thicknessMm: new Float32Array(), deviationMm: new Float32Array() }
  desk.data.setChecks([{ ...none, findings, meshDigest: await digestMesh(MESH) }])
}

/** A vault with a case of its owner, and then people. */
async function withPeople(): Promise<void> {
  vault = openTab()
  await vault.create(PASSPHRASE)
  const { store } = await modelledDesk(vault, REFERENCE, MESH)
  caseId = store?.id ?? ''
  const first = await vault.setUpPeople({ owner: { staff: '0142' }, custodian: CUSTODIAN })
  await vault.unlock(CUSTODIAN.passphrase, first.custodian)
  const reviewer = await vault.enrol({ staff: '0071', roles: ['reviewer'], passphrase: WORDS.reviewer })
  const operator = await vault.enrol({ staff: '0104', roles: ['operator'], passphrase: WORDS.operator })
  ids = { ...first, reviewer, operator }
  await vault.unlock(PASSPHRASE, ids.owner)
  const { desk, review } = await atTheCase()
  const toGive = () =>
    shareable(desk.people.rows, desk.people.peopleOn(caseId)).map(({ person, role }) => [person.staff, role])
  expect(toGive()).toEqual([
    ['0071', 'reviewer'],
    ['0104', 'operator'],
  ])
  await review.give(reviewer, 'reviewer')
  await review.give(operator, 'operator')
  expect(toGive()).toEqual([])
}
const asReviewer = () => vault.unlock(WORDS.reviewer, ids.reviewer)
const asOwner = () => vault.unlock(PASSPHRASE, ids.owner)

describe('in a vault with people', () => {
  beforeEach(withPeople)

  test('a reviewer accepts one by one, signs with a passphrase, and the designer sees who did and what', async () => {
    await asReviewer()
    const { desk, review } = await atTheCase()
    expect([review.role, review.isReader, review.standing]).toEqual(['reviewer', true, 'waits'])
    await review.sign({ passphrase: WORDS.reviewer })
    // What refuses is not signed, whoever asks.
    expect(await vault.approvals(caseId)).toEqual([])
    review.accept('wall-thickness', 'thin')
    expect(review.accepted).toEqual([])
    review.accept('wall-thickness', 'The orbital floor is thin')
    await review.sign({ passphrase: 'not the passphrase' })
    expect(desk.jobs.problem?.code).toBe('vault/wrong-passphrase')
    expect(review.standing).toBe('waits')
    await review.sign({ passphrase: WORDS.reviewer })
    expect(desk.jobs.problem).toBeNull()
    expect(review.standing).toBe('approved')

    await asOwner()
    const designer = await atTheCase()
    expect(designer.review.standing).toBe('approved')
    expect(designer.review.approval).toMatchObject({ staff: '0071', role: 'reviewer', used: false })
    expect(designer.review.approval?.digests).toEqual([await digestMesh(MESH)])
    const report = await reportOf(designer.desk)
    expect(report).toMatchObject({ outcome: 'released', approval: { staff: '0071', role: 'reviewer' } })
    expect(report?.acknowledgements).toEqual([
      { check: 'wall-thickness', reason: 'The orbital floor is thin', role: 'reviewer' },
    ])
    // The file leaves by an operator alone.
    await exportFile(designer.desk, '3mf', PLAIN_CHOICE)
    expect(designer.desk.jobs.problem?.code).toBe('vault/denied')
    // Nobody tried what is not theirs: the page does not ask.
    expect(denials((await vault.openCase(caseId)).audit).map(({ code }) => code)).not.toContain('approve/role')

    // An edit voids it at once, and for who opens the case after it.
    await editPart(designer.desk, LAY)
    expect(designer.review.standing).toBe('void')
    expect(designer.review.accepted).toEqual([])
    await designer.desk.store?.flush()
    const again = await atTheCase()
    expect(again.review.standing).toBe('void')
  }, 60_000)

  test('a passkey signs where the person has one, and one that does not answer signs nothing', async () => {
    await asReviewer()
    const [salt, credential] = [new Uint8Array(32).fill(1), new Uint8Array(16).fill(2)]
    const output = () => new Uint8Array(32).fill(3)
    expect((await atTheCase()).review.hasPasskey).toBe(false)
    await vault.addPasskey(WORDS.reviewer, { salt, credential, output: output(), synced: false })
    const { desk, review } = await atTheCase()
    expect(review.hasPasskey).toBe(true)
    review.accept('wall-thickness', 'The orbital floor is thin')
    vi.mocked(askPasskey).mockRejectedValueOnce(new PipelineError('vault/no-passkey', 'It was not used.'))
    await review.sign('passkey')
    expect([desk.jobs.problem?.code, review.standing]).toEqual(['vault/no-passkey', 'waits'])
    vi.mocked(askPasskey).mockResolvedValueOnce({ credential, output: output() })
    await review.sign('passkey')
    expect([desk.jobs.problem, review.standing]).toEqual([null, 'approved'])
  }, 60_000)

  test('a mere write of the case voids what was approved: what was signed is one revision', async () => {
    await asReviewer()
    const { review } = await atTheCase()
    review.accept('wall-thickness', 'The orbital floor is thin')
    await review.sign({ passphrase: WORDS.reviewer })
    await asOwner()
    const { desk, review: seen } = await atTheCase()
    desk.saveState()
    expect(seen.standing).toBe('void')
    await desk.store?.flush()
    expect((await vault.approvals(caseId)).map(({ holds }) => holds)).toEqual([false])
  }, 60_000)

  test('whoever reviews changes nothing: no step runs, no state is written', async () => {
    await asReviewer()
    const { desk, review } = await atTheCase()
    await editPart(desk, LAY)
    expect(desk.jobs.problem).toMatchObject({ code: 'vault/denied' })
    desk.saveState()
    await desk.store?.flush()
    expect((await vault.openCase(caseId)).revision).toBe(desk.store?.revision)
    expect(review.isReader).toBe(true)
  }, 60_000)

  test('a case that is given back says why at once, and waits again once it was checked', async () => {
    await asReviewer()
    const { review } = await atTheCase()
    await review.sendBack('marks', ' The ID is on the wrong end ')
    expect(review.standing).toBe('returned')
    await asOwner()
    const { desk, review: seen } = await atTheCase()
    expect(seen.returned).toMatchObject({ reason: 'marks', words: 'The ID is on the wrong end', staff: '0071' })
    await check(desk, 'planning')
    expect(seen.standing).toBe('waits')
  }, 60_000)

  test('a word of a reviewer in the state of a case is not believed', async () => {
    await asOwner()
    const { desk } = await atTheCase()
    const forged = { check: 'wall-thickness' as const, reason: 'The reviewer said so', role: 'reviewer' as const }
    desk.data.acknowledgements = [forged]
    desk.saveState()
    await desk.store?.flush()
    const { data } = await reopenedDesk(vault, caseId)
    expect(data.acknowledgements).toEqual([{ check: 'wall-thickness', reason: 'The reviewer said so' }])
  }, 60_000)
})

test('in a vault without people nobody signs for planning, and the part does not leave', async () => {
  vault = openTab()
  await vault.create(PASSPHRASE)
  const desk = await modelledDesk(vault, REFERENCE, MESH)
  desk.data.policy = 'planning'
  desk.saveState()
  const none = { thicknessMm: new Float32Array(), deviationMm: new Float32Array() }
  desk.data.setChecks([{ ...none, findings: passingFindings('planning'), meshDigest: await digestMesh(MESH) }])
  const review = new Review(desk)
  await review.enter()
  await review.load()
  expect([desk.people.me, review.standing]).toEqual([null, 'no-reviewer'])
  await exportFile(desk, '3mf', PLAIN_CHOICE)
  expect(desk.jobs.problem).toMatchObject({ code: 'vault/denied', message: expect.stringContaining('reviewer') })
  expect(desk.data.approval).toBeNull()
})

test('what was released stands there until the vault is locked', async () => {
  vault = openTab()
  await vault.create(PASSPHRASE)
  const review = new Review(await modelledDesk(vault, REFERENCE, MESH))
  review.released = [{ case: 'c', traceId: 'A', at: '2026-05-01T10:00:00.000Z', files: ['A.3mf'], sealedFor: [] }]
  review.forget()
  expect(review.released).toEqual([])
})

test('how a part left is told by its files, and by whom they were sealed for', () => {
  const left = { case: 'c', traceId: 'A', at: '', files: ['A.3mf'], sealedFor: [] }
  expect(RELEASE.left(left)).toBe('A.3mf, saved as a plain file')
  expect(RELEASE.left({ ...left, sealedFor: ['Room 4', 'Shop'] })).toBe('A.3mf, sealed for Room 4, Shop and saved')
})

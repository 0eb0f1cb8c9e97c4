import { beforeEach, expect, test } from 'vitest'
import type { AuditLine, AuditRecord, CaseInit } from '../../../src/vault/case.ts'
import { keptTree } from '../../../src/vault/kept-tree.ts'
import { linesOf, said, valuesOf } from '../../support/evidence-lines.ts'
import { proofOf, site } from '../../support/people.ts'
import { REPLAY_RESULT } from '../../support/replay-result.ts'
import { asStoredBefore, designed, digestOf, PLANNED } from '../../support/signed-case.ts'
import { change, everythingStored, freshProfile, INIT, openTab, PASSPHRASE, volumeAsset } from '../../support/vault.ts'
import { TIMEOUT_MS, verdictsOf } from '../../support/verifiers.ts'

beforeEach(freshProfile)

const STATION = 'f'.repeat(64)

/** From a scan of Intake to a print of an operator, by six people. */
async function wholeCase(policy: CaseInit['policy']) {
  const made = await site()
  const intake = await made.as('intake')
  const id = await intake.createCase({ ...PLANNED, policy })
  await intake.ingest(id, await volumeAsset(3))
  const owner = await made.as('owner')
  await owner.takeIn(id)
  await owner.share(id, made.ids.reviewer, 'reviewer')
  await owner.share(id, made.ids.operator, 'operator')
  const part = await designed(owner, id, 'part', policy)
  const { revision } = await owner.openCase(id)
  const reviewer = await made.as('reviewer')
  const token = await reviewer.approve(id, { revision, digest: part.mesh, said: part.said }, proofOf('reviewer'))
  const operator = await made.as('operator')
  await expect(operator.release(id, 'no token', proofOf('operator'))).rejects.toMatchObject({ code: 'vault/denied' })
  const file = { name: `${part.traceId}.3mf`, digest: await digestOf('a file') }
  return { made, id, part, token, operator, file }
}

async function printedCase(policy: CaseInit['policy'] = 'planning') {
  const on = await wholeCase(policy)
  const { made, id, token, file, operator } = on
  await operator.release(id, token, proofOf('operator'))
  const order = { tokens: [token], files: [file], station: STATION }
  await operator.releaseFiles(id, order, proofOf('operator'))
  const judged = { decision: 'accept', reasons: [], meanMm: 0.2, maxMm: 0.6 } as const
  const print = {
    print: await digestOf('print 1'),
    files: [file.digest],
    printer: 'Printer 1',
    material: 'PLA',
    judged,
  }
  await operator.recordPrint(id, print)
  await (await made.as('auditor')).witness(id)
  return { ...on, print }
}

const holds = (text: string) => verdictsOf({ whole: text })

test(
  'six people from scan to print: what each signed when it happened makes a bundle that both verifiers accept',
  async () => {
    const { made, id, part, file } = await printedCase()
    const text = await (await made.as('owner')).evidence(id, null)
    const { out, other, verdicts } = holds(text)
    expect(verdicts.whole).toBe('holds')
    expect(other.out).toBe(out)
    expect(out).toContain(
      `release ${part.traceId} approved, printed 1, accepted 1, files ${file.digest}, scans ${part.scan}`,
    )
    const lines = linesOf(text)
    const kinds = valuesOf(lines, 'statement').map((one) => said(one).predicate.proofprint)
    expect(kinds.map(({ kind, role }) => `${role} ${kind}`)).toEqual([
      'designer stage',
      'designer model-run',
      'designer stage',
      'designer stage',
      'designer findings',
      'reviewer approval',
      'operator written',
      'operator release',
      'operator receipt',
      'operator acceptance',
    ])
    expect(new Set(valuesOf(lines, 'actor').map(({ role }) => role))).toEqual(
      new Set(['intake', 'designer', 'reviewer', 'operator', 'auditor']),
    )
    const codes = valuesOf(lines, 'audit').map(({ code }) => code)
    expect(codes).toEqual(expect.arrayContaining(['create-case', 'release/replayed', 'release', 'lock', 'witness']))
    expect(codes.at(-1)).toBe('bundle')
    expect(valuesOf(lines, 'checkpoint').some((note) => note.includes('proofprint/witness/'))).toBe(true)
    const reviewer = await made.as('reviewer')
    expect(holds(await reviewer.evidence(id, null)).verdicts.whole).toBe('holds')
    const operator = await made.as('operator')
    await expect(operator.evidence(id, null)).rejects.toMatchObject({ code: 'vault/denied' })
  },
  TIMEOUT_MS,
)

test(
  'where there are people a part for teaching is approved and released as any other, and its bundle holds',
  async () => {
    const { made, id, part } = await printedCase('teaching')
    const { out, other, verdicts } = holds(await (await made.as('owner')).evidence(id, null))
    expect(verdicts.whole).toBe('holds')
    expect(other.out).toBe(out)
    expect(out).toContain(`release ${part.traceId} approved, printed 1, accepted 1`)
  },
  TIMEOUT_MS,
)

/** A vault of one person whose clock the test has. */
async function alone(at = Date.parse('2026-05-01T08:00:00.000Z')) {
  const clock = { at }
  const vault = openTab({ now: () => new Date(clock.at) })
  await vault.create(PASSPHRASE)
  return { vault, clock, id: await vault.createCase(INIT) }
}

test(
  'one person under teaching: files leave, a print is written down, and the bundle shows both',
  async () => {
    const { vault, id } = await alone()
    const part = await designed(vault, id, 'own', 'teaching')
    const file = await digestOf('own file')
    await part.step('export', [part.mesh, part.found], file, { format: 'stl', accepted: ['genus: as Maria K. asked'] })
    const left = { checked: [part.mesh, part.found], accepted: [], traceId: part.traceId, station: null }
    const files = [{ name: 'own.stl', digest: file }]
    const other = [{ name: 'other.stl', digest: await digestOf('other') }]
    await expect(vault.releaseTo(id, { ...left, files: other })).rejects.toMatchObject({ code: 'trace/bad-bundle' })
    await expect(vault.releaseTo(id, { ...left, files, checked: [file, 'e'.repeat(64)] })).rejects.toMatchObject({
      code: 'trace/bad-bundle',
    })
    await vault.releaseTo(id, { ...left, files })
    const judged = { decision: 'reprint', reasons: ['visible-defect'], meanMm: null, maxMm: null } as const
    const print = { print: await digestOf('print'), files: [file], printer: 'P', material: 'PLA', judged }
    await vault.recordPrint(id, print)
    await expect(vault.recordPrint(id, print)).rejects.toMatchObject({
      code: 'vault/denied',
      detail: { why: 'replayed' },
    })
    // Once released, asking for evidence releases nothing again.
    const text = await vault.evidence(id, { ...left, files })
    const { out, verdicts } = holds(text)
    expect(verdicts.whole).toBe('holds')
    expect(out).toContain(`release ${part.traceId} not approved: teaching, printed 1, accepted 0, files ${file}`)
    expect(text).not.toContain('Maria')
    // A second bundle holds the first as an entry.
    const again = linesOf(await vault.evidence(id, null))
    expect(valuesOf(again, 'audit').filter(({ code }) => code === 'bundle')).toHaveLength(2)
    expect(valuesOf(again, 'checkpoint').length).toBeGreaterThan(1)
  },
  TIMEOUT_MS,
)

test(
  'a replay that is kept is signed with the figures it came to',
  async () => {
    const { vault, id } = await alone()
    const part = await designed(vault, id, 'own', 'teaching')
    const bytes = new TextEncoder().encode(JSON.stringify({ ...REPLAY_RESULT, outputs: [part.found, 'unknown'] }))
    const digest = await digestOf('replay')
    const line = { at: '2026-05-01T08:00:00.000Z', code: 'replay', outcome: 'done', digests: [digest] } as const
    await vault.commit(id, change([{ type: 'replay', digest, meta: null, bytes }], { audit: [line] }))
    const { audit } = await vault.openCase(id)
    expect(audit.filter(({ code }) => code === 'replay').map(({ entry }) => entry?.code)).toEqual(['statement/replay'])
    const text = await vault.evidence(id, null)
    expect(holds(text).verdicts.whole).toBe('holds')
    const facts = valuesOf(linesOf(text), 'statement')
      .map((one) => said(one).predicate.proofprint)
      .at(-1)
    expect(facts).toMatchObject({ kind: 'replay', materials: [part.found], verdict: expect.any(String) })
  },
  TIMEOUT_MS,
)

test(
  'steps of a case that an older version stored are stated later, and it is said',
  async () => {
    const { vault, id } = await alone()
    const part = await designed(vault, id, 'own', 'teaching')
    await vault.lock()
    await asStoredBefore(id)
    await vault.unlock(PASSPHRASE)
    expect((await vault.openCase(id)).audit.every(({ entry }) => entry === undefined)).toBe(true)
    const text = await vault.evidence(id, null)
    expect(holds(text).verdicts.whole).toBe('holds')
    expect(valuesOf(linesOf(text), 'audit').map(({ code }) => code)).toEqual([
      'stated-later',
      ...part.trace.map(
        ({ stage }) => `statement/${stage === 'infer' ? 'model-run' : stage === 'check' ? 'findings' : 'stage'}`,
      ),
      'bundle',
    ])
  },
  TIMEOUT_MS,
)

test('a clock behind the last entry is refused by name, and nothing is stored', async () => {
  const { vault, id, clock } = await alone()
  await vault.commit(id, change())
  const before = await everythingStored()
  clock.at -= 1
  await expect(vault.commit(id, change([await volumeAsset(1)]))).rejects.toMatchObject({ code: 'trace/clock-behind' })
  await expect(vault.evidence(id, null)).rejects.toMatchObject({ code: 'trace/clock-behind' })
  expect(Buffer.compare(await everythingStored(), before)).toBe(0)
  clock.at += 1
  await vault.commit(id, change([await volumeAsset(1)]))
})

test('a checkpoint is signed after 64 entries and at the lock, and what a lock did not come to at the next unlock', async () => {
  const { vault, id } = await alone()
  for (let n = 0; n < 70; n++) await vault.commit(id, change())
  const at = async () =>
    (await vault.openCase(id)).audit.flatMap(({ seq, code, checkpoint }) => (checkpoint ? [`${seq} ${code}`] : []))
  expect(await at()).toEqual(['63 threshold'])
  await vault.lock()
  await vault.unlock(PASSPHRASE)
  expect(await at()).toEqual(['63 threshold', '71 lock'])
  // Nothing was written since: there is nothing to sign.
  await vault.lock()
  await vault.unlock(PASSPHRASE)
  expect(await at()).toHaveLength(2)
  await vault.commit(id, change())
  const other = openTab()
  await other.unlock(PASSPHRASE)
  expect(await at()).toEqual(['63 threshold', '71 lock', '73 lock-late'])
})

test('lines that only the vault writes are not taken from a page, nor entries and words of it', async () => {
  const { vault, id } = await alone()
  for (const code of ['bundle', 'statement/release', 'witness', 'lock'])
    await expect(
      vault.commit(id, change([], { audit: [{ at: '', code, outcome: 'done', digests: [] }] })),
    ).rejects.toMatchObject({ code: 'app/bad-parameter' })
  const { audit } = await vault.openCase(id)
  const forged = { ...audit[0], code: 'edit', words: 'said by nobody', checkpoint: 'x' } as AuditLine
  await vault.commit(id, change([], { audit: [forged] }))
  const last = (await vault.openCase(id)).audit.at(-1)
  expect([last?.words, last?.checkpoint, last?.entry?.code]).toEqual([undefined, undefined, 'edit'])
})

test('whoever has the audit key and leaves out an entry, forks the tree or forges a checkpoint is found when the log is read', async () => {
  const { vault, id } = await alone()
  for (let n = 0; n < 3; n++) await vault.commit(id, change())
  await vault.lock()
  await vault.unlock(PASSPHRASE)
  const { audit } = await vault.openCase(id)
  expect(await keptTree(audit)).toMatchObject({ size: audit.length, signed: audit.length })
  const without = (n: number) => audit.map((line, at) => (at === n ? { ...line, entry: undefined } : line))
  const [first, second] = audit.map(({ entry }) => entry)
  const swapped = audit.map((line, at) => (at < 2 ? { ...line, entry: at === 0 ? second : first } : line))
  const elsewhere = audit.map((line, at) => (at === 1 ? { ...line, checkpoint: audit.at(-1)?.checkpoint } : line))
  const garbled = audit.map((line) => (line.checkpoint ? { ...line, checkpoint: 'no note' } : line))
  const last = { ...audit[0], entry: undefined, checkpoint: undefined } as AuditRecord
  for (const lines of [without(1), swapped, elsewhere, garbled, audit.slice(1), [...audit, last]])
    expect(await keptTree(lines)).toBeNull()
})

test(
  'a rotation keeps entries, statements and checkpoints',
  async () => {
    const { made, id } = await printedCase()
    const owner = await made.as('owner')
    const before = (await owner.openCase(id)).audit
    await (await made.as('custodian')).rotateCase(id, [], proofOf('custodian'))
    await made.as('owner')
    await owner.commit(id, change())
    const { audit } = await owner.openCase(id)
    expect(audit.slice(0, before.length)).toEqual(before)
    expect(holds(await owner.evidence(id, null)).verdicts.whole).toBe('holds')
  },
  TIMEOUT_MS,
)

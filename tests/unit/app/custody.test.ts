import { describe, expect, test } from 'vitest'
import { Custody } from '../../../src/app/custody.svelte.ts'
import { Jobs } from '../../../src/app/jobs.svelte.ts'
import { logCsv, logJson } from '../../../src/app/log-file.ts'
import { People } from '../../../src/app/people.svelte.ts'
import type { Role } from '../../../src/core/role.ts'
import { readCsv } from '../../../src/evidence/csv.ts'
import { caseLogText, DUE, digestsOf, SHRED } from '../../../src/ui/custody.en.ts'
import { logText } from '../../../src/ui/people.en.ts'
import type { AuditRecord } from '../../../src/vault/case.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'

const DIGEST = 'a'.repeat(64)
const line = (over: Partial<AuditRecord> = {}): AuditRecord => ({
  ...{
    seq: 0,
    prev: '0'.repeat(64),
    at: '2026-05-01T10:00:00.000Z',
    code: 'threshold',
    outcome: 'done',
    digests: [DIGEST],
  },
  ...over,
})
const staffOf = (id: string | undefined) => (id === 'p' ? '0142' : '')

describe('a log as a file', () => {
  test('is a table that comes back cell by cell, and no cell of it is a formula', () => {
    const words = '=HYPERLINK("http://x")\r\nsecond, line'
    const lines = [
      line({ by: 'p', role: 'reviewer', code: 'send-back/fit', words }),
      line({ seq: 1, digests: [DIGEST, 'b'] }),
    ]
    const rows = readCsv(logCsv(lines, staffOf)).map(({ cells }) => cells)
    expect(rows[0]).toEqual(['seq', 'at', 'staff', 'role', 'code', 'outcome', 'digests', 'words', 'prev'])
    expect(rows[1]).toEqual([
      '0',
      lines[0]?.at,
      '0142',
      'reviewer',
      'send-back/fit',
      'done',
      DIGEST,
      `'${words}`,
      '0'.repeat(64),
    ])
    expect(rows[2]?.[6]).toBe(`${DIGEST} b`)
    for (const start of ['+', '-', '@', '\t'])
      expect(logCsv([line({ words: `${start}1` })], staffOf)).toContain(`"'${start}1"`)
  })
  test('is JSON with every line as it stands, and the staff number beside the id', () => {
    const told = JSON.parse(logJson('c', [line({ by: 'p' })], staffOf))
    expect(told).toEqual({
      format: 'proofprint/case-log/1',
      case: 'c',
      lines: [{ ...line({ by: 'p' }), staff: '0142' }],
    })
  })
})

describe('a line in words', () => {
  const rows = [{ id: 'p', staff: '0142' }] as unknown as Parameters<typeof caseLogText>[1]
  test('names people, what was refused, and what nobody has a word for', () => {
    const said = (over: Partial<AuditRecord>) => caseLogText(line(over), rows)
    expect(said({ code: 'share/auditor', digests: ['p'] })).toBe('Gave the case to Staff 0142, as Auditor')
    expect(said({ code: 'approve/role', outcome: 'denied', digests: ['x'] })).toBe(
      'to approve a file: their role does not do this',
    )
    expect(said({ code: 'send-back/fit', words: 'too thin' })).toBe('Gave the case back: too thin')
    expect(said({ code: 'lock' })).toBe('Signed a checkpoint of the log, when the vault was locked')
    expect(said({ code: 'a-thing-of-tomorrow' })).toBe('A thing of tomorrow')
    expect(logText(line({ code: 'take-role/designer', digests: ['p'] }), rows)).toBe(
      'Took the role Designer from Staff 0142',
    )
    expect(logText(line({ code: 'rotate/last-designer', outcome: 'denied', digests: [] }), rows)).toContain(
      'nobody would be left',
    )
  })
  test('shows digests and no ids', () => {
    expect(digestsOf(line({ digests: ['p', DIGEST] }))).toEqual([DIGEST])
  })
  test('counts what is due by its reason, and sizes by their upper bound', () => {
    const due = (why: 'age' | 'unknown') => ({ id: '', why, madeAt: null, blocked: null })
    expect(DUE.whys([due('age'), due('unknown'), due('age')])).toBe('2 older than 90 days, 1 of unknown age')
    expect([SHRED.sizeOf({ pieces: 0, lines: 3 }), SHRED.sizeOf({ pieces: 7, lines: 3 })]).toEqual([
      'nothing stored',
      '7 MB',
    ])
  })
})

/** A page at whose vault a person of these roles is, with what it asked of it. */
async function at(role: Role, on: Role | null, standing = '2999-01-01T00:00:00.000Z', lines = [line()]) {
  const asked: string[] = []
  const say =
    <T>(verb: string, answer: T) =>
    async () => {
      asked.push(verb)
      return answer
    }
  const time = {
    notBefore: '2020-01-01T00:00:00.000Z',
    originateUntil: standing,
    consumeUntil: '2999-01-01T00:00:00.000Z',
  }
  const api: Partial<Record<keyof Vault, unknown>> = {
    listPeople: async () => [{ id: 'me', staff: '0001', roles: [role], createdAt: '', revokedAt: null, ...time }],
    listPasskeys: async () => [],
    whoAmI: async () => ({ id: 'me', roles: [role] }),
    listCasePeople: async () => [
      {
        id: 'c',
        epoch: 0,
        rotating: false,
        waiting: 0,
        extent: { pieces: 0, lines: 0 },
        people: on ? [{ person: 'me', role: on }] : [],
      },
    ],
    casesDue: say(
      'casesDue',
      ['x', 'y', 'z'].map((id) => ({ id, why: 'age', madeAt: null, blocked: id === 'y' ? 'no-designer' : null })),
    ),
    shredRequests: say('shredRequests', []),
    audit: say('audit', lines),
    witness: say('witness', ''),
    openCase: say('openCase', { audit: [line(), line({ seq: 1 })] }),
    renewCases: async (ids: string[], _: unknown, onRenewed: (done: number) => boolean) => {
      asked.push(`renew ${ids.join(' ')}`)
      return ids.filter((_, n) => onRenewed(n + 1))
    },
  }
  const workers = { vault: { call: (work: (given: unknown) => unknown) => work(api) } } as never
  const jobs = new Jobs()
  const people = new People(workers, jobs)
  const custody = new Custody(workers, jobs, people)
  await people.load()
  return { custody, jobs, asked }
}

describe('what is asked of the vault', () => {
  test('only by a custodian whose time is not over', async () => {
    expect((await at('custodian', null)).asked).toEqual(['casesDue', 'shredRequests'])
    for (const others of [
      at('auditor', 'auditor'),
      at('designer', 'designer'),
      at('custodian', null, '2021-01-01T00:00:00.000Z'),
    ])
      expect((await others).asked).toEqual([])
  })
  test('to renew what can be renewed, and to stop once it was cancelled', async () => {
    const { custody, jobs, asked } = await at('custodian', null)
    const seen: number[] = []
    const renewing = custody.renewDue('words')
    seen.push(jobs.current?.fraction ?? -1)
    expect(await renewing).toBe(true)
    expect(seen).toEqual([1])
    expect(asked).toContain('renew x z')
    expect(custody.due).toHaveLength(3)
  })
  test('a log by who is on the case and reads it: an auditor its lines alone', async () => {
    const auditor = await at('auditor', 'auditor')
    expect(auditor.custody.mayReadLog('c')).toBe(true)
    await auditor.custody.readLog('c')
    expect(auditor.asked).toEqual(['audit'])
    expect(auditor.custody.log?.lines).toHaveLength(1)
    expect(auditor.custody.log?.checkpoint).toBeNull()
    const reviewer = await at('reviewer', 'reviewer')
    await reviewer.custody.readLog('c')
    expect(reviewer.asked).toEqual(['openCase'])
    expect(reviewer.custody.log?.lines).toHaveLength(2)
    reviewer.custody.forget()
    expect(reviewer.custody.log).toBeNull()
    for (const [role, on] of [
      ['operator', 'operator'],
      ['custodian', null],
      ['auditor', null],
    ] as const)
      expect((await at(role, on)).custody.mayReadLog('c')).toBe(false)
  })
  test('a word under a checkpoint by an auditor of the case, and the log is read again if it is still shown', async () => {
    const { custody, asked } = await at('auditor', 'auditor')
    expect([custody.mayWitness('c'), custody.mayWitness('d')]).toEqual([true, false])
    expect((await at('designer', 'designer')).custody.mayWitness('c')).toBe(false)
    await custody.readLog('c')
    const before = custody.log
    expect(await custody.witness('c')).toBe(true)
    expect(asked).toEqual(['audit', 'witness', 'audit'])
    expect(custody.log).not.toBe(before)
    custody.leaveLog()
    expect(await custody.witness('c')).toBe(true)
    expect(asked.at(-1)).toBe('witness')
    expect(custody.log).toBeNull()
  })
  test('a log whose checkpoint is none is refused by name and not shown', async () => {
    const { custody, jobs } = await at('auditor', 'auditor', undefined, [line({ checkpoint: 'no note' })])
    expect(await custody.readLog('c')).toBe(false)
    expect(jobs.problem).toMatchObject({ code: 'trace/bad-note' })
    expect(custody.log).toBeNull()
  })
})

import { describe, expect, test } from 'vitest'
import {
  type ApprovalStanding,
  factsOf,
  NO_PEOPLE,
  type ReviewFacts,
  returnedOf,
  standingOf,
  stationOf,
} from '../../../src/app/approval.ts'
import { orderOf, type Said, saidOf } from '../../../src/app/said.ts'
import type { JsonValue } from '../../../src/core/json.ts'
import type { Role } from '../../../src/core/role.ts'
import type { AuditRecord } from '../../../src/vault/case.ts'
import type { KnownApproval } from '../../../src/vault/review.ts'
import { passingFindings } from '../../support/findings.ts'

const PEOPLE: ReviewFacts = { ...NO_PEOPLE, hasPeople: true }
const APPROVAL = {
  ...{ by: 'r', staff: '0103', role: 'reviewer' as const, at: '2026-05-01T00:00:00.000Z' },
  ...{ revision: 9, digests: ['a'], used: false },
}
const RETURNED = { reason: 'shape' as const, words: '', by: 'r', at: '' }

describe('where a part stands', () => {
  const cases: [ApprovalStanding, Parameters<typeof standingOf>][] = [
    ['closed', [null, 'teaching', NO_PEOPLE]],
    ['closed', ['refused', 'teaching', NO_PEOPLE]],
    ['closed', ['acceptable', 'teaching', NO_PEOPLE]],
    ['by-designer', ['held', 'teaching', NO_PEOPLE]],
    ['no-reviewer', ['held', 'planning', NO_PEOPLE]],
    ['no-reviewer', ['held', 'communication', NO_PEOPLE]],
    // With people nobody approves their own part, under teaching neither.
    ['waits', ['held', 'teaching', PEOPLE]],
    ['waits', ['acceptable', 'planning', PEOPLE]],
    ['closed', ['refused', 'planning', PEOPLE]],
    ['closed', [null, 'planning', PEOPLE]],
    ['approved', ['held', 'planning', { ...PEOPLE, approval: APPROVAL, holds: true }]],
    ['released', ['held', 'planning', { ...PEOPLE, approval: { ...APPROVAL, used: true }, holds: true }]],
    ['void', ['held', 'planning', { ...PEOPLE, approval: APPROVAL }]],
    ['void', ['refused', 'planning', { ...PEOPLE, approval: APPROVAL, holds: true }]],
    ['returned', ['held', 'planning', { ...PEOPLE, returned: RETURNED }]],
  ]
  test.each(cases)('%s', (standing, [gates, policy, facts]) => expect(standingOf(gates, policy, facts)).toBe(standing))
  test('the rail shows what may leave as passed and what came back as refused', () => {
    expect((['by-designer', 'approved', 'released'] as const).map(stationOf)).toEqual(['passed', 'passed', 'passed'])
    expect([stationOf('returned'), stationOf('void'), stationOf('closed')]).toEqual(['refused', 'needs-you', 'empty'])
  })
})

const line = (code: string, role: Role, more: Partial<AuditRecord> = {}): AuditRecord => ({
  ...{ at: '2026-05-01T00:00:00.000Z', code, outcome: 'done', digests: [], by: role[0] ?? '', role, seq: 0, prev: '' },
  ...more,
})
const known = (digest: string, more: Partial<KnownApproval> = {}): KnownApproval => ({
  ...{ case: 'c', by: 'r', at: '2026-05-01T00:00:00.000Z', revision: 9, digest, said: null },
  ...{ holds: true, usedAt: null, token: null },
  ...more,
})

describe('what people said of a case', () => {
  const facts = (approvals: KnownApproval[], audit: AuditRecord[], digests = ['a']) =>
    factsOf(approvals, audit, digests, (id) => (id === 'r' ? '0103' : null))
  test('nothing yet', () => expect(facts([], [line('check', 'designer')])).toEqual(PEOPLE))
  test('an approval holds for exactly the bodies that were checked', () => {
    expect(facts([known('a')], [line('approve', 'reviewer')])).toEqual({ ...PEOPLE, approval: APPROVAL, holds: true })
    expect(facts([known('a')], [line('approve', 'reviewer')], ['b']).holds).toBe(false)
    expect(facts([known('a')], [line('approve', 'reviewer')], ['a', 'b']).holds).toBe(false)
    expect(facts([known('a'), known('b')], [line('approve', 'reviewer')], ['a', 'b']).holds).toBe(true)
    expect(facts([known('a')], [line('approve', 'reviewer')], []).holds).toBe(false)
    expect(facts([known('a', { holds: false })], [line('approve', 'reviewer')]).holds).toBe(false)
  })
  test('a released one stands until the case is changed; giving the case to somebody changes nothing', () => {
    const used = known('a', { holds: false, usedAt: '2026-05-02T00:00:00.000Z' })
    const log = [line('approve', 'reviewer'), line('share/operator', 'designer'), line('release', 'operator')]
    expect(facts([used], log)).toMatchObject({ holds: true, approval: { used: true } })
    for (const code of ['lock', 'lock-late', 'bundle'])
      expect(facts([used], [...log, line(code, 'designer')]).holds).toBe(true)
    expect(facts([used], [...log, line('thicken', 'designer')]).holds).toBe(false)
    expect(facts([used], [...log, line('edit/role', 'designer', { outcome: 'denied' })]).holds).toBe(true)
  })
  test('a case that was given back says why until it is checked or approved again', () => {
    const back = line('send-back/marks', 'reviewer', { words: 'The wrong side' })
    expect(returnedOf([back])).toMatchObject({ reason: 'marks', words: 'The wrong side', by: 'r' })
    expect(returnedOf([back, line('thicken', 'designer')])).not.toBeNull()
    expect(returnedOf([back, line('check', 'designer')])).toBeNull()
    expect(returnedOf([back, line('approve', 'reviewer')])).toBeNull()
    expect(returnedOf([line('send-back/marks', 'reviewer', { outcome: 'denied' })])).toBeNull()
    expect(returnedOf([line('send-back/later-reason', 'reviewer')])).toMatchObject({ reason: 'other' })
    expect(facts([known('a')], [line('approve', 'reviewer'), back])).toMatchObject({ holds: false })
  })
})

describe('what a reviewer signs', () => {
  const said: Said = {
    ...{ format: 'proofprint-approval/1', policy: 'planning', process: 'sla', traceId: 'AAAAA-AAAAA' },
    recipe: { format: 'proofprint-recipe/1', steps: [] },
    acknowledgements: [{ check: 'wall-thickness', reason: 'the orbital floor is thin', role: 'reviewer' }],
    bodies: [{ meshDigest: 'a', findings: passingFindings('planning'), name: null, colour: null, isMirrored: false }],
  }
  const mesh = { positions: new Float32Array(9), indices: new Uint32Array(3) }
  test('is read back as it was said, and nothing else is', () => {
    const stored = JSON.parse(JSON.stringify(said)) as JsonValue
    expect(saidOf(stored)).toEqual(said)
    for (const bent of [
      { policy: 'none' },
      { bodies: [{}] },
      { acknowledgements: [{ check: 'shells' }] },
      { recipe: null },
    ])
      expect(saidOf({ ...(stored as object), ...bent } as JsonValue)).toBeNull()
  })
  test('makes the order of its file when every body is there', () => {
    expect(orderOf(said, new Map([['a', mesh]]), '3mf')).toMatchObject({
      ...{ policy: 'planning', process: 'sla', format: '3mf', acknowledgements: said.acknowledgements },
      bodies: [{ mesh, check: { meshDigest: 'a' }, isMirrored: false }],
    })
    expect(orderOf(said, new Map(), '3mf')).toBeNull()
  })
})

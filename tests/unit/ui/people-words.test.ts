import { expect, test } from 'vitest'
import type { PersonRow } from '../../../src/app/people-view.ts'
import { logText, logWho, personText, standingWhy } from '../../../src/ui/people.en.ts'
import type { AuditRecord } from '../../../src/vault/case.ts'
import { denied, VERBS } from '../../../src/vault/roles.ts'

const ROW: PersonRow = {
  id: 'aabb',
  staff: '0142',
  roles: ['designer', 'auditor'],
  standing: 'revoked',
  notBefore: '2026-01-01T12:00:00.000Z',
  originateUntil: '2026-06-30T12:00:00.000Z',
  consumeUntil: '2026-12-31T12:00:00.000Z',
  createdAt: '2026-01-01T12:00:00.000Z',
  revokedAt: '2026-02-03T12:00:00.000Z',
}
const line = (more: Partial<AuditRecord>): AuditRecord => ({
  at: ROW.createdAt,
  code: 'enrol',
  outcome: 'done',
  digests: [],
  seq: 0,
  prev: '',
  ...more,
})

test('a person is named by number and roles', () => {
  expect(personText(ROW)).toBe('Staff 0142, Designer, Auditor')
  expect(logWho(line({ by: 'aabb', role: 'auditor' }), [ROW])).toBe('Staff 0142, Auditor')
  expect(logWho(line({ by: 'gone' }), [ROW])).toBe('Somebody')
})
test('the door says why somebody is not offered', () => {
  expect(standingWhy(ROW)).toBe('taken off on 3 Feb 2026')
  expect(standingWhy({ ...ROW, standing: 'expired', revokedAt: null })).toBe('ended on 31 Dec 2026')
  expect(standingWhy({ ...ROW, standing: 'not-yet', revokedAt: null })).toBe('begins on 1 Jan 2026')
})
test('a line of the log names who it is about, or the case', () => {
  expect(logText(line({ digests: ['aabb'] }), [ROW])).toBe('Added Staff 0142')
  expect(logText(line({ code: 'rotate', digests: ['0123456789abcdef'] }), [ROW])).toBe(
    'Renewed the key of Case 0123 4567',
  )
  expect(logText(line({ code: 'of-a-later-version' }), [ROW])).toBe('of a later version')
})
test('each refusal of each verb has its words', () => {
  for (const verb of [...VERBS, 'unlock'] as const) {
    const text = logText(line({ outcome: 'denied', code: `${verb}/expired` }), [])
    expect(text).toBe(`${text.split(':')[0]}: their time was over`)
    expect(text).toMatch(/^to /)
  }
  expect(logText(line({ outcome: 'denied', code: 'open/not-on-case', digests: ['0123456789abcdef'] }), [])).toBe(
    'to open a case (Case 0123 4567): they are not on the case',
  )
  expect(denied('unlock', 'expired').message.endsWith('.')).toBe(true)
})

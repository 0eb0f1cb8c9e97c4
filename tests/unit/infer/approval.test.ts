import { expect, test } from 'vitest'
import { type Approval, approvalState, approve, dayOf, requireApproved, revoke } from '../../../src/infer/approval.ts'

const digests = { weightsSha256: 'a'.repeat(64), cardSha256: 'b'.repeat(64) }
const now = new Date(2026, 4, 10, 12)
const approval: Approval = approve(
  digests,
  { who: ' Lead  radiologist ', use: ['planning', 'teaching'], until: '2026-06-01' },
  now,
)
const at = (day: number, month = 4, hour = 12) => new Date(2026, month, day, hour)

test('an approval says who, for what and until when', () => {
  expect(approval).toEqual({
    ...digests,
    who: 'Lead radiologist',
    use: ['teaching', 'planning'],
    from: '2026-05-10',
    until: '2026-06-01',
    revokedAt: null,
    reason: '',
  })
  expect(dayOf(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05')
})

test.each([
  ['none', null, digests, at(10), 'infer/not-approved'],
  ['not-yet', approval, digests, at(9, 4, 23), 'infer/not-approved'],
  ['expired', approval, digests, at(2, 5, 0), 'infer/approval-expired'],
  ['revoked', revoke(approval, 'Wrong on children', now), digests, at(11), 'infer/revoked'],
  ['changed-weights', approval, { ...digests, weightsSha256: 'c'.repeat(64) }, at(11), 'infer/changed-weights'],
  ['changed-card', approval, { ...digests, cardSha256: 'c'.repeat(64) }, at(11), 'infer/changed-card'],
] as const)('%s is refused with its name', (state, given, present, moment, code) => {
  expect(approvalState(given, present, 'teaching', moment)).toBe(state)
  expect(() => requireApproved(given, present, 'teaching', moment)).toThrowError(expect.objectContaining({ code }))
})

test('it holds on its first and last day, for the uses it names', () => {
  for (const moment of [at(10, 4, 0), at(1, 5, 23)]) {
    expect(approvalState(approval, digests, 'teaching', moment)).toBe('approved')
    expect(() => requireApproved(approval, digests, null, moment)).not.toThrow()
  }
  expect(approvalState(approval, digests, 'communication', now)).toBe('other-use')
  expect(() => requireApproved(approval, digests, 'communication', now)).toThrowError(
    expect.objectContaining({ code: 'infer/not-approved' }),
  )
})

test('words that say nothing are refused', () => {
  const words = { who: 'RD', use: ['teaching'] as const, until: '2026-06-01' }
  const bad = [
    { who: ' ' },
    { who: 'x'.repeat(61) },
    { use: [] },
    { until: '2026-05-09' },
    { until: 'soon' },
    { until: '2026-13-40' },
  ]
  for (const one of bad)
    expect(() => approve(digests, { ...words, ...one }, now)).toThrowError(
      expect.objectContaining({ code: 'app/bad-parameter' }),
    )
  expect(() => revoke(approval, '', now)).toThrowError(expect.objectContaining({ code: 'app/bad-parameter' }))
  expect(revoke(approval, 'Wrong on children', now)).toMatchObject({
    revokedAt: now.toISOString(),
    who: 'Lead radiologist',
  })
})

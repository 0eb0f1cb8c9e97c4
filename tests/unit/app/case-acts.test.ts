import { expect, test } from 'vitest'
import { actsOf } from '../../../src/app/case-acts.ts'
import { ACTS, actText, actWho } from '../../../src/ui/acts.en.ts'
import { ROLE } from '../../../src/ui/people.en.ts'
import type { AuditRecord } from '../../../src/vault/case.ts'

const line = (seq: number, code: string, more: Partial<AuditRecord> = {}): AuditRecord => ({
  ...{ at: '2026-05-01T08:00:00.000Z', code, outcome: 'done', digests: [], seq, prev: '' },
  ...more,
})
const statement = { payloadType: 't', payload: '', signatures: [] }

test('acts of people stand newest first, with who did them; steps and the bookkeeping of the vault do not', () => {
  const acts = actsOf([
    line(0, 'create-case', { by: 'i', role: 'intake' }),
    line(1, 'threshold', { by: 'd', role: 'designer', statement }),
    line(2, 'release/no-proof', { by: 'o', role: 'operator', outcome: 'denied' }),
    line(3, 'send-back/shape', { by: 'r', role: 'reviewer', words: 'not this' }),
    line(4, 'approve', { by: 'r', role: 'reviewer', statement }),
    line(5, 'lock', { by: 'r', role: 'reviewer', checkpoint: 'c' }),
    line(6, 'witness', { by: 'a', role: 'auditor', checkpoint: 'c' }),
  ])
  const staff = new Map([['r', '0103']])
  const said = acts.map((act) => [actWho(act, (id) => staff.get(id) ?? null), actText(act), act.isSigned])
  expect(said).toEqual([
    [`Somebody, ${ROLE.auditor}`, 'Confirmed a checkpoint of the log', true],
    [`Staff 0103, ${ROLE.reviewer}`, 'Approved the part', true],
    [`Staff 0103, ${ROLE.reviewer}`, 'Gave the case back', false],
    [`Somebody, ${ROLE.operator}`, 'Was refused: release', false],
    [`Somebody, ${ROLE.intake}`, 'Began the case', false],
  ])
  expect(JSON.stringify(acts)).not.toContain('not this')
})

test('in a vault without people it was its owner', () => {
  const [act] = actsOf([line(0, 'bundle')])
  expect(act && actWho(act, () => null)).toBe(ACTS.owner)
})

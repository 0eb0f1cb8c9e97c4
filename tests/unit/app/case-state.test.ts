import { expect, test } from 'vitest'
import { type CaseState, currentState } from '../../../src/app/case-state.ts'
import { NO_EDITS, packedHistory } from '../../../src/app/part-history.ts'
import type { JsonValue } from '../../../src/core/json.ts'
import { FIRST_STATE as FIRST } from '../../support/first-case-state.ts'

test('a case stored with one mask opens with one label of what its template is for', () => {
  const now = currentState(FIRST)
  expect(now).toMatchObject({ version: 4, nextLabel: 2, activeLabel: 1, modelLabel: null, assets: { mask: 'a1' } })
  expect(now.labels).toMatchObject([{ id: 1, anatomy: 'skin', shells: 2, limits: { lowHu: -300 } }])
  expect(now).not.toHaveProperty('maskMm3')
  const modelled = { ...FIRST, ledger: [{ stage: 'surface', meanMm: 0, p95Mm: 0, maxMm: 0, volumePercent: 0 }] }
  expect(currentState(modelled).modelLabel).toBe(1)
})

test('a state of a later version is named, and one that is none is refused', () => {
  expect(() => currentState({ ...FIRST, version: 5 })).toThrow(/newer version/)
  const { ledger: _, ...halved } = FIRST
  for (const none of [null, [], 'state', halved, { ...FIRST, policy: 'none' }])
    expect(() => currentState(none)).toThrow(expect.objectContaining({ code: 'vault/tampered' }))
})

test('a case stored before there was AI opens with labels that are not made by it', () => {
  const { labels, ...now } = currentState(FIRST)
  const before = labels.map(({ ai: _, ...info }) => info)
  const opened = currentState({ ...now, version: 2, labels: before } as unknown as JsonValue)
  expect(opened).toEqual({ ...now, version: 4, labels: before.map((info) => ({ ...info, ai: null })) })
})

test('without a mask there is no label, and a state of today stays as it is', () => {
  const empty = currentState({ ...FIRST, maskMm3: 0 })
  expect(empty).toMatchObject({ labels: [], nextLabel: 1, activeLabel: null })
  const state: CaseState = empty
  expect(currentState(state as unknown as JsonValue)).toBe(state)
})

test('a case stored before the part could be edited opens with the model as it was made', () => {
  const { part, activeBody, ...now } = currentState(FIRST)
  expect(currentState({ ...now, version: 3 } as unknown as JsonValue)).toEqual({ ...now, version: 4, part, activeBody })
  expect([part, activeBody]).toEqual([packedHistory(NO_EDITS), null])
})

test('edits of the part that lead nowhere are refused', () => {
  const now = currentState(FIRST)
  const lost = { ...now, part: { ...now.part, position: 1 } } as unknown as JsonValue
  expect(() => currentState(lost)).toThrow(expect.objectContaining({ code: 'vault/tampered' }))
})

test('acceptances stored before there were initials are read, with initials too, and never with a name', () => {
  const accepted = { check: 'shells', reason: 'two bones on purpose' }
  for (const one of [accepted, { ...accepted, by: 'AB' }]) {
    expect(currentState({ ...FIRST, acknowledgements: [one] }).acknowledgements).toEqual([one])
  }
  expect(() => currentState({ ...FIRST, acknowledgements: [{ ...accepted, by: 'Jane Doe' }] })).toThrow(
    expect.objectContaining({ code: 'vault/tampered' }),
  )
})

test('a state without a word on the part reads as before, one with it says who, and anything else is refused', () => {
  const now = currentState(FIRST)
  const approval = {
    ...{ by: null, staff: null, role: 'designer' as const, at: '2026-05-01T00:00:00.000Z' },
    ...{ revision: 7, digests: ['ab'], used: true },
  }
  const read = (value: unknown) => currentState({ ...now, approval: value } as unknown as JsonValue).approval
  expect(currentState(now as unknown as JsonValue).approval).toBeUndefined()
  expect(read(null)).toBeNull()
  expect(read(approval)).toEqual(approval)
  for (const bent of [
    { role: 'operator' },
    { revision: -1 },
    { digests: 'ab' },
    { used: 1 },
    { at: null },
    { staff: 7 },
  ])
    expect(() => read({ ...approval, ...bent })).toThrow(expect.objectContaining({ code: 'vault/tampered' }))
})

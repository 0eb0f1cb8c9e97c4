import { expect, test } from 'vitest'
import { ACCEPT } from '../../../src/ui/check.en.ts'

test('what a finding was accepted with is told with the initials, and without them where a person signed in accepted it', () => {
  const given = [
    { check: 'genus', reason: 'As planned', by: 'AB' },
    { check: 'shells', reason: 'Two parts', role: 'reviewer' },
  ] as const
  expect(ACCEPT.of(given, 'genus')).toBe('As planned (AB)')
  expect(ACCEPT.of(given, 'shells')).toBe('Two parts')
  expect(ACCEPT.of(given, 'surface-max')).toBeNull()
})

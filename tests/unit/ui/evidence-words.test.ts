import { expect, test } from 'vitest'
import { CORRUPTIONS } from '../../../src/evidence/corruptions.ts'
import { robustness } from '../../../src/evidence/degradation.ts'
import { RED_TEAM, redTeamReport } from '../../../src/evidence/red-team/register.ts'
import { attackStateText, CORRUPTION, EVIDENCE, howRunText, verdictText } from '../../../src/ui/evidence.en.ts'

test('every attack says how it is run, and none that was not run says that it held', () => {
  const { rows } = redTeamReport('a'.repeat(64), [])
  for (const row of rows) {
    expect(howRunText(row.entry.how)).toMatch(/^(Run|Not run).*\.$/)
    expect(attackStateText(row)).toMatch(/^Not run.*\.$/)
  }
  const [first] = RED_TEAM
  const result = { id: first.id, date: '2026-05-01T10:00:00Z', seed: 1, modelSha256: null, figures: {} }
  const told = (passed: boolean) => redTeamReport('a'.repeat(64), [{ ...result, passed }]).rows.slice(0, 1)
  expect([...told(true), ...told(false)].map(attackStateText)).toEqual(['Held', 'Got through'])
})
test('nothing run is called unevaluated, never passed', () => {
  expect(verdictText(redTeamReport('a'.repeat(64), []).verdict)).toBe('Nothing was run yet')
  expect(verdictText(robustness([]).verdict)).toBe('Nothing was run yet')
  expect(EVIDENCE.summary(redTeamReport('a'.repeat(64), []))).toBe(
    `0 attacks held, 0 got through, ${RED_TEAM.length} not run.`,
  )
})
test('limits are told with their numbers', () => {
  expect(EVIDENCE.limits.silent).toBe(
    'GREEN with a surface Dice under 0.80 or a Dice under 0.85: at most 1.0\u2009% of all runs.',
  )
  expect(EVIDENCE.limits.attack).toContain('2, 5, 10 HU')
  expect(CORRUPTIONS.every(({ id }) => CORRUPTION[id][1].endsWith('.'))).toBe(true)
})

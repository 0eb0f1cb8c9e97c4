import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RED_TEAM, type RedTeamId, type RedTeamResult, redTeamReport } from '../../../src/evidence/red-team/register.ts'

const MODEL = 'a'.repeat(64)
const result = (id: RedTeamId, change: Partial<RedTeamResult> = {}): RedTeamResult => ({
  id,
  date: '2026-05-01T10:00:00Z',
  seed: 1,
  modelSha256: RED_TEAM.find((e) => e.id === id)?.ofModel ? MODEL : null,
  passed: true,
  figures: {},
  ...change,
})
const everything = RED_TEAM.map((e) => result(e.id))
const stateOf = (results: readonly RedTeamResult[], id: RedTeamId) =>
  redTeamReport(MODEL, results).rows.find((row) => row.entry.id === id)?.state

describe('the register', () => {
  test('names every attack once, and has all four classes', () => {
    expect(new Set(RED_TEAM.map((e) => e.id)).size).toBe(RED_TEAM.length)
    expect(new Set(RED_TEAM.map((e) => e.class)).size).toBe(4)
  })
  const tested = RED_TEAM.flatMap(({ id, how }) => (how.kind === 'test' ? [[id, how.file] as const] : []))
  test.each(tested)('%s is really run by %s', (id, file) => {
    expect(existsSync(file)).toBe(true)
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`['"]${id}[:'"]`))
  })
  test('every manipulation is run', () => {
    const how = RED_TEAM.filter((e) => e.class === 'pipeline-manipulation').map((e) => e.how.kind)
    expect(new Set(how)).toEqual(new Set(['test']))
  })
})

describe('the report of one model', () => {
  test('nothing run is unevaluated, and so are tests of the app alone', () => {
    expect(redTeamReport(MODEL, [])).toMatchObject({ verdict: 'unevaluated', passed: 0, notRun: RED_TEAM.length })
    expect(redTeamReport(MODEL, [result('mesh-swap')])).toMatchObject({ verdict: 'unevaluated', passed: 1 })
  })
  test('one attack not run is incomplete, all is passed, one lost is failed', () => {
    expect(redTeamReport(MODEL, everything).verdict).toBe('passed')
    expect(redTeamReport(MODEL, everything.slice(1)).verdict).toBe('incomplete')
    const lost = everything.slice(1).map((r) => (r.id === 'spsa' ? { ...r, passed: false } : r))
    expect(redTeamReport(MODEL, lost)).toMatchObject({ verdict: 'failed', failed: 1, notRun: 1 })
  })
  test('a result of a model that differs by one digit counts for nothing', () => {
    const other = everything.map((r) => (r.modelSha256 === null ? r : { ...r, modelSha256: `b${MODEL.slice(1)}` }))
    expect(redTeamReport(MODEL, other).verdict).toBe('unevaluated')
    expect(stateOf([result('spsa', { modelSha256: null })], 'spsa')).toBe('not-run')
    expect(stateOf([result('mesh-swap', { modelSha256: MODEL })], 'mesh-swap')).toBe('not-run')
  })
  test('the newest run counts, in whatever order they come', () => {
    const old = result('square', { passed: true })
    const later = result('square', { passed: false, date: '2026-06-01T10:00:00Z' })
    expect(stateOf([old, later], 'square')).toBe('failed')
    expect(stateOf([later, old], 'square')).toBe('failed')
  })
})

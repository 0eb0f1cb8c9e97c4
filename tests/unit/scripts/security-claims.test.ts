import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../../../scripts/lib/root.mjs'
import { CLAIMS } from '../../../scripts/lib/security-claims.mjs'
import { type SecurityEvidence, securityPage } from '../../../scripts/lib/security-page.mjs'
import { PARTS } from '../../../scripts/lib/security-parts.mjs'

const of = (id: string) => PARTS.find(({ claim }) => claim === id)?.parts ?? []

describe('what a claim names one by one', () => {
  test.each([
    ['T16', 12],
    ['T17', 12],
    ['T19', 6],
  ])('%s: %i, each once', (id, count) => {
    expect(new Set(of(id).map(({ name }) => name)).size).toBe(count)
    expect(of(id)).toHaveLength(count)
  })
  const parts = PARTS.flatMap(({ claim, parts }) => parts.map((part) => ({ claim, ...part })))
  test.each(parts)(
    '$claim, $name: the claim runs its file, and the test is in it',
    ({ claim, file, test, of = '' }) => {
      expect(CLAIMS.find(({ id }) => id === claim)?.files).toContain(file)
      const source = readFileSync(join(ROOT, file), 'utf8')
      expect(source).toMatch(
        new RegExp(`['"]${test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace('%s', '%[si]')}['"]`),
      )
      expect(source).toContain(of)
    },
  )
})

describe('the page', () => {
  const evidence = (passed: boolean, left = ''): SecurityEvidence => ({
    ...{ date: '2026-05-01', node: '20', chromium: '1', system: 'linux' },
    claims: [{ id: 'T0', what: 'what', figure: '2 of 2', files: ['a.test.ts'], left }],
    suites: [{ file: 'a.test.ts', date: '2026-05-01', passed: 2, failed: 0, skipped: 0 }],
    shown: [],
    parts: [true, passed].map((is, n) => ({
      ...{ claim: 'T0', what: 'ways', name: `way ${n}`, file: 'a.test.ts', test: 'closed' },
      passed: is,
    })),
  })
  const rowOf = (page: string) => page.split('\n').find((line) => line.startsWith('| T0 | what'))

  test('counts the parts that passed, and calls the claim shown', () => {
    expect(rowOf(securityPage(evidence(true)))).toMatch(/\| ways: 2 of 2 \|.*\| shown \|$/)
  })
  test('calls a claim failed when one of its parts did not pass, or was not run', () => {
    expect(rowOf(securityPage(evidence(false)))).toMatch(/\| ways: 1 of 2 \|.*\| failed \|$/)
  })
  test('calls it shown in part while something is left open', () => {
    expect(rowOf(securityPage(evidence(true, 'one way')))).toMatch(/\| shown in part \|$/)
  })
})

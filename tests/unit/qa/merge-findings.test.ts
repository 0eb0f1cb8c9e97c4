import { expect, test } from 'vitest'
import type { CheckId, Finding } from '../../../src/core/finding.ts'
import { mergeFindings } from '../../../src/qa/merge-findings.ts'

const of = (check: CheckId, level: Finding['level'], value: number, at: number[] = []): Finding => ({
  ...{ check, level, value, limit: 1, unit: 'mm', hard: false, detail: { figure: value } },
  policy: { id: 'teaching', version: 1 },
  places: at.map((x) => ({ at: [x, 0, 0], value })),
})
const only = (findings: readonly Finding[]) => {
  const [finding] = findings
  if (!finding || findings.length !== 1) throw new Error('not one finding')
  return finding
}

test('one body keeps its very findings', () => {
  const findings = [of('shells', 'pass', 1)]
  expect(mergeFindings([{ body: 4, findings }])).toBe(findings)
  expect(mergeFindings([])).toEqual([])
})

test('of several bodies the worst level counts, and says whose it is', () => {
  const merged = mergeFindings([
    { body: 1, findings: [of('surface-mean', 'warn', 0.9, [1])] },
    { body: 2, findings: [of('surface-mean', 'fail', 1.2, [2])] },
    { body: 3, findings: [of('surface-mean', 'pass', 0.1, [3])] },
  ])
  expect(only(merged)).toMatchObject({ level: 'fail', value: 1.2, detail: { figure: 1.2, body: 2 } })
  expect(only(merged).places.map(({ at }) => at[0])).toEqual([2])
})

test('of two that fail the one farther past its limit counts, and both keep their places', () => {
  const [above, below] = [of('wall-thickness', 'fail', 0.4, [1]), of('wall-thickness', 'fail', 0.7, [2])]
  const merged = mergeFindings([
    { body: 1, findings: [below] },
    { body: 2, findings: [above] },
  ])
  expect(only(merged)).toMatchObject({ value: 0.4, detail: { body: 2 } })
  expect(only(merged).places.map(({ at }) => at[0])).toEqual([1, 2])
})

test('of two that pass the one nearer to its limit counts', () => {
  const merged = mergeFindings([
    { body: 1, findings: [of('surface-p95', 'pass', 0.2)] },
    { body: 2, findings: [of('surface-p95', 'pass', 0.6)] },
  ])
  expect(only(merged)).toMatchObject({ level: 'pass', value: 0.6, detail: { body: 2 } })
})

test('a check that was made on one body only is there too, in the order they were made', () => {
  const merged = mergeFindings([
    { body: 1, findings: [of('shells', 'pass', 1)] },
    { body: 2, findings: [of('shells', 'pass', 1), of('orientation', 'fail', 3)] },
  ])
  expect(merged.map(({ check }) => check)).toEqual(['shells', 'orientation'])
})

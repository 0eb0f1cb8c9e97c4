import { expect, test } from 'vitest'
import { TEMPLATES, templateById } from '../../../src/app/shipped-templates.ts'
import { ITERATIONS } from '../../../src/app/smooth-choice.ts'
import { DECIMATE } from '../../../src/prepare/decimate.ts'
import { SMOOTH } from '../../../src/prepare/smooth.ts'
import { DEFAULT_CHOICE, madeWith } from '../../../src/ui/stations/model/made-with.ts'

const row = (stage: string, params: Record<string, unknown> = {}) => ({ stage, params })
const run = (iterations: number, maxErrorMm: number) => [
  row('surface'),
  row('smooth', { iterations }),
  row('decimate', { maxErrorMm }),
  row('repair'),
]
const ledger = (...stages: string[]) =>
  stages.map((stage) => ({ stage, meanMm: 0, p95Mm: 0, maxMm: 0, volumePercent: 0 }))
const WHOLE = ledger('surface', 'smooth', 'decimate', 'repair')

test('what a template makes is what the panel offers at first', () => {
  const trace = [row('threshold'), ...run(SMOOTH.defaults.iterations, DECIMATE.defaults.maxErrorMm), row('check')]
  expect(madeWith(trace, WHOLE)).toEqual(DEFAULT_CHOICE)
  const own = TEMPLATES.filter(({ id }) =>
    templateById(id).steps.some((s) => ['smooth', 'decimate'].includes(s.stage) && Object.keys(s.params).length > 0),
  )
  expect(own).toEqual([])
})
test('the newest whole run counts, and a cancelled one does not', () => {
  const trace = [
    ...run(5, 0.2),
    row('check'),
    ...run(40, 0.05),
    row('check'),
    row('surface'),
    row('smooth', { iterations: 5 }),
  ]
  expect(madeWith(trace, WHOLE)).toEqual({ strength: 'strong', maxErrorMm: 0.05 })
})
test('steps that were left out are none and no error', () => {
  const trace = [...run(5, 0.2), row('surface'), row('repair')]
  expect(madeWith(trace, ledger('surface', 'repair'))).toEqual({ strength: 'none', maxErrorMm: 0 })
})
test('passes that are not offered are not called by another name', () => {
  expect(madeWith(run(23, 0.1), WHOLE)).toEqual({ strength: null, maxErrorMm: 0.1 })
  expect(madeWith([], WHOLE)).toBeNull()
  expect(new Set(Object.values(ITERATIONS)).size).toBe(4)
})

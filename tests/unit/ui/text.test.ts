import { expect, test } from 'vitest'
import type { CheckId, Finding } from '../../../src/core/finding.ts'
import * as catalogue from '../../../src/ui/text.en.ts'
import { changeText, findingText, NEXT_STEP, paramText, passedValue } from '../../../src/ui/text.en.ts'

const CHECKS: readonly CheckId[] = [
  'slice-spacing',
  'anisotropy',
  'side-verified',
  'boundary-edges',
  'non-manifold-edges',
  'orientation',
  'shells',
  'self-intersections',
  'surface-mean',
  'surface-p95',
  'surface-max',
  'volume-change',
  'bounding-box',
  'wall-thickness',
  'build-volume',
  'file-reread',
]
const finding = (check: CheckId, level: Finding['level'] = 'fail'): Finding => ({
  check,
  level,
  value: 0.62,
  limit: 0.8,
  unit: 'mm',
  hard: true,
  detail: {},
  places: [{ at: [0, 0, 0], value: 0.62 }],
})

/** Every string in the catalogue, nested ones included. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(strings)
}

test('nothing shouts, and nothing is empty', () => {
  const all = [
    ...strings(catalogue),
    ...CHECKS.flatMap((c) => [findingText(finding(c), 'fdm', []), findingText(finding(c, 'warn'), 'fdm', [])]),
  ]
  expect(all.length).toBeGreaterThan(200)
  expect(all.filter((t) => t.includes('!') || t.trim() === '')).toEqual([])
})
test('twelve listed places may be more', () => {
  const many = {
    ...finding('wall-thickness'),
    places: Array.from({ length: 12 }, () => ({ at: [0, 0, 0] as const, value: 1 })),
  }
  expect(findingText(many, 'fdm', [])).toContain('at 12 places or more')
})
test('every next step is a sentence', () => {
  expect(Object.values(NEXT_STEP).filter((t) => !t.endsWith('.'))).toEqual([])
})
test('a thin wall offers only ways out that were given', () => {
  const wall: Finding = {
    ...finding('wall-thickness'),
    value: 4,
    limit: 1,
    unit: 'mm2',
    detail: { thinnestMm: 0.62, hardMm: 0.8 },
  }
  const text = findingText(wall, 'fdm', ['sla', 'mjf'])
  expect(text).toBe(
    'Wall is 0.62\u2009mm at 1 place; FDM needs 0.80\u2009mm. Add a margin in Segment, or choose SLA or MJF.',
  )
  expect(findingText(wall, 'fdm', ['fdm'])).not.toContain('choose')
})
test('a change is told with its unit', () => {
  expect(changeText({ stage: 'fill-holes', from: 163_000, to: 163_400, unit: 'mm3' })).toBe(
    'Last step: fill holes, +0.40\u2009cm³',
  )
  expect(changeText({ stage: 'islands', from: 5, to: 5, unit: 'mm3' })).toBe('Last step: islands, nothing changed')
})
test('parameters read as words', () => {
  expect(paramText('lowHu', 226)).toBe('from 226')
  expect(paramText('seedLps', null)).toBe('')
  expect(paramText('keep', 'largest')).toBe('keep largest')
})
test('a gate that holds shows its figure', () => {
  expect(passedValue({ ...finding('volume-change', 'pass'), value: -0.4, unit: '%' })).toBe('\u22120.4\u2009%')
})

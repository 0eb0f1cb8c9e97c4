import { describe, expect, it } from 'vitest'
import type { Scope } from '../../../src/infer/card.ts'
import { type ScanFacts, scanFacts, scopeBreaches } from '../../../src/infer/scope.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'

const SCOPE: Scope = {
  modalities: ['MR'],
  spacingMm: [0.5, 3],
  anisotropy: 4,
  fieldOfViewMm: [120, 300],
  ageYears: [18, 90],
}
const FACTS: ScanFacts = {
  modality: 'MR',
  size: [200, 200, 150],
  spacingMm: [1, 1, 1],
  range: [0, 900],
  ageYears: null,
}
const E = 1e-3

const rulesOf = (change: Partial<ScanFacts>) => scopeBreaches(SCOPE, { ...FACTS, ...change }).map(({ rule }) => rule)

describe('scopeBreaches', () => {
  it('lets a scan within its scope run', () => {
    expect(rulesOf({})).toEqual([])
  })

  it('refuses another modality and says which would do', () => {
    expect(scopeBreaches({ ...SCOPE, modalities: ['MR', 'other'] }, { ...FACTS, modality: 'CT' })).toEqual([
      { rule: 'modality', band: 'red', value: 'CT', limit: 'MR, other' },
    ])
  })

  it.each([
    ['finest', [0.5, 1, 1], []],
    ['finer', [0.5 - E, 1, 1], ['spacing']],
    ['coarsest', [1, 1, 3], []],
    ['coarser', [1, 1, 3 + E], ['spacing']],
    ['most uneven', [0.75, 0.75, 3], []],
    ['too uneven', [0.75 - E, 0.75, 3], ['anisotropy']],
  ] as const)('spacing, %s', (_, spacingMm, rules) => {
    const size = spacingMm.map((mm) => 200 / mm) as unknown as ScanFacts['size']
    expect(rulesOf({ spacingMm, size })).toEqual(rules)
  })

  it('field of view, at the limit and beyond', () => {
    expect(rulesOf({ size: [120, 200, 300] })).toEqual([])
    expect(rulesOf({ size: [119, 200, 300] })).toEqual(['field-of-view'])
    expect(rulesOf({ size: [120, 200, 301] })).toEqual(['field-of-view'])
  })

  it('refuses one slice, a constant scan, and spacings that are no numbers', () => {
    expect(rulesOf({ size: [200, 200, 1] })).toEqual(['field-of-view', 'slices'])
    expect(rulesOf({ range: [7, 7] })).toEqual(['contrast'])
    expect(rulesOf({ spacingMm: [Number.NaN, 1, 1] })).toContain('spacing')
  })

  it('judges the age only where it is known', () => {
    expect([17, 18, 90, 91].map((ageYears) => rulesOf({ ageYears }).length)).toEqual([1, 0, 0, 1])
  })

  it('takes no harm from the rounding of spacings', () => {
    expect(rulesOf({ spacingMm: [1, 1, 3.0000000000004], size: [200, 200, 60] })).toEqual([])
  })

  it('reads the facts of a volume in real values', () => {
    const volume = volumeOf(gridOf([4, 3, 2], [1, 2, 3]), (i) => i, { slope: -2, intercept: 5, modality: 'MR' })
    expect(scanFacts(volume, null)).toEqual({
      modality: 'MR',
      size: [4, 3, 2],
      spacingMm: [1, 2, 3],
      range: [-1, 5],
      ageYears: null,
    })
  })
})

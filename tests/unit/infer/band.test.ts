import { describe, expect, it } from 'vitest'
import { type Evidence, judge, LEAST_MEMBERS } from '../../../src/infer/band.ts'
import { DEFAULT_BANDS } from '../../../src/infer/card.ts'
import type { Agreement } from '../../../src/infer/outcome.ts'

const GOOD: Agreement = { pairwiseDice: 0.99, s95Mm: 0.4, cvPercent: 1, meanMm3: 1000 }
const EVIDENCE: Evidence = { agreement: GOOD, members: 8, p: 0.5, calibrationCases: 200, turned: null, breaches: [] }
const E = 1e-9

const bandOf = (change: Partial<Evidence>) => judge({ ...EVIDENCE, ...change }, DEFAULT_BANDS).band
const agreeing = (change: Partial<Agreement>) => bandOf({ agreement: { ...GOOD, ...change } })

describe('judge at its limits', () => {
  it('is green when every rule holds', () => {
    const { band, reasons } = judge(EVIDENCE, DEFAULT_BANDS)
    expect(band).toBe('green')
    expect(reasons.map(({ rule }) => rule)).toEqual([
      'found',
      'members',
      'pairwise-dice',
      's95',
      'cv',
      'turned',
      'p',
      'calibration-cases',
    ])
  })

  it.each([
    ['pairwiseDice', 0.95, 0.85, -1],
    ['s95Mm', 1, 2, 1],
    ['cvPercent', 3, 8, 1],
  ] as const)('%s: the limits themselves hold', (key, green, amber, worse) => {
    expect(agreeing({ [key]: green - worse * E })).toBe('green')
    expect(agreeing({ [key]: green })).toBe('green')
    expect(agreeing({ [key]: green + worse * E })).toBe('amber')
    expect(agreeing({ [key]: amber - worse * E })).toBe('amber')
    expect(agreeing({ [key]: amber })).toBe('amber')
    expect(agreeing({ [key]: amber + worse * E })).toBe('red')
  })

  it('p: the limits themselves hold', () => {
    const bands = [0.05 + E, 0.05, 0.05 - E, 0.01 + E, 0.01, 0.01 - E].map((p) => bandOf({ p }))
    expect(bands).toEqual(['green', 'green', 'amber', 'amber', 'amber', 'red'])
  })

  it('is amber at best with fewer than four views', () => {
    expect(bandOf({ members: LEAST_MEMBERS })).toBe('green')
    expect(bandOf({ members: LEAST_MEMBERS - 1 })).toBe('amber')
    expect(bandOf({ members: 1, agreement: { ...GOOD, pairwiseDice: Number.NaN, s95Mm: Number.NaN } })).toBe('amber')
  })

  it('is amber at best without calibration, or with too few cases for p to fall to red', () => {
    expect(bandOf({ p: null, calibrationCases: 0 })).toBe('amber')
    // The least p of 99 cases is 0.01, which still is amber.
    expect(bandOf({ calibrationCases: 99 })).toBe('amber')
    expect(bandOf({ calibrationCases: 100 })).toBe('green')
  })

  it('is RED for a scan that fits better turned round', () => {
    expect(bandOf({ turned: 'upside-down' })).toBe('red')
  })

  it('is never green, nor amber, for what is no number', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const key of ['pairwiseDice', 's95Mm', 'cvPercent'] as const) expect(agreeing({ [key]: bad })).toBe('red')
      expect(bandOf({ p: bad })).toBe('red')
    }
    expect(agreeing({ meanMm3: Number.NaN })).toBe('red')
  })

  it('is red when nothing was found: members agree perfectly on nothing', () => {
    expect(agreeing({ pairwiseDice: 1, s95Mm: 0, cvPercent: 0, meanMm3: 0 })).toBe('red')
  })

  it('is red for a scan out of scope, whatever the members say', () => {
    const breach = { rule: 'modality', band: 'red', value: 'CT', limit: 'MR' } as const
    const { band, reasons } = judge({ ...EVIDENCE, breaches: [breach] }, DEFAULT_BANDS)
    expect(band).toBe('red')
    expect(reasons[0]).toEqual(breach)
  })

  it('tells value and missed limit, the worst first, as plain JSON', () => {
    const agreement = { ...GOOD, pairwiseDice: 0.93, s95Mm: Number.POSITIVE_INFINITY }
    const { reasons } = judge({ ...EVIDENCE, agreement }, DEFAULT_BANDS)
    expect(reasons[0]).toEqual({ rule: 's95', band: 'red', value: null, limit: 2 })
    expect(reasons[1]).toEqual({ rule: 'pairwise-dice', band: 'amber', value: 0.93, limit: 0.95 })
    expect(JSON.parse(JSON.stringify(reasons))).toEqual(reasons)
  })
})

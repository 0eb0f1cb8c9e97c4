import { describe, expect, test } from 'vitest'
import { CORRUPTIONS, type CorruptionId } from '../../../src/evidence/corruptions.ts'
import { robustness, type Trial } from '../../../src/evidence/degradation.ts'
import { SEVERITIES, type Severity } from '../../../src/evidence/severity.ts'
import { shareOf } from '../../../src/evidence/share.ts'
import type { Band } from '../../../src/infer/outcome.ts'

const SCANS = Array.from({ length: 6 }, (_, n) => `scan ${n}`)
const trial = (
  scan: string,
  corruption: CorruptionId | null,
  severity: Severity,
  dice: number,
  band: Band = 'green',
  nsd = dice,
): Trial => ({ scan, structure: 'brain', corruption, severity, dice, nsd, band })

/** All scans clean at 0.96 and every corruption with this drop and band. */
function grid(
  drop: (id: CorruptionId, severity: Severity) => number,
  band: (dice: number) => Band = () => 'green',
): Trial[] {
  const clean = SCANS.map((scan) => trial(scan, null, 0, 0.96))
  const worse = CORRUPTIONS.flatMap(({ id }) =>
    SEVERITIES.flatMap((severity) =>
      SCANS.map((scan) => trial(scan, id, severity, 0.96 - drop(id, severity), band(0.96 - drop(id, severity)))),
    ),
  )
  return [...clean, ...worse]
}
const honest = (dice: number): Band => (dice < 0.9 ? 'amber' : 'green')

describe('degradation', () => {
  test('weighs severities by two thirds to their power, worked by hand', () => {
    const drops = [0.01, 0.02, 0.03, 0.04, 0.05]
    const { curves, meanDegradation } = robustness(grid((_, s) => drops[s - 1] ?? 0))
    // (0.01 x 2/3 + 0.02 x 4/9 + 0.03 x 8/27 + 0.04 x 16/81 + 0.05 x 32/243) / (422 / 243)
    const byHand = (0.01 * 162 + 0.02 * 108 + 0.03 * 72 + 0.04 * 48 + 0.05 * 32) / 422
    expect(curves).toHaveLength(11)
    for (const curve of curves) expect(curve.degradation).toBeCloseTo(byHand, 12)
    expect(meanDegradation).toBeCloseTo(byHand, 12)
  })
  test.each([
    [0.0599, 'passed'],
    [0.06, 'passed'],
    [0.0601, 'failed'],
  ] as const)('a mean of %f is %s', (drop, verdict) => {
    // Rounding of 0.96 - 0.06 may leave the last digit above the limit.
    expect(robustness(grid(() => drop - 1e-12, honest)).verdict).toBe(verdict)
  })
  test.each([
    [0.1499, 'passed'],
    [0.1501, 'failed'],
  ] as const)('one corruption of %f among good ones is %s', (drop, verdict) => {
    const { worst, verdict: said } = robustness(grid((id) => (id === 'metal' ? drop : 0.01), honest))
    expect(worst?.corruption).toBe('metal')
    expect(said).toBe(verdict)
  })
  test('is measured scan by scan: leaving out the hard scans does not help', () => {
    const hard = grid(() => 0.05).map((t) => (t.scan === 'scan 0' ? { ...t, dice: t.dice - 0.3 } : t))
    const told = robustness(hard.filter((t) => t.severity === 0 || t.scan !== 'scan 0'))
    expect(told.meanDegradation).toBeCloseTo(0.05, 12)
  })
  test('by NSD when asked', () => {
    const trials = grid(() => 0).map((t) => (t.severity === 0 ? t : { ...t, nsd: 0.9 }))
    expect(robustness(trials, 'nsd').meanDegradation).toBeCloseTo(0.06, 12)
    expect(robustness(trials, 'dice').meanDegradation).toBeCloseTo(0, 12)
  })
  test('nothing, too few corruptions or a missing severity is never a pass', () => {
    expect(robustness([]).verdict).toBe('unevaluated')
    const all = grid(() => 0)
    expect(robustness(all).verdict).toBe('passed')
    expect(robustness(all.filter((t) => t.corruption !== 'blur' && t.corruption !== 'crop')).verdict).toBe(
      'unevaluated',
    )
    const gap = robustness(all.filter((t) => t.corruption !== 'blur' || t.severity !== 4))
    expect(gap.verdict).toBe('unevaluated')
    expect(gap.curves.find((c) => c.corruption === 'blur')).toMatchObject({ degradation: null })
  })
  test('a scan that was not tried clean is refused', () => {
    expect(() => robustness([trial('a', 'blur', 1, 0.9)])).toThrow(
      expect.objectContaining({ code: 'app/bad-parameter' }),
    )
  })
})

describe('silent failures', () => {
  const withOne = (changes: readonly Partial<Trial>[]) =>
    grid(() => 0).map((t, n) => (n < changes.length ? { ...t, ...changes[n] } : t))
  test('GREEN below NSD 0.80 or Dice 0.85 counts, at the limit it does not', () => {
    const { silentByNsd, silentByDice } = robustness(
      withOne([{ nsd: 0.79 }, { nsd: 0.8 }, { dice: 0.849 }, { dice: 0.85 }, { nsd: 0.1, dice: 0.1, band: 'amber' }]),
    )
    expect(silentByNsd.count).toBe(1)
    expect(silentByDice.count).toBe(1)
  })
  test('more than one in a hundred fails, one does not', () => {
    const silent = (n: number) => Array.from({ length: n }, () => ({ dice: 0.84 }))
    expect(grid(() => 0)).toHaveLength(336)
    expect(robustness(withOne(silent(3))).verdict).toBe('passed')
    expect(robustness(withOne(silent(4))).verdict).toBe('failed')
  })
  test('failed scans must be seen: fewer than 95 of 100 caught fails', () => {
    const failing = (silent: number, of: number) =>
      withOne(
        Array.from({ length: of }, (_, n) => ({ nsd: 0.7, band: n < silent ? ('green' as const) : ('red' as const) })),
      )
    expect(robustness(failing(0, 40)).caught).toMatchObject({ share: 1, of: 40 })
    expect(robustness(failing(2, 40)).verdict).toBe('passed')
    expect(robustness(failing(3, 40)).verdict).toBe('failed')
    expect(robustness(grid(() => 0)).caught).toBeNull()
  })
})

test('the upper bound of a share', () => {
  const share = (count: number, of: number) =>
    shareOf(
      Array.from({ length: of }, (_, n) => n),
      (n) => n < count,
    )
  expect(share(0, 300).upper95).toBeCloseTo(1 - 0.05 ** (1 / 300), 9)
  // Exact one-sided limits of Clopper and Pearson: the 95 % quantiles of Beta(4, 97) and Beta(2, 9).
  expect(share(3, 100).upper95).toBeCloseTo(0.0757, 4)
  expect(share(1, 10).upper95).toBeCloseTo(0.3942, 4)
  expect(share(5, 5).upper95).toBe(1)
  expect(share(0, 0)).toEqual({ count: 0, of: 0, share: 0, upper95: 1 })
})

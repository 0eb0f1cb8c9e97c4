import { describe, expect, test } from 'vitest'
import { benchReport } from '../../../src/evidence/bench-report.ts'
import {
  type AttackRun,
  noEvidence,
  packEvidence,
  unpackEvidence,
  withFinding,
} from '../../../src/evidence/model-evidence.ts'
import { redTeamReport } from '../../../src/evidence/red-team/register.ts'
import { benchCase, benchStructure } from '../../support/bench-cases.ts'

const SHA = 'ab'.repeat(32)
const MARK = { date: '2026-01-02T03:04:05.000Z', seed: 7 }
const stateOf = (evidence: ReturnType<typeof noEvidence>, id: string, sha256 = SHA) =>
  redTeamReport(sha256, evidence.redTeam).rows.find(({ entry }) => entry.id === id)?.state

const search = (size: 0 | 1 | 2, budget: number, silentSuccess: boolean): AttackRun => ({
  id: 'spsa',
  row: 1,
  size,
  epsilon: 2,
  budget,
  result: { queries: budget, startOverlap: 0.95, lowestOverlap: 0.9, silentSuccess },
})
const searches = (budget: number, silentSuccess: boolean) =>
  ([0, 1, 2] as const).map((size) => search(size, budget, silentSuccess))

/** Cases of two groups of 25 people; the second is worse by `gap`. */
function run(gap: number) {
  const cases = Array.from({ length: 50 }, (_, n) =>
    benchCase(n + 1, {
      groups: { sex: n % 2 === 0 ? 'f' : 'm' },
      structures: [benchStructure('brain', { nsd: 0.97 - (n % 2) * gap - 0.001 * (n % 5) })],
    }),
  )
  const report = benchReport(cases, { draws: 200, seed: 1 })
  return { kind: 'cases', run: { ...MARK, toleranceMm: 2, cases }, report } as const
}

describe('the register gets a line from what was run', () => {
  test('groups alike pass, a planted gap fails, and groups too small are no line', () => {
    expect(stateOf(withFinding(noEvidence(SHA), run(0), MARK), 'group-gates')).toBe('passed')
    expect(stateOf(withFinding(noEvidence(SHA), run(0.1), MARK), 'group-gates')).toBe('failed')
    const few = benchReport([benchCase(1, { groups: { sex: 'f' } })], { draws: 50, seed: 1 })
    const finding = { ...run(0), report: few }
    expect(stateOf(withFinding(noEvidence(SHA), finding, MARK), 'group-gates')).toBe('not-run')
  })

  test('a search with fewer tries than asked for counts only when it got through', () => {
    const stateAfter = (budget: number, through: boolean) =>
      stateOf(withFinding(noEvidence(SHA), { kind: 'attack', attacks: searches(budget, through) }, MARK), 'spsa')
    expect(stateAfter(2000, false)).toBe('passed')
    expect(stateAfter(200, false)).toBe('not-run')
    expect(stateAfter(200, true)).toBe('failed')
  })

  test('a newer run takes the place of the older, of the same search alone', () => {
    const first = withFinding(noEvidence(SHA), { kind: 'attack', attacks: searches(2000, true) }, MARK)
    const square = searches(2000, false).map((one) => ({ ...one, id: 'square' as const }))
    const both = withFinding(first, { kind: 'attack', attacks: square }, MARK)
    expect(both.attacks).toHaveLength(6)
    const again = withFinding(both, { kind: 'attack', attacks: searches(2000, false) }, MARK)
    expect(again.attacks).toHaveLength(6)
    expect(stateOf(again, 'spsa')).toBe('passed')
    expect(stateOf(again, 'square')).toBe('passed')
  })

  test('nothing counts for another digest', () => {
    const evidence = withFinding(noEvidence(SHA), { kind: 'attack', attacks: searches(2000, false) }, MARK)
    expect(stateOf(evidence, 'spsa', 'cd'.repeat(32))).toBe('not-run')
  })
})

describe('what is kept', () => {
  test('comes back as it was, infinite and unknown numbers too', () => {
    const metrics = { hd95Mm: Number.POSITIVE_INFINITY, meanMm: [Number.NaN, 1] as const, volumeErrorPercent: -100 }
    const cases = [benchCase(1, { structures: [benchStructure('brain', metrics)] })]
    const evidence = { ...noEvidence(SHA), run: { ...MARK, toleranceMm: 2, cases } }
    const packed = packEvidence([evidence])
    expect(JSON.parse(JSON.stringify(packed))).toEqual(packed)
    expect(unpackEvidence(packed)).toEqual([evidence])
  })

  test.each([null, [], { format: 'another', kept: [] }, { format: 'proofprint-bench/1', kept: [{ modelSha256: 1 }] }])(
    'anything else is refused by name: %j',
    (packed) => {
      expect(() => unpackEvidence(packed)).toThrow(expect.objectContaining({ code: 'vault/tampered' }))
    },
  )
})

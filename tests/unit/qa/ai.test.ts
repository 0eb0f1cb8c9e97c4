import { describe, expect, test } from 'vitest'
import { POLICY_IDS, type PolicyId } from '../../../src/core/finding.ts'
import { checkAiConfidence } from '../../../src/qa/checks/ai-confidence.ts'
import { checkAiEvaluated } from '../../../src/qa/checks/ai-evaluated.ts'
import { checkAiReview } from '../../../src/qa/checks/ai-review.ts'
import { gateVerdict } from '../../../src/qa/gate.ts'
import { POLICIES, type Policy } from '../../../src/qa/policy.ts'
import type { LabelAi } from '../../../src/segment/label-ai.ts'
import { passingFindings } from '../../support/findings.ts'
import { AMBER_LABEL, openRegion, SIGNED } from '../../support/label-ai.ts'

const { teaching, planning } = POLICIES
const review = (change: Partial<LabelAi>) => checkAiReview({ ...AMBER_LABEL, ...change }, teaching)

describe('a label that no network made', () => {
  test('passes all with value 0', () => {
    for (const check of [checkAiConfidence, checkAiEvaluated, checkAiReview]) {
      expect(check(null, planning)).toMatchObject({ level: 'pass', value: 0, limit: 0, places: [] })
    }
  })
})

describe('AI confidence', () => {
  test('fails RED alone', () => {
    const level = (band: LabelAi['band']) => checkAiConfidence({ ...AMBER_LABEL, band }, teaching).level
    expect([level('green'), level('amber'), level('red')]).toEqual(['pass', 'pass', 'fail'])
  })

  test.each(POLICY_IDS)('can be waived by nobody under %s', (id) => {
    const policy = POLICIES[id]
    const red = checkAiConfidence({ ...AMBER_LABEL, band: 'red' }, policy)
    expect(red.hard).toBe(true)
    const findings = [...passingFindings(id).filter((f) => f.check !== 'ai-confidence'), red]
    const reason = 'looked at it carefully'
    expect(gateVerdict(findings, [{ check: 'ai-confidence', reason }], policy).refusedBy).toEqual(['ai-confidence'])
  })
})

describe('AI never measured', () => {
  const unknown = { ...AMBER_LABEL, model: { ...AMBER_LABEL.model, evaluated: false } }

  test('is only shown where the policy lets it, refused under planning, and waived by nobody', () => {
    const levels = POLICY_IDS.map((id) => [id, checkAiEvaluated(unknown, POLICIES[id]).level])
    expect(Object.fromEntries(levels)).toEqual({ teaching: 'warn', communication: 'warn', planning: 'fail' })
    expect(checkAiEvaluated(unknown, planning)).toMatchObject({ value: 1, hard: true })
    const findings = [
      ...passingFindings('planning').filter((f) => f.check !== 'ai-evaluated'),
      checkAiEvaluated(unknown, planning),
    ]
    const acknowledgements = [{ check: 'ai-evaluated', reason: 'known from another site' }] as const
    expect(gateVerdict(findings, acknowledgements, planning).refusedBy).toEqual(['ai-evaluated'])
  })

  test('passes what was measured', () => expect(checkAiEvaluated(AMBER_LABEL, planning).level).toBe('pass'))
})

describe('AI review', () => {
  test('counts open regions and a missing second reader', () => {
    expect(review({})).toMatchObject({ level: 'fail', value: 2, detail: { openRegions: 1, secondReader: 'missing' } })
    expect(review({ secondReader: SIGNED })).toMatchObject({ level: 'fail', value: 1 })
    expect(review({ regions: [] })).toMatchObject({ level: 'fail', value: 1 })
    expect(review({ regions: [], secondReader: SIGNED })).toMatchObject({ level: 'pass', value: 0 })
  })

  test('takes accepted and edited regions for done and flies to the open ones', () => {
    const word = { reason: 'border-right', text: '', by: 'AB' } as const
    const regions = [
      { ...openRegion(90), state: 'accepted', word } as const,
      { ...openRegion(70), state: 'edited' } as const,
      openRegion(60),
    ]
    expect(review({ regions, secondReader: SIGNED })).toMatchObject({
      value: 1,
      places: [{ at: [1, 2, 3], value: 60 }],
    })
  })

  test('asks nothing of GREEN', () => {
    expect(review({ band: 'green' })).toMatchObject({ level: 'pass', value: 0 })
  })

  test('can be acknowledged by the designer under teaching, by nobody yet elsewhere', () => {
    const others = (policy: PolicyId) => passingFindings(policy).filter((f) => f.check !== 'ai-review')
    const acknowledgements = [{ check: 'ai-review', reason: 'shown to students only' }] as const
    const under = (policy: Policy) => [...others(policy.id), checkAiReview(AMBER_LABEL, policy)]
    expect(gateVerdict(under(teaching), acknowledgements, teaching).released).toBe(true)
    expect(gateVerdict(under(planning), acknowledgements, planning).refusedBy).toEqual(['ai-review'])
  })
})

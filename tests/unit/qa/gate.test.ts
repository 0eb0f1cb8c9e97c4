import { describe, expect, test } from 'vitest'
import { PipelineError } from '../../../src/core/errors.ts'
import { type CheckId, type Finding, POLICY_IDS } from '../../../src/core/finding.ts'
import { gateVerdict, mayBeAccepted, mayBeApproved, REQUIRED_CHECKS, release } from '../../../src/qa/gate.ts'
import { finding, grade } from '../../../src/qa/grade.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { passingFindings } from '../../support/findings.ts'

const SOFT: CheckId[] = ['slice-spacing', 'shells', 'self-intersections', 'genus', 'wall-thickness', 'ai-review']
const mesh = { positions: new Float32Array(9), indices: new Uint32Array(3) }
const with_ = (check: CheckId, level: Finding['level']) =>
  passingFindings().map((f) => (f.check === check ? { ...f, level } : f))
const go = (findings: Finding[], acks: { check: CheckId; reason: string }[] = [], digest = 'a') =>
  release(mesh, 'a', digest, findings, acks, POLICIES.teaching)
const codeOf = (run: () => unknown) => {
  try {
    run()
    return 'none'
  } catch (error) {
    return error instanceof PipelineError ? `${error.code} ${error.detail.gates ?? ''}`.trim() : 'bug'
  }
}

describe('release', () => {
  test('passes a fully checked mesh, the same object', () => expect(go(passingFindings())).toBe(mesh))
  test('a warning passes', () => expect(go(with_('volume-change', 'warn'))).toBe(mesh))
  test('refuses when the digest checked is not the digest released', () =>
    expect(codeOf(() => go(passingFindings(), [], 'b'))).toBe('qa/stale'))
  test.each([
    ['of another use', { id: 'planning', version: POLICIES.planning.version }],
    ['of another version', { id: 'teaching', version: POLICIES.teaching.version + 1 }],
  ] as const)('refuses findings by the limits %s, by name, and they count as not made', (_, policy) => {
    const findings = passingFindings().map((f) => (f.check === 'shells' ? { ...f, policy } : f))
    expect(codeOf(() => go(findings))).toBe('qa/other-policy')
    expect(gateVerdict(findings, [], POLICIES.teaching)).toMatchObject({ released: false, refusedBy: ['shells'] })
  })
  test('refuses no findings at all, naming what is missing', () =>
    expect(codeOf(() => go([]))).toBe(`qa/refused ${REQUIRED_CHECKS.join(', ')}`))
  test.each(REQUIRED_CHECKS)('refuses when %s was not made', (check) =>
    expect(codeOf(() => go(passingFindings().filter((f) => f.check !== check)))).toBe(`qa/refused ${check}`),
  )
  test.each(REQUIRED_CHECKS)('refuses a failing %s', (check) =>
    expect(codeOf(() => go(with_(check, 'fail')))).toBe(`qa/refused ${check}`),
  )
  test.each([...REQUIRED_CHECKS, 'file-reread' as const])('%s can be waived only when it is in the list', (check) => {
    const failing = finding(POLICIES.teaching, { check, level: 'fail', value: 2, limit: 1, unit: 'mm' })
    const findings = [...passingFindings().filter((f) => f.check !== check), failing]
    const outcome = codeOf(() => go(findings, [{ check, reason: 'orbital floor is thin' }]))
    expect(outcome).toBe(SOFT.includes(check) ? 'none' : `qa/refused ${check}`)
  })
  test('a hard finding that calls itself soft is still hard', () => {
    const lying = with_('boundary-edges', 'fail').map((f) => ({ ...f, hard: false }))
    expect(codeOf(() => go(lying, [{ check: 'boundary-edges', reason: 'long enough reason' }]))).toBe(
      'qa/refused boundary-edges',
    )
  })
  test('a reason needs eight characters that are not spaces', () => {
    const reason = (text: string) => codeOf(() => go(with_('shells', 'fail'), [{ check: 'shells', reason: text }]))
    expect(reason('1234567')).toBe('qa/refused shells')
    expect(reason('12345678')).toBe('none')
    expect(reason(' 1234567  ')).toBe('qa/refused shells')
  })
  test('an acknowledgement of one check accepts no other', () =>
    expect(codeOf(() => go(with_('shells', 'fail'), [{ check: 'wall-thickness', reason: 'long enough' }]))).toBe(
      'qa/refused shells',
    ))
  test('two findings of one check: one failure refuses', () =>
    expect(codeOf(() => go([...with_('orientation', 'fail'), ...passingFindings()]))).toBe('qa/refused orientation'))
})

test('the verdict is a value that lists refused and acknowledged gates', () => {
  const findings = with_('shells', 'fail').map((f) =>
    f.check === 'bounding-box' ? { ...f, level: 'fail' as const } : f,
  )
  expect(gateVerdict(findings, [{ check: 'shells', reason: 'two bones on purpose' }], POLICIES.teaching)).toEqual({
    released: false,
    refusedBy: ['bounding-box'],
    acknowledged: ['shells'],
  })
})

test.each(['communication', 'planning'] as const)('under %s the designer cannot accept anything', (id) => {
  const acks = [{ check: 'shells' as const, reason: 'two bones on purpose' }]
  const failing = passingFindings(id).map((f) => (f.check === 'shells' ? { ...f, level: 'fail' as const } : f))
  expect(gateVerdict(failing, acks, POLICIES[id])).toEqual({
    released: false,
    refusedBy: ['shells'],
    acknowledged: [],
  })
})

describe('grade', () => {
  const limit = { warn: 1, fail: 2 }
  test.each([
    [0.999, 'pass'],
    [1, 'pass'],
    [1.001, 'warn'],
    [1.999, 'warn'],
    [2, 'warn'],
    [2.001, 'fail'],
    [Number.POSITIVE_INFINITY, 'fail'],
    [Number.NaN, 'fail'],
  ] as const)('%s is %s', (value, level) => expect(grade(value, limit)).toBe(level))
  test('no fail limit never refuses a number', () => expect(grade(1e9, { warn: 1, fail: null })).toBe('warn'))
  test('the fail limit wins where it is below the warn limit', () =>
    expect(grade(0.6, { warn: 0.75, fail: 0.5 })).toBe('fail'))
})

test('policies are plain JSON, one a use, and waive nothing but the acknowledgeable gates', () => {
  for (const id of POLICY_IDS) {
    expect(POLICIES[id].id).toBe(id)
    expect(JSON.parse(JSON.stringify(POLICIES[id]))).toEqual(POLICIES[id])
    expect([...POLICIES[id].acknowledgeable].sort()).toEqual([...SOFT].sort())
  }
  expect(POLICY_IDS.filter((id) => POLICIES[id].designerMayAcknowledge)).toEqual(['teaching'])
})

describe('who accepts', () => {
  const reason = 'thin on purpose here'
  for (const policy of POLICY_IDS)
    for (const role of [undefined, 'reviewer'] as const)
      for (const check of ['wall-thickness', 'boundary-edges'] as const)
        test(`${check} under ${policy}, accepted by ${role ?? 'the designer'}`, () => {
          const failing = finding(POLICIES[policy], { check, level: 'fail', value: 2, limit: 1, unit: 'mm' })
          const findings = [...passingFindings(policy).filter((f) => f.check !== check), failing]
          const word = { check, reason, ...(role ? { role } : {}) }
          const verdict = gateVerdict(findings, [word], POLICIES[policy])
          const counts = check === 'wall-thickness' && (policy === 'teaching' || role === 'reviewer')
          expect(verdict).toMatchObject({ released: counts, acknowledged: counts ? [check] : [] })
          expect(mayBeApproved(findings, POLICIES[policy])).toBe(check === 'wall-thickness')
          expect(mayBeAccepted(failing, POLICIES[policy])).toBe(check === 'wall-thickness')
          expect(mayBeAccepted({ ...failing, hard: true }, POLICIES[policy])).toBe(false)
        })
  test('a reviewer gives a reason too, and for each finding its own', () => {
    const { planning } = POLICIES
    const soft = (['wall-thickness', 'genus'] as const).map((check) =>
      finding(planning, { check, level: 'fail', value: 2, limit: 1, unit: 'mm' }),
    )
    const findings = [
      ...passingFindings('planning').filter((f) => !soft.some(({ check }) => check === f.check)),
      ...soft,
    ]
    const say = (check: CheckId, text = reason) => ({ check, reason: text, role: 'reviewer' as const })
    expect(gateVerdict(findings, [say('genus')], planning).refusedBy).toEqual(['wall-thickness'])
    expect(gateVerdict(findings, [say('genus'), say('wall-thickness', 'short')], planning).released).toBe(false)
    expect(gateVerdict(findings, [say('genus'), say('wall-thickness')], planning).released).toBe(true)
  })
})

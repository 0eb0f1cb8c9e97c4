import type { Finding, PolicyId } from '../../src/core/finding.ts'
import { REQUIRED_CHECKS, type Released, release } from '../../src/qa/gate.ts'
import { finding } from '../../src/qa/grade.ts'
import { POLICIES } from '../../src/qa/policy.ts'

/** Every required check, passing. */
export function passingFindings(policy: PolicyId = 'teaching'): Finding[] {
  return REQUIRED_CHECKS.map((check) =>
    finding(POLICIES[policy], { check, level: 'pass', value: 0, limit: 1, unit: 'count' }),
  )
}

/** A mesh with the brand, earned by passing findings: for tests of what comes after the gate. */
export function releasedForTest<T>(mesh: T): Released<T> {
  return release(mesh, 'digest', 'digest', passingFindings(), [], POLICIES.teaching)
}

import { expect, test } from 'vitest'
import { acceptAll, acceptedOf } from '../../../scripts/lib/acceptances.mjs'
import { parseOptions } from '../../../scripts/lib/options.mjs'
import type { CheckId } from '../../../src/core/finding.ts'
import { gateVerdict } from '../../../src/qa/gate.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { passingFindings } from '../../support/findings.ts'

test('evidence runs accept what teaching lets a designer accept, and no hard finding', async () => {
  const given = parseOptions(['scan', ...(await acceptAll())])
  const failing: readonly CheckId[] = ['wall-thickness', 'genus', 'surface-max']
  const findings = passingFindings().map((one) =>
    failing.includes(one.check) ? ({ ...one, level: 'fail' } as const) : one,
  )
  const accepted = (given?.line.acknowledge ?? []).map(({ check, reason }) => ({ check: check as CheckId, reason }))
  const { refusedBy } = gateVerdict(findings, accepted, POLICIES.teaching)
  expect(refusedBy).toEqual(['surface-max'])
  expect(acceptedOf(findings, refusedBy).map(({ check }) => check)).toEqual(['genus', 'wall-thickness'])
})

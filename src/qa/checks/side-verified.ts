import type { Finding } from '../../core/finding.ts'
import { finding } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** Whether a person confirmed left and right against the scan; the value is 1 when nobody did. */
export function checkSideVerified(sideVerified: boolean, policy: Policy): Finding {
  const level = sideVerified || !policy.sideMustBeVerified ? 'pass' : 'fail'
  return finding(policy, {
    check: 'side-verified',
    level,
    value: sideVerified ? 0 : 1,
    limit: policy.sideMustBeVerified ? 0 : 1,
    unit: 'count',
    detail: { verified: sideVerified ? 'yes' : 'no', needed: policy.sideMustBeVerified ? 'yes' : 'no' },
  })
}

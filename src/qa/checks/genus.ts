import type { Finding } from '../../core/finding.ts'
import { finding, grade, shownLimit } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** Handles and tunnels that the part has more (plus) or less (minus) than the mask's surface. */
export function checkGenus(part: number, reference: number, policy: Policy): Finding {
  const value = part - reference
  return finding(policy, {
    check: 'genus',
    level: grade(Math.abs(value), policy.genusChange),
    value,
    limit: shownLimit(policy.genusChange),
    unit: 'count',
    detail: { part, reference },
  })
}

import type { Finding } from '../../core/finding.ts'
import type { Passport } from '../../core/passport.ts'
import { finding, grade, shownLimit } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** Largest to smallest voxel spacing. */
export function checkAnisotropy(passport: Passport, policy: Policy): Finding {
  const ratio = Math.max(...passport.spacingMm) / Math.min(...passport.spacingMm)
  const value = Math.round(ratio * 1e4) / 1e4
  return finding(policy, {
    check: 'anisotropy',
    level: grade(value, policy.anisotropy),
    value,
    limit: shownLimit(policy.anisotropy),
    unit: ':1',
  })
}

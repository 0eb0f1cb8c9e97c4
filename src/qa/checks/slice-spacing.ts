import type { Finding } from '../../core/finding.ts'
import type { Passport } from '../../core/passport.ts'
import { finding, grade, shownLimit } from '../grade.ts'
import type { Policy } from '../policy.ts'

/**
 * Distance between slices in mm: the largest voxel spacing, or the median slice step where that is larger. Of a resampled scan
 * the widest step counts: slices drawn into a gap show nothing that was not scanned.
 */
export function checkSliceSpacing(passport: Passport, policy: Policy): Finding {
  const steps = [...passport.sliceStepsMm].sort((a, b) => a - b)
  const step = (passport.resampled ? steps.at(-1) : steps[Math.floor(steps.length / 2)]) ?? 0
  // To 0.1 um: positions of 1 mm slices differ by 1.0000000000002, which is no coarser scan.
  const value = Math.round(Math.max(...passport.spacingMm, step) * 1e4) / 1e4
  return finding(policy, {
    check: 'slice-spacing',
    level: grade(value, policy.sliceSpacingMm),
    value,
    limit: shownLimit(policy.sliceSpacingMm),
    unit: 'mm',
    detail: { resampled: passport.resampled ? 'yes' : 'no' },
  })
}

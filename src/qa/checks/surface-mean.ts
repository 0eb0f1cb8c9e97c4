import type { Finding } from '../../core/finding.ts'
import type { Deviation } from '../deviation.ts'
import { finding, grade, shownLimit } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** Mean distance between mesh and mask surface in mm, the worse of the two directions. */
export function checkSurfaceMean({ toReference, fromReference }: Deviation, policy: Policy): Finding {
  const value = Math.max(toReference.meanMm, fromReference.meanMm)
  return finding(policy, {
    check: 'surface-mean',
    level: grade(value, policy.surfaceMeanMm),
    value,
    limit: shownLimit(policy.surfaceMeanMm),
    unit: 'mm',
    detail: {
      toMaskMm: toReference.meanMm,
      fromMaskMm: fromReference.meanMm,
      points: toReference.points + fromReference.points,
    },
  })
}

import type { Finding } from '../../core/finding.ts'
import type { Deviation } from '../deviation.ts'
import { finding, grade, shownLimit } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** Largest distance between mesh and mask surface in mm, in either direction. */
export function checkSurfaceMax({ toReference, fromReference, places }: Deviation, policy: Policy): Finding {
  const value = Math.max(toReference.maxMm, fromReference.maxMm)
  return finding(policy, {
    check: 'surface-max',
    level: grade(value, policy.surfaceMaxMm),
    value,
    limit: shownLimit(policy.surfaceMaxMm),
    unit: 'mm',
    detail: {
      toMaskMm: toReference.maxMm,
      fromMaskMm: fromReference.maxMm,
      points: toReference.points + fromReference.points,
    },
    places,
  })
}

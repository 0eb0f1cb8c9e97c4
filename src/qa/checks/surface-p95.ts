import type { Finding } from '../../core/finding.ts'
import type { Vec3 } from '../../core/types.ts'
import type { Deviation } from '../deviation.ts'
import { finding, grade, shownLimit } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** 95 % of the surface lies nearer than this in mm, the worse of the two directions. Warns by the smallest voxel spacing. */
export function checkSurfaceP95({ toReference, fromReference }: Deviation, spacing: Vec3, policy: Policy): Finding {
  const value = Math.max(toReference.p95Mm, fromReference.p95Mm)
  const limit = { warn: policy.surfaceP95WarnVoxels * Math.min(...spacing), fail: policy.surfaceP95FailMm }
  return finding(policy, {
    check: 'surface-p95',
    level: grade(value, limit),
    value,
    limit: shownLimit(limit),
    unit: 'mm',
    detail: {
      toMaskMm: toReference.p95Mm,
      fromMaskMm: fromReference.p95Mm,
      warnMm: limit.warn,
      points: toReference.points + fromReference.points,
    },
  })
}

import type { Finding } from '../../core/finding.ts'
import { finding, grade, shownLimit } from '../grade.ts'
import type { Policy } from '../policy.ts'

export interface Volumes {
  readonly meshMm3: number
  /** Enclosed by the surface of the mask, before any edit. */
  readonly referenceMm3: number
  /** Counted voxels of the mask. */
  readonly maskMm3: number
}

/** Signed change of volume in percent from the mask's surface to the part; plus is larger. */
export function checkVolumeChange({ meshMm3, referenceMm3, maskMm3 }: Volumes, policy: Policy): Finding {
  const value = (100 * (meshMm3 - referenceMm3)) / Math.abs(referenceMm3)
  return finding(policy, {
    check: 'volume-change',
    level: grade(Math.abs(value), policy.volumeChangePercent),
    value,
    limit: shownLimit(policy.volumeChangePercent),
    unit: '%',
    detail: { meshMm3, referenceMm3, maskMm3 },
  })
}

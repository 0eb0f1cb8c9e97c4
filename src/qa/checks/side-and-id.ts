import type { Laterality } from '../../core/anatomy.ts'
import type { Finding } from '../../core/finding.ts'
import { finding } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** What is written on the part. */
export interface MarksOnPart {
  /** Height of the lowest text; null when the marks are a code only. */
  readonly textHeightMm: number | null
  /** True as well for anatomy that has no side. */
  readonly hasSide: boolean
  readonly hasId: boolean
  /** The sides that its texts say; absent when they were not noted. */
  readonly sides?: readonly Laterality[]
}

/** What the part shows. */
export interface PartSide {
  /** Null while nobody has signed the side of the scan. */
  readonly side: Laterality | null
  /** Somebody signed that it shows the other side of the scan. */
  readonly isMirrored: boolean
}

/**
 * Whether the part itself says whose it is and which side: models are switched by mistake (PubMed 31676423). A side that the part
 * does not show is refused whatever the policy; a mirrored part is always shown as one.
 */
export function checkSideAndId(marks: MarksOnPart | null, { side, isMirrored }: PartSide, policy: Policy): Finding {
  const isComplete = marks?.hasSide === true && marks.hasId
  const height = marks?.textHeightMm ?? null
  const isLow = height !== null && !(height >= policy.textHeightMm)
  const wrong = side === null ? undefined : marks?.sides?.find((one) => one !== side)
  const isRefused = wrong !== undefined || (policy.marksNeeded && !isComplete)
  return finding(policy, {
    check: 'side-and-id',
    level: isRefused ? 'fail' : isLow || isMirrored ? 'warn' : 'pass',
    value: height ?? 0,
    limit: policy.textHeightMm,
    unit: 'mm',
    detail: {
      side: marks?.hasSide ? 'yes' : 'no',
      id: marks?.hasId ? 'yes' : 'no',
      needed: policy.marksNeeded ? 'yes' : 'no',
      shows: side ?? 'not signed',
      mirrored: isMirrored ? 'yes' : 'no',
      ...(wrong === undefined ? {} : { wrongSide: wrong }),
    },
  })
}

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
}

/** Whether the part itself says whose it is and which side: models are switched by mistake (PubMed 31676423). */
export function checkSideAndId(marks: MarksOnPart | null, policy: Policy): Finding {
  const isComplete = marks?.hasSide === true && marks.hasId
  const height = marks?.textHeightMm ?? null
  const isLow = height !== null && !(height >= policy.textHeightMm)
  return finding(policy, {
    check: 'side-and-id',
    level: policy.marksNeeded && !isComplete ? 'fail' : isLow ? 'warn' : 'pass',
    value: height ?? 0,
    limit: policy.textHeightMm,
    unit: 'mm',
    detail: {
      side: marks?.hasSide ? 'yes' : 'no',
      id: marks?.hasId ? 'yes' : 'no',
      needed: policy.marksNeeded ? 'yes' : 'no',
    },
  })
}

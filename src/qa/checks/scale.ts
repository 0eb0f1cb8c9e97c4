import type { Finding } from '../../core/finding.ts'
import { MIN_REASON_LENGTH } from '../gate.ts'
import { finding } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** How large the part is meant to be against the scan. */
export interface PartScale {
  /** 1 prints it as scanned. */
  readonly factor: number
  /** Why it is another, as signed; null when nobody gave a reason. */
  readonly reason: string | null
}

export const AS_SCANNED: PartScale = { factor: 1, reason: null }

/** Rounding of a factor; on a part of 500 mm it is 0.5 um. */
const EQUAL = 1e-6

/** A part of another size than the patient: refused without a signed reason, shown with one. */
export function checkScale({ factor, reason }: PartScale, policy: Policy): Finding {
  const isScaled = !(Math.abs(factor - 1) <= EQUAL)
  const isSigned = (reason ?? '').trim().length >= MIN_REASON_LENGTH && factor > 0
  return finding(policy, {
    check: 'scale',
    level: !isScaled ? 'pass' : isSigned ? 'warn' : 'fail',
    value: factor,
    limit: 1,
    unit: ':1',
    detail: { reason: isScaled && isSigned ? 'signed' : 'none' },
  })
}

import type { PolicyId } from '../core/finding.ts'

import { type Guard, hasFields, isCount, isFlag, isListOf, isNullOr, isOneOf, isText } from '../core/shape.ts'
import type { AuditRecord } from '../vault/case.ts'
import type { KnownApproval } from '../vault/review.ts'

/** Why a case goes back to its designer. The words stand in the catalogue. */
export const SEND_BACK_REASONS = ['anatomy', 'unsure-places', 'shape', 'marks', 'findings', 'other'] as const
export type SendBackReason = (typeof SEND_BACK_REASONS)[number]

/** Who approved what. */
export interface CaseApproval {
  /** Id and four-digit number of the person; null in a vault without people. */
  readonly by: string | null
  readonly staff: string | null
  readonly role: 'designer' | 'reviewer'
  readonly at: string
  /** Of the case. */
  readonly revision: number
  /** Of the meshes that were checked. */
  readonly digests: readonly string[]
  /** Whether its file was released. */
  readonly used: boolean
}

export const isCaseApproval: Guard<CaseApproval> = hasFields({
  by: isNullOr(isText),
  staff: isNullOr(isText),
  role: isOneOf(['designer', 'reviewer']),
  at: isText,
  revision: isCount,
  digests: isListOf(isText),
  used: isFlag,
})

/** A case that was given back. */
export interface Returned {
  readonly reason: SendBackReason
  readonly words: string
  readonly by: string
  readonly at: string
}

/** What the people of a case said of it, as the vault has it. */
export interface ReviewFacts {
  readonly hasPeople: boolean
  /** The newest approval, whether it still holds or not. */
  readonly approval: CaseApproval | null
  readonly holds: boolean
  /** Null once it was checked again. */
  readonly returned: Returned | null
}

export const NO_PEOPLE: ReviewFacts = { hasPeople: false, approval: null, holds: false, returned: null }

/**
 * Where a part stands at Approve. 'closed': its gates refuse. 'by-designer': under teaching, without people. 'no-reviewer': another
 * use, without people. 'void': it was approved, and changed since.
 */
export type ApprovalStanding =
  | 'closed'
  | 'by-designer'
  | 'no-reviewer'
  | 'waits'
  | 'returned'
  | 'approved'
  | 'released'
  | 'void'

/** `gates`: null before a check; 'acceptable' when all that refuses can be accepted by a reviewer. */
export function standingOf(
  gates: 'held' | 'acceptable' | 'refused' | null,
  policy: PolicyId,
  { hasPeople, approval, holds, returned }: ReviewFacts,
): ApprovalStanding {
  if (!hasPeople) return gates !== 'held' ? 'closed' : policy === 'teaching' ? 'by-designer' : 'no-reviewer'
  if (approval && holds && gates === 'held') return approval.used ? 'released' : 'approved'
  if (returned) return 'returned'
  if (approval) return 'void'
  return gates === 'held' || gates === 'acceptable' ? 'waits' : 'closed'
}

export const mayLeave = (standing: ApprovalStanding): boolean =>
  ['by-designer', 'approved', 'released'].includes(standing)

/** How the station looks in the rail. */
export function stationOf(standing: ApprovalStanding): 'passed' | 'refused' | 'empty' | 'needs-you' {
  if (mayLeave(standing)) return 'passed'
  if (standing === 'returned') return 'refused'
  return standing === 'closed' ? 'empty' : 'needs-you'
}

const isReason = isOneOf(SEND_BACK_REASONS)
const BACK = 'send-back/'

/** The last time the case was given back; null when it was checked, approved or never. */
export function returnedOf(audit: readonly AuditRecord[]): Returned | null {
  const done = audit.filter(({ outcome }) => outcome === 'done')
  const at = done.findLastIndex(({ code }) => code.startsWith(BACK))
  const line = done[at]
  if (!line || done.slice(at + 1).some(({ code }) => code === 'check' || code === 'approve')) return null
  const reason = line.code.slice(BACK.length)
  return { reason: isReason(reason) ? reason : 'other', words: line.words ?? '', by: line.by ?? '', at: line.at }
}

/** What the vault writes by itself, and what only reads the case, whoever is in. */
const CHANGES_NOTHING: readonly string[] = ['lock', 'lock-late', 'bundle']

/** Who changed the case after the newest approval: anybody but those who look, approve and release. */
const changed = (audit: readonly AuditRecord[]): boolean => {
  const done = audit.filter(({ outcome }) => outcome === 'done')
  const since = done.slice(done.findLastIndex(({ code }) => code === 'approve') + 1)
  return since.some(
    ({ role, code }) =>
      (role === 'designer' || role === 'intake') && !code.startsWith('share/') && !CHANGES_NOTHING.includes(code),
  )
}

/**
 * What the people of a case said of it. `digests`: of the meshes that were checked; an approval holds when each of them has one.
 * `staffOf`: the number of a person, if they are known.
 */
export function factsOf(
  approvals: readonly KnownApproval[],
  audit: readonly AuditRecord[],
  digests: readonly string[],
  staffOf: (id: string) => string | null,
): ReviewFacts {
  const last = approvals.at(-1)
  const returned = returnedOf(audit)
  if (!last) return { hasPeople: true, approval: null, holds: false, returned }
  const together = approvals.filter(({ by, revision }) => by === last.by && revision === last.revision)
  const used = together.some(({ usedAt }) => usedAt !== null)
  const { by, at, revision } = last
  const own = [...new Set(together.map(({ digest }) => digest))]
  const isWhole = digests.length > 0 && digests.every((digest) => own.includes(digest))
  return {
    hasPeople: true,
    approval: { by, staff: staffOf(by), role: 'reviewer', at, revision, digests: own, used },
    holds: isWhole && returned === null && (used ? !changed(audit) : together.every(({ holds }) => holds)),
    returned,
  }
}

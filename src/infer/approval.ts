import { type ErrorCode, PipelineError } from '../core/errors.ts'
import { POLICY_IDS, type PolicyId } from '../core/finding.ts'

/** A person's word that a network may be used here. It holds for exactly these weights and this card. */
export type Approval = {
  readonly weightsSha256: string
  /** Of the card as canonical JSON. */
  readonly cardSha256: string
  /** A role or initials, at most LONGEST_WHO letters. */
  readonly who: string
  readonly use: readonly PolicyId[]
  /** First and last day, YYYY-MM-DD, both included. */
  readonly from: string
  readonly until: string
  /** When it was taken back, as an ISO instant, and why; null and empty while it stands. */
  readonly revokedAt: string | null
  readonly reason: string
}

/** What is at hand, to be compared with what was approved. */
export type ModelDigests = Pick<Approval, 'weightsSha256' | 'cardSha256'>

export type ApprovalState =
  | 'approved'
  | 'none'
  | 'expired'
  | 'not-yet'
  | 'revoked'
  | 'other-use'
  | 'changed-weights'
  | 'changed-card'

export const LONGEST_WHO = 60
export const LONGEST_REASON = 300

/** The day of a moment, where the person is: YYYY-MM-DD. */
export function dayOf(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** Whether a network may be used; `use` null asks for any use it was approved for. */
export function approvalState(
  approval: Approval | null,
  digests: ModelDigests,
  use: PolicyId | null,
  now: Date,
): ApprovalState {
  if (!approval) return 'none'
  if (approval.revokedAt !== null) return 'revoked'
  if (approval.weightsSha256 !== digests.weightsSha256) return 'changed-weights'
  if (approval.cardSha256 !== digests.cardSha256) return 'changed-card'
  const today = dayOf(now)
  if (today < approval.from) return 'not-yet'
  if (today > approval.until) return 'expired'
  return use === null || approval.use.includes(use) ? 'approved' : 'other-use'
}

const REFUSAL: Readonly<Record<Exclude<ApprovalState, 'approved'>, readonly [ErrorCode, string]>> = {
  none: ['infer/not-approved', 'Nobody has approved this network here. Read its card in Models and approve it.'],
  'not-yet': [
    'infer/not-approved',
    'The approval of this network has not begun. Wait for its first day or approve it anew.',
  ],
  'other-use': [
    'infer/not-approved',
    'This network is approved, but not for the use of this case. Approve it for this use in Models.',
  ],
  expired: [
    'infer/approval-expired',
    'The approval of this network has run out. Read its card in Models and approve it again.',
  ],
  revoked: [
    'infer/revoked',
    'The approval of this network was taken back. See the reason in Models and choose another.',
  ],
  'changed-weights': [
    'infer/changed-weights',
    'The weights of this network are not those that were approved. Add the right file, or approve this one in Models.',
  ],
  'changed-card': [
    'infer/changed-card',
    'The card of this network is not the one that was approved. Read it in Models and approve it again.',
  ],
}

/** Why a network may not be used; null when it may. */
export function refusalOf(state: ApprovalState): { readonly code: ErrorCode; readonly message: string } | null {
  if (state === 'approved') return null
  const [code, message] = REFUSAL[state]
  return { code, message }
}

/**
 * Throws unless the network may be used: 'infer/not-approved', 'infer/approval-expired', 'infer/revoked', 'infer/changed-weights',
 * 'infer/changed-card'.
 */
export function requireApproved(
  approval: Approval | null,
  digests: ModelDigests,
  use: PolicyId | null,
  now: Date,
): void {
  const refusal = refusalOf(approvalState(approval, digests, use, now))
  if (refusal) throw new PipelineError(refusal.code, refusal.message)
}

/** What a person says when approving. */
export type ApprovalWords = Pick<Approval, 'who' | 'use' | 'until'>

const DAY = /^\d{4}-\d{2}-\d{2}$/
const isDay = (day: string) => DAY.test(day) && !Number.isNaN(Date.parse(day))

/** An approval from today on. Throws 'app/bad-parameter' for a missing name, no use, or a last day that is none or past. */
export function approve(digests: ModelDigests, { who, use, until }: ApprovalWords, now: Date): Approval {
  const from = dayOf(now)
  const chosen = POLICY_IDS.filter((id) => use.includes(id))
  if (chosen.length === 0) throw badWords('Choose at least one use to approve this network for.')
  if (!isDay(until) || until < from)
    throw badWords('The last day of an approval lies in the future. Choose a later one.')
  return {
    weightsSha256: digests.weightsSha256,
    cardSha256: digests.cardSha256,
    who: tidied(who, LONGEST_WHO, 'Say who approves: a role or initials'),
    use: chosen,
    from,
    until,
    revokedAt: null,
    reason: '',
  }
}

/** Takes an approval back. Throws 'app/bad-parameter' without a reason. */
export function revoke(approval: Approval, reason: string, now: Date): Approval {
  const why = tidied(reason, LONGEST_REASON, 'Say why the approval is taken back')
  return { ...approval, revokedAt: now.toISOString(), reason: why }
}

function tidied(words: string, longest: number, wanted: string): string {
  const tidy = words.trim().replace(/\s+/gu, ' ')
  if (tidy.length > 0 && tidy.length <= longest && !/\p{Cc}/u.test(tidy)) return tidy
  throw badWords(`${wanted}, in 1 to ${longest} letters.`)
}

const badWords = (sentence: string) => new PipelineError('app/bad-parameter', sentence)

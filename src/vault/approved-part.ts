import { POLICY_IDS, type PolicyId } from '../core/finding.ts'
import type { JsonValue } from '../core/json.ts'
import { hasFields, isListOf, isOneOf, isText } from '../core/shape.ts'

/** What the vault reads of what a reviewer signed with a part. */
export interface ApprovedPart {
  readonly policy: PolicyId
  readonly traceId: string
  readonly acknowledgements: readonly { readonly check: string }[]
  readonly bodies: readonly { readonly meshDigest: string }[]
}

const isPart = hasFields({
  policy: isOneOf(POLICY_IDS),
  traceId: isText,
  acknowledgements: isListOf(hasFields({ check: isText })),
  bodies: isListOf(hasFields({ meshDigest: isText })),
})

/** Null for what is no part, or has no body. */
export function approvedPart(said: JsonValue | undefined): ApprovedPart | null {
  const value: unknown = said
  return isPart(value) && value.bodies.length > 0 ? value : null
}

import type { PolicyId } from '../core/finding.ts'
import { sha256 } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import { POLICIES } from '../qa/policy.ts'
import { canonicalJson } from './canonical.ts'

export const digestOfJson = (value: JsonValue): Promise<string> =>
  sha256(new TextEncoder().encode(canonicalJson(value)))

/** Digest of the limits of a use, by which statements name them. */
export const policyDigest = (id: PolicyId): Promise<string> => digestOfJson(POLICIES[id] as unknown as JsonValue)

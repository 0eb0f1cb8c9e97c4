import { sha256 } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import type { ModelCard } from '../infer/card.ts'
import { canonicalJson } from '../trace/canonical.ts'

/** SHA-256 of a card as canonical JSON: the same for one card however its file is spaced. */
export function cardDigest(card: ModelCard): Promise<string> {
  return sha256(new TextEncoder().encode(canonicalJson(card as unknown as JsonValue)))
}

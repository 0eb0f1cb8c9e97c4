import { sha256 } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import { canonicalJson } from '../trace/canonical.ts'
import type { Template } from './templates.ts'

/**
 * SHA-256 of what a template does: its id, version and steps as canonical JSON. The name is not part of it: a name is a person's
 * and must be able to stay in the vault.
 */
export function templateDigest({ id, version, steps }: Pick<Template, 'id' | 'version' | 'steps'>): Promise<string> {
  return sha256(new TextEncoder().encode(canonicalJson({ id, version, steps: steps as unknown as JsonValue })))
}

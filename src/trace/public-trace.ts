import { nextEntry, type TraceEntry } from './chain.ts'
import { withoutOwnWords } from './recipe.ts'

/**
 * The trace as it may leave the vault: the same entries less what a person wrote, chained anew. What is signed and handed on are
 * digests of these; the head of the sealed chain goes along in the manifest of a bundle.
 */
export async function publicTrace(entries: readonly TraceEntry[]): Promise<TraceEntry[]> {
  const shown: TraceEntry[] = []
  for (const { seq: _seq, prev: _prev, ...step } of entries) {
    shown.push(await nextEntry(shown, { ...step, params: withoutOwnWords(step.stage, step.params) }))
  }
  return shown
}

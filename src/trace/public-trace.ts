import { CHAIN_START, entryDigest, type TraceEntry } from './chain.ts'
import { withoutOwnWords } from './recipe.ts'

/** An entry as it may leave the vault, after the one whose digest is `prev`: less what a person wrote. */
export const shownEntry = (entry: TraceEntry, prev: string): TraceEntry => ({
  ...entry,
  prev,
  params: withoutOwnWords(entry.stage, entry.params),
})

/**
 * The trace as it may leave the vault: the same entries less what a person wrote, chained anew. What is signed and handed on are
 * digests of these; the head of the sealed chain goes along in the manifest of a bundle.
 */
export async function publicTrace(entries: readonly TraceEntry[]): Promise<TraceEntry[]> {
  const shown: TraceEntry[] = []
  let prev = CHAIN_START
  for (const [seq, entry] of entries.entries()) {
    const next = shownEntry({ ...entry, seq }, prev)
    shown.push(next)
    prev = await entryDigest(next)
  }
  return shown
}

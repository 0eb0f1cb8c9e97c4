import type { TraceEntry } from './chain.ts'

/**
 * The entries that led to these outputs, oldest first: from each back through input digests to the scan.
 * Steps that were undone, or that made something else, are not in it. Empty when nothing made any.
 */
export function lineage(entries: readonly TraceEntry[], ...outputDigests: readonly string[]): TraceEntry[] {
  const made = new Map<string, TraceEntry>()
  // The first maker counts: an undo or a repeated step gives an output that was already explained.
  for (const entry of entries) if (!made.has(entry.outputDigest)) made.set(entry.outputDigest, entry)
  const kept = new Map<number, TraceEntry>()
  const open = [...outputDigests]
  for (let digest = open.pop(); digest !== undefined; digest = open.pop()) {
    const entry = made.get(digest)
    if (!entry || kept.has(entry.seq)) continue
    kept.set(entry.seq, entry)
    open.push(...entry.inputDigests)
  }
  return [...kept.values()].sort((a, b) => a.seq - b.seq)
}

import { sha256 } from '../core/hash.ts'
import type { TraceEntry } from '../core/trace-entry.ts'
import { canonicalJson } from './canonical.ts'

export type { TraceEntry }

/** What a step reports; `seq` and `prev` are the chain's. */
export type TraceStep = Omit<TraceEntry, 'seq' | 'prev'>

export type ChainVerdict = { readonly ok: true } | { readonly ok: false; readonly brokenAt: number }

/** `prev` of the first entry. */
export const CHAIN_START = '0'.repeat(64)

/** SHA-256 over the canonical JSON of the entry, `prev` included. Lower-case hex. */
export function entryDigest(entry: TraceEntry): Promise<string> {
  return sha256(new TextEncoder().encode(canonicalJson(entry)))
}

/** Digest of the last entry: whoever holds it can tell that nothing was cut off the end. */
export async function chainHead(entries: readonly TraceEntry[]): Promise<string> {
  const last = entries.at(-1)
  return last ? entryDigest(last) : CHAIN_START
}

/** The next entry of the chain; the list itself is not changed. */
export async function nextEntry(entries: readonly TraceEntry[], step: TraceStep): Promise<TraceEntry> {
  return { ...step, seq: entries.length, prev: await chainHead(entries) }
}

/**
 * Whether every entry names the one before it. Without `head` a change of the last entry, or a shortened list,
 * cannot be seen: pass the digest that was kept elsewhere. `brokenAt` is the first entry that no longer fits.
 */
export async function verifyChain(entries: readonly TraceEntry[], head?: string): Promise<ChainVerdict> {
  let prev = CHAIN_START
  for (const [seq, entry] of entries.entries()) {
    if (entry.seq !== seq || entry.prev !== prev) return { ok: false, brokenAt: seq }
    prev = await entryDigest(entry)
  }
  if (head !== undefined && head !== prev) return { ok: false, brokenAt: entries.length }
  return { ok: true }
}

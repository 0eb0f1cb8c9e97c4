import type { TraceEntry } from './chain.ts'
import { lineage } from './lineage.ts'

/** Steps that make several masks and are written down with one digest for all of them. */
const MAKES_SEVERAL: readonly string[] = ['place', 'grow-from-seeds', 'split-islands', 'smooth-joint']
/** Steps that say something and change nothing, whatever they are given. */
const SAYS_ONLY: readonly string[] = [
  ...['sign-side', 'state-modality', 'template', 'place', 'restore', 'place-part', 'piece'],
  ...['review-region', 'second-reader', 'self-test', 'accept-print'],
]

/**
 * The steps to run again for these outputs, oldest first, beginning with the one that made the scan. What lies before the scan as
 * it is stored is left out: the files it was read from are not kept. Where no step made an input by itself, the steps before it
 * that made several results at once are taken too, since it may be one of theirs. So are steps on the way that changed nothing:
 * whether they still change nothing is a question as well.
 */
export function replayPlan(
  entries: readonly TraceEntry[],
  scanDigest: string,
  outputs: readonly string[],
): readonly TraceEntry[] {
  const source = entries.find(({ outputDigest }) => outputDigest === scanDigest)
  const later = entries.filter(({ seq, outputDigest }) => seq > (source?.seq ?? -1) && outputDigest !== scanDigest)
  const led = withIdle(explained(later, scanDigest, outputs), later, scanDigest)
  return source ? [source, ...led] : led
}

/** The lineage, with the steps that may have made what no step made by itself. */
function explained(
  later: readonly TraceEntry[],
  scanDigest: string,
  outputs: readonly string[],
): readonly TraceEntry[] {
  const made = new Set([scanDigest, ...later.map(({ outputDigest }) => outputDigest)])
  const wanted = new Set(outputs)
  for (;;) {
    const led = lineage(later, ...wanted)
    const makers = led
      .filter(({ inputDigests }) => inputDigests.some((digest) => !made.has(digest)))
      .flatMap((taker) => later.filter(({ seq, stage }) => seq < taker.seq && MAKES_SEVERAL.includes(stage)))
      .filter(({ outputDigest }) => !wanted.has(outputDigest))
    if (makers.length === 0) return led
    for (const { outputDigest } of makers) wanted.add(outputDigest)
  }
}

/** With the steps that gave back what they were given, before a step of the lineage took it. */
function withIdle(led: readonly TraceEntry[], later: readonly TraceEntry[], scanDigest: string): readonly TraceEntry[] {
  const known = new Set([scanDigest, ...led.map(({ outputDigest }) => outputDigest)])
  const isIdle = ({ seq, stage, inputDigests, outputDigest }: TraceEntry) =>
    !SAYS_ONLY.includes(stage) &&
    inputDigests.includes(outputDigest) &&
    inputDigests.every((digest) => known.has(digest)) &&
    led.some((taker) => taker.seq > seq && taker.inputDigests.includes(outputDigest))
  const all = new Set([...led, ...later.filter(isIdle)])
  return [...all].sort((a, b) => a.seq - b.seq)
}

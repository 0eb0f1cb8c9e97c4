import type { TraceEntry } from '../trace/chain.ts'
import { lineage } from '../trace/lineage.ts'
import { readTraceId } from '../trace/trace-id.ts'
import type { CaseRecord } from '../vault/case.ts'
import { exportsOf, releaseOutputs } from './known-releases.ts'
import type { ReleaseRow } from './trace-view.ts'
import type { Workers } from './workers.ts'

type Texts = { readonly lines?: unknown; readonly text?: unknown; readonly format?: unknown }
const textsOf = ({ params }: TraceEntry): Texts =>
  typeof params === 'object' && params !== null ? (params as Texts) : {}

/** Ids that a mark of these steps wrote on the part. */
function idsWritten(steps: readonly TraceEntry[]): readonly string[] {
  const words = steps.flatMap((step) => {
    const { lines, text } = textsOf(step)
    if (step.stage === 'code') return [text]
    return step.stage === 'emboss' && Array.isArray(lines) ? lines : []
  })
  return [...new Set(words.flatMap((word) => (typeof word === 'string' ? (readTraceId(word) ?? []) : [])))]
}

type CaseOfReleases = Pick<CaseRecord, 'id' | 'trace'> & Pick<ReleaseRow, 'pseudonym'>

/** What left this program of one case, the newest first. */
export function releaseRows({ id, pseudonym, trace }: CaseOfReleases): readonly ReleaseRow[] {
  const ids = [...new Set(exportsOf({ trace }).map(({ traceId }) => traceId))].toReversed()
  return ids.map((traceId) => {
    const outputs = releaseOutputs(trace, traceId)
    const written = trace.filter(({ stage, outputDigest }) => stage === 'export' && outputs.includes(outputDigest))
    const files = new Map(written.map((entry) => [entry.outputDigest, String(textsOf(entry).format)]))
    return {
      ...{ caseId: id, pseudonym, traceId },
      writtenIds: idsWritten(lineage(trace, ...outputs)),
      scan: scanOf(trace),
      files: [...files].map(([digest, format]) => ({ digest, format })),
      at: written[0]?.at ?? '',
    }
  })
}

/** Digest of the scan that a trace begins with: where it was brought to an even stack, of that. Empty without one. */
export function scanOf(trace: readonly TraceEntry[]): string {
  const [first, second] = trace
  return (second?.stage === 'straighten' ? second.outputDigest : first?.outputDigest) ?? ''
}

/** Every release of the open vault, the newest case first; what cannot be read is left out. */
export async function allReleases({ vault }: Workers): Promise<readonly ReleaseRow[]> {
  const rows: ReleaseRow[] = []
  for (const { id, unreadable } of await vault.call((api) => api.listCases())) {
    if (unreadable !== null) continue
    const { meta, trace } = await vault.call((api) => api.openCase(id))
    rows.push(...releaseRows({ id, pseudonym: meta.pseudonym, trace }))
  }
  return rows
}

/** The release of this id, else the newest part on which it stands; null for none. */
export const releaseOf = (rows: readonly ReleaseRow[], id: string): ReleaseRow | null =>
  rows.find(({ traceId }) => traceId === id) ?? rows.find(({ writtenIds }) => writtenIds.includes(id)) ?? null

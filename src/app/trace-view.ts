import type { TraceEntry } from '../core/trace-entry.ts'
import type { ChainVerdict } from '../trace/chain.ts'
import type { CaseAct } from './case-acts.ts'
import type { PrintRecord } from './print-records.ts'
import type { ReplayView } from './replay-view.ts'

/** A step of the trace as it is shown; its parameters are a plain object in every step. */
export type TraceRow = Omit<TraceEntry, 'params' | 'prev'> & { readonly params: Readonly<Record<string, unknown>> }

/** A release as its case remembers it, to be looked up. */
export interface ReleaseRow {
  readonly caseId: string
  readonly pseudonym: string
  readonly traceId: string
  /** Ids that stand on the part itself: those of the model before anything was written on it. */
  readonly writtenIds: readonly string[]
  /** Digest of the scan. */
  readonly scan: string
  readonly files: readonly { readonly format: string; readonly digest: string }[]
  /** When its first file was written. ISO 8601, UTC. */
  readonly at: string
}

/** What came of asking for an id. */
export type IdAsked =
  | { readonly state: 'found'; readonly id: string; readonly release: ReleaseRow }
  | { readonly state: 'unknown'; readonly id: string; readonly releases: number }
  | { readonly state: 'no-id'; readonly text: string }

/** A release with what was printed of it. */
export interface ReleaseWithPrints extends ReleaseRow {
  /** Oldest first. */
  readonly prints: readonly PrintRecord[]
  readonly accepted: number
}

/** The way from a scan to its parts and back, as the screen sees it. */
export interface TraceView {
  /** The release whose trace is shown; null for the part as it stands. */
  readonly shown: ReleaseWithPrints | null
  /** Whether what is shown is the part as it stands. */
  readonly isAtHand: boolean
  /** Steps of the trace that led to what is shown, by their number. */
  readonly led: ReadonlySet<number>
  /** Whether every step still names the one before it; null while that is looked at. */
  readonly chain: ChainVerdict | null
  /** Everything that left this program of the same scan, in this case and in others, the newest first. */
  readonly ofScan: readonly ReleaseWithPrints[]
  readonly asked: IdAsked | null
  /** Looks at the chain and at the other cases of the vault again. */
  look(): Promise<void>
  /** Shows another release of the open case. */
  show(traceId: string | null): void
  /** Shows the release of this id, whichever case it is of; see readTraceId(). */
  find(text: string): Promise<void>
  /** Says what a file is; one of a release is followed back to it. */
  verify(file: File): Promise<void>
  /** What people did with the open case beside its steps, the newest first. */
  readonly acts: readonly CaseAct[]
  /** Staff number of a person of this device; null for nobody who is known. */
  staffOf(id: string): string | null
  readonly replay: ReplayView
}

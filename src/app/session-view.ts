import type { Laterality } from '../core/anatomy.ts'
import type { Acknowledgement, CheckId, PolicyId, ProcessId } from '../core/finding.ts'
import type { Mesh } from '../core/types.ts'
import type { ExportFormat } from '../export/file-parts.ts'
import type { Report } from '../export/report.ts'
import type { BackupsView } from './backups-view.ts'
import type { BenchView } from './bench-view.ts'
import type { CheckView } from './check-view.ts'
import type { CustodyView } from './custody-view.ts'
import type { ExportRow } from './export-row.ts'
import type { DicomFacts, FileChoice } from './file-choice.ts'
import type { HandoverView } from './handover-view.ts'
import type { ChangeView, ComputeView, JobView, Problem } from './job-view.ts'
import type { LedgerRow } from './ledger-row.ts'
import type { ModelsView } from './model-view.ts'
import type { OwnKeysView } from './own-keys-view.ts'
import type { PartView } from './part-view.ts'
import type { PeopleView } from './people-view.ts'
import type { PlaceId, StationId, StationState } from './place.ts'
import type { PrintView } from './print-view.ts'
import type { RecipeVerbs } from './recipe-view.ts'
import type { ReleasesView } from './releases-view.ts'
import type { ReviewView } from './review-view.ts'
import type { ScanView } from './scan-view.ts'
import type { SealView } from './seal-view.ts'
import type { SegmentView } from './segment-view.ts'
import type { SmoothChoice } from './smooth-choice.ts'
import type { StationView } from './station-view.ts'
import type { TraceRow, TraceView } from './trace-view.ts'
import type { VaultVerbs } from './vault-view.ts'
import type { VerifyFileView } from './verify-view.ts'

/** Everything the interface may read and do. `$state` in the implementation, so reads are reactive. */
export interface SessionView extends VaultVerbs, ScanView, RecipeVerbs, SegmentView {
  readonly place: PlaceId
  readonly stations: Readonly<Record<StationId, StationState>>
  /** The open case; null on the start page. */
  readonly openCase: {
    readonly id: string
    readonly pseudonym: string
    readonly templateId: string
    readonly policy: PolicyId
    readonly process: ProcessId
    readonly saved: 'saved' | 'saving' | 'not-saved'
    /** Whether who is in may change it; else it is only looked at. */
    readonly isOwn: boolean
  } | null
  readonly job: JobView | null
  readonly lastChange: ChangeView | null
  readonly problem: Problem | null
  readonly compute: ComputeView | null

  readonly people: PeopleView
  readonly custody: CustodyView
  readonly models: ModelsView
  readonly bench: BenchView
  readonly print: PrintView
  /** Sealing for print stations. */
  readonly handover: HandoverView
  readonly seal: SealView
  readonly keys: OwnKeysView
  readonly backups: BackupsView
  /** This device as a print station, and the receipts of others. */
  readonly printStation: StationView
  /** Who approves the part, and what they said. */
  readonly review: ReviewView
  /** Files that came back. */
  readonly file: VerifyFileView
  /** The installed app and what its host offers. */
  readonly releases: ReleasesView

  // Model. `mesh` is all bodies as one, `ledger` how it was made and what each edit did.
  readonly mesh: Mesh | null
  readonly part: PartView
  readonly ledger: readonly LedgerRow[]

  // Check
  readonly check: CheckView | null
  readonly acknowledgements: readonly Acknowledgement[]

  // Print and trace
  readonly exports: readonly ExportRow[]
  /** What a DICOM file says of the part by itself. */
  readonly dicom: DicomFacts & { readonly laterality: Laterality | 'several' }
  readonly trace: readonly TraceRow[]
  readonly traceId: string | null
  /** From the scan to its parts and back, and the replay of it. */
  readonly tracing: TraceView

  go(place: PlaceId): void
  dismissProblem(): void
  cancel(): void

  setPolicy(policy: PolicyId): void
  setProcess(process: ProcessId): void

  makeModel(choice: SmoothChoice): Promise<void>
  runCheck(): Promise<void>
  /** Accepts a finding with a reason; `by` are initials. */
  acknowledge(check: CheckId, reason: string, by: string): Promise<void>
  withdraw(check: CheckId): Promise<void>
  /** Writes, re-reads, stores and hands the file to the browser's download. */
  exportFile(format: ExportFormat, choice?: FileChoice): Promise<void>
  saveReport(): Promise<void>
  /** Saves the signed evidence of the open case as one file. */
  saveEvidence(): Promise<void>
  /** What the report says, to be shown otherwise; null without a scan. */
  report(): Promise<Report | null>
}

import type { AnatomyId, Laterality } from '../core/anatomy.ts'
import type { ErrorCode } from '../core/errors.ts'
import type { Acknowledgement, CheckId, Finding, PolicyId, ProcessId } from '../core/finding.ts'
import type { Passport } from '../core/passport.ts'
import type { Backend } from '../core/stage.ts'
import type { Mask, Mesh, Modality, Vec3, Volume } from '../core/types.ts'
import type { ExportFormat } from '../export/file-parts.ts'
import type { Report } from '../export/report.ts'
import type { Frames, PlacementName, Placements, Remedy, SeriesPart } from '../import/series.ts'
import type { Brush } from '../segment/brush.ts'
import type { CropParams } from '../segment/crop.ts'
import type { ImportedLabels } from '../segment/file-labels.ts'
import type { Label, LabelInfo } from '../segment/label-set.ts'
import type { Overlap } from '../segment/place.ts'
import type { ScissorsParams } from '../segment/scissors.ts'
import type { ViewScissorsParams } from '../segment/view-scissors.ts'
import type { WorkingMask } from '../segment/working-mask.ts'
import type { Unreadable } from '../vault/case.ts'
import type { FirstPeople } from '../vault/set-up.ts'
import type { AiView } from './ai-model.ts'
import type { BenchView } from './bench-view.ts'
import type { DicomFacts, FileChoice } from './file-choice.ts'
import type { HandoverView } from './handover-view.ts'
import type { LedgerRow } from './ledger-row.ts'
import type { MaskVerbs, SeedsView } from './mask-verbs.ts'
import type { ModelsView } from './model-view.ts'
import type { PartView } from './part-view.ts'
import type { PeopleView } from './people-view.ts'
import type { PrintView } from './print-view.ts'
import type { ReleasesView } from './releases-view.ts'
import type { ReviewView } from './review-view.ts'
import type { SmoothChoice } from './smooth-choice.ts'
import type { StepChange, Template, TemplateStep } from './templates.ts'
import type { TraceView } from './trace-view.ts'
import type { VerifyFileView } from './verify-view.ts'

export type StationId = 'scan' | 'segment' | 'model' | 'check' | 'approve' | 'print' | 'verify'
export const STATION_IDS: readonly StationId[] = ['scan', 'segment', 'model', 'check', 'approve', 'print', 'verify']

/** What fills the screen: the start page with the library, a station of the open case, its trace, the networks, the evidence about them, or the people. */
export type PlaceId = 'start' | StationId | 'trace' | 'models' | 'evidence' | 'people'

/** Whether this place is a station of the line. */
export const isStation = (place: PlaceId): place is StationId => STATION_IDS.some((id) => id === place)

export type StationState = 'empty' | 'working' | 'needs-you' | 'passed' | 'refused'

export type VaultState = 'unknown' | 'none' | 'locked' | 'open' | 'teaching'

export interface VaultView {
  readonly state: VaultState
  /** Milliseconds until the idle lock; null when nothing is open. */
  readonly lockInMs: number | null
  /** Whether the browser promised not to evict the store; null when it was not asked. */
  readonly persisted: boolean | null
  readonly usedBytes: number | null
}

export interface CaseRow {
  readonly id: string
  readonly pseudonym: string
  readonly templateName: string
  readonly station: StationId
  readonly state: StationState
  readonly openedAt: string
  readonly bytes: number
  /** Why the case is there but does not open; null when it does. */
  readonly unreadable: Unreadable | null
}

export interface SeriesRow {
  readonly id: string
  readonly source: 'dicom' | 'nifti' | 'nrrd' | 'mha'
  readonly modality: Modality
  readonly size: Vec3
  readonly spacingMm: Vec3
  readonly slices: number
  /** By what its series was parted: an echo, a time point. */
  readonly parts: readonly SeriesPart[]
  readonly problem: { readonly code: ErrorCode; readonly message: string } | null
  /** Set when the problem can be mended by resampling, on the person's word. */
  readonly remedy: Remedy | null
  /** Set when the problem is only which of several images is meant. */
  readonly frames: Frames | null
  /** Set when the file states two places that differ. */
  readonly placements: Placements | null
  /** Whether it calls itself a label map, could be one, or cannot. */
  readonly labels: 'stated' | 'possible' | 'no'
  readonly thumbnail: { readonly width: number; readonly height: number; readonly pixels: Uint8Array } | null
}

/** What a person said about a series before it is read. */
export interface SeriesAnswer {
  /** Bring slices that make no even stack to one. */
  readonly resample: boolean
  /** Which of two stated places counts; null leaves it to the format. */
  readonly placement: PlacementName | null
  /** Which of several images, from 0. */
  readonly frame: number | null
}

/** A scan whose first `slices` slices are decoded; the others are still zeros. */
export interface ArrivingView {
  readonly volume: Volume
  readonly slices: number
}

export interface TemplateRow {
  readonly id: string
  readonly name: string
  readonly modality: Modality
}

export interface RecipeView {
  readonly template: Template
  readonly isOwn: boolean
  /** As saved, oldest first. */
  readonly versions: readonly Template[]
  readonly changes: readonly StepChange[]
}

export interface HistogramView {
  readonly counts: Uint32Array
  readonly fromValue: number
  readonly binWidth: number
}

/** Running work. Every job can be cancelled. */
export interface JobView {
  /** Name of the stage that runs ('scan', 'threshold', 'smooth', ...); the catalogue has its words. */
  readonly stage: string
  readonly fraction: number
  readonly secondsLeft: number | null
}

/** What an edit of the active label may do elsewhere. */
export interface EditRules {
  readonly others: Overlap
  /** Only voxels of these values may change; null for all. */
  readonly range: { readonly lowHu: number; readonly highHu: number } | null
}

export interface LabelRow extends Label {
  readonly mm3: number
}

/** A label while it is drawn on: its voxels as they look before the strokes are written. */
export interface PaintedView {
  /** A number that no label has yet: the one that the first stroke makes. */
  readonly label: number
  readonly working: WorkingMask
  /** Grows when the copy changes in place. */
  readonly revision: number
}

/** What a person may say about a label. */
export type LabelWords = Partial<Pick<LabelInfo, 'anatomy' | 'laterality' | 'colour' | 'locked' | 'status'>>

/** What the last finished step changed; the catalogue makes the sentence. */
export interface ChangeView {
  readonly stage: string
  readonly from: number
  readonly to: number
  /** mm3 of the mask, triangles of the mesh, or findings that do not pass. */
  readonly unit: 'mm3' | 'triangles' | 'findings'
}

export interface Problem {
  readonly code: ErrorCode | 'app/bug'
  readonly message: string
}

export interface CheckView {
  readonly findings: readonly Finding[]
  /** Per vertex of `mesh`, mm. */
  readonly thicknessMm: Float32Array
  /** Per vertex of `mesh`, mm, positive outside the mask surface. */
  readonly deviationMm: Float32Array
  readonly released: boolean
  readonly refusedBy: readonly CheckId[]
  /** Processes under which every wall gate would hold, offered as a way out. */
  readonly processesThatPass: readonly ProcessId[]
}

export interface TraceRow {
  readonly seq: number
  readonly stage: string
  readonly version: number
  readonly params: Readonly<Record<string, unknown>>
  readonly inputDigests: readonly string[]
  readonly outputDigest: string
  readonly backend: Backend
  readonly adapter: string
  readonly ms: number
  readonly at: string
}

export interface ExportRow {
  readonly format: ExportFormat
  readonly fileName: string
  readonly digest: string
  readonly bytes: number
  /** Set when a person added who the patient is. */
  readonly isNamed?: boolean
}

export interface ComputeView {
  readonly backend: 'webgpu' | 'cpu'
  readonly adapter: string
  /** Why the CPU is used: no WebGPU, a software adapter, or it did not fit; null on a real adapter. */
  readonly reason: 'no-webgpu' | 'software-adapter' | 'chosen' | null
}

/** Everything the interface may read and do. `$state` in the implementation, so reads are reactive. */
export interface SessionView {
  readonly place: PlaceId
  readonly stations: Readonly<Record<StationId, StationState>>
  readonly vault: VaultView
  readonly cases: readonly CaseRow[]
  /** Shipped ones, then the person's own. */
  readonly templates: readonly TemplateRow[]
  /** The template at hand with what was changed in it, and what its last run did. */
  readonly recipe: RecipeView
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
  /** Set while a scan waits to be handed in: staff numbers of the designers who get it. */
  readonly handingIn: { readonly designers: readonly string[] } | null
  /** The pseudonym under which the last scan was handed in; null before, and once another is read. */
  readonly handedIn: string | null
  readonly models: ModelsView
  readonly bench: BenchView
  readonly print: PrintView
  /** Sealing for print stations, and opening at one. */
  readonly handover: HandoverView
  /** Who approves the part, and what they said. */
  readonly review: ReviewView
  /** Files that came back. */
  readonly file: VerifyFileView
  /** The installed app and what its host offers. */
  readonly releases: ReleasesView

  // Scan
  readonly series: readonly SeriesRow[]
  readonly chosenSeries: string | null
  /** The series about which the person is asked something before it is read. */
  readonly asked: SeriesRow | null
  /** The scan that is being decoded, as far as it is there; null when none is, or before its first slice. */
  readonly arriving: ArrivingView | null
  readonly volume: Volume | null
  readonly passport: Passport | null
  readonly scanFindings: readonly Finding[]
  /** The side the user confirmed against the pictures; null until asked and answered. */
  readonly side: 'left' | 'right' | 'not-applicable' | null
  readonly histogram: HistogramView | null

  // Segment. `preview` is the edit that is being tried, `mask` what has been applied.
  readonly thresholdDraft: { readonly lowHu: number; readonly highHu: number }
  readonly preview: Mask | null
  /** Why the edit that is being tried gives nothing. */
  readonly previewProblem: Problem | null
  readonly labels: readonly LabelRow[]
  readonly activeLabel: number | null
  /** What came with the last label file; null once it is dismissed. */
  readonly importedLabels: ImportedLabels | null
  readonly rules: EditRules
  /** Labels that are being drawn on, strokes that wait to be written included. */
  readonly painted: readonly PaintedView[]
  /** The tools that make masks of masks. */
  readonly masks: MaskVerbs
  /** Networks that mark, and the review of what they made. */
  readonly ai: AiView
  /** Labels that grow until they meet. */
  readonly seeds: SeedsView
  /** Voxels of the active label; null while it has none. */
  readonly mask: Mask | null
  readonly maskMm3: number
  /** Stage name of the step that undo takes back, redo brings again; null when there is none. */
  readonly undoStage: string | null
  readonly redoStage: string | null

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

  createVault(passphrase: string): Promise<void>
  /** `person`: whose passphrase it is; none in a vault without people. */
  unlock(passphrase: string, person?: string): Promise<void>
  /** As `unlock`, by a passkey of this person. */
  unlockWithPasskey(person: string): Promise<void>
  /** Makes people of a vault without any, and locks it. False when it was refused. */
  setUpPeople(first: FirstPeople): Promise<boolean>
  startTeaching(): Promise<void>
  lock(): Promise<void>
  /** Any user activity: postpones the idle lock. */
  touch(): void
  /** The page is seen, or hidden behind another: where there are people a hidden one locks soon. */
  seen(isSeen: boolean): void
  /** The page is left: where there are people it locks. */
  left(): void
  reopen(caseId: string): Promise<void>
  deleteCase(caseId: string): Promise<void>
  closeCase(): Promise<void>

  openFiles(files: readonly { path: string; file: File }[]): Promise<void>
  /** Reads a series; one that asks something is shown with its question first, and read with the answer. */
  chooseSeries(id: string, answer?: SeriesAnswer): Promise<void>
  /** Seals the scan on the desk for the designers and clears the desk. */
  handIn(): Promise<void>
  /** Takes the question away; nothing is read. */
  leaveQuestion(): void
  /** The built-in sample through the whole line to a printable file. */
  runSample(): Promise<void>
  /** The chosen template's whole recipe on the open scan, up to Check. */
  runTemplate(): Promise<void>
  /** The marking steps of the template alone. */
  runMarking(): Promise<void>
  /** Chooses a template, in its newest version when none is named. */
  setTemplate(id: string, version?: number): void
  /** Other steps for the next run. */
  changeSteps(steps: readonly TemplateStep[]): void
  /** Back to the template as saved or shipped. */
  resetRecipe(): void
  /** Keeps the recipe as an own template: the next version under the same name, else a new one. */
  saveTemplate(name: string): Promise<void>
  /** No longer offers the own template at hand. */
  removeTemplate(): Promise<void>
  setPolicy(policy: PolicyId): void
  setProcess(process: ProcessId): void
  signSide(side: 'left' | 'right' | 'not-applicable'): Promise<void>

  addLabel(anatomy: AnatomyId, laterality: Laterality): Promise<void>
  /** Labels from a file, or from a series of the files that were opened with the scan. */
  addLabelsFrom(source: Blob | SeriesRow): Promise<void>
  dismissImportedLabels(): void
  removeLabel(id: number): Promise<void>
  describeLabel(id: number, words: LabelWords): Promise<void>
  chooseLabel(id: number): void
  showLabel(id: number, visible: boolean): void
  setRules(rules: EditRules): void

  setThreshold(lowHu: number, highHu: number): void
  applyThreshold(): Promise<void>
  /** Makes the edit that is being tried. */
  applyPreview(): Promise<void>
  /** Takes its picture away. */
  leavePreview(): void
  /** Moves the threshold draft to Otsu's value. */
  suggestThreshold(): void
  denoise(method: 'gaussian' | 'median', sigmaMm: number): Promise<void>
  keepLargest(count: number): Promise<void>
  keepClicked(seedLps: Vec3): Promise<void>
  removeIslands(minMm3: number): Promise<void>
  fillHoles(mode: 'volume' | 'slices'): Promise<void>
  margin(distanceMm: number): Promise<void>
  /** Puts the brush down on the active label, at a fractional voxel index; false when that takes no edit. */
  beginStroke(brush: Brush, atIjk: Vec3): boolean
  moveStroke(atIjk: Vec3): void
  endStroke(): void
  /** Takes back the stroke in hand; false when there is none. */
  cancelStroke(): boolean
  cut(params: ScissorsParams): Promise<void>
  cutInView(params: Omit<ViewScissorsParams, 'depthMm'>): Promise<void>
  crop(params: Partial<CropParams>): Promise<void>
  undo(): Promise<void>
  redo(): Promise<void>

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

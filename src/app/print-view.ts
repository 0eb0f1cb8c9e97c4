import type { Acceptance, MeasuredBlock, ReprintReason } from '../print/acceptance.ts'
import type { PartComparison } from '../print/compare-part.ts'
import type { Compensation, ControlChart } from '../print/drift.ts'
import type { CaseCost, CaseEffort, Minutes, Who, Work } from '../print/effort.ts'
import type { Estimate } from '../print/estimate.ts'
import type { MaterialStep } from '../print/material-step.ts'
import type { Orientation, OrientGoal } from '../print/orient.ts'
import type { ReprintChart } from '../print/p-chart.ts'
import type { PrinterProfile } from '../print/profiles.ts'
import type { Histogram } from '../volume/histogram.ts'
import type { PrintRecord } from './print-records.ts'

export interface DriftView {
  /** Along x, y and z of the printer, percent. */
  readonly axes: readonly { readonly chart: ControlChart; readonly compensation: Compensation }[]
  /** Prints whose edges told the axes apart. */
  readonly prints: number
}

/** A CT of the printed part, in its own real units. */
export interface PartCtView extends MaterialStep {
  readonly histogram: Histogram
  readonly unit: string
  /** What the surface was taken at, as found or as moved. */
  readonly atValue: number
}

/** Printing and what comes of it, as the screen sees it. */
export interface PrintView {
  /** Of the process of the open case: shipped ones, then the person's own. */
  readonly profiles: readonly PrinterProfile[]
  readonly profile: PrinterProfile
  isOwn(id: string): boolean
  chooseProfile(id: string): Promise<void>
  /** Keeps an own profile; one made from a shipped one gets an id of its own. */
  saveProfile(profile: PrinterProfile): Promise<void>
  removeProfile(id: string): Promise<void>

  /** Of the model as it stands; null before it was asked for. */
  readonly orientation: Orientation | null
  readonly goal: OrientGoal
  readonly estimate: Estimate | null
  orient(goal: OrientGoal): Promise<void>

  /** Digest of the file that was saved last; null when none was, or the model has changed since. */
  readonly job: string | null
  readonly form: readonly MeasuredBlock[]
  /** Whether the part has no landing blocks, so that nominal sizes are typed in. */
  readonly isByHand: boolean
  readonly stated: readonly ReprintReason[]
  readonly acceptance: Acceptance
  readonly photo: Blob | null
  measure(block: number, axis: number, mm: number | null): void
  expect(block: number, axis: number, mm: number): void
  state(reason: ReprintReason, isSo: boolean): void
  choosePhoto(photo: Blob | null): void
  /** Writes the decision down: in the trace of the case, and for the printer's charts. `cause` is needed to stop. */
  record(cause: string): Promise<void>
  /** Prints of the open case, newest first. */
  readonly records: readonly PrintRecord[]
  /** The photo that was kept with a print; null when there was none. */
  photoOf(print: PrintRecord): Promise<Blob | null>

  readonly comparison: PartComparison | null
  /** Compares a surface file of a scan of the part with the model. */
  compare(file: File): Promise<void>
  /** The CT of the part that is held against the model; null for none. */
  readonly ct: PartCtView | null
  /** Compares a CT of the part: the files of one series, or a zip of them. */
  compareCt(files: readonly { path: string; file: File }[]): Promise<void>
  /** Takes the surface at another value of the CT, and compares again. */
  moveThreshold(value: number): Promise<void>

  /** How far off the chosen printer prints, mm, by its accepted prints; null while too few were measured. */
  readonly errorMm: number | null
  /** Of the chosen printer. */
  readonly drift: DriftView
  /** Over all printers. */
  readonly reprints: ReprintChart
  readonly effort: CaseEffort
  readonly minutes: Readonly<Record<Who, Minutes>>
  readonly cost: CaseCost
  readonly hourRates: Readonly<Record<Who, number>>
  addMinutes(who: Who, work: Work, minutes: number): Promise<void>
  setWho(who: Who): Promise<void>
  setHourRate(who: Who, rate: number): Promise<void>
  saveEffort(format: 'csv' | 'registry'): void
  savePrints(): void
}

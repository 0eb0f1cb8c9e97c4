import type { Mesh } from '../core/types.ts'
import type { HalfSize } from '../prepare/marks/relief.ts'
import type { Fit } from '../qa/fit.ts'
import type { Label } from '../segment/label-set.ts'
import type { LedgerRow } from './ledger-row.ts'
import type { Body } from './part-body.ts'
import type { SmoothChoice } from './smooth-choice.ts'
import type { Params } from './templates.ts'
import type { TextWish } from './text-wish.ts'

/** A body as it is listed. */
export interface BodyRow {
  readonly id: number
  /** Empty without a name of its own. */
  readonly name: string
  readonly mm3: number
  readonly visible: boolean
  /** What it was made of; null when the label is gone. */
  readonly label: Label | null
}

/** Letters of a body's name. */
export const LONGEST_NAME = 40

/** Vertices and triangles of one body in a mesh of several. */
export interface BodyRun {
  readonly id: number
  readonly vertices: number
  readonly triangles: number
}

/** The body that a triangle of such a mesh belongs to; null past the last. */
export function bodyOfTriangle(runs: readonly BodyRun[], triangle: number): number | null {
  let end = 0
  for (const { id, triangles } of runs) {
    end += triangles
    if (triangle < end) return id
  }
  return null
}

/** An edit as it is listed. */
export interface EditRow {
  readonly stage: string
  readonly params: Params
  readonly on: readonly number[]
  readonly row: LedgerRow
  readonly fromMm3: number
  readonly toMm3: number
  /** False when a later one stands on it. */
  readonly mayBeRemoved: boolean
}

/** An edit as it is asked for, before it is said of which bodies. */
export interface ToolOrder {
  readonly stage: string
  readonly params: Params
}

/** What was measured of two bodies. */
export interface PartFit extends Fit {
  readonly bodies: readonly [Body, Body]
  readonly clearanceMm: number
  /** Volume that both take up. */
  readonly overlapMm3: number
}

/** The bodies of the part, the edits made of them, and what can be done. */
export interface PartView {
  readonly bodies: readonly BodyRow[]
  /** The labels that the bodies are made of. */
  readonly labels: readonly Label[]
  /** Labels with voxels that no body is made of. */
  readonly otherLabels: readonly Label[]
  /** The body that edits act on; null for all. */
  readonly activeBody: number | null
  /** The bodies that are not hidden, as one; null without any. */
  readonly shown: Mesh | null
  /** The body of each vertex of `shown`, as runs in order. */
  readonly shownBodies: readonly BodyRun[]
  /** The same of all bodies, hidden or not. */
  readonly allBodies: readonly BodyRun[]
  /** How two of the bodies lie to each other, as last measured; null once either has changed. */
  readonly fit: PartFit | null
  /** The gap at each vertex of `shown`, NaN where it was not measured; null without a fit. */
  readonly gapMm: Float32Array | null
  /** Oldest first. */
  readonly edits: readonly EditRow[]
  /** The ledger of how the model was made, before any edit. */
  readonly madeLedger: readonly LedgerRow[]
  /** An edit has turned or moved the part away from where the scan shows it. */
  readonly isMoved: boolean
  /** Stage name of what undo takes back, redo brings again; null when there is none. */
  readonly undoStage: string | null
  readonly redoStage: string | null

  /** Makes edits one on the other, undone together: of these bodies, else of the active one, or of all. */
  edit(orders: readonly ToolOrder[], on?: readonly number[]): Promise<void>
  /** Adds a body made of another label, with this smoothing. */
  addLabel(label: number, choice: SmoothChoice): Promise<void>
  /** What the text that is wished for would say on the active body, or on the first. */
  textLines(wish: TextWish): Promise<readonly string[]>
  /** Half of what such text would take up on a face, mm; null where it cannot be written. */
  textHalf(lines: readonly string[], capHeightMm: number): Promise<HalfSize | null>
  /** Takes the edit at this place of the list out; later ones are made again. */
  remove(index: number): Promise<void>
  undo(): Promise<void>
  redo(): Promise<void>
  /** Measures the gaps between two bodies; nearer than the clearance is told. */
  measureFit(ids: readonly [number, number], clearanceMm: number): Promise<void>
  forgetFit(): void
  choose(body: number | null): void
  show(body: number, visible: boolean): void
  /** Calls a body by another name; by its number for an empty one. Names stay in the case, no file gets them. */
  rename(body: number, name: string): void
}

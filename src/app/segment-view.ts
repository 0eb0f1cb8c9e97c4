import type { AnatomyId, Laterality } from '../core/anatomy.ts'
import type { Mask, Vec3 } from '../core/types.ts'
import type { Brush } from '../segment/brush.ts'
import type { CropParams } from '../segment/crop.ts'
import type { ImportedLabels } from '../segment/file-labels.ts'
import type { Label, LabelInfo } from '../segment/label-set.ts'
import type { Overlap } from '../segment/place.ts'
import type { ScissorsParams } from '../segment/scissors.ts'
import type { ViewScissorsParams } from '../segment/view-scissors.ts'
import type { WorkingMask } from '../segment/working-mask.ts'
import type { AiView } from './ai-model.ts'
import type { Problem } from './job-view.ts'
import type { MaskVerbs, SeedsView } from './mask-verbs.ts'
import type { SeriesRow } from './scan-view.ts'

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

/** Labels and the tools that edit them. `preview` is the edit that is being tried, `mask` what has been applied. */
export interface SegmentView {
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
}

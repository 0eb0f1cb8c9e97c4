import type { AnatomyId, Laterality } from '../core/anatomy.ts'
import type { Vec3 } from '../core/types.ts'
import { addLabelsFrom } from './add-labels.ts'
import { Ai } from './ai-view.svelte.ts'
import { CaseSession } from './case-session.ts'
import { CROP_STEP, SCISSORS_STEP, VIEW_SCISSORS_STEP } from './draw-steps.ts'
import { applyThreshold, denoise, describeLabel, dropLabel, editMask, newLabel, step } from './edit-label.ts'
import { useRecipe } from './edit-recipe.ts'
import { maskTools } from './mask-tools.ts'
import type { SeriesRow } from './scan-view.ts'
import { Seeds } from './seeds.svelte.ts'
import type { EditRules, LabelWords } from './segment-view.ts'
import type { SessionView } from './session-view.ts'
import { Strokes } from './strokes.svelte.ts'
import { ThresholdPreview } from './threshold-preview.ts'
import { FILL_HOLES_STEP, ISLANDS_STEP, MARGIN_STEP } from './threshold-steps.ts'
import { Trial } from './trial.svelte.ts'

/** Labels and the tools that edit them; one edit is tried before it is made. */
export class SegmentSession extends CaseSession {
  readonly #strokes = new Strokes(this.desk)
  readonly #trial = new Trial(this.desk)
  readonly #preview = new ThresholdPreview(this.desk, this.#trial)
  readonly masks = maskTools(this.desk, this.#trial)
  readonly seeds = new Seeds(this.desk)
  readonly ai = new Ai(this.desk, this.desk.engine, () => this.desk.models.rows)

  get preview() {
    return this.desk.data.preview
  }
  get previewProblem() {
    return this.#trial.problem
  }
  get thresholdDraft() {
    return this.desk.data.draft
  }
  get labels() {
    return this.desk.data.rows
  }
  get activeLabel() {
    return this.desk.data.activeLabel
  }
  get importedLabels() {
    return this.desk.imported
  }
  get rules() {
    return this.desk.rules
  }
  get painted() {
    return this.#strokes.painted
  }
  get mask() {
    return this.desk.data.mask
  }
  get maskMm3() {
    return this.desk.data.maskMm3
  }
  get undoStage() {
    return this.desk.editCount >= 0 ? this.desk.edits.names.undo : null
  }
  get redoStage() {
    return this.desk.editCount >= 0 ? this.desk.edits.names.redo : null
  }

  setTemplate(id: string, version?: number): void {
    const chosen = this.desk.templates.versions(id).findLast((t) => version === undefined || t.version === version)
    if (!chosen) return
    useRecipe(this.desk, chosen)
    this.#preview.begin()
  }
  addLabel = (anatomy: AnatomyId, laterality: Laterality) => newLabel(this.desk, anatomy, laterality)
  addLabelsFrom = (source: Blob | SeriesRow) =>
    addLabelsFrom(
      this.desk,
      source instanceof Blob ? { file: source, format: '' } : { seriesId: source.id, format: source.source },
    )
  dismissImportedLabels(): void {
    this.desk.imported = null
  }
  removeLabel = (id: number) => dropLabel(this.desk, id)
  describeLabel = (id: number, words: LabelWords) => describeLabel(this.desk, id, words)
  chooseLabel(id: number): void {
    this.desk.data.activeLabel = id
    this.#trial.again().catch(this.desk.report)
    this.desk.saveState()
  }
  showLabel(id: number, visible: boolean): void {
    this.desk.data.noteInfo(id, { visible })
    this.desk.saveState()
  }
  setRules(rules: EditRules): void {
    this.desk.rules = rules
    this.#trial.again().catch(this.desk.report)
  }
  setThreshold = (lowHu: number, highHu: number) => this.#preview.draft(lowHu, highHu)
  suggestThreshold = () => this.#preview.suggest()
  applyThreshold = () => applyThreshold(this.desk)
  applyPreview = () => this.#trial.commit()
  leavePreview(): void {
    this.#trial.clear()
    this.#preview.begin()
  }
  denoise = (method: 'gaussian' | 'median', sigmaMm: number) => denoise(this.desk, method, sigmaMm)
  keepLargest = (count: number) => editMask(this.desk, 'islands', ISLANDS_STEP, { keep: 'largest', count })
  keepClicked = (seedLps: Vec3) => editMask(this.desk, 'islands', ISLANDS_STEP, { keep: 'clicked', seedLps })
  removeIslands = (minMm3: number) => editMask(this.desk, 'islands', ISLANDS_STEP, { keep: 'above', minMm3 })
  fillHoles = (mode: 'volume' | 'slices') => editMask(this.desk, 'fill-holes', FILL_HOLES_STEP, { mode })
  margin = (distanceMm: number) => editMask(this.desk, 'margin', MARGIN_STEP, { distanceMm })
  beginStroke: SessionView['beginStroke'] = (brush, atIjk) => this.#strokes.begin(brush, atIjk)
  moveStroke: SessionView['moveStroke'] = (atIjk) => this.#strokes.moveTo(atIjk)
  endStroke = () => this.#strokes.end()
  cancelStroke = () => this.#strokes.cancel()
  cut: SessionView['cut'] = (params) => editMask(this.desk, 'scissors', SCISSORS_STEP, { ...params })
  cutInView: SessionView['cutInView'] = (params) =>
    editMask(this.desk, 'view-scissors', VIEW_SCISSORS_STEP, { ...params })
  crop: SessionView['crop'] = (params) => editMask(this.desk, 'crop', CROP_STEP, params)
  undo = () => this.#step('undo')
  redo = () => this.#step('redo')

  /** The threshold is tried while Segment is shown. */
  protected beginPreview(): void {
    if (this.desk.place === 'segment') this.#preview.begin()
  }

  /** Strokes that still wait are part of what is undone. */
  async #step(way: 'undo' | 'redo'): Promise<void> {
    if (this.#strokes.cancel()) return
    await this.#strokes.settled()
    await step(this.desk, way)
  }
}

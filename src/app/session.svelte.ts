import * as Comlink from 'comlink'
import { PipelineError } from '../core/errors.ts'
import type { Acknowledgement, CheckId, Finding, PolicyId, ProcessId } from '../core/finding.ts'
import { triangleCount } from '../core/mesh.ts'
import type { Context } from '../core/stage.ts'
import type { Mask, Vec3, Volume } from '../core/types.ts'
import { reportText } from '../export/report.ts'
import { processesThatPass } from '../qa/advice.ts'
import { CaseData } from './case-data.svelte.ts'
import type { Side } from './case-state.ts'
import { CaseStore } from './case-store.svelte.ts'
import { download } from './download.io.ts'
import { exportModel } from './export.ts'
import { Jobs } from './jobs.svelte.ts'
import { check, type Line, model, segment } from './line.ts'
import { MaskEdits } from './mask-edits.ts'
import { createPipeline, type Recorder, type Step } from './pipeline.ts'
import { islandCount, otsuThresholds, previewThreshold, volumeHistogram } from './queries.ts'
import { caseReport } from './report.ts'
import { restoreCase } from './restore-case.ts'
import type {
  ChangeView,
  CheckView,
  ComputeView,
  PlaceId,
  SeriesRow,
  SessionView,
  SmoothChoice,
  StationId,
  StationState,
  TemplateRow,
} from './session-view.ts'
import {
  DENOISE_STEP,
  FILL_HOLES_STEP,
  ISLANDS_STEP,
  MARGIN_STEP,
  RESTORE_STEP,
  SAMPLE_STEP,
  SCAN_STEP,
  type Scanned,
  SIDE_STEP,
  THRESHOLD_STEP,
} from './steps.ts'
import {
  defaultTemplate,
  type Params,
  SAMPLE_TEMPLATE_ID,
  TEMPLATES,
  type Template,
  templateById,
  withOverrides,
} from './templates.ts'
import { VaultControl } from './vault-control.svelte.ts'
import { createWorkers, type Workers } from './workers.ts'

const HISTOGRAM_BINS = 256

/** Smoothing strengths of the Model station, in Taubin iterations. */
const ITERATIONS = { none: 0, light: 5, medium: 15, strong: 40 } as const

/**
 * What the person works with: the vault, the library and at most one open case. Holds state and order of steps only;
 * every step goes through runStage, every byte through a worker.
 */
export class Session implements SessionView {
  readonly #workers: Workers = createWorkers()
  readonly #vault = new VaultControl(this.#workers, () => this.#idle())
  readonly #jobs = new Jobs()
  readonly #edits = new MaskEdits()
  readonly templates: readonly TemplateRow[] = TEMPLATES.map(({ id, name, modality }) => ({ id, name, modality }))
  place = $state<PlaceId>('start')
  compute = $state.raw<ComputeView | null>(null)
  series = $state.raw<readonly SeriesRow[]>([])
  chosenSeries = $state<string | null>(null)
  lastChange = $state.raw<ChangeView | null>(null)
  #store = $state.raw<CaseStore | null>(null)
  #data = $state.raw(new CaseData())
  /** Bumped by every edit, so that the undo labels are read again. */
  #editCount = $state(0)
  #previewing: AbortController | null = null

  constructor() {
    this.#vault.refresh().catch((error) => this.#jobs.report(error))
  }

  // Views
  get vault() {
    return this.#vault.view
  }
  get cases() {
    return this.#vault.cases
  }
  get job() {
    return this.#jobs.current
  }
  get problem() {
    return this.#jobs.problem
  }
  get openCase(): SessionView['openCase'] {
    const store = this.#store
    if (!store) return null
    const { templateId, policy, process } = this.#data
    return { id: store.id, pseudonym: store.pseudonym, templateId, policy, process, saved: store.saved }
  }
  get stations(): Readonly<Record<StationId, StationState>> {
    const states = this.#data.stationStates()
    const at = this.place
    return this.job && at !== 'start' && at !== 'trace' ? { ...states, [at]: 'working' } : states
  }
  get volume() {
    return this.#data.volume
  }
  get passport() {
    return this.#data.passport
  }
  get scanFindings(): readonly Finding[] {
    return this.#data.scanFindings
  }
  get side() {
    return this.#data.side
  }
  get histogram() {
    return this.#data.histogram
  }
  get thresholdDraft() {
    return this.#data.draft
  }
  get preview() {
    return this.#data.preview
  }
  get mask() {
    return this.#data.mask
  }
  get maskMm3() {
    return this.#data.maskMm3
  }
  get undoStage() {
    return this.#editCount >= 0 ? this.#edits.labels.undo : null
  }
  get redoStage() {
    return this.#editCount >= 0 ? this.#edits.labels.redo : null
  }
  get mesh() {
    return this.#data.mesh
  }
  get ledger() {
    return this.#data.ledger
  }
  get check(): CheckView | null {
    const { check: result, verdict } = this.#data
    if (!result || !verdict) return null
    return { ...result, ...verdict, processesThatPass: processesThatPass(result.findings) }
  }
  get acknowledgements(): readonly Acknowledgement[] {
    return this.#data.acknowledgements
  }
  get exports() {
    return this.#data.exports
  }
  get trace(): SessionView['trace'] {
    return (this.#store?.trace ?? []) as unknown as SessionView['trace']
  }
  get traceId() {
    return this.#data.traceId
  }

  go(place: PlaceId): void {
    this.place = place
    if (place === 'start') this.#vault.refreshCases().catch((error) => this.#jobs.report(error))
  }
  dismissProblem(): void {
    this.#jobs.problem = null
  }
  cancel(): void {
    this.#jobs.cancel()
  }

  // Vault and library
  async #openVault(how: Parameters<VaultControl['open']>[0]): Promise<void> {
    await this.#jobs.run('unlock', () => this.#vault.open(how))
  }
  async createVault(passphrase: string): Promise<void> {
    await this.#openVault((api) => api.create(passphrase))
  }
  async unlock(passphrase: string): Promise<void> {
    await this.#openVault((api) => api.unlock(passphrase))
  }
  async startTeaching(): Promise<void> {
    await this.#openVault((api) => api.startTeaching())
  }
  async lock(): Promise<void> {
    try {
      await this.#store?.flush()
    } catch (error) {
      this.#jobs.report(error)
    }
    this.#forgetCase()
    await this.#workers.vault.call((api) => api.lock())
    // Ends every realm that saw the scan; the next use starts clean ones.
    for (const host of Object.values(this.#workers)) host.terminate()
    await this.#vault.refresh()
  }
  touch(): void {
    this.#vault.touch()
  }
  async reopen(caseId: string): Promise<void> {
    await this.#jobs.run('reopen', async (ctx) => {
      await this.#leaveCase()
      const { store, state } = await CaseStore.open(this.#workers, caseId, (error) => this.#jobs.report(error))
      const data = new CaseData()
      if (state) await restoreCase(data, state, store, ctx)
      this.#data = data
      this.#store = store
      await this.#loadHistogram(ctx)
      this.place = data.standing().station
    })
  }
  async deleteCase(caseId: string): Promise<void> {
    await this.#jobs.run('delete', async () => {
      if (this.#store?.id === caseId) this.#forgetCase()
      await this.#workers.vault.call((api) => api.deleteCase(caseId))
      await this.#vault.refreshCases()
    })
  }
  async closeCase(): Promise<void> {
    await this.#jobs.run('close', () => this.#leaveCase())
    this.go('start')
  }

  // Scan
  async openFiles(files: readonly { path: string; file: File }[]): Promise<void> {
    const found = await this.#jobs.run('scan', async (ctx) => {
      await this.#vault.openSomehow()
      await this.#leaveCase()
      this.series = []
      this.chosenSeries = null
      this.place = 'scan'
      return this.#workers.decode.call(
        (api) => api.scan([...files], ctx.signal, Comlink.proxy(ctx.progress)),
        ctx.signal,
      )
    })
    if (!found) {
      this.place = 'start'
      return
    }
    this.series = found
    const usable = found.filter((s) => s.problem === null)
    const only = usable[0]
    if (only && usable.length === 1) await this.chooseSeries(only.id)
  }
  async chooseSeries(id: string): Promise<void> {
    const row = this.series.find((s) => s.id === id)
    await this.#jobs.run('scan', async (ctx) => {
      await this.#startCase(row ? defaultTemplate(row.modality) : templateById(SAMPLE_TEMPLATE_ID), (line) =>
        line.pipeline.runStage(SCAN_STEP, id, { format: row?.source ?? '' }, ctx),
      )
      this.chosenSeries = id
      await this.#loadHistogram(ctx)
    })
  }
  async runSample(): Promise<void> {
    const released = await this.#jobs.run('sample', async (ctx) => {
      await this.#vault.openSomehow()
      await this.#leaveCase()
      this.series = []
      await this.#startCase(templateById(SAMPLE_TEMPLATE_ID), (line) =>
        line.pipeline.runStage(SAMPLE_STEP, null, {}, ctx),
      )
      await this.#loadHistogram(ctx)
      await this.#runRecipe(templateById(SAMPLE_TEMPLATE_ID), ctx)
      return this.#data.verdict?.released ?? false
    })
    if (released) this.place = 'print'
  }
  async runTemplate(): Promise<void> {
    await this.#jobs.run('segment', (ctx) => this.#runRecipe(templateById(this.#data.templateId), ctx))
  }
  setTemplate(id: string): void {
    this.#data.templateId = templateById(id).id
    this.#saveState()
  }
  setPolicy(policy: PolicyId): void {
    this.#data.policy = policy
    this.#data.setCheck(null)
    this.#saveState()
  }
  setProcess(process: ProcessId): void {
    this.#data.process = process
    this.#data.setCheck(null)
    this.#saveState()
  }
  async signSide(side: Side): Promise<void> {
    const { volume } = this.#data
    if (!volume) return
    await this.#jobs.run('sign-side', async (ctx) => {
      await this.#line().pipeline.runStage(SIDE_STEP, volume, { side }, ctx)
      this.#data.side = side
      this.#data.setCheck(null)
      this.#saveState()
    })
  }

  // Segment
  setThreshold(lowHu: number, highHu: number): void {
    this.#data.draft = { lowHu, highHu }
    this.#showPreview().catch((error) => this.#jobs.report(error))
  }
  async applyThreshold(): Promise<void> {
    const { draft } = this.#data
    await this.#editMask('threshold', async (line, { field }, ctx) => {
      const mask = await line.pipeline.runStage(THRESHOLD_STEP, field, { ...draft }, ctx)
      this.#data.limits = draft
      this.#data.declaredShells = 1
      return mask
    })
  }
  suggestThreshold(): void {
    const { field } = this.#data
    if (!field) return
    otsuThresholds(this.#workers, field, 2, new AbortController().signal)
      .then(([low]) => low !== undefined && this.setThreshold(Math.round(low), this.#data.draft.highHu))
      .catch((error) => this.#jobs.report(error))
  }
  async denoise(method: 'gaussian' | 'median', sigmaMm: number): Promise<void> {
    const before = this.#editPoint()
    if (!before) return
    await this.#jobs.run('denoise', async (ctx) => {
      const field = await this.#line().pipeline.runStage(DENOISE_STEP, before.field, { method, sigmaMm }, ctx)
      this.#edits.note('denoise', before, { mask: before.mask, field })
      this.#moveTo({ mask: before.mask, field })
      await this.#loadHistogram(ctx)
    })
  }
  keepLargest = (count: number) => this.#maskStep('islands', ISLANDS_STEP, { keep: 'largest', count })
  keepClicked = (seedLps: Vec3) => this.#maskStep('islands', ISLANDS_STEP, { keep: 'clicked', seedLps })
  removeIslands = (minMm3: number) => this.#maskStep('islands', ISLANDS_STEP, { keep: 'above', minMm3 })
  fillHoles = (mode: 'volume' | 'slices') => this.#maskStep('fill-holes', FILL_HOLES_STEP, { mode })
  margin = (distanceMm: number) => this.#maskStep('margin', MARGIN_STEP, { distanceMm })
  undo = () => this.#step('undo')
  redo = () => this.#step('redo')

  // Model
  async makeModel(choice: SmoothChoice): Promise<void> {
    const { mask, field, limits } = this.#data
    if (!mask || !field) return
    const template = withOverrides(templateById(this.#data.templateId), modelParams(choice))
    await this.#jobs.run('surface', async (ctx) => {
      const { lowHu, highHu } = limits ?? this.#data.draft
      const made = await model(this.#line(), { mask, field, lowHu, highHu }, template, ctx)
      this.#data.setModel(made.reference, made.mesh, made.ledger)
      this.lastChange = {
        stage: 'model',
        from: triangleCount(made.reference),
        to: triangleCount(made.mesh),
        unit: 'triangles',
      }
      this.place = 'model'
      this.#saveState()
    })
  }

  // Check
  async runCheck(): Promise<void> {
    await this.#jobs.run('check', (ctx) => this.#checkModel(ctx))
  }
  async acknowledge(id: CheckId, reason: string): Promise<void> {
    this.#data.acknowledgements = [
      ...this.#data.acknowledgements.filter((a) => a.check !== id),
      { check: id, reason: reason.trim() },
    ]
    this.#saveState()
  }
  async withdraw(id: CheckId): Promise<void> {
    this.#data.acknowledgements = this.#data.acknowledgements.filter((a) => a.check !== id)
    this.#saveState()
  }

  // Print
  async exportFile(format: 'stl' | '3mf'): Promise<void> {
    const { mesh, check: result, acknowledgements, policy, process } = this.#data
    const store = this.#store
    if (!mesh || !result || !store) return
    await this.#jobs.run('export', async (ctx) => {
      const order = { mesh, check: result, acknowledgements, policy, process, trace: store.trace, format }
      const file = await exportModel(this.#line(), order, ctx)
      this.#data.traceId = file.traceId
      this.#data.exports = [...this.#data.exports.filter((e) => e.format !== format), file.row]
      this.#saveState()
      // Nothing leaves before it is written down.
      await store.flush()
      download(file.row.fileName, file.bytes)
    })
  }
  async saveReport(): Promise<void> {
    const store = this.#store
    const {
      templateId,
      policy,
      process,
      acknowledgements,
      passport,
      verdict,
      check: result,
      exports,
      traceId,
    } = this.#data
    if (!store || !passport) return
    const report = await caseReport({
      templateId,
      policy,
      process,
      acknowledgements,
      passport,
      traceId,
      trace: store.trace,
      findings: result?.findings ?? [],
      outcome: verdict ? (verdict.released ? 'released' : 'refused') : 'stopped',
      refusedBy: verdict?.refusedBy ?? [],
      files: exports.map(({ fileName, digest, bytes }) => ({ name: fileName, digest, bytes })),
    })
    download(`${traceId ?? 'report'}.json`, new TextEncoder().encode(reportText(report)))
  }

  // Work
  /** Work in progress keeps the vault open; otherwise the screen follows the vault and closes. */
  #idle(): void {
    if (!this.#jobs.busy) {
      this.lock().catch((error) => this.#jobs.report(error))
      return
    }
    this.#vault.touch()
    this.#vault.refresh().catch((error) => this.#jobs.report(error))
  }

  #line(recorder: Recorder | null = this.#store): Line {
    if (!recorder) throw new Error('no case is open')
    return {
      workers: this.#workers,
      pipeline: createPipeline(this.#workers, recorder),
      onStage: this.#jobs.onStage,
    }
  }

  /** Opens a new case around the first step; when that fails, no case is left. */
  async #startCase(template: Template, scan: (line: Line) => Promise<Scanned>): Promise<void> {
    const init = { templateId: template.id, policy: this.#data.policy, process: this.#data.process }
    const store = await CaseStore.create(this.#workers, init, (error) => this.#jobs.report(error))
    try {
      const { volume, passport } = await scan(this.#line(store))
      const data = new CaseData()
      data.templateId = template.id
      data.setVolume(volume, passport)
      this.#edits.clear()
      this.#data = data
      this.#store = store
      this.place = 'scan'
      this.#saveState()
    } catch (error) {
      await this.#workers.vault.call((api) => api.deleteCase(store.id)).catch(() => {})
      throw error
    }
  }

  async #runRecipe(template: Template, ctx: Context): Promise<void> {
    const { volume } = this.#data
    if (!volume) return
    const line = this.#line()
    this.place = 'segment'
    const before = this.#editPoint()
    const segmented = await segment(line, volume, template, ctx)
    if (before) this.#edits.note('template', before, segmented)
    this.#data.limits = { lowHu: segmented.lowHu, highHu: segmented.highHu }
    this.#data.declaredShells = segmented.declaredShells
    this.#data.draft = this.#data.limits
    this.#moveTo(segmented)
    this.place = 'model'
    const made = await model(line, segmented, template, ctx)
    this.#data.setModel(made.reference, made.mesh, made.ledger)
    this.place = 'check'
    await this.#checkModel(ctx)
  }

  async #checkModel(ctx: Context): Promise<void> {
    const { reference, mesh, volume, passport, side, maskMm3, declaredShells, policy, process } = this.#data
    if (!reference || !mesh || !volume || !passport) return
    const sideVerified = side !== null
    const order = { reference, mesh, maskMm3, volume, passport, sideVerified, declaredShells, policy, process }
    const result = await check(this.#line(), order, ctx)
    this.#data.setCheck(result)
    this.place = 'check'
    this.#saveState()
  }

  #editPoint() {
    const { mask, field } = this.#data
    return field ? { mask, field } : null
  }

  #moveTo({ mask, field }: { mask: Mask | null; field: Volume }): void {
    const from = this.#data.maskMm3
    this.#data.field = field
    this.#data.setMask(mask)
    this.#editCount++
    this.lastChange = { stage: 'mask', from, to: this.#data.maskMm3, unit: 'mm3' }
    this.#saveState()
  }

  async #editMask(
    stage: string,
    work: (line: Line, at: { mask: Mask | null; field: Volume }, ctx: Context) => Promise<Mask>,
  ): Promise<void> {
    const before = this.#editPoint()
    if (!before) return
    await this.#jobs.run(stage, async (ctx) => {
      const mask = await work(this.#line(), before, ctx)
      const after = { mask, field: before.field }
      this.#edits.note(stage, before, after)
      this.#moveTo(after)
    })
  }

  #maskStep<P extends object>(stage: string, step: Step<Mask, P, Mask>, params: Params): Promise<void> {
    return this.#editMask(stage, async (line, { mask }, ctx) => {
      if (!mask) throw new PipelineError('segment/empty', 'There is no mask yet. Set a threshold first.')
      const edited = await line.pipeline.runStage(step, mask, params, ctx)
      if (stage === 'islands') this.#data.declaredShells = await islandCount(this.#workers, edited, ctx.signal)
      return edited
    })
  }

  async #step(way: 'undo' | 'redo'): Promise<void> {
    const now = this.#editPoint()
    const label = this.#edits.labels[way]
    if (!now || label === null) return
    await this.#jobs.run(way, async (ctx) => {
      const point = this.#edits[way](now)
      if (!point) return
      if (now.mask && point.mask && now.mask !== point.mask) {
        const move = { from: now.mask, to: point.mask }
        await this.#line().pipeline.runStage(RESTORE_STEP, move, { label: `${way} ${label}` }, ctx)
      }
      const newField = point.field !== now.field
      this.#moveTo(point)
      if (newField) await this.#loadHistogram(ctx)
    })
  }

  /** The newest draft wins; an older preview still under way is dropped. */
  async #showPreview(): Promise<void> {
    const { field, draft } = this.#data
    if (!field) return
    this.#previewing?.abort()
    const controller = new AbortController()
    this.#previewing = controller
    const mask = await previewThreshold(this.#workers, field, draft, controller.signal).catch(() => null)
    if (mask && !controller.signal.aborted && field === this.#data.field) this.#data.preview = mask
  }

  async #loadHistogram(ctx: Context): Promise<void> {
    const { field } = this.#data
    if (!field) return
    this.compute = await this.#workers.compute.call((api) => api.useBackend('auto'), ctx.signal)
    this.#data.histogram = await volumeHistogram(this.#workers, field, HISTOGRAM_BINS, ctx.signal)
  }

  #saveState(): void {
    this.#store?.saveState(this.#data.snapshot())
  }

  async #leaveCase(): Promise<void> {
    await this.#store?.flush()
    this.#forgetCase()
  }

  #forgetCase(): void {
    this.#store = null
    this.#data = new CaseData()
    this.#edits.clear()
    this.#editCount++
    this.lastChange = null
    this.place = 'start'
  }
}

function modelParams({ strength, maxErrorMm }: SmoothChoice): Params {
  return {
    'smooth.iterations': ITERATIONS[strength],
    'smooth.enabled': strength !== 'none',
    'decimate.maxErrorMm': maxErrorMm || 0.05,
    'decimate.enabled': maxErrorMm > 0,
  }
}

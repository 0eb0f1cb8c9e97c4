import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { Volume } from '../core/types.ts'
import { NO_STATIONS, readStations } from '../export/handover/print-station.ts'
import { NOTHING_RECEIVED, readReceived } from '../export/handover/received.ts'
import { NO_SIGNERS, readSigners } from '../export/handover/signers.ts'
import { NO_RECIPIENTS, readRecipients } from '../export/secure-content/recipient.ts'
import type { ImportedLabels } from '../segment/file-labels.ts'
import type { AiEngine } from './ai.ts'
import { inferEngine } from './ai-engine.ts'
import { NO_PEOPLE } from './approval.ts'
import { Bench } from './bench.svelte.ts'
import { CaseData } from './case-data.svelte.ts'
import { CaseStore } from './case-store.svelte.ts'
import { Custody } from './custody.svelte.ts'
import { NO_RULES } from './edit-rules.ts'
import type { ChangeView, ComputeView } from './job-view.ts'
import { Jobs } from './jobs.svelte.ts'
import { type EditPoint, LabelEdits } from './label-edits.ts'
import type { Line } from './line.ts'
import { ModelShelf } from './model-shelf.svelte.ts'
import type { Networks } from './networks.ts'
import { People } from './people.svelte.ts'
import { createPipeline, type Recorder } from './pipeline.ts'
import type { PlaceId } from './place.ts'
import { PrintShelf } from './prints.svelte.ts'
import { volumeHistogram } from './queries.ts'
import { assertMayHandIn, ReadScan } from './read-scan.ts'
import type { Scanned } from './scan-steps.ts'
import type { ArrivingView, SeriesRow } from './scan-view.ts'
import type { EditRules } from './segment-view.ts'
import { SettingShelf } from './setting-shelf.svelte.ts'
import { TemplateShelf } from './template-shelf.svelte.ts'
import type { Template } from './templates.ts'
import { createWorkers, type Workers } from './workers.ts'

const HISTOGRAM_BINS = 256
const LONGEST_PAUSE_S = 60

/**
 * The open case with everything that works on it: workers, the running job, data, undo, the vault's record of it.
 * The verbs of each station (open-scan.ts, edit-label.ts, make-part.ts) act on a desk.
 */
export class Desk {
  readonly workers: Workers = createWorkers()
  readonly jobs = new Jobs()
  readonly edits = new LabelEdits()
  readonly templates = new TemplateShelf(this.workers)
  readonly models = new ModelShelf(this.workers)
  readonly bench = new Bench(this.workers)
  readonly prints = new PrintShelf(this.workers)
  readonly stations = new SettingShelf(this.workers, 'print-stations', NO_STATIONS, readStations)
  readonly received = new SettingShelf(this.workers, 'received', NOTHING_RECEIVED, readReceived)
  readonly recipients = new SettingShelf(this.workers, 'seal-recipients', NO_RECIPIENTS, readRecipients)
  readonly signers = new SettingShelf(this.workers, 'signers', NO_SIGNERS, readSigners)
  readonly engine: AiEngine = inferEngine({
    backend: () => this.compute?.backend ?? null,
    require: (model) => this.models.require(model, this.data.policy),
    measured: (sha256) => this.bench.evaluated(sha256),
  })
  /** For the use of the open case. */
  readonly networks: Networks = {
    engine: this.engine,
    ready: (id) => this.models.ready(id, this.data.policy),
  }
  readonly people = new People(this.workers, this.jobs)
  readonly custody = new Custody(this.workers, this.jobs, this.people)
  place = $state<PlaceId>('start')
  rules = $state.raw<EditRules>(NO_RULES)
  compute = $state.raw<ComputeView | null>(null)
  series = $state.raw<readonly SeriesRow[]>([])
  chosenSeries = $state<string | null>(null)
  /** Id of the series about which the person is asked something. */
  asked = $state<string | null>(null)
  /** The scan that is being decoded, as far as it is there. */
  arriving = $state.raw<ArrivingView | null>(null)
  lastChange = $state.raw<ChangeView | null>(null)
  /** What came with the last label file, until it is dismissed. */
  imported = $state.raw<ImportedLabels | null>(null)
  store = $state.raw<CaseStore | null>(null)
  /** The scan that Intake read and has not handed in. */
  reading = $state.raw<ReadScan | null>(null)
  /** The pseudonym of the last one that was handed in. */
  handedIn = $state<string | null>(null)
  data = $state.raw(new CaseData())
  /** Bumped by every edit, so that the undo labels are read again. */
  editCount = $state(0)

  #lastSign = 0

  /** The open case is only looked at. */
  get isReader(): boolean {
    return this.store !== null && !this.store.isOwn
  }

  /** Whether the vault has people, who approve and release. */
  get hasPeople(): boolean {
    return this.people.me !== null
  }

  /** Shows an error that no job carries. */
  report = (error: unknown): void => this.jobs.report(error)

  /** What steps run on, written down by the open case. */
  line(recorder: Recorder | null = this.store): Line {
    if (!recorder) throw new Error('no case is open')
    if (this.isReader && recorder === this.store) {
      throw new PipelineError('vault/denied', 'You review this case. Only its designer changes it.')
    }
    return {
      workers: this.workers,
      pipeline: createPipeline(this.workers, recorder),
      onStage: this.jobs.onStage,
    }
  }

  saveState(): void {
    if (this.isReader) return
    this.data.voidReview()
    this.store?.saveState(this.data.snapshot())
  }

  /** Opens a new case around its first step, with the template that suits the scan; when it fails, no case is left. */
  async startCase(templateFor: (scan: Volume) => Template, scan: (line: Line) => Promise<Scanned>): Promise<void> {
    if (this.people.me) return this.#readScan(scan)
    const { policy, process, recipe } = this.data
    const init = { policy, process, templateId: recipe.id }
    const store = await CaseStore.create(this.workers, init, this.report)
    try {
      const { volume, passport } = await scan(this.line(store))
      const data = new CaseData()
      data.policy = policy
      data.process = process
      data.setVolume(volume, passport)
      data.setTemplate(templateFor(volume))
      this.show(store, data)
      this.place = 'scan'
      this.saveState()
    } catch (error) {
      await this.workers.vault.call((api) => api.deleteCase(store.id)).catch(this.report)
      throw error
    }
  }

  /** Reads a scan that is nobody's case yet: where there are people it is handed in first. */
  async #readScan(scan: (line: Line) => Promise<Scanned>): Promise<void> {
    assertMayHandIn(this.people)
    const reading = new ReadScan()
    const { volume, passport } = await scan(this.line(reading))
    this.data.setVolume(volume, passport)
    this.reading = reading
    this.handedIn = null
    this.place = 'scan'
  }

  /** Puts a case on the desk in place of whatever lies there. */
  show(store: CaseStore, data: CaseData): void {
    this.edits.clear()
    this.editCount++
    this.lastChange = null
    this.imported = null
    data.review = { ...NO_PEOPLE, hasPeople: this.hasPeople }
    this.data = data
    this.store = store
  }

  /** Waits until the open case is safe, then clears the desk. */
  async leaveCase(): Promise<void> {
    await this.store?.flush()
    this.forgetCase()
  }

  /** Clears the desk at once. */
  forgetCase(): void {
    this.store = null
    this.reading = null
    this.data = new CaseData()
    this.edits.clear()
    this.editCount++
    this.lastChange = null
    this.imported = null
    this.series = []
    this.chosenSeries = null
    this.asked = null
    this.place = 'start'
  }

  /** Where the labels stand; null before a scan. */
  editPoint(): EditPoint | null {
    const { labels, field } = this.data
    return labels && field ? { labels, field } : null
  }

  /** Makes these labels and the scan behind them the current ones; `active` is the one to go on with. */
  moveTo({ labels, field }: EditPoint, active: number | null): void {
    const from = this.data.maskMm3
    this.data.field = field
    this.data.setLabels(labels, active)
    this.editCount++
    this.lastChange = { stage: 'mask', from, to: this.data.maskMm3, unit: 'mm3' }
    this.saveState()
  }

  /** Adds the time since the last sign of the person to the active label; a longer pause was no work on it. */
  countTime(): void {
    const now = Date.now()
    const seconds = (now - this.#lastSign) / 1000
    this.#lastSign = now
    const { active } = this.data
    if (this.place !== 'segment' || !active || seconds > LONGEST_PAUSE_S) return
    this.data.noteInfo(active.id, { secondsSpent: active.secondsSpent + seconds })
  }

  /** Histogram of the scan the threshold acts on, and where the kernels run. */
  async loadHistogram(ctx: Context): Promise<void> {
    const { field } = this.data
    if (!field) return
    this.compute = await this.workers.compute.call((api) => api.useBackend('auto'), ctx.signal)
    this.data.histogram = await volumeHistogram(this.workers, field, HISTOGRAM_BINS, ctx.signal)
  }
}

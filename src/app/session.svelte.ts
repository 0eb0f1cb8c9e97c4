import * as Comlink from 'comlink'
import type { AnatomyId, Laterality } from '../core/anatomy.ts'
import type { CheckId, PolicyId, ProcessId } from '../core/finding.ts'
import type { Vec3 } from '../core/types.ts'
import type { ExportFormat } from '../export/file-parts.ts'
import { processesThatPass } from '../qa/advice.ts'
import type { FirstPeople } from '../vault/set-up.ts'
import { addLabelsFrom } from './add-labels.ts'
import { Ai } from './ai-view.svelte.ts'
import { benchVerbs } from './bench-verbs.ts'
import { saveEvidence } from './case-evidence.ts'
import type { Side } from './case-state.ts'
import type { CheckView } from './check-view.ts'
import { Desk } from './desk.svelte.ts'
import { CROP_STEP, SCISSORS_STEP, VIEW_SCISSORS_STEP } from './draw-steps.ts'
import { applyThreshold, denoise, describeLabel, dropLabel, editMask, newLabel, step } from './edit-label.ts'
import { changeSteps, removeTemplate, resetRecipe, saveTemplate, useRecipe } from './edit-recipe.ts'
import { PLAIN_CHOICE } from './file-choice.ts'
import { dicomFacts, lateralityOf, sideOfBodies } from './file-facts.ts'
import { handIn } from './hand-in.ts'
import { handoverPeople } from './handover-people.ts'
import { handoverVerbs } from './handover-verbs.ts'
import { acknowledge, checkPart, exportFile, makeModel, reportOf, saveReport, withdraw } from './make-part.ts'
import { maskTools } from './mask-tools.ts'
import { modelVerbs } from './model-verbs.ts'
import { chooseSeries, openFiles, reopen, runMarking, runSample, runTemplate, signSide } from './open-scan.ts'
import { blankPage, tellOtherTabs, watchPage, withinLimit } from './page-lock.ts'
import { Part } from './part.svelte.ts'
import { isStation, type PlaceId } from './place.ts'
import { printVerbs, verifyState } from './print-verbs.ts'
import { Releases } from './releases.svelte.ts'
import { Review } from './review.svelte.ts'
import type { SeriesAnswer, SeriesRow } from './scan-view.ts'
import { Seeds } from './seeds.svelte.ts'
import type { EditRules, LabelWords } from './segment-view.ts'
import type { SessionView } from './session-view.ts'
import type { SmoothChoice } from './smooth-choice.ts'
import { FILL_HOLES_STEP, ISLANDS_STEP, MARGIN_STEP } from './steps.ts'
import { Strokes } from './strokes.svelte.ts'
import type { TemplateStep } from './templates.ts'
import { ThresholdPreview } from './threshold-preview.ts'
import { TraceDesk } from './trace-desk.svelte.ts'
import type { TraceRow } from './trace-view.ts'
import { Trial } from './trial.svelte.ts'
import { VaultControl } from './vault-control.svelte.ts'
import { FileVerifier } from './verify-file.svelte.ts'

/** What the screen reads and does: the vault, the library and the desk behind one face. Every verb is one line here. */
export class Session implements SessionView {
  readonly #desk = new Desk()
  readonly #vault = new VaultControl(
    this.#desk.workers,
    () => this.#isBusy,
    () => this.#leave(),
    async () => {
      await this.review.enter()
      await this.#desk.templates.load()
      await this.#desk.models.load()
      await this.#desk.bench.load()
      await this.#desk.prints.load()
      await this.#desk.stations.load()
      await this.#desk.received.load()
    },
  )
  readonly #strokes = new Strokes(this.#desk)
  readonly #trial = new Trial(this.#desk)
  readonly #preview = new ThresholdPreview(this.#desk, this.#trial)
  readonly masks = maskTools(this.#desk, this.#trial)
  readonly seeds = new Seeds(this.#desk)
  readonly models = modelVerbs(this.#desk)
  readonly bench = benchVerbs(this.#desk)
  readonly part = new Part(this.#desk)
  readonly print = printVerbs(this.#desk)
  readonly handover = handoverVerbs(this.#desk, () => handoverPeople(this.#desk))
  readonly file = new FileVerifier(this.#desk, () => this.#vault.isOpen)
  readonly tracing = new TraceDesk(
    this.#desk,
    this.file,
    () => this.#vault.isOpen,
    (caseId) => this.reopen(caseId),
  )
  readonly ai = new Ai(this.#desk, this.#desk.engine, () => this.#desk.models.rows)
  readonly releases = new Releases(() => this.#leave())
  readonly review = new Review(this.#desk)
  #leaving: Promise<void> | null = null
  readonly #openVault = () => this.#vault.openSomehow()

  constructor() {
    this.#look().catch(this.#desk.report)
    this.#desk.models.loadShipped().catch(this.#desk.report)
    watchPage({
      isOpen: () => this.#vault.locksItself,
      isBusy: () => this.#isBusy,
      lock: () => this.#leave(),
      drop: () => this.#dropWorkers(),
    })
  }

  get #isBusy(): boolean {
    return this.#desk.jobs.busy || this.#desk.store?.saved === 'saving'
  }

  // Views
  get templates() {
    return this.#desk.templates.all
  }
  get recipe(): SessionView['recipe'] {
    const { templates, data } = this.#desk
    const { recipe, changes } = data
    return { template: recipe, isOwn: templates.isOwn(recipe.id), versions: templates.versions(recipe.id), changes }
  }
  get place() {
    return this.#desk.place
  }
  get vault() {
    return this.#vault.view
  }
  get cases() {
    return this.#vault.cases
  }
  get people() {
    return this.#desk.people
  }
  get handingIn(): SessionView['handingIn'] {
    const { reading, people } = this.#desk
    return reading && { designers: people.designers.map(({ staff }) => staff) }
  }
  get handedIn() {
    return this.#desk.handedIn
  }
  get compute() {
    return this.#desk.compute
  }
  get job() {
    return this.#desk.jobs.current
  }
  get problem() {
    return this.#desk.jobs.problem
  }
  get lastChange() {
    return this.#desk.lastChange
  }
  get openCase(): SessionView['openCase'] {
    const { store, data } = this.#desk
    if (!store) return null
    const { recipe, policy, process } = data
    const { id, pseudonym, saved, isOwn } = store
    return { id, pseudonym, templateId: recipe.id, policy, process, saved, isOwn }
  }
  get stations(): SessionView['stations'] {
    const states = { ...this.#desk.data.stationStates(), verify: verifyState(this.print) }
    const { place } = this.#desk
    return this.job && isStation(place) ? { ...states, [place]: 'working' } : states
  }
  get series() {
    return this.#desk.series
  }
  get chosenSeries() {
    return this.#desk.chosenSeries
  }
  get asked() {
    return this.#desk.series.find((row) => row.id === this.#desk.asked) ?? null
  }
  get arriving() {
    return this.#desk.arriving
  }
  get volume() {
    return this.#desk.data.volume
  }
  get passport() {
    return this.#desk.data.passport
  }
  get scanFindings() {
    return this.#desk.data.scanFindings
  }
  get side() {
    return this.#desk.data.side
  }
  get histogram() {
    return this.#desk.data.histogram
  }
  get thresholdDraft() {
    return this.#desk.data.draft
  }
  get preview() {
    return this.#desk.data.preview
  }
  get previewProblem() {
    return this.#trial.problem
  }
  get labels() {
    return this.#desk.data.rows
  }
  get activeLabel() {
    return this.#desk.data.activeLabel
  }
  get importedLabels() {
    return this.#desk.imported
  }
  get rules() {
    return this.#desk.rules
  }
  get painted() {
    return this.#strokes.painted
  }
  get mask() {
    return this.#desk.data.mask
  }
  get maskMm3() {
    return this.#desk.data.maskMm3
  }
  get undoStage() {
    return this.#desk.editCount >= 0 ? this.#desk.edits.names.undo : null
  }
  get redoStage() {
    return this.#desk.editCount >= 0 ? this.#desk.edits.names.redo : null
  }
  get mesh() {
    return this.#desk.data.mesh
  }
  get ledger() {
    return [...this.#desk.data.ledger, ...this.part.edits.map(({ row }) => row)]
  }
  get check(): CheckView | null {
    const { check, verdict } = this.#desk.data
    if (!check || !verdict) return null
    return { ...check, ...verdict, processesThatPass: processesThatPass(check.findings) }
  }
  get acknowledgements() {
    return this.#desk.data.acknowledgements
  }
  get exports() {
    return this.#desk.data.exports
  }
  get dicom(): SessionView['dicom'] {
    const { data } = this.#desk
    const laterality = lateralityOf(data.side, data.label(data.modelLabel)?.laterality ?? 'none')
    return { ...dicomFacts(data), laterality: sideOfBodies(data, laterality) }
  }
  get trace(): readonly TraceRow[] {
    // Parameters are plain objects in every step; the chain's type allows any JSON.
    return (this.#desk.store?.trace ?? []) as unknown as readonly TraceRow[]
  }
  get traceId() {
    return this.#desk.data.traceId
  }

  go(place: PlaceId): void {
    // A scan that is only handed in has no other station.
    if (this.#desk.reading && isStation(place) && place !== 'scan') return
    this.#desk.place = place
    if (place === 'start') this.#refreshLibrary().catch(this.#desk.report)
    if (place === 'people') this.#desk.people.load().catch(this.#desk.report)
    if (place === 'segment') this.#preview.begin()
    if (place === 'models') this.#desk.models.refresh()
  }
  dismissProblem(): void {
    this.#desk.jobs.problem = null
  }
  cancel(): void {
    this.#desk.jobs.cancel()
  }

  // Vault and library
  createVault = (passphrase: string) => this.#open((api) => api.create(passphrase))
  unlock = (passphrase: string, person?: string) => this.#open((api) => api.unlock(passphrase, person))
  startTeaching = () => this.#open((api) => api.startTeaching())
  unlockWithPasskey = (person: string) =>
    this.#open(async (api) => {
      const { credential, output } = await this.#desk.people.askPasskey(person)
      await api.unlockWithPasskey(credential, Comlink.transfer(output, [output.buffer]))
    })
  async setUpPeople(first: FirstPeople): Promise<boolean> {
    const isLeft = await this.#desk.jobs.run('close-case', async () => {
      await this.#desk.leaveCase()
      await this.#desk.prints.flush()
      this.#desk.place = 'people'
      return true
    })
    const done = isLeft !== null && (await this.#desk.people.setUp(first))
    if (done) await this.lock()
    return done
  }
  async lock(): Promise<void> {
    tellOtherTabs()
    await this.#leave()
  }
  touch(): void {
    this.#vault.touch()
    this.#desk.countTime()
    this.#desk.prints.countTime(this.#desk.store?.id ?? null, this.#desk.place)
  }
  seen(isSeen: boolean): void {
    this.#vault.tell((api) => (isSeen ? api.show() : api.hide()))
  }
  left(): void {
    this.#vault.tell((api) => api.leave())
  }
  async reopen(caseId: string): Promise<void> {
    await reopen(this.#desk, caseId, () => this.review.load())
    if (this.#desk.place === 'segment') this.#preview.begin()
  }
  async deleteCase(caseId: string): Promise<void> {
    await this.#desk.jobs.run('delete', async () => {
      if (this.#desk.store?.id === caseId) this.#desk.forgetCase()
      await this.#desk.workers.vault.call((api) => api.deleteCase(caseId))
      await this.#vault.refreshCases()
    })
  }
  async closeCase(): Promise<void> {
    await this.#desk.jobs.run('close-case', () => this.#desk.leaveCase())
    this.go('start')
  }

  // Scan
  openFiles = (files: readonly { path: string; file: File }[]) => openFiles(this.#desk, files, this.#openVault)
  chooseSeries = (id: string, answer?: SeriesAnswer) => chooseSeries(this.#desk, id, answer)
  handIn = () => handIn(this.#desk)
  leaveQuestion(): void {
    this.#desk.asked = null
  }
  runSample = () => runSample(this.#desk, this.#openVault)
  runTemplate = () => runTemplate(this.#desk)
  runMarking = () => runMarking(this.#desk)
  changeSteps = (steps: readonly TemplateStep[]) => changeSteps(this.#desk, steps)
  resetRecipe = () => resetRecipe(this.#desk)
  saveTemplate = (name: string) => saveTemplate(this.#desk, name)
  removeTemplate = () => removeTemplate(this.#desk)
  signSide = (side: Side) => signSide(this.#desk, side)
  setTemplate(id: string, version?: number): void {
    const chosen = this.#desk.templates.versions(id).findLast((t) => version === undefined || t.version === version)
    if (!chosen) return
    useRecipe(this.#desk, chosen)
    this.#preview.begin()
  }
  setPolicy(policy: PolicyId): void {
    this.#desk.data.policy = policy
    this.#desk.data.setChecks([])
    this.#desk.saveState()
  }
  setProcess(process: ProcessId): void {
    this.#desk.data.process = process
    this.#desk.data.setChecks([])
    this.#desk.saveState()
  }

  // Segment
  addLabel = (anatomy: AnatomyId, laterality: Laterality) => newLabel(this.#desk, anatomy, laterality)
  addLabelsFrom = (source: Blob | SeriesRow) =>
    addLabelsFrom(
      this.#desk,
      source instanceof Blob ? { file: source, format: '' } : { seriesId: source.id, format: source.source },
    )
  dismissImportedLabels(): void {
    this.#desk.imported = null
  }
  removeLabel = (id: number) => dropLabel(this.#desk, id)
  describeLabel = (id: number, words: LabelWords) => describeLabel(this.#desk, id, words)
  chooseLabel(id: number): void {
    this.#desk.data.activeLabel = id
    this.#trial.again().catch(this.#desk.report)
    this.#desk.saveState()
  }
  showLabel(id: number, visible: boolean): void {
    this.#desk.data.noteInfo(id, { visible })
    this.#desk.saveState()
  }
  setRules(rules: EditRules): void {
    this.#desk.rules = rules
    this.#trial.again().catch(this.#desk.report)
  }
  setThreshold = (lowHu: number, highHu: number) => this.#preview.draft(lowHu, highHu)
  suggestThreshold = () => this.#preview.suggest()
  applyThreshold = () => applyThreshold(this.#desk)
  applyPreview = () => this.#trial.commit()
  leavePreview(): void {
    this.#trial.clear()
    this.#preview.begin()
  }
  denoise = (method: 'gaussian' | 'median', sigmaMm: number) => denoise(this.#desk, method, sigmaMm)
  keepLargest = (count: number) => editMask(this.#desk, 'islands', ISLANDS_STEP, { keep: 'largest', count })
  keepClicked = (seedLps: Vec3) => editMask(this.#desk, 'islands', ISLANDS_STEP, { keep: 'clicked', seedLps })
  removeIslands = (minMm3: number) => editMask(this.#desk, 'islands', ISLANDS_STEP, { keep: 'above', minMm3 })
  fillHoles = (mode: 'volume' | 'slices') => editMask(this.#desk, 'fill-holes', FILL_HOLES_STEP, { mode })
  margin = (distanceMm: number) => editMask(this.#desk, 'margin', MARGIN_STEP, { distanceMm })
  beginStroke: SessionView['beginStroke'] = (brush, atIjk) => this.#strokes.begin(brush, atIjk)
  moveStroke: SessionView['moveStroke'] = (atIjk) => this.#strokes.moveTo(atIjk)
  endStroke = () => this.#strokes.end()
  cancelStroke = () => this.#strokes.cancel()
  cut: SessionView['cut'] = (params) => editMask(this.#desk, 'scissors', SCISSORS_STEP, { ...params })
  cutInView: SessionView['cutInView'] = (params) =>
    editMask(this.#desk, 'view-scissors', VIEW_SCISSORS_STEP, { ...params })
  crop: SessionView['crop'] = (params) => editMask(this.#desk, 'crop', CROP_STEP, params)
  undo = () => this.#step('undo')
  redo = () => this.#step('redo')

  // Model, Check, Print
  makeModel = (choice: SmoothChoice) => makeModel(this.#desk, choice)
  async runCheck(): Promise<void> {
    await this.#desk.jobs.run('check', (ctx) => checkPart(this.#desk, ctx))
  }
  acknowledge = async (check: CheckId, reason: string, by: string) => acknowledge(this.#desk, check, reason, by)
  withdraw = async (check: CheckId) => withdraw(this.#desk, check)
  exportFile = (format: ExportFormat, choice = PLAIN_CHOICE) => exportFile(this.#desk, format, choice)
  saveReport = () => saveReport(this.#desk)
  saveEvidence = () => saveEvidence(this.#desk)
  report = () => reportOf(this.#desk)

  /** Once: the watch may find the vault locked while it is being locked, and what follows is another page. */
  #leave(): Promise<void> {
    this.#leaving ??= this.#leaveNow()
    return this.#leaving
  }

  /** Blank at once; what is noted is stored; then every realm that saw the scan ends, this page too. */
  async #leaveNow(): Promise<void> {
    blankPage()
    const { store, prints, workers } = this.#desk
    await withinLimit(store !== null && store.saved !== 'saved', async () => {
      await store?.flush().catch(() => {})
      await prints.flush().catch(() => {})
      this.#desk.forgetCase()
      this.file.forget()
      this.tracing.forget()
      this.review.forget()
      await workers.vault.call((api) => api.lock())
    })
    this.#desk.templates.forget()
    this.#desk.models.forget()
    this.#desk.bench.forget()
    this.#desk.prints.forget()
    this.#desk.stations.forget()
    this.#desk.received.forget()
    this.#desk.people.forget()
    this.#desk.handedIn = null
    this.#dropWorkers()
    location.reload()
  }

  #dropWorkers(): void {
    for (const host of Object.values(this.#desk.workers)) host.terminate()
  }

  /** Strokes that still wait are part of what is undone. */
  async #step(way: 'undo' | 'redo'): Promise<void> {
    if (this.#strokes.cancel()) return
    await this.#strokes.settled()
    await step(this.#desk, way)
  }

  /** Who is of this device, and how its vault stands. */
  async #look(): Promise<void> {
    await this.#desk.people.load()
    await this.#vault.refresh()
  }

  async #refreshLibrary(): Promise<void> {
    await this.#desk.people.refreshCases()
    await this.#vault.refreshCases()
  }

  async #open(how: Parameters<VaultControl['open']>[0]): Promise<void> {
    // Who is in is known before the screen shows an open vault.
    const opened: typeof how = async (api) => {
      await how(api)
      await this.#desk.people.load()
    }
    await this.#desk.jobs.run('unlock', () => this.#vault.open(opened))
  }
}

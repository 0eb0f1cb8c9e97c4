import type { CheckId, PolicyId, ProcessId } from '../core/finding.ts'
import type { ExportFormat } from '../export/file-parts.ts'
import { processesThatPass } from '../qa/advice.ts'
import { benchVerbs } from './bench-verbs.ts'
import { saveEvidence } from './case-evidence.ts'
import type { Side } from './case-state.ts'
import type { CheckView } from './check-view.ts'
import { Desk } from './desk.svelte.ts'
import { changeSteps, removeTemplate, resetRecipe, saveTemplate } from './edit-recipe.ts'
import { PLAIN_CHOICE } from './file-choice.ts'
import { dicomFacts, lateralityOf, sideOfBodies } from './file-facts.ts'
import { handIn } from './hand-in.ts'
import { acknowledge, checkPart, exportFile, makeModel, reportOf, saveReport, withdraw } from './make-part.ts'
import { modelVerbs } from './model-verbs.ts'
import { chooseSeries, runMarking, runTemplate, signSide } from './open-scan.ts'
import { Part } from './part.svelte.ts'
import type { SeriesAnswer } from './scan-view.ts'
import type { SessionView } from './session-view.ts'
import type { SmoothChoice } from './smooth-choice.ts'
import type { TemplateStep } from './templates.ts'
import type { TraceRow } from './trace-view.ts'

/** What the desk shows of the open case, and what needs nothing but the desk: reading a scan, the recipe, making, checking, saving. */
export class CaseSession {
  protected readonly desk = new Desk()
  readonly models = modelVerbs(this.desk)
  readonly bench = benchVerbs(this.desk)
  readonly part = new Part(this.desk)

  get templates() {
    return this.desk.templates.all
  }
  get recipe(): SessionView['recipe'] {
    const { templates, data } = this.desk
    const { recipe, changes } = data
    return { template: recipe, isOwn: templates.isOwn(recipe.id), versions: templates.versions(recipe.id), changes }
  }
  get place() {
    return this.desk.place
  }
  get people() {
    return this.desk.people
  }
  get custody() {
    return this.desk.custody
  }
  get handingIn(): SessionView['handingIn'] {
    const { reading, people } = this.desk
    return reading && { designers: people.designers.map(({ staff }) => staff) }
  }
  get handedIn() {
    return this.desk.handedIn
  }
  get compute() {
    return this.desk.compute
  }
  get job() {
    return this.desk.jobs.current
  }
  get problem() {
    return this.desk.jobs.problem
  }
  get lastChange() {
    return this.desk.lastChange
  }
  get openCase(): SessionView['openCase'] {
    const { store, data } = this.desk
    if (!store) return null
    const { recipe, policy, process } = data
    const { id, pseudonym, saved, isOwn } = store
    return { id, pseudonym, templateId: recipe.id, policy, process, saved, isOwn }
  }
  get series() {
    return this.desk.series
  }
  get chosenSeries() {
    return this.desk.chosenSeries
  }
  get asked() {
    return this.desk.series.find((row) => row.id === this.desk.asked) ?? null
  }
  get arriving() {
    return this.desk.arriving
  }
  get volume() {
    return this.desk.data.volume
  }
  get passport() {
    return this.desk.data.passport
  }
  get scanFindings() {
    return this.desk.data.scanFindings
  }
  get side() {
    return this.desk.data.side
  }
  get histogram() {
    return this.desk.data.histogram
  }
  get mesh() {
    return this.desk.data.mesh
  }
  get check(): CheckView | null {
    const { check, verdict } = this.desk.data
    if (!check || !verdict) return null
    return { ...check, ...verdict, processesThatPass: processesThatPass(check.findings) }
  }
  get acknowledgements() {
    return this.desk.data.acknowledgements
  }
  get exports() {
    return this.desk.data.exports
  }
  get dicom(): SessionView['dicom'] {
    const { data } = this.desk
    const laterality = lateralityOf(data.side, data.label(data.modelLabel)?.laterality ?? 'none')
    return { ...dicomFacts(data), laterality: sideOfBodies(data, laterality) }
  }
  get trace(): readonly TraceRow[] {
    // Parameters are plain objects in every step; the chain's type allows any JSON.
    return (this.desk.store?.trace ?? []) as unknown as readonly TraceRow[]
  }
  get traceId() {
    return this.desk.data.traceId
  }

  // Scan
  chooseSeries = (id: string, answer?: SeriesAnswer) => chooseSeries(this.desk, id, answer)
  handIn = () => handIn(this.desk)
  leaveQuestion(): void {
    this.desk.asked = null
  }
  runTemplate = () => runTemplate(this.desk)
  runMarking = () => runMarking(this.desk)
  changeSteps = (steps: readonly TemplateStep[]) => changeSteps(this.desk, steps)
  resetRecipe = () => resetRecipe(this.desk)
  saveTemplate = (name: string) => saveTemplate(this.desk, name)
  removeTemplate = () => removeTemplate(this.desk)
  signSide = (side: Side) => signSide(this.desk, side)
  setPolicy(policy: PolicyId): void {
    this.desk.data.policy = policy
    this.desk.data.setChecks([])
    this.desk.saveState()
  }
  setProcess(process: ProcessId): void {
    this.desk.data.process = process
    this.desk.data.setChecks([])
    this.desk.saveState()
  }

  // Model, Check, Print
  makeModel = (choice: SmoothChoice) => makeModel(this.desk, choice)
  async runCheck(): Promise<void> {
    await this.desk.jobs.run('check', (ctx) => checkPart(this.desk, ctx))
  }
  acknowledge = async (check: CheckId, reason: string, by: string) => acknowledge(this.desk, check, reason, by)
  withdraw = async (check: CheckId) => withdraw(this.desk, check)
  exportFile = (format: ExportFormat, choice = PLAIN_CHOICE) => exportFile(this.desk, format, choice)
  saveReport = () => saveReport(this.desk)
  saveEvidence = () => saveEvidence(this.desk)
  report = () => reportOf(this.desk)
}

import { voxelMm3 } from '../core/affine.ts'
import type { Acknowledgement, Finding, PolicyId, ProcessId } from '../core/finding.ts'
import { joinedMesh } from '../core/mesh.ts'
import type { Passport } from '../core/passport.ts'
import type { Mask, Mesh, Volume } from '../core/types.ts'
import { checkAnisotropy } from '../qa/checks/anisotropy.ts'
import { checkSideVerified } from '../qa/checks/side-verified.ts'
import { checkSliceSpacing } from '../qa/checks/slice-spacing.ts'
import { gateVerdict, mayBeApproved } from '../qa/gate.ts'
import { POLICIES } from '../qa/policy.ts'
import {
  changeLabel,
  infoOf,
  type Label,
  type LabelInfo,
  type LabelSet,
  noLabels,
  voxelsOf,
} from '../segment/label-set.ts'
import type { FromAi } from './ai-steps.ts'
import { type CaseApproval, mayLeave, NO_PEOPLE, type ReviewFacts, standingOf, stationOf } from './approval.ts'
import type { OnPlate } from './build-up.ts'
import type { CaseState, Side } from './case-state.ts'
import type { Checked } from './check-codec.ts'
import { checkOfPart } from './check-part.ts'
import type { ExportRow } from './export-row.ts'
import type { AiSources } from './follow-ai.ts'
import type { LedgerRow } from './ledger-row.ts'
import { type Body, named } from './part-body.ts'
import type { PartCt } from './part-ct.ts'
import { NO_EDITS, type PartHistory, packedHistory, renamedBody } from './part-history.ts'
import { labelsOfPart } from './part-labels.ts'
import type { StationId, StationState } from './place.ts'
import type { HistogramView } from './scan-view.ts'
import type { LabelRow } from './segment-view.ts'
import { SAMPLE_TEMPLATE_ID, templateById, templateOr } from './shipped-templates.ts'
import type { StepChange, Template } from './templates.ts'

export interface Limits {
  readonly lowHu: number
  readonly highHu: number
}

/**
 * Everything the open case holds in memory. Large values are raw: replaced, never changed in place.
 * Each setter voids what was made from the thing it replaces: an edited mask has no model, an edited model no check.
 */
export class CaseData {
  /** The template at hand, with what was changed in it for this case. */
  recipe = $state.raw<Template>(templateById(SAMPLE_TEMPLATE_ID))
  policy = $state<PolicyId>('teaching')
  process = $state<ProcessId>('fdm')
  volume = $state.raw<Volume | null>(null)
  /** The scan whose values place the mask's edge: `volume`, or its denoised copy. */
  field = $state.raw<Volume | null>(null)
  passport = $state.raw<Passport | null>(null)
  side = $state<Side | null>(null)
  histogram = $state.raw<HistogramView | null>(null)
  draft = $state.raw<Limits>({ lowHu: 226, highHu: 3071 })
  preview = $state.raw<Mask | null>(null)
  /** What each step of the last template run changed. */
  changes = $state.raw<readonly StepChange[]>([])
  labels = $state.raw<LabelSet | null>(null)
  /** The AI masks that labels come from. */
  aiSources = $state.raw<AiSources>(new Map())
  /** The label that edits act on. */
  activeLabel = $state<number | null>(null)
  /** The label the model is made of; null without a model. */
  modelLabel = $state<number | null>(null)
  /** The model as it was made, before any edit of the part. */
  base = $state.raw<Body | null>(null)
  /** The ledger of how it was made. */
  ledger = $state.raw<readonly LedgerRow[]>([])
  /** The edits of the part, and the bodies that they left. */
  part = $state.raw<PartHistory>(NO_EDITS)
  bodies = $state.raw<readonly Body[]>([])
  /** How it stands on the printer, as chosen at Print; of this sitting. */
  onPlate = $state.raw<OnPlate | null>(null)
  /** The body that edits act on; null for all. */
  activeBody = $state<number | null>(null)
  hiddenBodies = $state.raw<ReadonlySet<number>>(new Set())
  /** All bodies as one. */
  mesh = $state.raw<Mesh | null>(null)
  /** What was measured of each body, in their order. */
  checks = $state.raw<readonly Checked[]>([])
  /** The same of the part as a whole. */
  check = $state.raw<Omit<Checked, 'meshDigest'> | null>(null)
  acknowledgements = $state.raw<readonly Acknowledgement[]>([])
  exports = $state.raw<readonly ExportRow[]>([])
  traceId = $state<string | null>(null)
  /** A CT of the printed part and the value its surface is taken at; of this sitting, and never stored. */
  partCt = $state.raw<{ readonly ct: PartCt; readonly thresholdValue: number } | null>(null)
  /** The designer's own word, in a vault without people. */
  approval = $state.raw<CaseApproval | null>(null)
  /** What the people of the case said of it. */
  review = $state.raw<ReviewFacts>(NO_PEOPLE)
  /** What a reviewer accepted: in this sitting, or in the approval that holds. Never part of the state of the case. */
  reviewed = $state.raw<readonly Acknowledgement[]>([])

  verdict = $derived(
    this.check
      ? gateVerdict(this.check.findings, [...this.acknowledgements, ...this.reviewed], POLICIES[this.policy])
      : null,
  )
  /** What the gates say to a reviewer. */
  gates = $derived.by(() => {
    if (!this.check || !this.verdict) return null
    if (this.verdict.released) return 'held' as const
    return mayBeApproved(this.check.findings, POLICIES[this.policy]) ? ('acceptable' as const) : ('refused' as const)
  })
  approvalStanding = $derived(standingOf(this.gates, this.policy, this.review))

  active = $derived(this.label(this.activeLabel))
  /** The voxels of the active label; null while it has none. */
  mask = $derived(filled(this.active))
  maskMm3 = $derived(labelMm3(this.active))

  /** The label of this number, if it is there. */
  label(id: number | null): Label | null {
    return this.labels?.labels.find((label) => label.id === id) ?? null
  }

  setVolume(volume: Volume, passport: Passport): void {
    this.volume = volume
    this.field = volume
    this.passport = passport
    this.side = null
    this.histogram = null
    this.changes = []
    this.setLabels(noLabels(volume.grid))
  }

  /** The recipe offered for this scan; its range becomes the draft while nothing is marked yet. */
  setTemplate(template: Template): void {
    this.recipe = template
    const range = template.steps.find((s) => s.stage === 'threshold')?.params
    if (this.marked || typeof range?.lowHu !== 'number' || typeof range.highHu !== 'number') return
    this.draft = { lowHu: range.lowHu, highHu: range.highHu }
  }

  rows = $derived((this.labels?.labels ?? []).map((label): LabelRow => ({ ...label, mm3: labelMm3(label) })))

  /** Changes what no edit is: how a label is shown, and how long was worked on it. */
  noteInfo(id: number, info: Partial<Pick<LabelInfo, 'visible' | 'secondsSpent'>>): void {
    if (this.labels && this.label(id)) this.labels = changeLabel(this.labels, id, info)
  }

  /** Whether any label has voxels. */
  get marked(): boolean {
    return this.labels?.labels.some((label) => filled(label) !== null) ?? false
  }

  /** Holds what labels that a network made are compared with. */
  keepAi({ ai, kept }: FromAi): void {
    this.aiSources = new Map([...this.aiSources, [ai.source, kept]])
  }

  /** New labels in place of the old; `active` is the one to go on with, if it is there. */
  setLabels(labels: LabelSet, active: number | null = this.activeLabel): void {
    const used = [...labelsOfPart(this)].map((id) => [id, this.label(id)] as const)
    this.labels = labels
    this.activeLabel = (this.label(active) ?? labels.labels.at(-1))?.id ?? null
    this.preview = null
    const isOther = (of: 'mask' | 'ai') => used.some(([id, before]) => this.label(id)?.[of] !== before?.[of])
    if (used.length === 0 || isOther('mask')) this.setModel(null, null, null, [])
    // The check has measured the review as it stood.
    else if (isOther('ai')) this.setChecks([])
  }

  /** `label` is the one that the model is made of. What was edited on the model before is gone. */
  setModel(label: number | null, reference: Mesh | null, mesh: Mesh | null, ledger: readonly LedgerRow[]): void {
    this.modelLabel = label
    const shells = this.label(label)?.shells ?? 1
    this.base = reference && mesh ? { id: 1, name: '', mesh, reference, shells } : null
    this.ledger = ledger
    this.activeBody = null
    this.onPlate = null
    this.hiddenBodies = new Set()
    this.setPart(NO_EDITS, this.base ? [this.base] : [])
  }

  /** Another moment of the part, with its bodies; what was measured before no longer counts. */
  setPart(part: PartHistory, bodies: readonly Body[]): void {
    this.part = part
    this.bodies = bodies
    this.mesh = bodies.length > 0 ? joinedMesh(bodies.map(({ mesh }) => mesh)) : null
    const isThere = (id: number) => bodies.some((body) => body.id === id)
    if (this.activeBody !== null && !isThere(this.activeBody)) this.activeBody = null
    this.hiddenBodies = new Set([...this.hiddenBodies].filter(isThere))
    this.setChecks([])
  }

  /** What a person calls a body. It is only shown: what was measured stays, and no file gets it. */
  nameBody(id: number, name: string): void {
    this.part = renamedBody(this.part, id, name)
    this.bodies = named(this.bodies, [{ id, name }])
  }

  /** A new check starts without acknowledgements: they were given for what was seen before. One for each body, or none. */
  setChecks(checks: readonly Checked[]): void {
    this.checks = checks
    this.check = checkOfPart(this.bodies, checks)
    this.acknowledgements = []
    this.exports = []
    this.traceId = null
    this.approval = null
    this.reviewed = []
    // Checked again, it is asked again.
    if (checks.length > 0 && this.review.returned) this.review = { ...this.review, returned: null }
  }

  /** The case is written anew: what was approved was another one. */
  voidReview(): void {
    const { approval, holds } = this.review
    if (this.reviewed.length > 0) this.reviewed = []
    if (approval && holds) this.review = { ...this.review, holds: false }
  }

  /** Whether the scan itself is fit for this use: known before anything is segmented. */
  get scanFindings(): readonly Finding[] {
    if (!this.passport) return []
    const policy = POLICIES[this.policy]
    return [
      checkSliceSpacing(this.passport, policy),
      checkAnisotropy(this.passport, policy),
      checkSideVerified(this.side !== null, policy),
    ]
  }

  stationStates(): Record<StationId, StationState> {
    const sideMissing = this.policy !== 'teaching' && this.side === null
    const after = (done: unknown, possible: unknown): StationState =>
      done ? 'passed' : possible ? 'needs-you' : 'empty'
    return {
      scan: this.volume ? (sideMissing ? 'needs-you' : 'passed') : 'empty',
      segment: after(this.marked, this.volume),
      model: after(this.mesh, this.marked),
      check: this.verdict ? (this.verdict.released ? 'passed' : 'refused') : after(null, this.mesh),
      approve: stationOf(this.approvalStanding),
      print: after(this.exports.length > 0 || this.approvalStanding === 'released', mayLeave(this.approvalStanding)),
      verify: after(null, this.exports.length > 0),
    }
  }

  /** The station that needs the person next, and its state: shown in the library. */
  standing(): { station: StationId; state: StationState } {
    const states = this.stationStates()
    const order: StationId[] = ['scan', 'segment', 'model', 'check', 'approve', 'print']
    const station = order.find((id) => states[id] !== 'passed') ?? 'print'
    return { station, state: states[station] }
  }

  snapshot(): Omit<CaseState, 'assets'> {
    const { station, state } = this.standing()
    return {
      version: 4,
      templateId: this.recipe.id,
      recipe: this.recipe,
      changes: this.changes,
      policy: this.policy,
      process: this.process,
      passport: this.passport,
      side: this.side,
      labels: this.labels?.labels.map(infoOf) ?? [],
      nextLabel: this.labels?.nextId ?? 1,
      activeLabel: this.activeLabel,
      modelLabel: this.modelLabel,
      draft: this.draft,
      ledger: this.ledger,
      part: packedHistory(this.part),
      activeBody: this.activeBody,
      checked: this.check !== null,
      acknowledgements: this.acknowledgements,
      exports: this.exports,
      traceId: this.traceId,
      approval: this.approval,
      station,
      stationState: state,
    }
  }

  /** Puts back what a case remembers; the assets are given by the caller, decoded and verified. */
  restore(state: CaseState): void {
    this.recipe = state.recipe ?? templateOr(state.templateId, this.volume?.modality ?? 'CT')
    this.changes = state.changes ?? []
    this.policy = state.policy
    this.process = state.process
    this.side = state.side
    this.draft = state.draft
    // A reviewer's word is never the designer's to keep.
    this.acknowledgements = state.acknowledgements.map(({ role: _, ...own }) => own)
    this.exports = state.exports
    this.traceId = state.traceId
    this.approval = state.approval ?? null
  }
}

const filled = (label: Label | null): Mask | null => (label && voxelsOf(label.mask) > 0 ? label.mask : null)

/** Volume of a label in mm3. */
export const labelMm3 = (label: Label | null): number => (label ? voxelsOf(label.mask) * voxelMm3(label.mask.grid) : 0)

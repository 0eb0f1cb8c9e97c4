import type { Acknowledgement, Finding, PolicyId, ProcessId } from '../core/finding.ts'
import { maskVolumeMm3 } from '../core/mask.ts'
import type { Passport } from '../core/passport.ts'
import type { Mask, Mesh, Volume } from '../core/types.ts'
import { checkAnisotropy } from '../qa/checks/anisotropy.ts'
import { checkSideVerified } from '../qa/checks/side-verified.ts'
import { checkSliceSpacing } from '../qa/checks/slice-spacing.ts'
import { gateVerdict } from '../qa/gate.ts'
import { POLICIES } from '../qa/policy.ts'
import type { CaseState, Side } from './case-state.ts'
import type { Checked } from './check-codec.ts'
import type { ExportRow, HistogramView, LedgerRow, StationId, StationState } from './session-view.ts'
import { SAMPLE_TEMPLATE_ID, type Template } from './templates.ts'

export interface Limits {
  readonly lowHu: number
  readonly highHu: number
}

/**
 * Everything the open case holds in memory. Large values are raw: replaced, never changed in place.
 * Each setter voids what was made from the thing it replaces: an edited mask has no model, an edited model no check.
 */
export class CaseData {
  templateId = $state(SAMPLE_TEMPLATE_ID)
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
  limits = $state.raw<Limits | null>(null)
  mask = $state.raw<Mask | null>(null)
  maskMm3 = $state(0)
  /** Pieces the part is meant to have. */
  declaredShells = $state(1)
  reference = $state.raw<Mesh | null>(null)
  mesh = $state.raw<Mesh | null>(null)
  ledger = $state.raw<readonly LedgerRow[]>([])
  check = $state.raw<Checked | null>(null)
  acknowledgements = $state.raw<readonly Acknowledgement[]>([])
  exports = $state.raw<readonly ExportRow[]>([])
  traceId = $state<string | null>(null)

  verdict = $derived(this.check ? gateVerdict(this.check.findings, this.acknowledgements, POLICIES[this.policy]) : null)

  setVolume(volume: Volume, passport: Passport): void {
    this.volume = volume
    this.field = volume
    this.passport = passport
    this.side = null
    this.histogram = null
    this.limits = null
    this.setMask(null)
  }

  /** The recipe offered for this scan; its range becomes the draft while nothing is marked yet. */
  setTemplate(template: Template): void {
    this.templateId = template.id
    const range = template.steps.find((s) => s.stage === 'threshold')?.params
    if (this.mask || typeof range?.lowHu !== 'number' || typeof range.highHu !== 'number') return
    this.draft = { lowHu: range.lowHu, highHu: range.highHu }
  }

  setMask(mask: Mask | null): void {
    this.mask = mask
    this.maskMm3 = mask ? maskVolumeMm3(mask) : 0
    this.preview = null
    this.setModel(null, null, [])
  }

  setModel(reference: Mesh | null, mesh: Mesh | null, ledger: readonly LedgerRow[]): void {
    this.reference = reference
    this.mesh = mesh
    this.ledger = ledger
    this.setCheck(null)
  }

  /** A new check starts without acknowledgements: they were given for what was seen before. */
  setCheck(check: Checked | null): void {
    this.check = check
    this.acknowledgements = []
    this.exports = []
    this.traceId = null
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
      segment: after(this.mask, this.volume),
      model: after(this.mesh, this.mask),
      check: this.verdict ? (this.verdict.released ? 'passed' : 'refused') : after(null, this.mesh),
      print: after(this.exports.length > 0, this.verdict?.released),
    }
  }

  /** The station that needs the person next, and its state: shown in the library. */
  standing(): { station: StationId; state: StationState } {
    const states = this.stationStates()
    const order: StationId[] = ['scan', 'segment', 'model', 'check', 'print']
    const station = order.find((id) => states[id] !== 'passed') ?? 'print'
    return { station, state: states[station] }
  }

  snapshot(): Omit<CaseState, 'assets'> {
    const { station, state } = this.standing()
    return {
      version: 1,
      templateId: this.templateId,
      policy: this.policy,
      process: this.process,
      passport: this.passport,
      side: this.side,
      limits: this.limits,
      draft: this.draft,
      ledger: this.ledger,
      maskMm3: this.maskMm3,
      declaredShells: this.declaredShells,
      checked: this.check !== null,
      acknowledgements: this.acknowledgements,
      exports: this.exports,
      traceId: this.traceId,
      station,
      stationState: state,
    }
  }

  /** Puts back what a case remembers; the assets are given by the caller, decoded and verified. */
  restore(state: CaseState): void {
    this.templateId = state.templateId
    this.policy = state.policy
    this.process = state.process
    this.side = state.side
    this.limits = state.limits
    this.draft = state.draft
    this.ledger = state.ledger
    this.declaredShells = state.declaredShells
    this.acknowledgements = state.acknowledgements
    this.exports = state.exports
    this.traceId = state.traceId
  }
}

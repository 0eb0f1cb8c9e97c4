import { PipelineError } from '../core/errors.ts'
import type { Acknowledgement, CheckId, Finding } from '../core/finding.ts'
import type { Policy } from './policy.ts'

declare const released: unique symbol
/**
 * Something that passed the gate. Only `release` makes one, so an exporter cannot be called with anything else.
 * The brand does not survive storage: after the vault, earn it again by `release` over the stored findings.
 */
export type Released<T> = T & { readonly [released]: true }

/** Every check that must have been made before a release; the re-read of the file comes after it. */
export const REQUIRED_CHECKS: readonly CheckId[] = [
  'slice-spacing',
  'anisotropy',
  'side-verified',
  'boundary-edges',
  'non-manifold-edges',
  'orientation',
  'shells',
  'self-intersections',
  'surface-mean',
  'surface-p95',
  'surface-max',
  'volume-change',
  'bounding-box',
  'scale',
  'structures',
  'genus',
  'wall-thickness',
  'build-volume',
  'ai-evaluated',
  'side-and-id',
  'error-budget',
  'ai-confidence',
  'ai-review',
]

/** A shorter reason says nothing to the reader of the report. */
export const MIN_REASON_LENGTH = 8

export interface GateVerdict {
  readonly released: boolean
  /** Checks that fail and are not accepted, and required checks that were not made, in the order of the findings. */
  readonly refusedBy: readonly CheckId[]
  /** Failing checks that a person accepted with a reason. */
  readonly acknowledged: readonly CheckId[]
}

const reasonGiven = (a: Acknowledgement) => a.reason.trim().length >= MIN_REASON_LENGTH

/** Whether a finding was graded by these limits, in this version. */
export const isUnder = ({ policy: { id, version } }: Pick<Finding, 'policy'>, policy: Policy): boolean =>
  id === policy.id && version === policy.version

/**
 * Throws 'qa/other-policy' for findings that were graded by other limits: what holds for teaching says nothing for planning, nor
 * what held in an earlier version.
 */
export function requireUnder(findings: readonly Finding[], policy: Policy): void {
  const other = findings.find((found) => !isUnder(found, policy))
  if (!other) return
  throw new PipelineError(
    'qa/other-policy',
    'The checks were made for another use, or by an earlier version of its limits. Check the model again, then release it.',
    { policy: policy.id, version: policy.version, checkedFor: other.policy.id, checkedVersion: other.policy.version },
  )
}

/** Whether anybody may accept that this check fails. A finding cannot declare itself soft: the policy has the last word. */
export const mayBeAccepted = ({ hard, check }: Finding, policy: Policy): boolean =>
  !hard && policy.acknowledgeable.includes(check)

/**
 * What the gate says, as a value. Warnings pass; a hard failure cannot be acknowledged; a check that was not made
 * refuses, and one made under another policy was not made. A designer's acknowledgement counts only where the policy lets the
 * designer accept; a reviewer's counts everywhere.
 */
export function gateVerdict(
  findings: readonly Finding[],
  acknowledgements: readonly Acknowledgement[],
  policy: Policy,
): GateVerdict {
  const valid = acknowledgements.filter(
    (a) => reasonGiven(a) && (policy.designerMayAcknowledge || a.role === 'reviewer'),
  )
  const accepted = new Set(valid.map((a) => a.check))
  const made = new Set(findings.filter((f) => isUnder(f, policy)).map((f) => f.check))
  const failing = findings.filter((f) => f.level === 'fail')
  const isAccepted = (f: Finding) => mayBeAccepted(f, policy) && accepted.has(f.check)
  const refusing = [
    ...failing.filter((f) => !isAccepted(f)).map((f) => f.check),
    ...REQUIRED_CHECKS.filter((check) => !made.has(check)),
  ]
  return {
    released: refusing.length === 0,
    refusedBy: [...new Set(refusing)],
    acknowledged: [...new Set(failing.filter(isAccepted).map((f) => f.check))].filter((c) => !refusing.includes(c)),
  }
}

/**
 * Brands a mesh that may leave. `meshDigest` is of the mesh in hand, `checkedDigest` of the mesh that was checked.
 * Neither copies nor changes the mesh.
 * @throws qa/stale when the mesh is not the one that was checked; qa/refused naming the gates in `detail.gates`.
 */
export function release<T>(
  mesh: T,
  meshDigest: string,
  checkedDigest: string,
  findings: readonly Finding[],
  acknowledgements: readonly Acknowledgement[],
  policy: Policy,
): Released<T> {
  if (meshDigest !== checkedDigest) {
    throw new PipelineError('qa/stale', 'The model changed after it was checked. Check it again, then release it.')
  }
  requireUnder(findings, policy)
  const verdict = gateVerdict(findings, acknowledgements, policy)
  if (!verdict.released) {
    throw refuse(verdict.refusedBy, policy)
  }
  return mesh as Released<T>
}

/** Whether a reviewer may accept what refuses here: nothing refuses, or only gates that can be acknowledged. */
export function mayBeApproved(findings: readonly Finding[], policy: Policy): boolean {
  const words = policy.acknowledgeable.map((check) => ({
    check,
    reason: '.'.repeat(MIN_REASON_LENGTH),
    role: 'reviewer' as const,
  }))
  return gateVerdict(findings, words, policy).released
}

/** The error that says which gates refuse. */
export function refuse(refusedBy: readonly CheckId[], policy: Policy): PipelineError {
  const gates = refusedBy.join(', ')
  const words = `The model is refused by: ${gates}. Mend it, or accept what may be accepted.`
  return new PipelineError('qa/refused', words, { gates, policy: policy.id })
}

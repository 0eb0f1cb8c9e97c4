import type { Vec3 } from './types.ts'

/** Intended use of the part: chooses the limits. */
export type PolicyId = 'teaching' | 'communication' | 'planning'
/** How the part will be printed. */
export type ProcessId = 'fdm' | 'sla' | 'sls' | 'mjf' | 'polyjet'

export const POLICY_IDS: readonly PolicyId[] = ['teaching', 'communication', 'planning']
export const PROCESS_IDS: readonly ProcessId[] = ['fdm', 'sla', 'sls', 'mjf', 'polyjet']

/** One file in qa/checks each. */
export type CheckId =
  | 'slice-spacing'
  | 'anisotropy'
  | 'side-verified'
  | 'boundary-edges'
  | 'non-manifold-edges'
  | 'orientation'
  | 'shells'
  | 'self-intersections'
  | 'surface-mean'
  | 'surface-p95'
  | 'surface-max'
  | 'volume-change'
  | 'bounding-box'
  | 'scale'
  | 'structures'
  | 'genus'
  | 'side-and-id'
  | 'wall-thickness'
  | 'build-volume'
  | 'ai-evaluated'
  | 'error-budget'
  | 'ai-confidence'
  | 'ai-review'
  | 'file-reread'

export type FindingUnit = 'mm' | 'mm2' | 'mm3' | '%' | 'count' | ':1'

/** A place to fly to, in LPS mm, worst first. */
export interface Place {
  readonly at: Vec3
  readonly value: number
}

/** Which limits a finding was graded by. */
export type PolicyStamp = { readonly id: PolicyId; readonly version: number }

/** The result of one check. A value, never an exception. */
export interface Finding {
  readonly check: CheckId
  readonly level: 'pass' | 'warn' | 'fail'
  readonly value: number
  /** The limit that decides between holding and refusing (the warn limit when there is no fail limit). */
  readonly limit: number
  readonly unit: FindingUnit
  readonly policy: PolicyStamp
  /** A hard gate can be waived by nobody. */
  readonly hard: boolean
  /** Named figures behind the value, for the report: for example advisedMm, belowAdvisedPercent. */
  readonly detail: Readonly<Record<string, number | string>>
  readonly places: readonly Place[]
}

/** A person's word that an acknowledgeable finding is accepted, with the reason. */
export interface Acknowledgement {
  readonly check: CheckId
  readonly reason: string
  /** Initials of who accepted it; absent from cases stored before they were asked for, and where the line ran without a person. */
  readonly by?: string
  /** Absent for the designer of the part, whose word counts only where the policy says so. */
  readonly role?: 'reviewer'
}

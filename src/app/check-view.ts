import type { CheckId, Finding, ProcessId } from '../core/finding.ts'

export interface CheckView {
  readonly findings: readonly Finding[]
  /** Per vertex of `mesh`, mm. */
  readonly thicknessMm: Float32Array
  /** Per vertex of `mesh`, mm, positive outside the mask surface. */
  readonly deviationMm: Float32Array
  readonly released: boolean
  readonly refusedBy: readonly CheckId[]
  /** Processes under which every wall gate would hold, offered as a way out. */
  readonly processesThatPass: readonly ProcessId[]
}

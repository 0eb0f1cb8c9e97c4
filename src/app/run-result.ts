import type { ErrorCode } from '../core/errors.ts'
import type { Acknowledgement, CheckId, FindingUnit, PolicyId, ProcessId } from '../core/finding.ts'
import type { JsonValue } from '../core/json.ts'
import type { Params } from './templates.ts'

/** Where a run may stop before the end of the line. */
export type Until = 'scan' | 'segment' | 'model' | 'check'

/** One run of the whole line without a screen. */
export interface RunOptions {
  readonly scan: 'sample' | 'files'
  /** Relative path of each chosen file, in the order of the files. */
  readonly paths: readonly string[]
  readonly template: string | null
  readonly policy: PolicyId
  readonly process: ProcessId
  /** 1-based place in the list of series; null takes the only usable one. */
  readonly series: number | null
  /** Keyed "stage.param". */
  readonly set: Params
  readonly until: Until | null
  readonly keep: readonly string[]
  readonly acknowledge: readonly Acknowledgement[]
  readonly backend: 'auto' | 'cpu' | 'webgpu'
}

export interface RefusingGate {
  readonly check: CheckId
  readonly value: number
  readonly limit: number
  readonly unit: FindingUnit
  /** What is wrong, by how much, and what to try. */
  readonly advice: string
}

export interface RunResult {
  /** 'needs-review': all that refuses is the review which people owe to what a network marked. */
  readonly outcome: 'released' | 'stopped' | 'refused' | 'needs-review' | 'error'
  readonly gates: readonly RefusingGate[]
  readonly error: { readonly code: ErrorCode | 'app/bug'; readonly message: string } | null
  readonly report: JsonValue
  readonly files: readonly { readonly name: string; readonly size: number }[]
}

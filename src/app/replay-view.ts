import type { ReplayResult } from '../trace/replay-result.ts'

/** A replay that runs. */
export interface ReplayRun {
  readonly stage: string
  /** From 1. */
  readonly step: number
  readonly steps: number
  readonly fraction: number
}

/** Running a case again, as the screen sees it. */
export interface ReplayView {
  readonly running: ReplayRun | null
  /** The last result of the open case; null before one. */
  readonly result: ReplayResult | null
  /** Whether the result is of this release; null for the part as it was not released. */
  isOf(traceId: string | null): boolean
  /** Runs the release of this id again, else the part as it stands. The case can be worked on meanwhile. */
  start(traceId: string | null): Promise<void>
  cancel(): void
}

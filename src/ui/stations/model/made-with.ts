import type { LedgerRow } from '../../../app/ledger-row.ts'
import { ITERATIONS, type SmoothChoice } from '../../../app/smooth-choice.ts'
import type { TraceRow } from '../../../app/trace-view.ts'
import { DECIMATE } from '../../../prepare/decimate.ts'

const STRENGTHS = ['none', 'light', 'medium', 'strong'] as const

/** What a template that says nothing else makes a model with. */
export const DEFAULT_CHOICE: SmoothChoice = { strength: 'medium', maxErrorMm: DECIMATE.defaults.maxErrorMm }

/** The choices a model was made with; strength is null when its passes are none of those offered. */
export interface MadeWith {
  readonly strength: SmoothChoice['strength'] | null
  readonly maxErrorMm: number
}

/**
 * Reads from the trace how the model that the ledger tells of was made: the last unbroken run of exactly its steps.
 * A run that was cancelled half-way made no model and is passed over. Null when the trace holds no such run.
 */
export function madeWith(
  trace: readonly Pick<TraceRow, 'stage' | 'params'>[],
  ledger: readonly LedgerRow[],
): MadeWith | null {
  if (ledger.length === 0) return null
  for (let from = trace.length - ledger.length; from >= 0; from--) {
    if (!ledger.every((row, n) => row.stage === trace[from + n]?.stage)) continue
    const run = trace.slice(from, from + ledger.length)
    return {
      strength: strengthOf(numberIn(run, 'smooth', 'iterations')),
      maxErrorMm: numberIn(run, 'decimate', 'maxErrorMm'),
    }
  }
  return null
}

/** A step's number; 0 when the step was left out. */
function numberIn(run: readonly Pick<TraceRow, 'stage' | 'params'>[], stage: string, param: string): number {
  const value = run.find((row) => row.stage === stage)?.params[param]
  return typeof value === 'number' ? value : 0
}

const strengthOf = (iterations: number) => STRENGTHS.find((id) => ITERATIONS[id] === iterations) ?? null

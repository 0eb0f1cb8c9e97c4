import type { Band } from './outcome.ts'

/** Against a card's declared scope, before the run. */
export type ScopeRule = 'modality' | 'spacing' | 'anisotropy' | 'field-of-view' | 'slices' | 'contrast' | 'age'

/** From what the network made. */
export type BandRule =
  | 'found'
  | 'members'
  | 'pairwise-dice'
  | 's95'
  | 'cv'
  | 'calibration'
  | 'calibration-cases'
  | 'p'
  | 'turned'

/** What one rule measured and what it asks. Plain JSON: it goes into the label, the trace and the report. */
export interface Reason {
  readonly rule: ScopeRule | BandRule
  /** What this rule alone would give. */
  readonly band: Band
  /** Null when it is not known or not a finite number. */
  readonly value: number | string | null
  /** The limit that was missed, else that of GREEN. */
  readonly limit: number | string
}

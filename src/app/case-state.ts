import type { Acknowledgement, PolicyId, ProcessId } from '../core/finding.ts'
import type { Passport } from '../core/passport.ts'
import type { AssetRole } from './pipeline.ts'
import type { ExportRow, LedgerRow, StationId, StationState } from './session-view.ts'

export type Side = 'left' | 'right' | 'not-applicable'

/** What a case remembers besides its assets and trace; plain JSON, encrypted with the case. */
export interface CaseState {
  readonly version: 1
  readonly templateId: string
  readonly policy: PolicyId
  readonly process: ProcessId
  readonly passport: Passport | null
  readonly side: Side | null
  /** Limits of the applied mask; null before the first. */
  readonly limits: { readonly lowHu: number; readonly highHu: number } | null
  readonly draft: { readonly lowHu: number; readonly highHu: number }
  readonly ledger: readonly LedgerRow[]
  readonly maskMm3: number
  readonly declaredShells: number
  /** Whether the model has been checked as it stands. */
  readonly checked: boolean
  readonly acknowledgements: readonly Acknowledgement[]
  readonly exports: readonly ExportRow[]
  readonly traceId: string | null
  readonly station: StationId
  readonly stationState: StationState
  /** Where the newest asset of each role lies in the vault. */
  readonly assets: Readonly<Partial<Record<AssetRole, string>>>
}

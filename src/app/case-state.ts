import type { Acknowledgement, PolicyId, ProcessId } from '../core/finding.ts'
import type { Passport } from '../core/passport.ts'
import type { LabelInfo } from '../segment/label-set.ts'
import type { ExportRow, LedgerRow, StationId, StationState } from './session-view.ts'
import { templateById } from './shipped-templates.ts'
import type { StepChange, Template } from './templates.ts'

export type Side = 'left' | 'right' | 'not-applicable'

/** What a case remembers besides its assets and trace; plain JSON, encrypted with the case. */
export interface CaseState {
  readonly version: 2
  readonly templateId: string
  /** The template with what was changed in it; cases stored before there were own templates have none. */
  readonly recipe?: Template
  /** What each step of the last template run changed. */
  readonly changes?: readonly StepChange[]
  readonly policy: PolicyId
  readonly process: ProcessId
  readonly passport: Passport | null
  readonly side: Side | null
  readonly draft: { readonly lowHu: number; readonly highHu: number }
  readonly ledger: readonly LedgerRow[]
  readonly labels: readonly LabelInfo[]
  readonly nextLabel: number
  readonly activeLabel: number | null
  /** The label the model was made of; null without a model. */
  readonly modelLabel: number | null
  /** Whether the model has been checked as it stands. */
  readonly checked: boolean
  readonly acknowledgements: readonly Acknowledgement[]
  readonly exports: readonly ExportRow[]
  readonly traceId: string | null
  readonly station: StationId
  readonly stationState: StationState
  /** Where the newest asset of each slot lies in the vault. */
  readonly assets: Readonly<Record<string, string>>
}

/** A case of version 1 had one mask, without a name. */
interface FirstVersion extends Omit<CaseState, 'version' | 'labels' | 'nextLabel' | 'activeLabel' | 'modelLabel'> {
  readonly version: 1
  readonly limits: LabelInfo['limits']
  readonly maskMm3: number
  readonly declaredShells: number
}

/** The state as this version knows it, whichever version stored it. */
export function currentState(stored: CaseState | FirstVersion): CaseState {
  if (stored.version !== 1) return stored
  const { limits, maskMm3, declaredShells, ...rest } = stored
  const { anatomy } = templateById(stored.templateId)
  const label: LabelInfo = {
    id: 1,
    anatomy,
    laterality: 'none',
    colour: 1,
    locked: false,
    visible: true,
    status: 'in-progress',
    secondsSpent: 0,
    limits,
    shells: declaredShells,
    made: [],
  }
  const labels = maskMm3 > 0 ? [label] : []
  const id = labels[0]?.id ?? null
  return {
    ...rest,
    version: 2,
    labels,
    nextLabel: labels.length + 1,
    activeLabel: id,
    modelLabel: stored.ledger.length > 0 ? id : null,
  }
}

import { PipelineError } from '../core/errors.ts'
import { type Acknowledgement, POLICY_IDS, type PolicyId, PROCESS_IDS, type ProcessId } from '../core/finding.ts'
import type { JsonValue } from '../core/json.ts'
import type { Passport } from '../core/passport.ts'
import {
  hasFields,
  isAbsentOr,
  isCount,
  isFlag,
  isListOf,
  isMapOf,
  isNullOr,
  isNumber,
  isOneOf,
  isRecord,
  isText,
} from '../core/shape.ts'
import type { LabelInfo } from '../segment/label-set.ts'
import { newerCase } from '../vault/manifest.ts'
import { type ExportRow, type LedgerRow, STATION_IDS, type StationId, type StationState } from './session-view.ts'
import { templateById } from './shipped-templates.ts'
import { isTemplate, type StepChange, type Template } from './templates.ts'

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

const isRange = hasFields({ lowHu: isNumber, highHu: isNumber })
const COMMON = {
  templateId: isText,
  policy: isOneOf(POLICY_IDS),
  process: isOneOf(PROCESS_IDS),
  passport: isNullOr(
    hasFields({
      source: isText,
      modality: isText,
      size: isListOf(isNumber),
      spacingMm: isListOf(isNumber),
      notes: isListOf(isText),
    }),
  ),
  side: isNullOr(isOneOf(['left', 'right', 'not-applicable'])),
  draft: isRange,
  ledger: isListOf(
    hasFields({ stage: isText, meanMm: isNumber, p95Mm: isNumber, maxMm: isNumber, volumePercent: isNumber }),
  ),
  checked: isFlag,
  acknowledgements: isListOf(hasFields({ check: isText, reason: isText })),
  exports: isListOf(isRecord),
  traceId: isNullOr(isText),
  station: isOneOf(STATION_IDS),
  stationState: isText,
  assets: isMapOf(isText),
}
const isLabel = hasFields({
  id: isCount,
  anatomy: isText,
  laterality: isText,
  colour: isCount,
  locked: isFlag,
  visible: isFlag,
  status: isText,
  secondsSpent: isNumber,
  limits: isNullOr(isRange),
  shells: isCount,
  made: isListOf(hasFields({ stage: isText, params: isRecord, times: isCount })),
})
const hasFirstFields = hasFields({
  ...COMMON,
  version: isOneOf([1]),
  limits: isNullOr(isRange),
  maskMm3: isNumber,
  declaredShells: isCount,
})
const hasFieldsOfToday = hasFields({
  ...COMMON,
  version: isOneOf([2]),
  recipe: isAbsentOr(isTemplate),
  changes: isAbsentOr(isListOf(isRecord)),
  labels: isListOf(isLabel),
  nextLabel: isCount,
  activeLabel: isNullOr(isCount),
  modelLabel: isNullOr(isCount),
})
const isFirst = (value: unknown): value is FirstVersion => hasFirstFields(value)
const isOfToday = (value: unknown): value is CaseState => hasFieldsOfToday(value)
const hasVersion = hasFields({ version: isCount })

/**
 * The state as this version knows it, whichever version stored it. Throws 'vault/newer' for one of a later version, and
 * 'vault/tampered' for anything else.
 */
export function currentState(stored: JsonValue): CaseState {
  if (isOfToday(stored)) return stored
  if (isFirst(stored)) return fromFirst(stored)
  if (hasVersion(stored) && stored.version > 2) throw newerCase({ version: stored.version })
  throw new PipelineError(
    'vault/tampered',
    'Where this case stood cannot be read. Nothing of it was used. Restore the case from its scan.',
  )
}

function fromFirst(stored: FirstVersion): CaseState {
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

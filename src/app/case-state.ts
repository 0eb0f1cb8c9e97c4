import { PipelineError } from '../core/errors.ts'
import { type Acknowledgement, POLICY_IDS, type PolicyId, PROCESS_IDS, type ProcessId } from '../core/finding.ts'
import type { JsonValue } from '../core/json.ts'
import type { Passport } from '../core/passport.ts'
import {
  type Guard,
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
import { isInitials } from '../segment/label-ai.ts'
import type { LabelInfo } from '../segment/label-set.ts'
import { newerCase } from '../vault/manifest.ts'
import { type CaseApproval, isCaseApproval } from './approval.ts'
import type { ExportRow } from './export-row.ts'
import { isLedgerRow, type LedgerRow } from './ledger-row.ts'
import { isStoredHistory, NO_EDITS, packedHistory, type StoredHistory } from './part-history.ts'
import { STATION_IDS, type StationId, type StationState } from './place.ts'
import { templateById } from './shipped-templates.ts'
import { isTemplate, type StepChange, type Template } from './templates.ts'

export type Side = 'left' | 'right' | 'not-applicable'

/** What a case remembers besides its assets and trace; plain JSON, encrypted with the case. */
export interface CaseState {
  readonly version: 4
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
  /** The edits of the part after the model was made. */
  readonly part: StoredHistory
  /** The body that edits act on; null for all. */
  readonly activeBody: number | null
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
  /** The designer's own word on the part, in a vault without people; cases of before have none. What a reviewer said is kept apart. */
  readonly approval?: CaseApproval | null
  readonly station: StationId
  readonly stationState: StationState
  /** Where the newest asset of each slot lies in the vault. */
  readonly assets: Readonly<Record<string, string>>
}

/** A case of version 3 had no edits of the part. */
interface ThirdVersion extends Omit<CaseState, 'version' | 'part' | 'activeBody'> {
  readonly version: 3
}

/** A case of version 2 had no labels made by AI. */
interface SecondVersion extends Omit<ThirdVersion, 'version' | 'labels'> {
  readonly version: 2
  readonly labels: readonly Omit<LabelInfo, 'ai'>[]
}

/** A case of version 1 had one mask, without a name. */
interface FirstVersion extends Omit<ThirdVersion, 'version' | 'labels' | 'nextLabel' | 'activeLabel' | 'modelLabel'> {
  readonly version: 1
  readonly limits: LabelInfo['limits']
  readonly maskMm3: number
  readonly declaredShells: number
}

const isRange = hasFields({ lowHu: isNumber, highHu: isNumber })
const isSigned: Guard<string> = (value): value is string => isText(value) && isInitials(value)
export const isPassport = hasFields({
  source: isText,
  modality: isText,
  size: isListOf(isNumber),
  spacingMm: isListOf(isNumber),
  notes: isListOf(isText),
})
const COMMON = {
  templateId: isText,
  policy: isOneOf(POLICY_IDS),
  process: isOneOf(PROCESS_IDS),
  passport: isNullOr(isPassport),
  side: isNullOr(isOneOf(['left', 'right', 'not-applicable'])),
  draft: isRange,
  ledger: isListOf(isLedgerRow),
  checked: isFlag,
  acknowledgements: isListOf(hasFields({ check: isText, reason: isText, by: isAbsentOr(isSigned) })),
  exports: isListOf(isRecord),
  traceId: isNullOr(isText),
  approval: isAbsentOr(isNullOr(isCaseApproval)),
  station: isOneOf(STATION_IDS),
  stationState: isText,
  assets: isMapOf(isText),
}
const isRegion = hasFields({
  at: isListOf(isNumber),
  mm3: isNumber,
  meanCertainty: isNumber,
  pieces: isCount,
  state: isOneOf(['open', 'accepted', 'edited']),
  word: isNullOr(hasFields({ reason: isText, text: isText, by: isText })),
})
const isAi = hasFields({
  source: isText,
  model: hasFields({ id: isText, version: isText, sha256: isText, evaluated: isFlag, spacingMm: isNumber }),
  structure: isText,
  band: isOneOf(['green', 'amber', 'red']),
  reasons: isListOf(hasFields({ rule: isText, band: isText })),
  members: isCount,
  run: hasFields({ backend: isText, adapter: isText, selfTest: isNullOr(hasFields({ passed: isFlag })) }),
  p: isNullOr(isNumber),
  regions: isListOf(isRegion),
  aiMm3: isNumber,
  editedMm3: isNumber,
  firstReader: isNullOr(isText),
  secondReader: isNullOr(hasFields({ who: isText, role: isText, at: isText, reason: isText })),
})
const SECOND_LABEL = {
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
}
const hasFirstFields = hasFields({
  ...COMMON,
  version: isOneOf([1]),
  limits: isNullOr(isRange),
  maskMm3: isNumber,
  declaredShells: isCount,
})
const SINCE_SECOND = {
  ...COMMON,
  recipe: isAbsentOr(isTemplate),
  changes: isAbsentOr(isListOf(isRecord)),
  nextLabel: isCount,
  activeLabel: isNullOr(isCount),
  modelLabel: isNullOr(isCount),
}
const hasSecondFields = hasFields({
  ...SINCE_SECOND,
  version: isOneOf([2]),
  labels: isListOf(hasFields(SECOND_LABEL)),
})
const SINCE_THIRD = { ...SINCE_SECOND, labels: isListOf(hasFields({ ...SECOND_LABEL, ai: isNullOr(isAi) })) }
const hasThirdFields = hasFields({ ...SINCE_THIRD, version: isOneOf([3]) })
const hasFieldsOfToday = hasFields({
  ...SINCE_THIRD,
  version: isOneOf([4]),
  part: isStoredHistory,
  activeBody: isNullOr(isCount),
})
const isFirst = (value: unknown): value is FirstVersion => hasFirstFields(value)
const isSecond = (value: unknown): value is SecondVersion => hasSecondFields(value)
const isThird = (value: unknown): value is ThirdVersion => hasThirdFields(value)
const isOfToday = (value: unknown): value is CaseState => hasFieldsOfToday(value)
const hasVersion = hasFields({ version: isCount })

/**
 * The state as this version knows it, whichever version stored it. Throws 'vault/newer' for one of a later version, and
 * 'vault/tampered' for anything else.
 */
export function currentState(stored: JsonValue): CaseState {
  if (isOfToday(stored)) return stored
  if (isThird(stored)) return fromThird(stored)
  if (isSecond(stored)) return fromThird(fromSecond(stored))
  if (isFirst(stored)) return fromThird(fromFirst(stored))
  if (hasVersion(stored) && stored.version > 4) throw newerCase({ version: stored.version })
  throw new PipelineError(
    'vault/tampered',
    'Where this case stood cannot be read. Nothing of it was used. Restore the case from its scan.',
  )
}

const fromThird = (stored: ThirdVersion): CaseState => ({
  ...stored,
  version: 4,
  part: packedHistory(NO_EDITS),
  activeBody: null,
})

const fromSecond = (stored: SecondVersion): ThirdVersion => ({
  ...stored,
  version: 3,
  labels: stored.labels.map((label) => ({ ...label, ai: null })),
})

function fromFirst(stored: FirstVersion): ThirdVersion {
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
    ai: null,
  }
  const labels = maskMm3 > 0 ? [label] : []
  const id = labels[0]?.id ?? null
  return {
    ...rest,
    version: 3,
    labels,
    nextLabel: labels.length + 1,
    activeLabel: id,
    modelLabel: stored.ledger.length > 0 ? id : null,
  }
}

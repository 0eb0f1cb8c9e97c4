import { PipelineError } from '../core/errors.ts'
import type { ProcessId } from '../core/finding.ts'
import type { JsonValue } from '../core/json.ts'
import {
  type Guard,
  hasFields,
  isAbsentOr,
  isFlag,
  isListOf,
  isMapOf,
  isNullOr,
  isNumber,
  isOneOf,
  isText,
} from '../core/shape.ts'
import type { Mat3, Vec3 } from '../core/types.ts'
import {
  ACCEPTANCE_RULES,
  type AcceptanceRule,
  type MeasuredBlock,
  REPRINT_REASONS,
  type ReprintReason,
} from '../print/acceptance.ts'
import { printErrorMm } from '../print/drift.ts'
import { type CaseEffort, isMinutes, isSeconds, NO_EFFORT, WHO, type Who } from '../print/effort.ts'
import { isProfile, type PrinterProfile, SHIPPED_PROFILES } from '../print/profiles.ts'
import type { BlockAxes } from '../print/ticket.ts'
import { PROCESSES } from '../qa/process.ts'
import { type HandedOver, isHandedOver, MOST_HANDED_OVER } from '../vault/handed-over.ts'

/** One print that was judged. No name and no free text from a scan. */
export type PrintRecord = {
  readonly id: string
  readonly caseId: string
  /** Digest of the file that was printed: all prints of one release are one job. */
  readonly job: string
  readonly traceId: string | null
  readonly profileId: string
  readonly printer: string
  readonly material: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly blocks: readonly MeasuredBlock[]
  /** From axes of the part to those of the printer. */
  readonly rotation: Mat3
  readonly decision: 'accept' | 'reprint' | 'stop'
  readonly broken: readonly AcceptanceRule[]
  readonly reasons: readonly ReprintReason[]
  /** Why the job was stopped; empty otherwise. */
  readonly cause: string
  /** As estimated, in `currency`; null when it was not. */
  readonly cost: number | null
  readonly currency: string
  readonly hasPhoto: boolean
}

/** What the vault keeps of printing, over all cases: drift and the rate of reprints are a printer's, not a case's. */
export type Prints = {
  readonly format: 'proofprint-prints/1'
  readonly profiles: readonly PrinterProfile[]
  /** The profile chosen last. */
  readonly chosen: string
  /** Oldest first. */
  readonly prints: readonly PrintRecord[]
  /** By id of the case. */
  readonly effort: Readonly<Record<string, CaseEffort>>
  /** Money for an hour of a person's work. */
  readonly hourRates: Readonly<Record<Who, number>>
  /** Sealed for print stations, oldest first; absent where none ever was. */
  readonly handedOver?: readonly HandedOver[] | undefined
}

const DEFAULT_PROFILE = SHIPPED_PROFILES[0]?.id ?? ''
export const NO_PRINTS: Prints = {
  format: 'proofprint-prints/1',
  profiles: [],
  chosen: DEFAULT_PROFILE,
  prints: [],
  effort: {},
  hourRates: { clinician: 100, staff: 45 },
}

/** The vault takes a megabyte of this: a thousand prints fit, and the charts ask for the last fifty. */
export const MOST_PRINTS = 1000
export const LONGEST_CAUSE = 300

const FORMAT = NO_PRINTS.format
const hasFormat = hasFields({ format: isText })
const isThree =
  <T>(isItem: Guard<T>): Guard<readonly [T, T, T]> =>
  (value): value is readonly [T, T, T] =>
    isListOf(isItem)(value) && value.length === 3
const isLength: Guard<number> = (value): value is number => isNumber(value) && value > 0
const isRotation: Guard<Mat3> = (value): value is Mat3 => isListOf(isNumber)(value) && value.length === 9
const hasBlockFields = hasFields({
  id: isText,
  expectedMm: isThree(isLength) as Guard<Vec3>,
  measuredMm: isThree(isNullOr(isLength)),
  axes: isAbsentOr(isThree(isThree(isNumber)) as Guard<BlockAxes>),
})
const isBlock: Guard<MeasuredBlock> = (value): value is MeasuredBlock => hasBlockFields(value)
const isPrint: Guard<PrintRecord> = hasFields({
  id: isText,
  caseId: isText,
  job: isText,
  traceId: isNullOr(isText),
  profileId: isText,
  printer: isText,
  material: isText,
  at: isText,
  blocks: isListOf(isBlock),
  rotation: isRotation,
  decision: isOneOf(['accept', 'reprint', 'stop']),
  broken: isListOf(isOneOf(ACCEPTANCE_RULES)),
  reasons: isListOf(isOneOf(REPRINT_REASONS)),
  cause: isText,
  cost: isNullOr(isNumber),
  currency: isText,
  hasPhoto: isFlag,
})
const isEffort: Guard<CaseEffort> = hasFields({
  seconds: isSeconds,
  who: isOneOf(WHO),
  byHand: hasFields({ clinician: isMinutes, staff: isMinutes }),
})
const isPrints: Guard<Prints> = hasFields({
  format: isOneOf([FORMAT]),
  profiles: isListOf(isProfile),
  chosen: isText,
  prints: isListOf(isPrint),
  effort: isMapOf(isEffort),
  hourRates: hasFields({ clinician: isNumber, staff: isNumber }),
  handedOver: isAbsentOr(isListOf(isHandedOver)),
})

/**
 * What the vault kept of printing; nothing when it never did. Throws 'vault/newer' for what a later version kept, and
 * 'vault/tampered' for anything else.
 */
export function readPrints(value: JsonValue): Prints {
  if (value === null) return NO_PRINTS
  if (isPrints(value)) return value
  if (hasFormat(value) && value.format !== FORMAT) {
    throw new PipelineError(
      'vault/newer',
      'Printers and prints were stored by a newer version of the app. They are kept as they are. Reload the page to get that version.',
      { format: value.format },
    )
  }
  throw new PipelineError(
    'vault/tampered',
    'Printers and prints cannot be read. They are kept as they are and none is used. The shipped printers work as ever.',
  )
}

/** Shipped ones, then the person's own. */
export const profilesOf = ({ profiles }: Prints): readonly PrinterProfile[] => [...SHIPPED_PROFILES, ...profiles]

/** The profile chosen last if it prints by this process, else the first that does. */
export function profileFor(kept: Prints, process: ProcessId): PrinterProfile {
  const fitting = profilesOf(kept).filter((profile) => profile.process === process)
  return fitting.find(({ id }) => id === kept.chosen) ?? (fitting[0] as PrinterProfile)
}

/** Room of the chosen printer for the check; null when it is the default machine of the process, which has a name there. */
export function roomFor(kept: Prints, process: ProcessId): Vec3 | null {
  const { buildMm } = profileFor(kept, process)
  return buildMm.join() === PROCESSES[process].buildMm.join() ? null : buildMm
}

/**
 * How far off the chosen printer prints, mm, by its accepted prints: those that were refused are not used. Null while too few were
 * measured to say.
 */
export function printerErrorMm(kept: Prints, process: ProcessId): number | null {
  const { id } = profileFor(kept, process)
  return printErrorMm(printsOn(kept, id).filter((print) => !isRefused(print)))
}

/** Keeps an own profile in place of the one of its id. Throws 'app/bad-parameter' for one that cannot be reckoned with. */
export function withProfile(kept: Prints, profile: PrinterProfile): Prints {
  if (!isProfile(profile) || SHIPPED_PROFILES.some(({ id }) => id === profile.id)) {
    throw new PipelineError(
      'app/bad-parameter',
      'The printer has a number that cannot be. Correct it and keep it again.',
    )
  }
  const others = kept.profiles.filter(({ id }) => id !== profile.id)
  return { ...kept, profiles: [...others, profile], chosen: profile.id }
}

export const withoutProfile = (kept: Prints, id: string): Prints => ({
  ...kept,
  profiles: kept.profiles.filter((profile) => profile.id !== id),
  chosen: kept.chosen === id ? DEFAULT_PROFILE : kept.chosen,
})

/** With one more print; past MOST_PRINTS the oldest is forgotten. */
export const withPrint = (kept: Prints, print: PrintRecord): Prints => ({
  ...kept,
  prints: [...kept.prints, print].slice(-MOST_PRINTS),
})

/** With one more file handed over; past MOST_HANDED_OVER the oldest is forgotten. */
export const withHandedOver = (kept: Prints, one: HandedOver): Prints => ({
  ...kept,
  handedOver: [...(kept.handedOver ?? []), one].slice(-MOST_HANDED_OVER),
})

export const effortOf = ({ effort }: Prints, caseId: string): CaseEffort => effort[caseId] ?? NO_EFFORT

export const withEffort = (kept: Prints, caseId: string, effort: CaseEffort): Prints => ({
  ...kept,
  effort: { ...kept.effort, [caseId]: effort },
})

export const isRefused = ({ decision }: Pick<PrintRecord, 'decision'>): boolean => decision !== 'accept'

/** Prints of one release, oldest first. */
export const jobOf = ({ prints }: Prints, job: string): readonly PrintRecord[] =>
  prints.filter((one) => one.job === job)

/** Prints of one printer, oldest first. */
export const printsOn = ({ prints }: Prints, profileId: string): readonly PrintRecord[] =>
  prints.filter((one) => one.profileId === profileId)

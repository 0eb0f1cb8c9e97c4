import { fromBase64 } from '../core/base64.ts'
import { parsedJson } from '../core/json.ts'
import { hasFields, isText } from '../core/shape.ts'
import type { AuditRecord } from './case.ts'
import { ofKind, type SaidLine, saidLines } from './said-lines.ts'

/** A print as who made it wrote it down. */
export interface WrittenPrint {
  readonly printer: string
  readonly material: string
  readonly at: string
  /** Id of the person; null in a vault without people. */
  readonly by: string | null
}

/** Files that were released for whoever has them, and the print of them. */
export interface ReleasedPrint {
  /** Digest of the release: it is for one print. */
  readonly release: string
  readonly case: string
  readonly traceId: string
  readonly at: string
  readonly files: readonly { readonly name: string; readonly digest: string }[]
  /** Null while none was written down. */
  readonly print: WrittenPrint | null
}

const isPrint = hasFields({
  predicate: hasFields({ proofprint: hasFields({ release: isText, printer: isText, material: isText, at: isText }) }),
})

/** The print that a line of the log is of, by its release; none of any other line. */
function printIn({ statement, code, by }: AuditRecord): (readonly [string, WrittenPrint])[] {
  const bytes = code === 'print' && statement ? fromBase64(statement.payload) : null
  const value: unknown = bytes ? parsedJson(bytes) : null
  if (!isPrint(value)) return []
  const { release, printer, material, at } = value.predicate.proofprint
  return [[release, { printer, material, at, by: by ?? null }]]
}

/** Whether a print of it can still be written down at this instant (ISO). */
export const isInTime = ({ said }: SaidLine, at: string): boolean =>
  said.expiresAt === undefined || at <= said.expiresAt

/**
 * What was released as files for whoever has them, by the log of a case, the newest first: what was printed, and what can still be at
 * `now` (ISO). What was sealed for a print station waits for the receipt of that station instead.
 */
export function releasedPrints(caseId: string, log: readonly AuditRecord[], now: string): ReleasedPrint[] {
  const prints = new Map(log.flatMap(printIn))
  return ofKind(saidLines(log), 'release')
    .filter((one) => (one.said.recipient ?? null) === null && (prints.has(one.digest) || isInTime(one, now)))
    .map(({ digest: release, subjects: files, said: { at, traceId = '' } }) => {
      return { release, case: caseId, traceId, at, files, print: prints.get(release) ?? null }
    })
    .toReversed()
}

import { utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import { type JsonValue, parsedJson } from '../core/json.ts'
import { ROLES } from '../core/role.ts'
import { type Guard, hasFields, isAbsentOr, isCount, isListOf, isOneOf, isText } from '../core/shape.ts'
import { OUTCOMES } from '../trace/audit-log.ts'
import { canonicalJson } from '../trace/canonical.ts'
import { isEnvelope } from '../trace/dsse.ts'
import { isAuditEntry, type LogEnd, NO_ENTRIES } from '../trace/log-end.ts'
import type { AuditLine, AuditRecord } from './case.ts'
import { open, seal } from './chunked.ts'
import { keptTree } from './kept-tree.ts'
import { contextOf, deriveKey } from './keys.ts'

/** A sealed line with its place in the log. */
export interface SealedLine {
  readonly seq: number
  readonly line: Uint8Array
}

/** How a log ends: a log that was cut or exchanged does not end so. */
export interface AuditEnd {
  readonly auditCount: number
  /** SHA-256 of the last line as it is before sealing. */
  readonly auditHead: string
  /** Of its entries; absent while it has none. */
  readonly entries?: LogEnd | undefined
}

export const AUDIT_START = '0'.repeat(64)
export const NO_LINES: AuditEnd = { auditCount: 0, auditHead: AUDIT_START }

/** Which log, under which key of it. */
export interface Log {
  readonly id: string
  readonly epoch: number
  readonly key: CryptoKey
}

/** The log of a case for whoever has its case key. */
export const logOf = async (caseKey: CryptoKey, id: string, epoch = 0): Promise<Log> => ({
  id,
  epoch,
  key: await deriveKey(caseKey, 'audit'),
})

const placeOf = ({ id, epoch }: Log, seq: number) =>
  contextOf({ asset: '', case: id, epoch, revision: seq, type: 'audit' })

/** Lines in their places after the last one, sealed, and the new end; that of the entries is the caller's. */
export async function sealLines(log: Log, from: AuditEnd, lines: readonly AuditLine[]) {
  const sealed: SealedLine[] = []
  let auditHead = from.auditHead
  for (const [n, { at, code, outcome, digests, by, role, words, ...signed }] of lines.entries()) {
    const who = by === undefined ? {} : { by, role }
    const said = words ? { words } : {}
    const record = { at, code, outcome, digests, ...who, ...said, ...signed, seq: from.auditCount + n, prev: auditHead }
    const text = utf8(JSON.stringify(record))
    auditHead = await sha256(text)
    sealed.push({ seq: record.seq, line: await seal(log.key, placeOf(log, record.seq), text) })
  }
  return { sealed, auditCount: from.auditCount + lines.length, auditHead }
}

/** The same lines under another key or epoch; their chain stays as it is. Throws 'vault/tampered'. */
export async function resealLines(from: Log, to: Log, sealed: readonly Uint8Array[]): Promise<SealedLine[]> {
  const lines: SealedLine[] = []
  for (const [seq, line] of sealed.entries())
    lines.push({ seq, line: await seal(to.key, placeOf(to, seq), await open(from.key, placeOf(from, seq), line)) })
  return lines
}

const isAuditRecord: Guard<AuditRecord> = hasFields({
  at: isText,
  code: isText,
  outcome: isOneOf(OUTCOMES),
  digests: isListOf(isText),
  by: isAbsentOr(isText),
  role: isAbsentOr(isOneOf(ROLES)),
  words: isAbsentOr(isText),
  entry: isAbsentOr(isAuditEntry),
  statement: isAbsentOr(isEnvelope),
  checkpoint: isAbsentOr(isText),
  seq: isCount,
  prev: isText,
})

const textOf = (end: LogEnd) => canonicalJson(end as unknown as JsonValue)

/** Whether the entries that were read are those that the end knows of. */
const endsAt = (read: LogEnd | null, { entries = NO_ENTRIES }: AuditEnd): boolean =>
  read !== null && textOf(read) === textOf(entries)

/**
 * The whole log. `middle`: where it stood once, as something else knows it. Throws 'vault/tampered' when a line is missing,
 * changed, moved or added.
 */
export async function openLines(log: Log, end: AuditEnd, sealed: readonly Uint8Array[], middle = NO_LINES) {
  const records: AuditRecord[] = []
  let head = AUDIT_START
  let isWhole = middle.auditCount === 0
  for (const [seq, line] of sealed.entries()) {
    const text = await open(log.key, placeOf(log, seq), line)
    const record = parsedJson(text)
    if (!isAuditRecord(record) || record.seq !== seq || record.prev !== head) break
    records.push(record)
    head = await sha256(text)
    if (records.length === middle.auditCount) isWhole = head === middle.auditHead
  }
  const isAll = records.length === end.auditCount && records.length === sealed.length && head === end.auditHead
  if (isWhole && isAll && endsAt(await keptTree(records), end)) return records
  throw new PipelineError('vault/tampered', 'The audit log of this case was cut or changed.', { line: records.length })
}

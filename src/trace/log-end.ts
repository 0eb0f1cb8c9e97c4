import { utf8 } from '../core/bytes.ts'
import { sha256, toHex } from '../core/hash.ts'
import { grown, type Hash, leafHash, rootOfPeaks, type TreeHead } from '../core/merkle.ts'
import { ROLES } from '../core/role.ts'
import { type Guard, hasFields, isCount, isListOf, isNullOr, isOneOf, isText } from '../core/shape.ts'
import type { Signer } from '../core/signer.ts'
import {
  type AuditActor,
  type AuditClock,
  type AuditEntry,
  type AuditEvent,
  type EntriesEnd,
  entryAfter,
  OUTCOMES,
} from './audit-log.ts'
import { CHAIN_START } from './chain.ts'
import { checkpointText } from './checkpoint.ts'
import { type Note, signNote } from './note.ts'

/** How a kept log ends: enough to go on with it, and to sign its head, without reading it again. */
export interface LogEnd extends EntriesEnd {
  /** Of its tree the whole subtrees, the largest first, as hex. */
  readonly peaks: readonly string[]
  /** So many entries are under the last signed checkpoint. */
  readonly signed: number
}

export const NO_ENTRIES: LogEnd = { size: 0, head: CHAIN_START, clock: null, peaks: [], signed: 0 }

export const isLogEnd: Guard<LogEnd> = hasFields({
  size: isCount,
  head: isText,
  clock: isNullOr(hasFields({ time: isText, count: isCount })),
  peaks: isListOf(isText),
  signed: isCount,
})

export const isDigest: Guard<string> = (value): value is string => isText(value) && /^[0-9a-f]{64}$/.test(value)

export const isAuditEntry: Guard<AuditEntry> = hasFields({
  seq: isCount,
  prev: isDigest,
  time: isText,
  count: isCount,
  actorKeyId: isText,
  role: isOneOf(ROLES),
  keyStrength: isOneOf(['hardware-passkey', 'synced-passkey', 'passphrase', 'memory']),
  code: isText,
  outcome: isOneOf(OUTCOMES),
  objects: isListOf(isDigest),
  policy: isNullOr(isDigest),
  model: isNullOr(isDigest),
  app: isDigest,
})

const hashOf = (hex: string): Hash => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))

/** The end of a log after one more entry, given as its bytes. */
export async function endAfter(end: LogEnd, { time, count }: AuditClock, bytes: Uint8Array): Promise<LogEnd> {
  const [leaf, head] = await Promise.all([leafHash(bytes), sha256(bytes)])
  const peaks = await grown(end.peaks.map(hashOf), end.size, leaf)
  return { ...end, size: end.size + 1, head, clock: { time, count }, peaks: peaks.map(toHex) }
}

/** The next entry of a log, and its end with it. Throws 'trace/clock-behind'. */
export async function withEntry(
  end: LogEnd,
  event: AuditEvent,
  made: { readonly by: AuditActor; readonly clock: AuditClock; readonly app: string },
): Promise<{ readonly entry: AuditEntry; readonly end: LogEnd }> {
  const { entry, bytes } = entryAfter(end, event, made)
  return { entry, end: await endAfter(end, made.clock, bytes) }
}

export async function treeHead({ size, peaks }: LogEnd): Promise<TreeHead> {
  return { size, root: await rootOfPeaks(peaks.map(hashOf)) }
}

/** A checkpoint over all of a log. As its end only grows, two of them always fit. Throws what the signer throws. */
export async function signedHead(end: LogEnd, origin: string, signer: Signer): Promise<Note> {
  const text = checkpointText({ origin, ...(await treeHead(end)), extensions: [] })
  return signNote({ text, signatures: [] }, origin, signer)
}

/** Name of the log of a case: no word of it, and the same for ever. */
export const originOf = async (caseId: string): Promise<string> =>
  `proofprint/log/${(await sha256(utf8(`proofprint/log ${caseId}`))).slice(0, 32)}`

import { utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import { consistencyProof, type Hash, isConsistent, leafHash, merkleRoot, type TreeHead } from '../core/merkle.ts'
import type { Role } from '../core/role.ts'
import type { KeyStrength, Signer } from '../core/signer.ts'
import { canonicalJson } from './canonical.ts'
import { CHAIN_START } from './chain.ts'
import { checkpointText } from './checkpoint.ts'
import { noteText, signNote } from './note.ts'
import type { SignedStatement } from './statement.ts'

export const OUTCOMES = ['done', 'refused', 'failed', 'denied'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Something that was done, or tried. Digests, no names and no words of a scan. */
export type AuditEvent = {
  /** Lower-case words, for example 'lock', 'approve', 'statement/release'. */
  readonly code: string
  readonly outcome: Outcome
  readonly objects: readonly string[]
  /** Digests of the policy and the weights at work; null where none is. */
  readonly policy: string | null
  readonly model: string | null
}

/** Who did it. */
export interface AuditActor {
  readonly keyId: string
  readonly role: Role
  readonly strength: KeyStrength
}

/** When: by the device's clock (ISO 8601, UTC, milliseconds), and by a count that only goes up, whatever the clock does. */
export interface AuditClock {
  readonly time: string
  readonly count: number
}

/** One entry; `prev` is the SHA-256 of the canonical JSON of the one before. */
export type AuditEntry = AuditEvent & {
  readonly seq: number
  readonly prev: string
  readonly time: string
  readonly count: number
  readonly actorKeyId: string
  readonly role: Role
  readonly keyStrength: KeyStrength
  /** Digest of the app that wrote it. */
  readonly app: string
}

/** How a log ends: all that its next entry needs. */
export interface EntriesEnd {
  readonly size: number
  /** Digest of the last entry. */
  readonly head: string
  /** Of the last entry; null before the first. */
  readonly clock: AuditClock | null
}

/** The entry after these, and its bytes. Throws 'trace/clock-behind'. */
export function entryAfter(
  { size, head, clock: last }: EntriesEnd,
  event: AuditEvent,
  { by, clock, app }: { readonly by: AuditActor; readonly clock: AuditClock; readonly app: string },
): { readonly entry: AuditEntry; readonly bytes: Uint8Array } {
  if (last && (clock.time < last.time || clock.count <= last.count)) throw clockBehind(size - 1, last, clock)
  const { time, count } = clock
  const entry: AuditEntry = {
    ...event,
    ...{ seq: size, prev: head, time, count },
    ...{ actorKeyId: by.keyId, role: by.role, keyStrength: by.strength, app },
  }
  return { entry, bytes: utf8(canonicalJson(entry)) }
}

/** A log as a value: whoever keeps it keeps the newest. */
export interface AuditLog {
  readonly origin: string
  readonly app: string
  readonly entries: readonly AuditEntry[]
  /** Hash of each entry as a leaf of the tree. */
  readonly leaves: readonly Hash[]
  /** Digest of the last entry. */
  readonly head: string
  /** What was signed last. */
  readonly signed: TreeHead | null
  /** As signed notes, oldest first. */
  readonly checkpoints: readonly string[]
}

/** After so many entries a checkpoint is signed, whatever they were. */
export const CHECKPOINT_ENTRIES = 64
const CHECKPOINT_CODES: readonly string[] = ['lock', 'lock-late', 'statement/release', 'bundle']

/** A log without entries. `origin` names it: no space, no plus, nothing of a person; `app` is the digest of the app. */
export const emptyLog = (origin: string, app: string): AuditLog => {
  return { origin, app, entries: [], leaves: [], head: CHAIN_START, signed: null, checkpoints: [] }
}

/** The event that a statement was signed. */
export const statementEvent = (
  { kind, digest }: Pick<SignedStatement, 'kind' | 'digest'>,
  policy: string | null,
  model: string | null = null,
): AuditEvent => ({ code: `statement/${kind}`, outcome: 'done', objects: [digest], policy, model })

/**
 * The log with one more entry. Throws 'trace/clock-behind', naming the last entry, when the clock or the count runs behind it: an
 * approval that ran out must not come back to life.
 */
export async function appended(log: AuditLog, event: AuditEvent, by: AuditActor, clock: AuditClock): Promise<AuditLog> {
  const end = { size: log.entries.length, head: log.head, clock: log.entries.at(-1) ?? null }
  const { entry, bytes } = entryAfter(end, event, { by, clock, app: log.app })
  const [head, leaf] = await Promise.all([sha256(bytes), leafHash(bytes)])
  return { ...log, entries: [...log.entries, entry], leaves: [...log.leaves, leaf], head }
}

const clockBehind = (seq: number, last: AuditClock, clock: AuditClock) =>
  new PipelineError(
    'trace/clock-behind',
    `The clock of this device runs behind the last entry of the log (${last.time}). Nothing was written down or signed. Set the clock, then try again.`,
    { entry: seq, last: last.time, time: clock.time },
  )

/** Whether a checkpoint is to be signed now: at lock, at release, with a bundle, and every 64 entries. */
export function isCheckpointDue({ entries, signed }: Pick<AuditLog, 'entries' | 'signed'>): boolean {
  const last = entries.at(-1)
  return last !== undefined && isDueAfter(last.code, entries.length - (signed?.size ?? 0))
}

/** Whether one is to be signed after an entry of this code, when so many are under none. */
export const isDueAfter = (code: string, open: number): boolean =>
  open >= CHECKPOINT_ENTRIES || (open > 0 && CHECKPOINT_CODES.includes(code))

/**
 * The log with a signed checkpoint over all its entries. Throws 'trace/inconsistent-head' when the entries are not those that were
 * signed before with more behind them: two such heads are never signed. Throws what the signer throws.
 */
export async function withCheckpoint(log: AuditLog, signer: Signer): Promise<AuditLog> {
  const head = { size: log.leaves.length, root: await merkleRoot(log.leaves) }
  if (log.signed && !(await continues(log.signed, head, log.leaves))) throw inconsistent(log.signed, head)
  const text = checkpointText({ origin: log.origin, ...head, extensions: [] })
  const note = await signNote({ text, signatures: [] }, log.origin, signer)
  return { ...log, signed: head, checkpoints: [...log.checkpoints, noteText(note)] }
}

async function continues(signed: TreeHead, now: TreeHead, leaves: readonly Hash[]): Promise<boolean> {
  if (signed.size < 1 || signed.size > now.size) return false
  return isConsistent(signed, now, await consistencyProof(leaves, signed.size))
}

const inconsistent = (signed: TreeHead, now: TreeHead) =>
  new PipelineError(
    'trace/inconsistent-head',
    'The audit log is not the one that was signed before. Nothing was signed. Keep this device as it is and tell who runs it.',
    { signedSize: signed.size, size: now.size },
  )

import { concatBytes, utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { parsedJson } from '../core/json.ts'
import type { Role } from '../core/role.ts'
import { hasFields, isAbsentOr, isCount, isText } from '../core/shape.ts'
import { isLogEnd } from '../trace/log-end.ts'
import { type AuditEnd, type Log, NO_LINES } from './audit-lines.ts'
import type { AssetType } from './case.ts'
import { hkdfExpand, importSealKey, open, seal } from './chunked.ts'
import { type Envelope, type EnvelopePlace, type Giver, RECOVERY, type Receiver, sealEnvelope } from './envelope.ts'
import { type EpochMade, signMade } from './epoch-made.ts'
import { importPair, newRawPair } from './key-set.ts'
import { contextOf, deriveKey } from './keys.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** One case key and who has a share of it. */
export interface EpochSeals {
  readonly epoch: number
  /** X25519, raw: whoever has it may store into the case and not read. */
  readonly publicKey: Bytes
  /** Its private half, sealed under the case key. */
  readonly privateKey: Bytes
  readonly envelopes: readonly Envelope[]
  /** Absent in what was stored before it was written down. */
  readonly made?: EpochMade
}

/** A scan that Intake stored and nobody took in yet. */
export interface InboxItem {
  readonly id: string
  readonly epoch: number
  readonly type: AssetType
  /** Key and description of the asset, sealed to the public key of that epoch. */
  readonly sealed: Bytes
  readonly by: string
  readonly signature: Bytes
}

/** Who may open a case, where there are people. */
export interface CaseSeals {
  /** One up with each write of the row. */
  readonly revision: number
  /** What the case is sealed under; after a rotation others wait, the newest last. */
  readonly epochs: readonly [EpochSeals, ...EpochSeals[]]
  readonly inbox: readonly InboxItem[]
  /** How the audit log ends, sealed under its key. */
  readonly auditEnd: Bytes
  /** What was approved and not used up, sealed under the release key; empty when nothing ever was. */
  readonly releases: Bytes
}

/** The key new things are sealed to. */
export const newestOf = ({ epochs }: CaseSeals): EpochSeals => epochs.at(-1) ?? epochs[0]

const EMPTY: Bytes = new Uint8Array()

/** What a role gets of a case key: all of it, or only the keys under it that it needs. Fresh memory. */
export async function shareFor(role: Role, raw: Uint8Array): Promise<Bytes> {
  if (role === 'designer' || role === 'reviewer') return Uint8Array.from(raw)
  if (role !== 'auditor' && role !== 'operator') return EMPTY
  const key = await importSealKey(Uint8Array.from(raw))
  const audit = await hkdfExpand(key, utf8('proofprint/v1/audit'), 32)
  return role === 'auditor' ? audit : concatBytes(audit, await hkdfExpand(key, utf8('proofprint/v1/releases'), 32))
}

/** The keys that a share gives; null is what it does not. */
export interface CaseKeys {
  readonly whole: CryptoKey | null
  readonly audit: CryptoKey | null
  readonly releases: CryptoKey | null
}

/** Wipes `share`. */
export async function keysOf(role: Role, share: Bytes): Promise<CaseKeys> {
  const sizes: Partial<Record<Role, number>> = { designer: 32, reviewer: 32, operator: 64, auditor: 32 }
  if (share.length !== (sizes[role] ?? 0))
    throw new PipelineError('vault/tampered', 'The key of this case is none. Nothing of the case was opened.')
  const first = share.length > 0 ? await importSealKey(share.slice(0, 32)) : null
  const second = share.length > 32 ? await importSealKey(share.slice(32)) : null
  share.fill(0)
  if (first === null) return { whole: null, audit: null, releases: null }
  if (role === 'auditor' || role === 'operator') return { whole: null, audit: first, releases: second }
  return {
    whole: first,
    audit: await deriveKey(first, 'audit'),
    releases: await deriveKey(first, 'releases'),
  }
}

const pairPlace = (caseId: string, epoch: number) =>
  contextOf({ asset: '', case: caseId, epoch, revision: 0, type: 'case-pair' })

/** Someone who gets a share. */
export interface Recipient {
  readonly person: Receiver
  readonly role: Role
}

export const newCaseKeyBytes = (): Bytes => crypto.getRandomValues(new Uint8Array(32))

/** A case key and a new pair, sealed to these people by their public keys alone. `raw` is not changed. */
export async function newEpoch(
  { case: caseId, epoch }: EnvelopePlace,
  raw: Bytes,
  to: readonly Recipient[],
  giver: Giver,
  now: Date,
): Promise<EpochSeals> {
  const pair = await newRawPair('X25519')
  const inbox = await deriveKey(await importSealKey(raw.slice()), 'inbox')
  const privateKey = await seal(inbox, pairPlace(caseId, epoch), pair.privateKey)
  pair.privateKey.fill(0)
  const envelopes: Envelope[] = []
  for (const { person, role } of to)
    envelopes.push(await sealEnvelope({ case: caseId, epoch }, person, role, await shareFor(role, raw), giver))
  const safe = to.find(({ person }) => person.id === RECOVERY)?.person ?? null
  const made = await signMade({ case: caseId, epoch }, pair.publicKey, now, safe, giver)
  return { epoch, publicKey: pair.publicKey, privateKey, envelopes, made }
}

/** The pair that Intake seals to. Throws 'vault/tampered'. */
export async function openPair(caseKey: CryptoKey, caseId: string, seals: EpochSeals): Promise<CryptoKeyPair> {
  const inbox = await deriveKey(caseKey, 'inbox')
  const privateKey = await open(inbox, pairPlace(caseId, seals.epoch), seals.privateKey)
  const pair = await importPair('X25519', { publicKey: seals.publicKey, privateKey })
  privateKey.fill(0)
  return pair
}

const endPlace = ({ id, epoch }: Log) => contextOf({ asset: '', case: id, epoch, revision: 0, type: 'audit-end' })
const isEnd = hasFields({ auditCount: isCount, auditHead: isText, entries: isAbsentOr(isLogEnd) })

export function sealEnd(log: Log, { auditCount, auditHead, entries }: AuditEnd): Promise<Bytes> {
  return seal(log.key, endPlace(log), utf8(JSON.stringify({ auditCount, auditHead, entries })))
}

/** Throws 'vault/tampered'. */
export async function openEnd(log: Log, sealed: Uint8Array): Promise<AuditEnd> {
  const end = parsedJson(await open(log.key, endPlace(log), sealed))
  return isEnd(end) ? end : NO_LINES
}

/** Seals of a new case before its first line. */
export const firstSeals = (epoch: EpochSeals): CaseSeals => ({
  revision: 0,
  epochs: [epoch],
  inbox: [],
  auditEnd: EMPTY,
  releases: EMPTY,
})

/** The next write of a row. */
export const nextSeals = (seals: CaseSeals, changed: Partial<Omit<CaseSeals, 'revision'>>): CaseSeals => ({
  ...seals,
  ...changed,
  revision: seals.revision + 1,
})

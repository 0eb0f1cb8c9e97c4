import { concatBytes, fromHex, utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { toHex } from '../core/hash.ts'
import { type JsonValue, parsedJson } from '../core/json.ts'
import { hasFields, isAbsentOr, isCount, isListOf, isOneOf, isRecord, isText } from '../core/shape.ts'
import { importSealKey, open, seal } from './chunked.ts'
import { contextOf } from './keys.ts'
import { normalised } from './passphrase.ts'

/*
 * A backup file: one line of text, a head in JSON, then sealed records, each with its length (uint32, little-endian) before it.
 * Record n is one C2SP message under a key of the passphrase, its context the digest of the head and n: none can be dropped, added or
 * moved, and the last one says how many there are.
 */
export const MAGIC = 'proofprint-backup/1\n'
const FAMILY = 'proofprint-backup/'
const SALT_BYTES = 32
const LENGTH_BYTES = 4
const MOST_HEAD_BYTES = 1024
/** A piece of 1 MiB and its seals, and room for a long manifest. */
export const MOST_RECORD_BYTES = 1 << 26
const MOST_ITERATIONS = 100_000_000

/** The stores of a vault in the order they are saved; the key of the device is none of them. */
export const SAVED = [
  'pieces',
  'modelPieces',
  'audit',
  'log',
  'cases',
  'settings',
  'models',
  'people',
  'site',
  'slots',
] as const
export type SavedStore = (typeof SAVED)[number]

/** A value of the store: bytes, or an object with bytes in it. */
export type SavedValue = Uint8Array | Readonly<Record<string, unknown>>
export type SavedKey = string | number | readonly (string | number)[]

export interface SavedRecord {
  readonly store: SavedStore
  readonly key: SavedKey
  readonly value: SavedValue
}

const bad = (detail: Record<string, number> = {}) =>
  new PipelineError(
    'vault/bad-backup',
    'This is no backup of a vault, or it was cut or changed. Nothing was restored.',
    detail,
  )

export interface BackupHead {
  readonly iterations: number
  readonly salt: Uint8Array<ArrayBuffer>
}

export const newBackupHead = (iterations: number): BackupHead => ({
  iterations,
  salt: crypto.getRandomValues(new Uint8Array(SALT_BYTES)),
})

const headText = ({ iterations, salt }: BackupHead) => JSON.stringify({ iterations, salt: toHex(salt) })
const isHead = hasFields({ iterations: isCount, salt: isText })
const lengthOf = (bytes: Uint8Array) => new Uint8Array(new Uint32Array([bytes.length]).buffer)

export function packHead(head: BackupHead): Uint8Array<ArrayBuffer> {
  const text = utf8(headText(head))
  return concatBytes(utf8(MAGIC), lengthOf(text), text)
}

/** The number before a record. */
export const lengthAt = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)

/** The most bytes that a head takes. */
export const HEAD_ROOM = MAGIC.length + LENGTH_BYTES + MOST_HEAD_BYTES

/** The head at the beginning of a file and where the records begin. Throws 'vault/bad-backup', 'vault/newer'. */
export function readHead(
  start: Uint8Array,
  minIterations: number,
): { readonly head: BackupHead; readonly end: number } {
  const magic = new TextDecoder().decode(start.subarray(0, MAGIC.length))
  if (magic !== MAGIC) {
    if (!magic.startsWith(FAMILY)) throw bad()
    throw new PipelineError(
      'vault/newer',
      'This backup was saved by a newer version of the app. Reload the page first.',
    )
  }
  if (start.length < MAGIC.length + LENGTH_BYTES) throw bad()
  const length = lengthAt(start.subarray(MAGIC.length))
  const from = MAGIC.length + LENGTH_BYTES
  if (length > MOST_HEAD_BYTES || start.length < from + length) throw bad()
  const value = parsedJson(start.subarray(from, from + length))
  if (!isHead(value) || !/^[0-9a-f]{64}$/.test(value.salt)) throw bad()
  if (value.iterations < minIterations || value.iterations > MOST_ITERATIONS) throw bad()
  return { head: { iterations: value.iterations, salt: fromHex(value.salt) }, end: from + length }
}

/** PBKDF2-SHA-256 over the passphrase. */
export async function backupKey(passphrase: string, { iterations, salt }: BackupHead): Promise<CryptoKey> {
  const known = await crypto.subtle.importKey('raw', utf8(normalised(passphrase)), 'PBKDF2', false, ['deriveBits'])
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations }
  return importSealKey(new Uint8Array(await crypto.subtle.deriveBits(how, known, 256)))
}

const placeOf = (head: BackupHead, n: number) =>
  contextOf({ asset: headText(head), case: '', epoch: 0, revision: n, type: 'backup' })

export async function sealRecord(key: CryptoKey, head: BackupHead, n: number, plain: Uint8Array) {
  const sealed = await seal(key, placeOf(head, n), plain)
  return concatBytes(lengthOf(sealed), sealed)
}

export const openRecord = (key: CryptoKey, head: BackupHead, n: number, sealed: Uint8Array) =>
  open(key, placeOf(head, n), sealed)

/** Bytes inside an object go as `{ "$bytes": hex }`, and no field of the vault is named so. */
const toJson = (value: unknown): JsonValue => {
  if (value instanceof Uint8Array) return { $bytes: toHex(value) }
  if (Array.isArray(value)) return value.map(toJson)
  if (!isRecord(value)) return value as JsonValue
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toJson(field)]))
}
const isBytes = hasFields({ $bytes: isText })
const fromJson = (value: unknown): unknown => {
  if (isBytes(value)) return fromHex(value.$bytes)
  if (Array.isArray(value)) return value.map(fromJson)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, fromJson(field)]))
}

/** uint32 length, JSON of store, key and value, then the bytes of a value that is bytes alone. */
export function packRecord({ store, key, value }: SavedRecord): Uint8Array<ArrayBuffer> {
  const isPlain = value instanceof Uint8Array
  const text = utf8(JSON.stringify({ store, key, value: isPlain ? null : toJson(value) }))
  return concatBytes(lengthOf(text), text, isPlain ? value : new Uint8Array())
}

/** What a backup says at its end: how many records there were, and when it was made; null in one from before that was said. */
export interface BackupEnd {
  readonly end: number
  readonly at: string | null
}

/** What is in a backup. */
export interface BackupContents {
  /** ISO instant; null in one from before that was said. */
  readonly at: string | null
  readonly cases: number
  readonly people: number
  readonly networks: number
}

export const packEnd = (end: number, at: string): Uint8Array<ArrayBuffer> => {
  const text = utf8(JSON.stringify({ end, at }))
  return concatBytes(lengthOf(text), text)
}

const isKeyPart = (value: unknown): value is string | number => isText(value) || isCount(value)
const isKey = (value: unknown): value is SavedKey => isKeyPart(value) || isListOf(isKeyPart)(value)
const isSaved = hasFields({ store: isOneOf(SAVED), key: isKey })
const isEnd = hasFields({ end: isCount, at: isAbsentOr(isText) })

/** One record, or the end and how many there were. Throws 'vault/bad-backup'. */
export function readRecord(plain: Uint8Array): SavedRecord | BackupEnd {
  if (plain.length < LENGTH_BYTES) throw bad()
  const to = LENGTH_BYTES + lengthAt(plain)
  const value = to <= plain.length ? parsedJson(plain.subarray(LENGTH_BYTES, to)) : undefined
  if (isEnd(value)) return { end: value.end, at: value.at ?? null }
  if (!isSaved(value)) throw bad()
  const { store, key } = value
  const inside = (value as { readonly value?: unknown }).value
  if (inside === null) return { store, key, value: plain.slice(to) }
  if (!isRecord(inside)) throw bad()
  return { store, key, value: fromJson(inside) as Readonly<Record<string, unknown>> }
}

export const badBackup = bad

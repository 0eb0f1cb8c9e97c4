import { fromBase64, toBase64 } from '../core/base64.ts'
import { concatBytes, utf8 } from '../core/bytes.ts'
import { isSignedBy } from '../core/ed25519.ts'
import { PipelineError } from '../core/errors.ts'
import { toHex } from '../core/hash.ts'
import type { Signer } from '../core/signer.ts'

/** Signature types of C2SP signed-note: of the text itself, and of a witness, with the time (C2SP tlog-cosignature v1). */
export const NOTE_TYPES = { ed25519: 1, cosignature: 4 } as const
export type NoteType = keyof typeof NOTE_TYPES

/** Who may sign a note, and how. */
export interface NoteKey {
  readonly name: string
  readonly type: NoteType
  /** Raw, 32 bytes. */
  readonly publicKey: Uint8Array
}

export interface NoteSignature {
  readonly name: string
  /** The first four bytes of the key hash, lower-case hex. */
  readonly keyHash: string
  /** What follows them. */
  readonly bytes: Uint8Array
}

/** A text with signatures under it (C2SP signed-note). The text ends with a line feed. */
export interface Note {
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

const NAME = /^[^\s+]+$/u
/** But a line feed. */
const CONTROL = /[^\P{Cc}\n]/u
const SIGNATURE = /^— ([^\s+]+) (\S+)$/u
const KEY_HASH_BYTES = 4
const TIME_BYTES = 8
const MOST_SIGNATURES = 16

const bad = (why: string) =>
  new PipelineError('trace/bad-note', `This is no signed note: ${why}. Get the file again from who made it.`)

/** First four bytes of SHA-256 over name, line feed, type and key. */
export async function noteKeyHash({ name, type, publicKey }: NoteKey): Promise<string> {
  const bytes = concatBytes(utf8(`${name}\n`), Uint8Array.of(NOTE_TYPES[type]), publicKey)
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).subarray(0, KEY_HASH_BYTES))
}

/** The note as text. */
export function noteText({ text, signatures }: Note): string {
  const lines = signatures.map(({ name, keyHash, bytes }) => {
    const hash = Uint8Array.from(keyHash.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
    return `— ${name} ${toBase64(concatBytes(hash, bytes))}\n`
  })
  return `${text}\n${lines.join('')}`
}

/** Takes a note apart; its signatures are not looked at. Throws 'trace/bad-note'. */
export function parseNote(given: string): Note {
  if (CONTROL.test(given)) throw bad('it has a control character')
  const split = given.lastIndexOf('\n\n')
  if (split < 1 || !given.endsWith('\n')) throw bad('no signature follows its text')
  const lines = given.slice(split + 2, -1).split('\n')
  if (lines.length > MOST_SIGNATURES) throw bad('it has too many signatures')
  const signatures = lines.map((line) => {
    const [, name = '', base64 = ''] = SIGNATURE.exec(line) ?? []
    const bytes = fromBase64(base64)
    if (name === '' || !bytes || bytes.length <= KEY_HASH_BYTES) throw bad('a line under it is no signature')
    return { name, keyHash: toHex(bytes.subarray(0, KEY_HASH_BYTES)), bytes: bytes.subarray(KEY_HASH_BYTES) }
  })
  return { text: given.slice(0, split + 1), signatures }
}

/** What a witness signs: that it saw this text at that second. */
const cosigned = (text: string, seconds: bigint | number) => utf8(`cosignature/v1\ntime ${seconds}\n${text}`)

function nameAndText(name: string, text: string): void {
  if (!NAME.test(name)) throw bad('the name of its key has a space or a plus')
  if (CONTROL.test(text) || !text.endsWith('\n')) throw bad('its text does not end with a line')
}

/** The same note with one more signature: of its text. Throws 'trace/bad-note', and what the signer throws. */
export async function signNote(note: Note, name: string, signer: Signer): Promise<Note> {
  nameAndText(name, note.text)
  const keyHash = await noteKeyHash({ name, type: 'ed25519', publicKey: signer.publicKey })
  const signature = { name, keyHash, bytes: await signer.sign(utf8(note.text)) }
  return { ...note, signatures: [...note.signatures, signature] }
}

/** The same note with the word of a witness who saw it at `seconds` since 1970. Throws as `signNote`. */
export async function cosignNote(note: Note, name: string, signer: Signer, seconds: number): Promise<Note> {
  nameAndText(name, note.text)
  const keyHash = await noteKeyHash({ name, type: 'cosignature', publicKey: signer.publicKey })
  const time = new Uint8Array(TIME_BYTES)
  new DataView(time.buffer).setBigUint64(0, BigInt(seconds))
  const bytes = concatBytes(time, await signer.sign(cosigned(note.text, seconds)))
  return { ...note, signatures: [...note.signatures, { name, keyHash, bytes }] }
}

function isBy({ type, publicKey }: NoteKey, text: string, bytes: Uint8Array): Promise<boolean> {
  if (type === 'ed25519') return isSignedBy(publicKey, utf8(text), bytes)
  if (bytes.length <= TIME_BYTES) return Promise.resolve(false)
  const seconds = new DataView(bytes.buffer, bytes.byteOffset, TIME_BYTES).getBigUint64(0)
  return isSignedBy(publicKey, cosigned(text, seconds), bytes.subarray(TIME_BYTES))
}

/**
 * Which of these keys signed the note. Signatures of other keys are passed over, as the format asks. Throws 'trace/bad-signature'
 * when one of a known key does not hold, or none is known.
 */
export async function noteSigners(note: Note, known: readonly NoteKey[]): Promise<NoteKey[]> {
  const keys = await Promise.all(known.map(async (key) => ({ key, hash: await noteKeyHash(key) })))
  const signers: NoteKey[] = []
  for (const { name, keyHash, bytes } of note.signatures) {
    const match = keys.find(({ key, hash }) => key.name === name && hash === keyHash)
    if (!match) continue
    if (!(await isBy(match.key, note.text, bytes))) throw badSignature()
    signers.push(match.key)
  }
  if (signers.length === 0) throw badSignature()
  return signers
}

/** A signature that does not hold, or is of nobody known. */
export const badSignature = (): PipelineError =>
  new PipelineError(
    'trace/bad-signature',
    'This was changed after it was signed, or nobody known signed it. Do not rely on it; get it again from who made it.',
  )

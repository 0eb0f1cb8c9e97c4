import { fromHex } from '../../core/bytes.ts'
import { PipelineError } from '../../core/errors.ts'
import { sha256, toHex } from '../../core/hash.ts'
import { type JsonValue, parsedJson } from '../../core/json.ts'
import { hasFields, isListOf, isOneOf, isText } from '../../core/shape.ts'
import { type KnownKeys, openEnvelope } from '../../trace/dsse.ts'
import { PAYLOAD_TYPE } from '../../trace/statement.ts'
import { carriedSigners } from '../../trace/statement-file.ts'
import { keptBeside } from './kept.ts'
import {
  type Compared,
  minusPinned,
  PIN_FIELDS,
  type Pinned,
  plusPinned,
  type Recipient,
  recipientName,
} from './pins.ts'

/** Somebody who signs releases or receipts, as the site knows them. Their fingerprint is the key id of what they sign. */
export type HandoverSigner = Recipient & {
  /** Ed25519, raw, lower-case hex. */
  readonly publicKey: string
}

export type PinnedSigner = Pinned<HandoverSigner>

/** What the vault keeps of them, in its setting `signers`. */
export type PinnedSigners = {
  readonly format: 'proofprint-signers/1'
  readonly signers: readonly PinnedSigner[]
}

export const NO_SIGNERS: PinnedSigners = { format: 'proofprint-signers/1', signers: [] }

const badKey = (message: string) => new PipelineError('handover/bad-recipient', message)

const PUBLIC_KEY = /^[0-9a-f]{64}$/

/** A signer by the public key they show and the name the site gives them. Throws 'handover/bad-recipient'. */
export async function handoverSigner(publicKey: string, name: string): Promise<HandoverSigner> {
  const key = publicKey.trim().toLowerCase()
  const called = recipientName(name, badKey)
  if (!PUBLIC_KEY.test(key))
    throw badKey('This is no signing key. One has 64 digits and letters from a to f, and is copied whole.')
  return { name: called, publicKey: key, fingerprint: await sha256(fromHex(key)) }
}

/** With one more: see plusPinned(). Throws 'handover/not-compared', 'handover/bad-recipient'. */
export const withSigner = (kept: PinnedSigners, signer: HandoverSigner, compared: Compared): PinnedSigners => ({
  ...kept,
  signers: plusPinned(kept.signers, signer, compared, badKey),
})

export const withoutSigner = (kept: PinnedSigners, fingerprint: string): PinnedSigners => ({
  ...kept,
  signers: minusPinned(kept.signers, fingerprint),
})

const isSigners = hasFields({
  format: isOneOf([NO_SIGNERS.format]),
  signers: isListOf(hasFields({ ...PIN_FIELDS, publicKey: isText })),
})

/** The signers that the vault kept. Throws 'vault/newer', 'vault/tampered'. */
export const readSigners = (value: JsonValue): PinnedSigners =>
  keptBeside(value, NO_SIGNERS, isSigners, 'The list of whose signature counts')

/** Their keys by key id, which is reckoned anew: a kept fingerprint that is not of its key counts for nothing. */
async function knownKeys(signers: readonly PinnedSigner[]): Promise<KnownKeys> {
  const keys = new Map<string, Uint8Array>()
  for (const { publicKey, fingerprint } of signers) {
    const key = fromHex(publicKey)
    if ((await sha256(key)) === fingerprint) keys.set(fingerprint, key)
  }
  return keys
}

/** The bytes that were signed, and by whom of those whose signature counts. */
export interface SignedFile {
  readonly payload: Uint8Array<ArrayBuffer>
  readonly signedBy: readonly PinnedSigner[]
}

/**
 * The very bytes that one of these signed. Throws 'handover/unknown-signer' with `keyId` and, when the file carries it, `publicKey`
 * (hex) of who did, to be compared and pinned; 'trace/bad-signature' when it does not hold; 'trace/bad-envelope' for another form.
 */
export async function openSigned(statement: Uint8Array, signers: readonly PinnedSigner[]): Promise<SignedFile> {
  const keys = await knownKeys(signers)
  const claimed = await carriedSigners(statement)
  const [first] = claimed
  if (first && !claimed.some(({ keyId }) => keys.has(keyId)))
    throw new PipelineError(
      'handover/unknown-signer',
      'Nobody whose signature counts here signed this. Nothing of it was used.',
      { keyId: first.keyId, publicKey: first.publicKey === null ? '' : toHex(first.publicKey) },
    )
  const { payload, signedBy } = await openEnvelope(parsedJson(statement), PAYLOAD_TYPE, keys)
  return { payload, signedBy: signers.filter(({ fingerprint }) => signedBy.includes(fingerprint)) }
}

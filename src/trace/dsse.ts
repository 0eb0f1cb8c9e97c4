import { fromBase64, toBase64 } from '../core/base64.ts'
import { concatBytes, utf8 } from '../core/bytes.ts'
import { isSignedBy } from '../core/ed25519.ts'
import { PipelineError } from '../core/errors.ts'
import { type Guard, hasFields, isListOf, isText } from '../core/shape.ts'
import type { Signer } from '../core/signer.ts'
import { badSignature } from './note.ts'

/** Bytes with their type and the signatures over both (DSSE 1.0.2, JSON form). */
export type Envelope = {
  readonly payloadType: string
  /** Base 64. */
  readonly payload: string
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

/** Pre-authentication encoding: what is signed says where type and payload begin and end, so neither can pass for the other. */
export function preAuthEncoding(type: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const typeBytes = utf8(type)
  return concatBytes(utf8(`DSSEv1 ${typeBytes.length} `), typeBytes, utf8(` ${payload.length} `), payload)
}

/** Signs bytes of a type; several signers sign the same. Throws what a signer throws. */
export async function sealStatement(
  type: string,
  payload: Uint8Array,
  ...signers: readonly Signer[]
): Promise<Envelope> {
  const message = preAuthEncoding(type, payload)
  const signatures: { keyid: string; sig: string }[] = []
  for (const signer of signers) signatures.push({ keyid: signer.keyId, sig: toBase64(await signer.sign(message)) })
  return { payloadType: type, payload: toBase64(payload), signatures }
}

export const isEnvelope: Guard<Envelope> = hasFields({
  payloadType: isText,
  payload: isText,
  signatures: isListOf(hasFields({ keyid: isText, sig: isText })),
})

const notEnvelope = () =>
  new PipelineError('trace/bad-envelope', 'This is no signed statement. Get the file again from who made it.')

/** Who may sign, by key id. */
export type KnownKeys = ReadonlyMap<string, Uint8Array>

/** The bytes that were signed, and by whom. */
export interface Opened {
  readonly payload: Uint8Array<ArrayBuffer>
  readonly signedBy: readonly string[]
}

/**
 * The very bytes that at least `needed` different known keys signed; take them apart only after this. Signatures of other keys are passed
 * over. Throws 'trace/bad-envelope' for another form, 'trace/bad-signature' when fewer hold or one of a known key does not.
 */
export async function openEnvelope(value: unknown, type: string, keys: KnownKeys, needed = 1): Promise<Opened> {
  if (!isEnvelope(value) || value.payloadType !== type) throw notEnvelope()
  const payload = fromBase64(value.payload)
  if (!payload) throw notEnvelope()
  const message = preAuthEncoding(type, payload)
  const signedBy = new Set<string>()
  for (const { keyid, sig } of value.signatures) {
    const key = keys.get(keyid)
    if (!key) continue
    const bytes = fromBase64(sig)
    if (!bytes || !(await isSignedBy(key, message, bytes))) throw badSignature()
    signedBy.add(keyid)
  }
  if (needed < 1 || signedBy.size < needed) throw badSignature()
  return { payload, signedBy: [...signedBy] }
}

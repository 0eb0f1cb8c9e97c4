import { fromBase64, toBase64 } from '../../core/base64.ts'
import { PipelineError } from '../../core/errors.ts'
import { sha256 } from '../../core/hash.ts'
import type { JsonValue } from '../../core/json.ts'
import { hasFields, isListOf, isOneOf, isText } from '../../core/shape.ts'
import { keptBeside } from '../handover/kept.ts'
import {
  type Compared,
  minusPinned,
  PIN_FIELDS,
  type Pinned,
  plusPinned,
  type Recipient,
  recipientName,
} from '../handover/pins.ts'
import { wrappingKey } from './content-key.ts'

/** Whom a 3MF can be sealed for: a printer or a maker of one. Its fingerprint is SHA-256 of the key's SubjectPublicKeyInfo. */
export type SealRecipient = Recipient & {
  /** What they call themselves in the file, readable by everybody. */
  readonly consumerId: string
  /** Which of their keys; empty when they have one. */
  readonly keyId: string
  /** SubjectPublicKeyInfo (RFC 5280) in DER, base 64. */
  readonly spki: string
}
export type PinnedRecipient = Pinned<SealRecipient>

/** What the vault keeps of them, in its setting `seal-recipients`. */
export type SealRecipients = {
  readonly format: 'proofprint-seal-recipients/1'
  readonly recipients: readonly PinnedRecipient[]
}

export const NO_RECIPIENTS: SealRecipients = { format: 'proofprint-seal-recipients/1', recipients: [] }

/** The least that the specification asks for (1.1). */
const LEAST_BITS = 2048
/** Longer keys than these are no one's. */
const MOST_BITS = 8192
export const LONGEST_ID = 64
const ID = /^[A-Za-z0-9][A-Za-z0-9 #._:@/+-]*$/
/** RFC 7468, section 13. */
const PEM = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/

const badRecipient = (message: string) => new PipelineError('sealed/bad-recipient', message)

function idOf(text: string, what: string, isNeeded: boolean): string {
  const id = text.trim()
  if (id === '' && !isNeeded) return id
  if (ID.test(id) && id.length <= LONGEST_ID) return id
  throw badRecipient(`${what} has letters, digits and # . _ : @ / + - only, up to ${LONGEST_ID}.`)
}

/** The DER of a PEM public key. Throws 'sealed/bad-key'. */
function derOf(pem: string): Uint8Array<ArrayBuffer> {
  const der = fromBase64((PEM.exec(pem)?.[1] ?? '').replace(/\s+/g, ''))
  if (der && der.length > 0) return der
  throw new PipelineError(
    'sealed/bad-key',
    'This is no public key. One starts with BEGIN PUBLIC KEY and is copied whole.',
  )
}

/** The RSA key of a SubjectPublicKeyInfo. Throws 'sealed/bad-key', 'sealed/weak-key'. */
async function rsaKey(der: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const key = await wrappingKey(der).catch(() => {
    throw new PipelineError('sealed/bad-key', 'This public key is not one for RSA, or is damaged.')
  })
  const { modulusLength } = key.algorithm as RsaHashedKeyAlgorithm
  if (modulusLength < LEAST_BITS || modulusLength > MOST_BITS)
    throw new PipelineError('sealed/weak-key', `RSA keys have ${LEAST_BITS} bits or more here.`, {
      bits: modulusLength,
    })
  // Another spelling of the same key would have another fingerprint.
  const spelled = new Uint8Array(await crypto.subtle.exportKey('spki', key))
  if (spelled.length === der.length && spelled.every((byte, n) => byte === der[n])) return key
  throw new PipelineError('sealed/bad-key', 'This public key is not written as keys are. Ask for it again.')
}

/** What a person says of a recipient. */
export interface RecipientDraft {
  readonly name: string
  readonly consumerId: string
  readonly keyId: string
  readonly pem: string
}

/** A recipient by its public key. Throws 'sealed/bad-key', 'sealed/weak-key', 'sealed/bad-recipient'. */
export async function sealRecipient({ name, consumerId, keyId, pem }: RecipientDraft): Promise<SealRecipient> {
  const der = derOf(pem)
  await rsaKey(der)
  return {
    name: recipientName(name, badRecipient),
    consumerId: idOf(consumerId, 'The consumer ID', true),
    keyId: idOf(keyId, 'The key ID', false),
    spki: toBase64(der),
    fingerprint: await sha256(der),
  }
}

/**
 * The key to wrap with. Throws 'sealed/bad-recipient' when the kept key is not the one whose words were compared, and as
 * sealRecipient().
 */
export async function keyOf({ spki, fingerprint }: SealRecipient): Promise<CryptoKey> {
  const der = fromBase64(spki)
  if (!der || (await sha256(der)) !== fingerprint)
    throw badRecipient('The kept key of this recipient is not the one that was compared.')
  return rsaKey(der)
}

/** With one more: see plusPinned(). Throws 'handover/not-compared', 'sealed/bad-recipient'. */
export function withRecipient(kept: SealRecipients, one: SealRecipient, compared: Compared): SealRecipients {
  const isTaken = kept.recipients.some(
    ({ consumerId, fingerprint }) => consumerId === one.consumerId && fingerprint !== one.fingerprint,
  )
  if (isTaken) throw badRecipient('Another recipient has this consumer ID, with other words. Remove that one first.')
  return { ...kept, recipients: plusPinned(kept.recipients, one, compared, badRecipient) }
}

/** Without the recipient of that fingerprint. */
export const withoutRecipient = (kept: SealRecipients, fingerprint: string): SealRecipients => ({
  ...kept,
  recipients: minusPinned(kept.recipients, fingerprint),
})

const isRecipients = hasFields({
  format: isOneOf([NO_RECIPIENTS.format]),
  recipients: isListOf(hasFields({ ...PIN_FIELDS, consumerId: isText, keyId: isText, spki: isText })),
})

/** The recipients that the vault kept. Throws 'vault/newer', 'vault/tampered'. */
export const readRecipients = (value: JsonValue): SealRecipients =>
  keptBeside(value, NO_RECIPIENTS, isRecipients, 'The list of recipients')

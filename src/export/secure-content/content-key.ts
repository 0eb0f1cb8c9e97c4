import { concatBytes } from '../../core/bytes.ts'
import type { AccessRight, OaepHash } from './keystore.ts'
import { otherRecipient, tampered } from './refused.ts'

type Bytes = Uint8Array<ArrayBuffer>

const AES = 'AES-GCM'
const RSA = 'RSA-OAEP'
const TAG_BYTES = 16
const IV_BYTES = 12
/** What the specification recommends of the four (2.2.2.1). */
export const WRAP_HASH: OaepHash = 'SHA-256'

/** A new key for one sealed file. It leaves WebCrypto only wrapped. */
export const newContentKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: AES, length: 256 }, true, ['encrypt'])

/** The public key of a recipient, for wrapping. Rejects when `spki` is no RSA key. */
export const wrappingKey = (spki: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('spki', spki, { name: RSA, hash: WRAP_HASH }, true, ['wrapKey'])

/** The content key for whoever has the private half of `recipient`. */
export async function wrapped(contentKey: CryptoKey, recipient: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.wrapKey('raw', contentKey, recipient, { name: RSA }))
}

/** A key that opens what the wrapped one sealed, and does nothing else. Throws 'sealed/other-recipient' when it does not unwrap. */
export async function unwrapped(bytes: Bytes, privateKey: CryptoKey): Promise<CryptoKey> {
  try {
    return await crypto.subtle.unwrapKey('raw', bytes, privateKey, { name: RSA }, { name: AES, length: 256 }, false, [
      'decrypt',
    ])
  } catch {
    throw otherRecipient()
  }
}

export interface Encrypted {
  readonly bytes: Bytes
  readonly tag: Bytes
}

/** A new initialization vector: random, and the key seals nothing else. */
export const newIv = (): Bytes => crypto.getRandomValues(new Uint8Array(IV_BYTES))

/** AES-256-GCM. Memory: twice the plain text, which WebCrypto takes whole. */
export async function encrypted(contentKey: CryptoKey, iv: Bytes, aad: Bytes, plain: Bytes): Promise<Encrypted> {
  const both = new Uint8Array(await crypto.subtle.encrypt({ name: AES, iv, additionalData: aad }, contentKey, plain))
  const end = both.length - TAG_BYTES
  return { bytes: both.subarray(0, end), tag: both.slice(end) }
}

/** The plain text; nothing of it before all is authentic. Throws 'sealed/tampered'. Memory: three times its length. */
export async function decrypted(
  contentKey: CryptoKey,
  { iv, aad, tag }: { readonly iv: Bytes; readonly aad: Bytes; readonly tag: Bytes },
  bytes: Bytes,
): Promise<Bytes> {
  try {
    const params = { name: AES, iv, additionalData: aad }
    return new Uint8Array(await crypto.subtle.decrypt(params, contentKey, concatBytes(bytes, tag)))
  } catch {
    throw tampered()
  }
}

/** A new pair, as a recipient has one. */
export const newPair = (modulusLength: 2048 | 3072, hash: OaepHash = WRAP_HASH): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: RSA, modulusLength, publicExponent: Uint8Array.of(1, 0, 1), hash }, true, [
    'wrapKey',
    'unwrapKey',
  ])

/** The private half of a recipient, for rights that are wrapped by this hash. */
export const unwrappingKey = (pkcs8: Bytes, hash: NonNullable<AccessRight['hash']>): Promise<CryptoKey> =>
  crypto.subtle.importKey('pkcs8', pkcs8, { name: RSA, hash }, false, ['unwrapKey'])

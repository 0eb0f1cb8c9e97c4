import { fromHex, utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { toHex } from '../core/hash.ts'
import { parsedJson } from '../core/json.ts'
import { hasFields, isText } from '../core/shape.ts'
import { open, seal } from './chunked.ts'
import { contextOf, deriveKey } from './keys.ts'

/** The first custodian of a device: what every list of people has to begin with. */
export interface Founder {
  readonly id: string
  /** Raw Ed25519 public key, hex. */
  readonly sign: string
}

/** An open key set. No private half can be read back. */
export interface KeySet {
  readonly receive: CryptoKeyPair
  readonly sign: CryptoKeyPair
  readonly founder: Founder
}

/** The halves that may be known, raw, 32 bytes each. */
export interface PublicKeys {
  readonly receive: Uint8Array<ArrayBuffer>
  readonly sign: Uint8Array<ArrayBuffer>
}

/** A new pair while it is sealed; its private bytes are wiped by `wiped`. */
export interface RawPair {
  readonly publicKey: Uint8Array<ArrayBuffer>
  /** PKCS #8. */
  readonly privateKey: Uint8Array<ArrayBuffer>
}

type Curve = 'X25519' | 'Ed25519'
const USES = {
  X25519: { private: ['deriveBits'], public: [] },
  Ed25519: { private: ['sign'], public: ['verify'] },
} as const

/** A new pair as bytes. Throws 'vault/unsupported' where the browser does not have the curve. */
export async function newRawPair(curve: Curve): Promise<RawPair> {
  try {
    const uses = [...USES[curve].private, ...USES[curve].public]
    const pair = (await crypto.subtle.generateKey(curve, true, uses)) as CryptoKeyPair
    return {
      publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)),
      privateKey: new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)),
    }
  } catch (cause) {
    throw new PipelineError(
      'vault/unsupported',
      'This browser cannot make the keys of a person. Use a current version of it.',
      { curve },
      { cause },
    )
  }
}

/** As handles; the private one cannot be read back. Bytes are not changed. */
export async function importPair(curve: Curve, { publicKey, privateKey }: RawPair): Promise<CryptoKeyPair> {
  return {
    publicKey: await crypto.subtle.importKey('raw', publicKey, curve, true, [...USES[curve].public]),
    privateKey: await crypto.subtle.importKey('pkcs8', privateKey, curve, false, [...USES[curve].private]),
  }
}

const placeOf = (person: string) => contextOf({ asset: person, case: '', epoch: 0, revision: 0, type: 'key-set' })

/** Both pairs of a new person, while they are sealed. */
export interface RawKeySet {
  readonly receive: RawPair
  readonly sign: RawPair
}

export async function newRawKeySet(sign?: RawPair): Promise<RawKeySet> {
  return { receive: await newRawPair('X25519'), sign: sign ?? (await newRawPair('Ed25519')) }
}

export const publicKeysOf = ({ receive, sign }: RawKeySet): PublicKeys => ({
  receive: receive.publicKey,
  sign: sign.publicKey,
})

const rawText = ({ publicKey, privateKey }: RawPair) => ({ publicKey: toHex(publicKey), privateKey: toHex(privateKey) })
const isPair = hasFields({ publicKey: isText, privateKey: isText })
const isKeySet = hasFields({
  receive: isPair,
  sign: isPair,
  founder: hasFields({ id: isText, sign: isText }),
})

/** Sealed under the root key of the person. */
export async function sealKeySet(root: CryptoKey, person: string, raw: RawKeySet, founder: Founder) {
  const text = { receive: rawText(raw.receive), sign: rawText(raw.sign), founder }
  return seal(await deriveKey(root, 'key-set'), placeOf(person), utf8(JSON.stringify(text)))
}

/** The same key set under another root key; neither private half becomes a handle. */
export async function resealKeySet(from: CryptoKey, to: CryptoKey, person: string, sealed: Uint8Array) {
  const plain = await open(await deriveKey(from, 'key-set'), placeOf(person), sealed)
  const again = await seal(await deriveKey(to, 'key-set'), placeOf(person), plain)
  plain.fill(0)
  return again
}

/** Throws 'vault/tampered'. */
export async function openKeySet(root: CryptoKey, person: string, sealed: Uint8Array): Promise<KeySet> {
  const plain = await open(await deriveKey(root, 'key-set'), placeOf(person), sealed)
  const value = parsedJson(plain)
  plain.fill(0)
  const unreadable = (cause?: unknown) =>
    new PipelineError('vault/tampered', 'Your keys cannot be read. Restore the backup.', {}, { cause })
  if (!isKeySet(value)) throw unreadable()
  const pairOf = ({ publicKey, privateKey }: { publicKey: string; privateKey: string }) => ({
    publicKey: fromHex(publicKey),
    privateKey: fromHex(privateKey),
  })
  try {
    return {
      receive: await importPair('X25519', pairOf(value.receive)),
      sign: await importPair('Ed25519', pairOf(value.sign)),
      founder: value.founder,
    }
  } catch (cause) {
    throw unreadable(cause)
  }
}

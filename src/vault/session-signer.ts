import { fromHex, ownBytes, utf8 } from '../core/bytes.ts'
import { sha256, toHex } from '../core/hash.ts'
import { parsedJson } from '../core/json.ts'
import { hasFields, isText } from '../core/shape.ts'
import type { KeyStrength, Signer } from '../core/signer.ts'
import { open, seal } from './chunked.ts'
import { importPair, newRawPair, type RawPair } from './key-set.ts'
import { contextOf, deriveKey } from './keys.ts'
import type { VaultRecords } from './records.ts'

const PLACE = contextOf({ asset: '', case: '', epoch: 0, revision: 0, type: 'signer' })
const isPair = hasFields({ publicKey: isText, privateKey: isText })

/** The signing pair of a vault without people; undefined before it first signed. Throws 'vault/tampered'. */
export async function keptSignPair(records: VaultRecords, master: CryptoKey): Promise<RawPair | undefined> {
  const row = await records.site('signer')
  if (!row) return undefined
  const value = parsedJson(await open(await deriveKey(master, 'signer'), PLACE, row.sealed))
  return isPair(value) ? { publicKey: fromHex(value.publicKey), privateKey: fromHex(value.privateKey) } : undefined
}

/** As keptSignPair; made and kept when there is none. Throws 'vault/quota', 'vault/unsupported'. */
export async function signPairOf(records: VaultRecords, master: CryptoKey): Promise<RawPair> {
  const kept = await keptSignPair(records, master)
  if (kept) return kept
  const pair = await newRawPair('Ed25519')
  const text = { publicKey: toHex(pair.publicKey), privateKey: toHex(pair.privateKey) }
  const sealed = await seal(await deriveKey(master, 'signer'), PLACE, utf8(JSON.stringify(text)))
  await records.apply({ site: [{ name: 'signer', sealed }] })
  return pair
}

/** Signs while the session lasts. A page that asks for it gets a copy without the key: it cannot be cloned with `sign`. */
class SessionSigner implements Signer {
  readonly keyId: string
  readonly publicKey: Uint8Array
  readonly strength: KeyStrength
  readonly #key: CryptoKey
  readonly #assertOpen: () => void

  constructor(about: Omit<Signer, 'sign'>, key: CryptoKey, assertOpen: () => void) {
    this.keyId = about.keyId
    this.publicKey = about.publicKey
    this.strength = about.strength
    this.#key = key
    this.#assertOpen = assertOpen
  }

  async sign(message: Uint8Array): Promise<Uint8Array> {
    this.#assertOpen()
    const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', this.#key, ownBytes(message)))
    this.#assertOpen()
    return signature
  }
}

/** A signer over a pair whose private half cannot be read; `assertOpen` throws 'vault/locked' once its session is over. */
export async function signerOf(pair: CryptoKeyPair, strength: KeyStrength, assertOpen: () => void): Promise<Signer> {
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  return new SessionSigner({ keyId: await sha256(publicKey), publicKey, strength }, pair.privateKey, assertOpen)
}

export const importSignPair = (raw: RawPair): Promise<CryptoKeyPair> => importPair('Ed25519', raw)

import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { concatBytes, ownBytes, utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'

/*
 * HPKE (RFC 9180), base mode: DHKEM(X25519, HKDF-SHA-256), HKDF-SHA-256, AES-256-GCM. One message a context.
 * Sealed = encapsulated key (32) | ciphertext with its 16-byte tag. It does not say who sealed it.
 */
const ENCAPSULATED_BYTES = 32
const suite = () => new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

/** What was sealed and for whom, as bytes: a JSON list, so the order of its parts is its meaning. */
export type Info = readonly (string | number)[]
const infoBytes = (info: Info) => utf8(JSON.stringify(['proofprint/hpke/1', ...info]))

/** A raw X25519 public key as a handle. Throws 'vault/tampered' for what is none. */
export async function receiveKey(raw: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', ownBytes(raw), 'X25519', true, []).catch(() => {
    throw new PipelineError('vault/tampered', 'A public key in this vault is none. Nothing was sealed to it.')
  })
}

/** Seals to a raw public key. `plain` is not changed. */
export async function sealTo(publicKey: Uint8Array, info: Info, plain: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const recipientPublicKey = await receiveKey(publicKey)
  const { enc, ct } = await suite().seal({ recipientPublicKey, info: infoBytes(info) }, ownBytes(plain))
  return concatBytes(new Uint8Array(enc), new Uint8Array(ct))
}

/** Opens what was sealed to this pair for this purpose; the private half need not be readable. Throws 'vault/tampered'. */
export async function openSealed(
  pair: CryptoKeyPair,
  info: Info,
  sealed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const enc = ownBytes(sealed.slice(0, ENCAPSULATED_BYTES))
  const ct = ownBytes(sealed.slice(ENCAPSULATED_BYTES))
  try {
    return new Uint8Array(await suite().open({ recipientKey: pair, enc, info: infoBytes(info) }, ct))
  } catch {
    throw new PipelineError('vault/tampered', 'A key in this vault was changed or is not yours. Nothing was opened.')
  }
}

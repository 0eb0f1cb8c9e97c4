import { sha256 } from '../../src/core/hash.ts'
import type { Signer } from '../../src/core/signer.ts'

/** A fresh key that is nowhere but in memory and cannot be read back: of a teaching session. */
export async function memorySigner(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
  const { privateKey, publicKey: handle } = pair as CryptoKeyPair
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', handle))
  return {
    keyId: await sha256(publicKey),
    publicKey,
    strength: 'memory',
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, new Uint8Array(message))),
  }
}

import { identityToRecipient } from 'age-encryption'
import { openHeader } from './age.ts'

/**
 * Opens what was sealed for one print station. The private key stays with whoever keeps it (the vault); out comes the key of one
 * file at a time.
 */
export interface StationIdentity {
  /** `age1...`, which the station gives to others. */
  readonly recipient: string
  /**
   * The 16-byte file key of the header of an age file, MAC line included. Throws 'handover/other-recipient',
   * 'handover/tampered', 'handover/not-sealed'.
   */
  fileKey(header: Uint8Array): Promise<Uint8Array>
}

const X25519 = { name: 'X25519' }

/** A new private key as PKCS #8 (RFC 8410), for its keeper to seal and then wipe. */
export async function newStationKey(): Promise<Uint8Array<ArrayBuffer>> {
  const pair = (await crypto.subtle.generateKey(X25519, true, ['deriveBits'])) as CryptoKeyPair
  return new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
}

/** The identity of a private key that cannot be read back from it. Wipes `pkcs8`. Rejects when it is no X25519 key. */
export async function stationIdentity(pkcs8: Uint8Array<ArrayBuffer>): Promise<StationIdentity> {
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, X25519, false, ['deriveBits']).finally(() => pkcs8.fill(0))
  const recipient = await identityToRecipient(key)
  return { recipient, fileKey: (header) => openHeader(key, header) }
}

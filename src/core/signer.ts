/**
 * How a signing key is kept, as far as a page can know. 'memory': of a teaching session, gone with its tab. None of them is
 * hardware by itself: a passkey may be, when its authenticator says that it is not backed up.
 */
export type KeyStrength = 'hardware-passkey' | 'synced-passkey' | 'passphrase' | 'memory'

/** Signs with one person's Ed25519 key (RFC 8032); the private half stays with the vault. */
export interface Signer {
  /** SHA-256 of the raw public key, lower-case hex. */
  readonly keyId: string
  /** Raw, 32 bytes. */
  readonly publicKey: Uint8Array
  readonly strength: KeyStrength
  /** 64 bytes. Throws 'vault/locked' once the session is over. */
  sign(message: Uint8Array): Promise<Uint8Array>
}

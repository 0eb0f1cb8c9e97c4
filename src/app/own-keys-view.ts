import type { OwnWay } from '../vault/own-keys.ts'

/** The ways in of who is at the vault, as the screen sees them. Each verb gives false when it was refused, and then `problem` says why. */
export interface OwnKeysView {
  /** Empty while nothing is open, and in a teaching session. */
  readonly ways: readonly OwnWay[]
  changePassphrase(from: string, to: string): Promise<boolean>
  addPasskey(passphrase: string): Promise<boolean>
  /** `passphrase` is the fresh proof. */
  removePasskey(credential: Uint8Array, passphrase: string): Promise<boolean>
}

import { CasePeopleVault } from './case-people-vault.io.ts'
import { freedFromDevice, lockedToDevice } from './device-key.ts'
import { deviceKeyOf } from './enrol.ts'
import { slotFor } from './entry.ts'
import { addPasskey, type ListedPasskey, listPasskeys, removePasskey, renewRoot } from './own-keys.ts'
import { checkPassphrase } from './passphrase.ts'
import type { PersonKeys } from './person-keys.ts'
import type { Session, SessionHolder } from './session.io.ts'
import { type PasskeyOffer, rewrapSlot } from './slot.ts'
import { noPeople } from './verb-gate.io.ts'

/** Verbs of a person on their own keys. Each may throw 'vault/locked', 'vault/busy', 'vault/quota'. */
export class KeyVault extends CasePeopleVault {
  readonly #holder: SessionHolder

  constructor(holder: SessionHolder) {
    super(holder)
    this.#holder = holder
  }

  /** Throws vault/none, vault/wrong-passphrase, vault/weak-passphrase, vault/quota; then the old one still opens. */
  async changePassphrase(from: string, to: string, person?: string): Promise<void> {
    checkPassphrase(to)
    const { store, options } = this.#holder
    const slot = await slotFor(store, { passphrase: from }, person)
    const free = await freedFromDevice(slot, await store.deviceKey())
    const next = await rewrapSlot(free, from, to, options.iterations)
    const { key, change } = await deviceKeyOf(store)
    await store.apply({ ...change, slots: [await lockedToDevice(next, key)] })
  }

  /**
   * Puts a backup on a device without a vault; it is locked then. Throws 'vault/bad-backup', 'vault/wrong-passphrase', 'vault/newer',
   * 'vault/quota', 'app/bad-parameter' when there is a vault.
   */
  restore(file: Blob, passphrase: string): Promise<void> {
    return this.#holder.store.restore(file, passphrase, this.#holder.options.iterations)
  }

  /** A new root key and passphrase; touches no case. Passkeys have to be added again. Throws also 'vault/wrong-passphrase'. */
  renewMyKeys(passphrase: string, next: string): Promise<void> {
    return this.#me((vault, me) => renewRoot(vault, me, passphrase, next, this.#holder.options.iterations))
  }

  /** The passkeys of this device, also while it is locked: what a page asks for, nothing secret. */
  listPasskeys(): Promise<ListedPasskey[]> {
    return listPasskeys(this.#holder.store)
  }

  /** `offer` is what createPasskey gave. Throws also 'vault/wrong-passphrase', 'vault/no-passkey'. */
  addPasskey(passphrase: string, offer: PasskeyOffer): Promise<void> {
    return this.#me((vault, me) => addPasskey(vault, me, passphrase, offer, this.#holder.options.iterations))
  }

  /** Throws also 'vault/missing'. */
  removePasskey(credential: Uint8Array): Promise<void> {
    return this.#me((vault, me) => removePasskey(vault, me, credential))
  }

  #me<T>(work: (vault: Session, me: PersonKeys) => Promise<T>): Promise<T> {
    return this.#holder.write((session) => {
      const { person } = session.opened
      if (person) return work(session, person)
      throw noPeople()
    })
  }
}

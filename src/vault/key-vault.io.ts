import { BackupVault } from './backup-vault.io.ts'
import type { Proof } from './entry.ts'
import { present } from './gatekeeper.io.ts'
import {
  addPasskey,
  type ListedPasskey,
  listPasskeys,
  type Own,
  type OwnWay,
  ownerOf,
  passphraseChange,
  removePasskey,
  renewRoot,
  waysOf,
} from './own-keys.ts'
import type { Session, SessionHolder } from './session.io.ts'
import type { PasskeyOffer } from './slot.ts'
import { noPeople } from './verb-gate.io.ts'

/** Verbs of a person on their own keys. Each may throw 'vault/locked', 'vault/busy', 'vault/quota'. */
export class KeyVault extends BackupVault {
  readonly #holder: SessionHolder

  constructor(holder: SessionHolder) {
    super(holder)
    this.#holder = holder
  }

  /**
   * `person`: whose; none: the owner's. Also while the vault is locked. Throws vault/none, vault/wrong-passphrase,
   * vault/weak-passphrase, vault/quota; then the old one still opens.
   */
  async changePassphrase(from: string, to: string, person?: string): Promise<void> {
    const { store, options } = this.#holder
    const change = await passphraseChange(
      { records: store, now: options.now },
      null,
      person,
      { from, to },
      options.iterations,
    )
    await store.apply(change)
  }

  /** As changePassphrase, of who is in: where there are people with a line in the log. Throws also 'vault/locked', 'vault/busy'. */
  changeMyPassphrase(from: string, to: string): Promise<void> {
    return this.#own(async (vault, own) => {
      const change = await passphraseChange(vault, own, own.id, { from, to }, this.#holder.options.iterations)
      vault.assertOpen()
      await vault.records.apply(change)
    })
  }

  /** Every way in of who is in. Throws 'vault/locked', 'app/bad-parameter' in a teaching session. */
  async myWays(): Promise<OwnWay[]> {
    const session = this.#holder.current()
    return waysOf(session.records, (await ownOf(session)).id)
  }

  /** A new root key and passphrase; touches no case. Passkeys have to be added again. Throws also 'vault/wrong-passphrase'. */
  renewMyKeys(passphrase: string, next: string): Promise<void> {
    return this.#own((vault, { person }) => {
      if (person) return renewRoot(vault, person, passphrase, next, this.#holder.options.iterations)
      throw noPeople()
    })
  }

  /** The passkeys of this device, also while it is locked: what a page asks for, nothing secret. */
  listPasskeys(): Promise<ListedPasskey[]> {
    return listPasskeys(this.#holder.store)
  }

  /** `offer` is what createPasskey gave. Throws also 'vault/wrong-passphrase', 'vault/no-passkey'. */
  addPasskey(passphrase: string, offer: PasskeyOffer): Promise<void> {
    return this.#own((vault, own) => addPasskey(vault, own, passphrase, offer, this.#holder.options.iterations))
  }

  /** With a fresh proof. Throws also 'vault/missing', 'vault/wrong-passphrase', 'app/bad-parameter' for the last way in. */
  removePasskey(credential: Uint8Array, proof: Proof): Promise<void> {
    return this.#own((vault, own) => removePasskey(vault, own, credential, proof, this.#holder.options.iterations))
  }

  #own<T>(work: (vault: Session, own: Own) => Promise<T>): Promise<T> {
    return this.#holder.write(async (session) => work(session, await ownOf(session)))
  }
}

/** Among the people of now: their line seals the list of people, and an older one would lock everybody out. */
async function ownOf(session: Session): Promise<Own> {
  const person = await present(session)
  return person ? { id: person.me.id, person } : ownerOf(session.records)
}

import * as Comlink from 'comlink'
import type { VaultApi } from '../../workers/vault.worker.ts'
import type { OwnWay } from '../vault/own-keys.ts'
import { createPasskey } from '../vault/passkey.io.ts'
import type { Jobs } from './jobs.svelte.ts'
import type { OwnKeysView } from './own-keys-view.ts'
import type { People } from './people.svelte.ts'
import type { Workers } from './workers.ts'

/** The passphrase and the passkeys of who is at the vault: a person, or the owner of a vault without people. */
export class OwnKeys implements OwnKeysView {
  ways = $state.raw<readonly OwnWay[]>([])
  readonly #workers: Pick<Workers, 'vault'>
  readonly #jobs: Pick<Jobs, 'run'>
  readonly #people: Pick<People, 'me' | 'load'>

  constructor(workers: Pick<Workers, 'vault'>, jobs: Pick<Jobs, 'run'>, people: Pick<People, 'me' | 'load'>) {
    this.#workers = workers
    this.#jobs = jobs
    this.#people = people
  }

  /** Once the vault is open; a teaching session has none. */
  async load(): Promise<void> {
    this.ways = await this.#workers.vault.call(async (api) => {
      const { state } = await api.status()
      return state === 'open' ? api.myWays() : []
    })
  }

  /** When the vault is locked. */
  forget(): void {
    this.ways = []
  }

  changePassphrase = (from: string, to: string) =>
    this.#change('change-passphrase', (api) => api.changeMyPassphrase(from, to))

  addPasskey = (passphrase: string) =>
    this.#change('add-passkey', async (api) => {
      const { me } = this.#people
      // A passkey is kept by a name: the owner of a vault without people has none.
      const offer = await createPasskey(me?.id ?? 'owner', me?.staff ?? 'Owner')
      await api.addPasskey(passphrase, Comlink.transfer(offer, [offer.output.buffer]))
    })

  removePasskey = (credential: Uint8Array, passphrase: string) =>
    this.#change('remove-passkey', (api) => api.removePasskey(credential, { passphrase }))

  async #change(stage: string, work: (api: Comlink.Remote<VaultApi>) => Promise<unknown>): Promise<boolean> {
    const done = await this.#jobs.run(stage, async () => {
      await this.#workers.vault.call(work)
      await this.load()
      await this.#people.load()
      return true
    })
    return done ?? false
  }
}

import * as Comlink from 'comlink'
import type { Context } from '../core/stage.ts'
import type { BackupContents } from '../vault/backup-format.ts'
import type { BackupState } from '../vault/backup-note.ts'
import type { BackupsView } from './backups-view.ts'
import { download } from './download.io.ts'
import type { Jobs } from './jobs.svelte.ts'
import type { People } from './people.svelte.ts'
import type { Workers } from './workers.ts'

const REMIND_AFTER_MS = 7 * 86_400_000

/** Whether a person is reminded: cases are there that no backup has, and there is none or it is older than a week. */
export function isBackupDue({ at, changed }: BackupState, now: Date): boolean {
  return changed > 0 && (at === null || now.getTime() - Date.parse(at) > REMIND_AFTER_MS)
}

const listener = (ctx: Context) => Comlink.proxy((fraction: number) => ctx.progress(fraction))

/** Makes backups of the vault, looks into them and restores them. */
export class Backups implements BackupsView {
  state = $state.raw<BackupState | null>(null)
  readonly #workers: Pick<Workers, 'vault'>
  readonly #jobs: Pick<Jobs, 'run'>
  readonly #people: Pick<People, 'may'>
  readonly #onRestored: () => Promise<void>

  constructor(
    workers: Pick<Workers, 'vault'>,
    jobs: Pick<Jobs, 'run'>,
    people: Pick<People, 'may'>,
    onRestored: () => Promise<void>,
  ) {
    this.#workers = workers
    this.#jobs = jobs
    this.#people = people
    this.#onRestored = onRestored
  }

  get isDue(): boolean {
    return this.state !== null && this.#people.may('rotate') && isBackupDue(this.state, new Date())
  }

  /** Once the vault is open, and again after cases were changed. */
  async load(): Promise<void> {
    this.state = await this.#workers.vault.call(async (api) => {
      const { state } = await api.status()
      return state === 'open' ? api.backupState() : null
    })
  }

  /** When the vault is locked. */
  forget(): void {
    this.state = null
  }

  async save(passphrase: string, own: string | null): Promise<boolean> {
    const file = await this.#jobs.run('backup', async (ctx) => {
      const proof = own === null ? null : { passphrase: own }
      // The signal goes to the verb alone: the host would end the worker, and with it the session.
      const made = await this.#workers.vault.call((api) => api.backupWith(passphrase, proof, ctx.signal, listener(ctx)))
      await this.load()
      return made
    })
    if (file === null) return false
    download(`proofprint-${new Date().toISOString().slice(0, 10)}.backup`, file)
    return true
  }

  lookInto(file: Blob, passphrase: string): Promise<BackupContents | null> {
    return this.#jobs.run('look-into-backup', (ctx) =>
      this.#workers.vault.call((api) => api.lookIntoBackupWith(file, passphrase, ctx.signal, listener(ctx))),
    )
  }

  async restore(file: Blob, passphrase: string): Promise<boolean> {
    const done = await this.#jobs.run('restore', async (ctx) => {
      await this.#workers.vault.call((api) => api.restoreWith(file, passphrase, ctx.signal, listener(ctx)))
      await this.#onRestored()
      return true
    })
    return done ?? false
  }
}

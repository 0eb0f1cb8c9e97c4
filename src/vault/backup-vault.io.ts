import { PipelineError } from '../core/errors.ts'
import { type Context, IDLE_CONTEXT } from '../core/stage.ts'
import { type BackupFile, lookIntoBackup } from './backup.io.ts'
import type { BackupContents } from './backup-format.ts'
import { type BackupState, backupNote, backupState } from './backup-note.ts'
import { CustodyVault } from './custody-vault.io.ts'
import type { Proof } from './entry.ts'
import type { SessionHolder } from './session.io.ts'
import { siteLine, VerbGate } from './verb-gate.io.ts'

/** Verbs of backups. */
export class BackupVault extends CustodyVault {
  readonly #holder: SessionHolder
  readonly #gate: VerbGate

  constructor(holder: SessionHolder) {
    super(holder)
    this.#holder = holder
    this.#gate = new VerbGate(holder)
  }

  /**
   * The whole vault as a file, sealed with a passphrase of its own. Where there are people the custodian's, with a fresh proof; none
   * of a teaching session. Throws also 'vault/weak-passphrase', AbortError; then it does not count as the last one.
   */
  backup(passphrase: string, proof: Proof | null, ctx: Context = IDLE_CONTEXT): Promise<Blob> {
    return this.#gate.pass('rotate', { proof }, async ({ vault, person }) => {
      if (this.#holder.kind === 'teaching')
        throw new PipelineError('app/bad-parameter', 'A teaching session keeps nothing, so it has no backup.')
      const { iterations } = this.#holder.options
      if (person) await vault.records.apply(await siteLine(vault, person, 'backup', []))
      const at = vault.now().toISOString()
      const note = await backupNote(vault, at)
      const file = await this.#holder.store.backup({ passphrase, iterations, at, note }, ctx)
      vault.assertOpen()
      await vault.records.apply({ site: [note] })
      return file
    })
  }

  /** How the last backup stands. Throws 'vault/locked'. */
  backupState(): Promise<BackupState> {
    return this.#gate.shared(backupState)
  }

  /** Reads a whole backup and keeps nothing of it. Throws 'vault/bad-backup', 'vault/wrong-passphrase', 'vault/newer', AbortError. */
  async lookIntoBackup(file: Blob, passphrase: string, ctx: Context = IDLE_CONTEXT): Promise<BackupContents> {
    return lookIntoBackup(this.#backupFile(file, passphrase), ctx)
  }

  /**
   * Puts a backup on a device without a vault; it is locked then. Throws 'vault/bad-backup', 'vault/wrong-passphrase', 'vault/newer',
   * 'vault/quota', 'app/bad-parameter' when there is a vault, AbortError; then there is none.
   */
  restore(file: Blob, passphrase: string, ctx: Context = IDLE_CONTEXT): Promise<void> {
    return this.#holder.store.restore(this.#backupFile(file, passphrase), ctx)
  }

  #backupFile(file: Blob, passphrase: string): BackupFile {
    return { file, passphrase, minIterations: this.#holder.options.iterations }
  }
}

import type { BackupContents } from '../vault/backup-format.ts'
import type { BackupState } from '../vault/backup-note.ts'

/** Backups as the screen sees them. Each verb gives false or null when it was refused or cancelled; `problem` says why. */
export interface BackupsView {
  /** Null while no vault is open that is kept. */
  readonly state: BackupState | null
  /** Whether a backup is missing, or older than a week with cases changed since; for who may make one. */
  readonly isDue: boolean
  /** Makes one and hands the file to the browser. `own` is the fresh proof where there are people. */
  save(passphrase: string, own: string | null): Promise<boolean>
  lookInto(file: Blob, passphrase: string): Promise<BackupContents | null>
  /** On a device without a vault. */
  restore(file: Blob, passphrase: string): Promise<boolean>
}

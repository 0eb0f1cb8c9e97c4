import type { Role } from '../core/role.ts'
import type { AuditRecord } from '../vault/case.ts'
import type { DueCase } from '../vault/due.ts'
import type { LogCheckpoint } from '../vault/log-checkpoints.ts'
import type { ShredRequest } from '../vault/shred.ts'
import type { LogFormat } from './log-file.ts'
import type { SafeKeyView } from './safe-key-view.ts'

/** The log of one case, as it was read. */
export interface CaseLogView {
  readonly id: string
  readonly lines: readonly AuditRecord[]
  /** Null when there is none yet. */
  readonly checkpoint: LogCheckpoint | null
}

/** What custodians do with roles, keys and the end of cases, and what is read of the log of one. */
export interface CustodyView {
  /** Cases whose key is to be renewed; empty for who is no custodian. */
  readonly due: readonly DueCase[]
  /** Cases that a custodian asked to shred. */
  readonly requests: readonly ShredRequest[]
  /** The log that is shown; null for none. */
  readonly log: CaseLogView | null
  /** The recovery key. */
  readonly safe: SafeKeyView
  /** Whether who is in may read the log of a case. */
  mayReadLog(caseId: string): boolean
  /** Whether who is in may put their word under a checkpoint of it. */
  mayWitness(caseId: string): boolean

  /** Each of the next gives false when it was refused or ended before its end, and then `problem` says why. */
  changeRoles(id: string, roles: readonly Role[], passphrase: string): Promise<boolean>
  /** All that are due and can be renewed; it can be cancelled between two cases. */
  renewDue(passphrase: string): Promise<boolean>
  /** Asks for it where there is a second custodian who has not. */
  shred(caseId: string, passphrase: string): Promise<boolean>
  takeBackShred(caseId: string): Promise<boolean>
  readLog(caseId: string): Promise<boolean>
  /** The auditor's word under the newest checkpoint; the log that is shown has its line then. */
  witness(caseId: string): Promise<boolean>
  leaveLog(): void
  /** These lines of the log that is shown, as a file. */
  saveLog(lines: readonly AuditRecord[], format: LogFormat): void
  /** The newest checkpoint of the log that is shown, with all that was signed under it, as a file. */
  saveCheckpoint(): void
}

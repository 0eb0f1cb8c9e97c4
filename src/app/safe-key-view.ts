import type { AuditRecord } from '../vault/case.ts'
import type { SafeKeyFacts } from '../vault/recovery.ts'
import type { SafeCase } from '../vault/safe-cases.ts'

/** A case that was recovered, for the message. */
export interface RecoveredCase {
  /** Its line in the log of the device. */
  readonly line: AuditRecord
  /** False when a newer or older key of the safe is needed for the rest of it. */
  readonly whole: boolean
}

/** The recovery key as a custodian sees it. Each verb gives false when it was refused, and then `problem` says why. */
export interface SafeKeyView {
  /** The one that new cases are sealed to; null for none, undefined until it was looked at. */
  readonly now: SafeKeyFacts | null | undefined
  /** What stands in the file that was chosen; null for none. */
  readonly chosen: SafeKeyFacts | null
  /** Every case, and whether the key in that file opens it; empty while none is chosen. */
  readonly cases: readonly SafeCase[]
  readonly done: RecoveredCase | null
  /** Looks at which key it is now. */
  load(): Promise<void>
  /** Makes one in the place of the one of before, and hands its file to the browser. */
  make(passphrase: string): Promise<boolean>
  choose(file: Blob): Promise<boolean>
  /** With the key of the chosen file, which is wiped and has to be chosen again. */
  recover(caseId: string, designer: string, passphrase: string): Promise<boolean>
  /** Wipes what was read of a file. */
  forgetFile(): void
}

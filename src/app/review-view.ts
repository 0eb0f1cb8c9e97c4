import type { Acknowledgement, CheckId } from '../core/finding.ts'
import type { Role } from '../core/role.ts'
import type { PrintedWith } from '../export/handover/receipt.ts'
import type { ReleasedPrint, WrittenPrint } from '../vault/released-prints.ts'
import type { ApprovalStanding, CaseApproval, Returned, SendBackReason } from './approval.ts'
import type { ReleaseFormat } from './said.ts'

/** A part that waits for its operator. */
export interface Releasable {
  /** Of the file. */
  readonly traceId: string
  readonly case: string
  /** Staff number of the reviewer. */
  readonly by: string
  readonly at: string
  readonly revision: number
  readonly digests: readonly string[]
}

/** What is shown again for a signature: a passphrase, or the passkey that the page then asks for. */
export type Shown = { readonly passphrase: string } | 'passkey'

/** As what a released part leaves: the plain file, sealed for one print station, or as 3MF sealed for recipients; these by fingerprint. */
export type Leaving =
  | { readonly as: 'plain'; readonly format: ReleaseFormat }
  | { readonly as: 'station'; readonly format: ReleaseFormat; readonly station: string }
  | { readonly as: 'sealed-3mf'; readonly recipients: readonly string[] }

/** What an operator released. */
export interface Released {
  readonly case: string
  readonly traceId: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** Names of the files as they were written. */
  readonly files: readonly string[]
  /** Names of whom they were sealed for; empty for plain files. */
  readonly sealedFor: readonly string[]
}

/** What left as plain files, and its print; the print with the staff number of who wrote it down. */
export type OperatorPrint = Omit<ReleasedPrint, 'print'> & {
  readonly print: (WrittenPrint & { readonly staff: string | null }) | null
}

export interface OperatorPrintsView {
  /** The newest first. */
  readonly released: readonly OperatorPrint[]
  /** The operator signs that the files were printed; false when it was refused. */
  write(row: OperatorPrint, said: PrintedWith): Promise<boolean>
}

/** Who approves the part, and what was said of it. */
export interface ReviewView {
  /** Whether they can sign by a passkey. */
  readonly hasPasskey: boolean
  /** What they are on the open case. */
  readonly role: Role | null
  /** Whether the case is only looked at. */
  readonly isReader: boolean
  readonly standing: ApprovalStanding
  /** The newest, whether it still holds or not. */
  readonly approval: CaseApproval | null
  readonly returned: (Returned & { readonly staff: string | null }) | null
  /** Whether all that refuses can be accepted by a reviewer. */
  readonly mayAccept: boolean
  /** Of the meshes that were checked. */
  readonly digests: readonly string[]
  /** What the reviewer accepted. */
  readonly accepted: readonly Acknowledgement[]
  /** What waits for the operator who is here. */
  readonly waiting: readonly Releasable[]
  /** What they released since they came in, the newest first. */
  readonly released: readonly Released[]
  /** Prints of what left as plain files. */
  readonly prints: OperatorPrintsView

  /** The reviewer accepts a finding with a reason. */
  accept(check: CheckId, reason: string): void
  withdraw(check: CheckId): void
  /** The reviewer approves the part exactly as it was checked. */
  sign(shown: Shown): Promise<void>
  sendBack(reason: SendBackReason, words: string): Promise<void>
  /** The designer gives the case to a reviewer or an operator. */
  give(person: string, role: Role): Promise<void>
  /** The operator writes the file, once, and seals it for a station. */
  release(row: Releasable, shown: Shown, leaving: Leaving): Promise<void>
}

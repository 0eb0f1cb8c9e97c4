import type { Verified } from '../export/verify/verify-file.io.ts'

/** A file that came back, and what it is found to be. */
export interface FileVerdict extends Verified {
  readonly fileName: string
  /** Pseudonym of the case that the release left; null for a file that is none. */
  readonly from: string | null
  /** How many releases it was held against; null when no vault was open. */
  readonly releases: number | null
}

/** Verifying files that came back, as the screen sees it. */
export interface VerifyFileView {
  readonly found: FileVerdict | null
  /** Says what a file of any maker is. With no open vault only what it says of itself. */
  verify(file: File): Promise<void>
}

import { PipelineError } from '../../core/errors.ts'

/** What a signed release says. */
export interface ReleaseTerms {
  /** SHA-256 of the bytes of each released file, lower-case hex. */
  readonly files: readonly string[]
  /** Fingerprint of the print station it is for. */
  readonly station: string
  /** Of this release alone, so that each of its files can be opened once. */
  readonly nonce: string
  /** An instant, RFC 3339. */
  readonly expires: string
  /** Digest of what was signed, by which a receipt names this release. */
  readonly release: string
  /** Raw public keys (Ed25519) of who signed it, as whoever reads it knows them. */
  readonly signedBy: readonly Uint8Array[]
}

/**
 * Reads a signed statement. The caller says whose signature counts; throws a PipelineError when it is none of theirs or no
 * release.
 */
export type StatementReader = (statement: Uint8Array) => Promise<ReleaseTerms>

/** Throws 'handover/expired' when that instant is past, or is none. */
export function requireInTime({ expires }: ReleaseTerms, now: Date): void {
  // An instant that cannot be read compares as past.
  if (now.getTime() < Date.parse(expires)) return
  throw new PipelineError('handover/expired', 'The release of this file has expired. It needs a new one.')
}

export const otherFile = () =>
  new PipelineError(
    'handover/other-file',
    'The file is not the one that was released: its digest is another. It was not handed over.',
  )

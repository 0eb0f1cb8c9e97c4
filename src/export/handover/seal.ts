import { PipelineError } from '../../core/errors.ts'
import type { ProcessId } from '../../core/finding.ts'
import { subContext } from '../../core/pace.ts'
import type { Context } from '../../core/stage.ts'
import { GrowingFile } from '../file-parts.ts'
import { sealStream } from './age.ts'
import { requireCheckpointBy } from './checkpoint.ts'
import { fileDigest, parcelBytes } from './parcel.ts'
import { fingerprintOf, type PinnedStation } from './print-station.ts'
import { piecesOf, streamOf } from './streams.ts'
import { otherFile, type ReleaseTerms, requireInTime, type StatementReader } from './terms.ts'
import { encodeTicket, TICKET_FORMAT } from './ticket.ts'

/** A released file with what says so. */
export interface HandoverOrder {
  readonly file: Blob
  /** As exported: the trace id and the kind. */
  readonly fileName: string
  /** The signed release, as its signer wrote it. */
  readonly statement: Uint8Array
  readonly process: ProcessId
  /** Text of a checkpoint over the log of the case, signed at its release by who released it; null when there is none. */
  readonly checkpoint: string | null
}

/** Throws 'handover/bad-recipient', 'handover/other-recipient'. */
async function requireFor(station: PinnedStation, terms: ReleaseTerms): Promise<void> {
  if ((await fingerprintOf(station.recipient)) !== station.fingerprint)
    throw new PipelineError(
      'handover/bad-recipient',
      'The kept address of this station is not the one that was compared.',
    )
  if (terms.station === station.fingerprint) return
  throw new PipelineError(
    'handover/other-recipient',
    'This file was released for another print station. Release it for this one, then seal it.',
  )
}

/**
 * Seals a released file, its statement and a ticket for one pinned station: an age file. What the statement says is compared first:
 * station, expiry, digest of the file. Throws 'handover/other-recipient', 'handover/expired', 'handover/other-file',
 * 'handover/bad-parcel', 'handover/bad-checkpoint', 'handover/bad-recipient', and what the reader of the statement throws. Memory: a few pieces; the
 * result is a blob.
 */
export async function sealForStation(
  order: HandoverOrder,
  station: PinnedStation,
  { readStatement, now }: { readonly readStatement: StatementReader; readonly now: Date },
  ctx: Context,
): Promise<Blob> {
  const { file, fileName, statement, process, checkpoint } = order
  const terms = await readStatement(statement)
  await requireFor(station, terms)
  requireInTime(terms, now)
  const sha256 = await fileDigest(file, subContext(ctx, 0, 0.4))
  if (!terms.files.includes(sha256)) throw otherFile()
  if (checkpoint !== null) await requireCheckpointBy(checkpoint, terms.signedBy)
  const ticket = encodeTicket({
    format: TICKET_FORMAT,
    file: { name: fileName, bytes: file.size, sha256 },
    station: station.fingerprint,
    nonce: terms.nonce,
    expires: terms.expires,
    process,
    checkpoint,
  })
  const plain = parcelBytes({ ticket, statement, fileName, file }, subContext(ctx, 0.4, 1))
  const sealed = new GrowingFile()
  for await (const piece of piecesOf(await sealStream(station.recipient, streamOf(plain)))) sealed.push(piece)
  return sealed.whole()
}

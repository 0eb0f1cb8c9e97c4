import { PipelineError } from '../../core/errors.ts'
import type { Context } from '../../core/stage.ts'
import { openStream } from './age.ts'
import { requireCheckpointBy } from './checkpoint.ts'
import type { StationIdentity } from './identity.ts'
import { type ReadParcel, readParcel } from './parcel.ts'
import { fingerprintOf } from './print-station.ts'
import type { OpenedFile } from './received.ts'
import { otherFile, type ReleaseTerms, requireInTime, type StatementReader } from './terms.ts'
import { badParcel, readTicket, type Ticket } from './ticket.ts'

/** Who opens, and by what it decides. */
export interface OpeningStation {
  readonly identity: StationIdentity
  readonly readStatement: StatementReader
  /** Keeps for good that this was opened here, or throws 'handover/used'. Nothing is handed over before it returns. */
  spend(opened: OpenedFile): Promise<void>
  readonly now: Date
}

export interface OpenedHandover {
  readonly file: Blob
  readonly fileName: string
  readonly ticket: Ticket
  readonly statement: Uint8Array
  readonly terms: ReleaseTerms
  /** What the station keeps of it. */
  readonly opened: OpenedFile
}

/** What the ticket says must be what was signed and what came. */
function requireSameTicket(ticket: Ticket, { fileName, file, fileSha256 }: ReadParcel, terms: ReleaseTerms): void {
  const isSame =
    ticket.file.name === fileName &&
    ticket.file.bytes === file.size &&
    ticket.file.sha256 === fileSha256 &&
    ticket.station === terms.station &&
    ticket.nonce === terms.nonce &&
    ticket.expires === terms.expires
  if (!isSame) throw badParcel('ticket differs')
}

/**
 * Opens a file that was sealed for this station, once. All of it is decrypted and found whole before anything of it is read;
 * then the statement is checked, and what it says of station, time and file; then the release is spent; only then the file is
 * returned. Throws 'handover/not-sealed', 'handover/other-recipient', 'handover/tampered', 'handover/bad-parcel',
 * 'handover/forwarded', 'handover/expired', 'handover/other-file', 'handover/bad-checkpoint', 'handover/used', and what the reader
 * of the statement throws.
 * Memory: a few pieces of 64 KiB; the file is a blob.
 */
export async function openHandover(sealed: Blob, station: OpeningStation, ctx: Context): Promise<OpenedHandover> {
  const { identity, readStatement, spend, now } = station
  const plain = await openStream(sealed, (header) => identity.fileKey(header))
  const parcel = await readParcel(plain, sealed.size, ctx)
  const { statement, file, fileName, fileSha256 } = parcel
  const terms = await readStatement(statement)
  const own = await fingerprintOf(identity.recipient)
  if (terms.station !== own)
    throw new PipelineError(
      'handover/forwarded',
      'This file was released for another print station and sealed again for this one. It was not handed over.',
    )
  requireInTime(terms, now)
  if (!terms.files.includes(fileSha256)) throw otherFile()
  const ticket = readTicket(parcel.ticket)
  requireSameTicket(ticket, parcel, terms)
  if (ticket.checkpoint !== null) await requireCheckpointBy(ticket.checkpoint, terms.signedBy)
  const opened: OpenedFile = {
    ...{ nonce: terms.nonce, expires: terms.expires, file: fileSha256, fileName },
    ...{ release: terms.release, process: ticket.process, openedAt: now.toISOString(), receipt: null },
  }
  await spend(opened)
  return { file, fileName, ticket, statement, terms, opened }
}

import { utf8 } from '../../core/bytes.ts'
import { PipelineError } from '../../core/errors.ts'
import { PROCESS_IDS, type ProcessId } from '../../core/finding.ts'
import { parsedJson } from '../../core/json.ts'
import { hasFields, isCount, isNullOr, isOneOf, isText } from '../../core/shape.ts'
import { canonicalJson } from '../../trace/canonical.ts'

/** What the person at the print station needs to know. Not signed by itself: what the statement says too is compared with it. */
export type Ticket = {
  readonly format: 'proofprint-ticket/1'
  readonly file: { readonly name: string; readonly bytes: number; readonly sha256: string }
  /** Fingerprint of the station. */
  readonly station: string
  readonly nonce: string
  readonly expires: string
  /** The process that the checks were made for. */
  readonly process: ProcessId
  /** Text of a checkpoint of the log, signed by who released it (c2sp.org/tlog-checkpoint), for whoever wants to witness it. */
  readonly checkpoint: string | null
}

export const TICKET_FORMAT = 'proofprint-ticket/1' as const

export const badParcel = (reason: string) =>
  new PipelineError(
    'handover/bad-parcel',
    'What lies in the sealed file is not a hand-over of this program. Nothing of it was used.',
    { reason },
  )

const isTicket = hasFields({
  format: isOneOf([TICKET_FORMAT]),
  file: hasFields({ name: isText, bytes: isCount, sha256: isText }),
  station: isText,
  nonce: isText,
  expires: isText,
  process: isOneOf(PROCESS_IDS),
  checkpoint: isNullOr(isText),
})

export const encodeTicket = (ticket: Ticket): Uint8Array<ArrayBuffer> => utf8(canonicalJson(ticket))

/** Throws 'handover/bad-parcel'. */
export function readTicket(bytes: Uint8Array): Ticket {
  const value = parsedJson(bytes)
  if (!isTicket(value)) throw badParcel('ticket')
  return value
}

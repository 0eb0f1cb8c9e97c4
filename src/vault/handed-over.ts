import { PipelineError } from '../core/errors.ts'
import type { JsonValue } from '../core/json.ts'
import { type Guard, hasFields, isNullOr, isText } from '../core/shape.ts'
import type { ReceiptTerms } from '../trace/receipt-terms.ts'

/** A receipt of a print, as the station signed it. */
export type TakenReceipt = Pick<ReceiptTerms, 'printer' | 'material' | 'at'> & {
  /** How the site calls who signed it. */
  readonly by: string
  /** SHA-256 of the receipt file. */
  readonly digest: string
  /** The signed statement. */
  readonly text: string
}

/** What a receipt says, after its signature was looked at. */
export interface ReadReceipt {
  readonly terms: ReceiptTerms
  /** How the site calls who signed it. */
  readonly by: string
}

/**
 * Reads a receipt by the setting `signers`, and throws when none of them signed it. The vault is made with it, so that a page can put
 * no other one in its place.
 */
export type ReceiptReader = (file: Uint8Array, signers: JsonValue) => Promise<ReadReceipt>

/** A file that was sealed for a print station, and the receipt that came back. */
export type HandedOver = {
  readonly caseId: string
  readonly traceId: string
  /** SHA-256 of the file: all prints of it are one job. */
  readonly job: string
  readonly fileName: string
  /** Fingerprint of the station, and what it was called. */
  readonly station: string
  readonly stationName: string
  /** Digest of its release. */
  readonly release: string
  readonly at: string
  readonly expires: string
  /** Null until one came back. */
  readonly receipt: TakenReceipt | null
}

/** With its receipt each has about 3 KiB. */
export const MOST_HANDED_OVER = 100

export const isHandedOver: Guard<HandedOver> = hasFields({
  caseId: isText,
  traceId: isText,
  job: isText,
  fileName: isText,
  station: isText,
  stationName: isText,
  release: isText,
  at: isText,
  expires: isText,
  receipt: isNullOr(
    hasFields({ printer: isText, material: isText, at: isText, by: isText, digest: isText, text: isText }),
  ),
})

export const noReceipt = (message: string) => new PipelineError('handover/no-receipt', message)

/** Of which file handed over this is the receipt. Throws 'handover/no-receipt' when it is of none. */
export function handedOverFor(kept: readonly HandedOver[], { files, release, station }: ReceiptTerms): HandedOver {
  const found = kept.find(
    (one) => one.release === release && files.includes(one.job) && files.length === 1 && one.station === station,
  )
  if (found) return found
  throw noReceipt('This receipt is of no file that was sealed here. Nothing was kept.')
}

/** With the receipt of one of them. */
export const withTaken = (
  kept: readonly HandedOver[],
  { release, job }: HandedOver,
  receipt: TakenReceipt,
): readonly HandedOver[] => kept.map((one) => (one.release === release && one.job === job ? { ...one, receipt } : one))

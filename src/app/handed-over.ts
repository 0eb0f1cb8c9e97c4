import { PipelineError } from '../core/errors.ts'
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

/** Of which file handed over this is the receipt. Throws 'handover/no-receipt' when it is of none, or of one that has another. */
export function handedOverFor(
  kept: readonly HandedOver[],
  { files, release, station }: ReceiptTerms,
  digest: string,
): HandedOver {
  const found = kept.find(
    (one) => one.release === release && files.includes(one.job) && files.length === 1 && one.station === station,
  )
  if (!found)
    throw new PipelineError('handover/no-receipt', 'This receipt is of no file that was sealed here. Nothing was kept.')
  if (found.receipt === null || found.receipt.digest === digest) return found
  throw new PipelineError(
    'handover/no-receipt',
    'Another receipt of this file was taken in before. One release is for one print: ask the station what happened.',
  )
}

/** With the receipt of one of them. */
export const withTaken = (
  kept: readonly HandedOver[],
  { release, job }: HandedOver,
  receipt: TakenReceipt,
): readonly HandedOver[] => kept.map((one) => (one.release === release && one.job === job ? { ...one, receipt } : one))

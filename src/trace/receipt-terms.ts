import { PipelineError } from '../core/errors.ts'
import { parsedJson } from '../core/json.ts'
import { hasFields, isListOf, isOneOf, isText } from '../core/shape.ts'

/** What a signed receipt says of a print. */
export interface ReceiptTerms {
  /** SHA-256 of the file that was printed. */
  readonly files: readonly string[]
  /** Digest of the release that it used up. */
  readonly release: string
  /** Fingerprint of the print station. */
  readonly station: string
  readonly printer: string
  readonly material: string
  readonly at: string
}

const isReceipt = hasFields({
  predicate: hasFields({
    proofprint: hasFields({
      kind: isOneOf(['receipt']),
      materials: isListOf(isText),
      release: isText,
      recipient: isText,
      printer: isText,
      material: isText,
      at: isText,
    }),
  }),
})

/** The terms of a receipt whose signature was checked. Throws 'handover/no-receipt' for another statement. */
export function readReceiptTerms(payload: Uint8Array): ReceiptTerms {
  const said = parsedJson(payload)
  if (!isReceipt(said))
    throw new PipelineError('handover/no-receipt', 'This is signed, but it is no receipt of a print. Nothing was kept.')
  const { materials: files, release, recipient: station, printer, material, at } = said.predicate.proofprint
  return { files, release, station, printer, material, at }
}

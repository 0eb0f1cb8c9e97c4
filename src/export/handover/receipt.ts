import { utf8 } from '../../core/bytes.ts'
import { PipelineError } from '../../core/errors.ts'
import { sha256 } from '../../core/hash.ts'
import { canonicalJson } from '../../trace/canonical.ts'
import { readReceiptTerms } from '../../trace/receipt-terms.ts'
import { receiptStatement } from '../../trace/release-statements.ts'
import type { Maker } from '../../trace/statement.ts'
import { statementFile } from '../../trace/statement-file.ts'
import type { ReceiptReader } from '../../vault/handed-over.ts'
import { fingerprintOf } from './print-station.ts'
import type { OpenedFile, Received, ReceivedFile } from './received.ts'
import { openSigned, readSigners } from './signers.ts'

/** Reads a receipt by the kept signers, as the vault does before it keeps one. Throws as openSigned(), and 'handover/no-receipt'. */
export const readReceipt: ReceiptReader = async (file, signers) => {
  const { payload, signedBy } = await openSigned(file, readSigners(signers).signers)
  return { terms: readReceiptTerms(payload), by: signedBy[0]?.name ?? '' }
}

/** Where it was printed and from what, as the operator calls it. */
export type PrintedWith = { readonly printer: string; readonly material: string }

export const LONGEST_PRINTED_WITH = 80

const isSaid = (text: string) => text.trim() !== '' && text.length <= LONGEST_PRINTED_WITH && !/\p{Cc}/u.test(text)

/** As it is signed. Throws 'app/bad-parameter' without printer or material. */
export function printedWith(said: PrintedWith): PrintedWith {
  if (isSaid(said.printer) && isSaid(said.material))
    return { printer: said.printer.trim(), material: said.material.trim() }
  throw new PipelineError(
    'app/bad-parameter',
    `Say which printer and which material with its lot, in up to ${LONGEST_PRINTED_WITH} letters each.`,
  )
}

/** The file that was opened here. Throws 'handover/no-receipt' when none is listed: nothing is signed for another. */
export function openedHere(kept: Received, { nonce, file }: Pick<ReceivedFile, 'nonce' | 'file'>): OpenedFile {
  const found = kept.opened?.find((one) => one.nonce === nonce && one.file === file)
  if (found) return found
  throw new PipelineError('handover/no-receipt', 'That file is not among those opened here, so no receipt is signed.')
}

/**
 * That a file opened here was printed, signed, as a file with the key of its signer. `station` is the address of this station.
 * Throws 'app/bad-parameter' without printer or material, and what the signer throws.
 */
export async function signedReceipt(
  maker: Maker,
  { fileName, file, release, nonce }: OpenedFile,
  station: string,
  said: PrintedWith,
): Promise<Uint8Array<ArrayBuffer>> {
  const { printer, material } = printedWith(said)
  // One release is for one print, so this stands for it.
  const digest = await sha256(utf8(canonicalJson(['proofprint/print/1', release, file, nonce])))
  const made = await receiptStatement(maker, {
    ...{ print: { name: fileName, digest }, files: [file], release, nonce },
    ...{ recipient: await fingerprintOf(station), printer, material },
  })
  return statementFile(made.envelope, maker.signer)
}

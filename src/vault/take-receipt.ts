import { PipelineError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import { hasFields, isListOf, isRecord } from '../core/shape.ts'
import { canonicalJson } from '../trace/canonical.ts'
import type { AuditRecord } from './case.ts'
import { makerOf } from './case-entries.ts'
import {
  type HandedOver,
  handedOverFor,
  isHandedOver,
  noReceipt,
  type ReceiptReader,
  type TakenReceipt,
  withTaken,
} from './handed-over.ts'
import { addToLog, logFor } from './log-of.ts'
import type { PersonKeys } from './person-keys.ts'
import { ofKind, saidLines } from './said-lines.ts'
import { readSetting, type Setting, writeSetting } from './settings.ts'
import type { OpenVault } from './vault-keys.ts'

const CODE = 'receipt'
/** Far above any receipt. */
const LARGEST_RECEIPT_BYTES = 1 << 16

const hasHandedOver = hasFields({ handedOver: isListOf(isHandedOver) })

/** What was sealed, of the setting `prints`; nothing of what cannot be read. */
export const handedOverIn = (value: JsonValue): readonly HandedOver[] => (hasHandedOver(value) ? value.handedOver : [])

/** A receipt whose signature holds, and of what it is by the list of what was sealed. */
export interface FoundReceipt {
  readonly of: HandedOver
  readonly receipt: TakenReceipt
  readonly prints: Setting
}

/** Throws 'handover/no-receipt' for what is of no file of the list, and what the reader throws. */
export async function foundReceipt(vault: OpenVault, file: Blob, read: ReceiptReader): Promise<FoundReceipt> {
  if (file.size > LARGEST_RECEIPT_BYTES) throw noReceipt('This is no receipt of a print: it is too large for one.')
  const bytes = new Uint8Array(await file.arrayBuffer())
  const { terms, by } = await read(bytes, (await readSetting(vault, 'signers')).value)
  const prints = await readSetting(vault, 'prints')
  const of = handedOverFor(handedOverIn(prints.value), terms)
  const { printer, material, at } = terms
  const receipt = { printer, material, at, by, digest: await sha256(bytes), text: new TextDecoder().decode(bytes) }
  return { of, receipt, prints }
}

/** The list is the page's. What was released and what came back before, the log of the case says. */
function requireFirst(log: readonly AuditRecord[], { of, receipt }: FoundReceipt): void {
  const { job, release, station } = of
  const isReleased = ofKind(saidLines(log), 'release').some(
    ({ digest, said, subjects }) =>
      digest === release && said.recipient === station && subjects.some((one) => one.digest === job),
  )
  if (!isReleased) throw noReceipt('This receipt is of no file that was sealed here. Nothing was kept.')
  if (notedIn(log, of).some((digest) => digest !== receipt.digest))
    throw noReceipt(
      'Another receipt of this file was taken in before. One release is for one print: ask the station what happened.',
    )
}

/** Digests of receipts of that file and release. */
const notedIn = (log: readonly AuditRecord[], { job, release }: HandedOver) =>
  log
    .filter(({ code, outcome, digests }) => code === CODE && outcome === 'done' && digests[1] === release)
    .flatMap(({ digests: [file, , receipt] }) => (file === job ? (receipt ?? []) : []))

/**
 * Writes down that a receipt came back, in the log of its case, and keeps it with the file it is of; the same one once. Throws
 * 'handover/no-receipt' unless it is the first of a file and release that were signed in that case for that station.
 */
export async function keepReceipt(vault: OpenVault, person: PersonKeys | null, found: FoundReceipt): Promise<void> {
  const { of, receipt, prints } = found
  const log = await logFor(vault, person, of.caseId)
  requireFirst(log, found)
  const line = { code: CODE, digests: [of.job, of.release, receipt.digest] }
  if (notedIn(log, of).length === 0) await addToLog(vault, person, of.caseId, [line], await makerOf(vault))
  if (of.receipt !== null || !isRecord(prints.value)) return
  const value = { ...prints.value, handedOver: withTaken(handedOverIn(prints.value), of, receipt) }
  await writeSetting(vault, 'prints', { revision: prints.revision, value: value as JsonValue })
}

/** What of a list of files sealed has a receipt, or could be read as if it had one. */
function withReceipts(value: JsonValue): readonly string[] {
  const list = isRecord(value) && Array.isArray(value.handedOver) ? (value.handedOver as readonly JsonValue[]) : []
  return list.filter((one) => !isRecord(one) || one.receipt !== null).map(canonicalJson)
}

/** A page writes what else is kept of printing, and no receipt. Throws 'app/bad-parameter'. */
export function requireKnownReceipts(kept: JsonValue, next: JsonValue): void {
  const known = withReceipts(kept)
  if (!withReceipts(next).every((one) => known.includes(one)))
    throw new PipelineError(
      'app/bad-parameter',
      'A receipt was to be kept that was not taken in here. Nothing was stored.',
    )
}

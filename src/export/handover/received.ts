import { PipelineError } from '../../core/errors.ts'
import { PROCESS_IDS, type ProcessId } from '../../core/finding.ts'
import type { JsonValue } from '../../core/json.ts'
import { hasFields, isAbsentOr, isListOf, isNullOr, isOneOf, isText } from '../../core/shape.ts'
import { keptBeside } from './kept.ts'

/** A file of a release. */
export type ReceivedFile = {
  readonly nonce: string
  /** SHA-256. */
  readonly file: string
  readonly expires: string
}

/** A receipt that was signed for a file. */
export type KeptReceipt = {
  readonly printer: string
  readonly material: string
  readonly at: string
  /** The signed statement. */
  readonly text: string
}

/** A file that was opened here, with what its receipt needs. */
export type OpenedFile = ReceivedFile & {
  readonly fileName: string
  /** Digest of its release. */
  readonly release: string
  readonly process: ProcessId
  readonly openedAt: string
  /** Null until it was printed. */
  readonly receipt: KeptReceipt | null
}

/** What was opened here, in the setting `received` of the vault: each file of a release is opened once. */
export type Received = {
  readonly format: 'proofprint-received/1'
  /** What expired up to here is not listed any more and never opened again, wherever the clock stands. */
  readonly forgottenUntil: string
  readonly files: readonly ReceivedFile[]
  /** The newest of them, oldest first, for their receipts. Absent in a list of before there were any. */
  readonly opened?: readonly OpenedFile[] | undefined
}

export const NOTHING_RECEIVED: Received = { format: 'proofprint-received/1', forgottenUntil: '', files: [] }

/** As many as fit a setting of 1 MiB several times over. */
const MOST_LISTED = 2000
/** A receipt has about 2 KiB. */
const MOST_OPENED = 100

/**
 * With this file as opened. Throws 'handover/used' when it was before. Of more than 2,000 those that expired first are
 * forgotten, and anything that expires no later counts as used from then on.
 */
export function withReceived(kept: Received, one: OpenedFile): Received {
  const { nonce, file, expires } = one
  const until = new Date(expires).toISOString()
  if (until <= kept.forgottenUntil || kept.files.some(isOf(one)))
    throw new PipelineError(
      'handover/used',
      'This file was opened here before. One release is for one print; a reprint needs a new one.',
    )
  const opened = [...(kept.opened ?? []), one].slice(-MOST_OPENED)
  const all = [...kept.files, { nonce, file, expires: until }].sort((a, b) => (a.expires < b.expires ? -1 : 1))
  const forgotten = all.slice(0, Math.max(0, all.length - MOST_LISTED)).at(-1)
  if (!forgotten) return { ...kept, files: all, opened }
  const files = all.filter((one) => one.expires > forgotten.expires)
  return { ...kept, forgottenUntil: forgotten.expires, files, opened }
}

const isOf =
  ({ nonce, file }: ReceivedFile) =>
  (one: ReceivedFile) =>
    one.nonce === nonce && one.file === file

/** With the receipt of a file that was opened here; as it was when that is not listed any more. */
export function withReceipt(kept: Received, file: ReceivedFile, receipt: KeptReceipt): Received {
  const isThis = isOf(file)
  return { ...kept, opened: (kept.opened ?? []).map((one) => (isThis(one) ? { ...one, receipt } : one)) }
}

const isOpened = hasFields({
  nonce: isText,
  file: isText,
  expires: isText,
  fileName: isText,
  release: isText,
  process: isOneOf(PROCESS_IDS),
  openedAt: isText,
  receipt: isNullOr(hasFields({ printer: isText, material: isText, at: isText, text: isText })),
})
const isReceived = hasFields({
  format: isOneOf([NOTHING_RECEIVED.format]),
  forgottenUntil: isText,
  files: isListOf(hasFields({ nonce: isText, file: isText, expires: isText })),
  opened: isAbsentOr(isListOf(isOpened)),
})

/** What the vault kept of it. Throws 'vault/newer', 'vault/tampered'. */
export const readReceived = (value: JsonValue): Received =>
  keptBeside(value, NOTHING_RECEIVED, isReceived, 'The list of opened releases')

import { PipelineError } from '../../core/errors.ts'
import type { JsonValue } from '../../core/json.ts'
import { hasFields, isListOf, isOneOf, isText } from '../../core/shape.ts'
import { keptBeside } from './kept.ts'

/** A file of a release. */
export type ReceivedFile = {
  readonly nonce: string
  /** SHA-256. */
  readonly file: string
  readonly expires: string
}

/** What was opened here, in the setting `received` of the vault: each file of a release is opened once. */
export type Received = {
  readonly format: 'proofprint-received/1'
  /** What expired up to here is not listed any more and never opened again, wherever the clock stands. */
  readonly forgottenUntil: string
  readonly files: readonly ReceivedFile[]
}

export const NOTHING_RECEIVED: Received = { format: 'proofprint-received/1', forgottenUntil: '', files: [] }

/** As many as fit a setting of 1 MiB several times over. */
const MOST_LISTED = 2000

/**
 * With this file as opened. Throws 'handover/used' when it was before. Of more than 2,000 those that expired first are
 * forgotten, and anything that expires no later counts as used from then on.
 */
export function withReceived(kept: Received, { nonce, file, expires }: ReceivedFile): Received {
  const until = new Date(expires).toISOString()
  if (until <= kept.forgottenUntil || kept.files.some((one) => one.nonce === nonce && one.file === file))
    throw new PipelineError(
      'handover/used',
      'This file was opened here before. One release is for one print; a reprint needs a new one.',
    )
  const all = [...kept.files, { nonce, file, expires: until }].sort((a, b) => (a.expires < b.expires ? -1 : 1))
  const forgotten = all.slice(0, Math.max(0, all.length - MOST_LISTED)).at(-1)
  if (!forgotten) return { ...kept, files: all }
  const files = all.filter((one) => one.expires > forgotten.expires)
  return { ...kept, forgottenUntil: forgotten.expires, files }
}

const isReceived = hasFields({
  format: isOneOf([NOTHING_RECEIVED.format]),
  forgottenUntil: isText,
  files: isListOf(hasFields({ nonce: isText, file: isText, expires: isText })),
})

/** What the vault kept of it. Throws 'vault/newer', 'vault/tampered'. */
export const readReceived = (value: JsonValue): Received =>
  keptBeside(value, NOTHING_RECEIVED, isReceived, 'The list of opened releases')

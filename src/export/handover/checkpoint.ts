import { PipelineError } from '../../core/errors.ts'
import { parseCheckpoint } from '../../trace/checkpoint.ts'
import { type Note, type NoteKey, noteSigners, parseNote } from '../../trace/note.ts'

const badForm = () =>
  new PipelineError(
    'handover/bad-checkpoint',
    'The checkpoint of the log that came with this file cannot be read. Nothing was handed over.',
    { reason: 'form' },
  )

const otherSigner = () =>
  new PipelineError(
    'handover/bad-checkpoint',
    'The checkpoint of the log that came with this file was not signed by who released it. Nothing was handed over.',
    { reason: 'signer' },
  )

function formOf(text: string): { readonly note: Note; readonly origin: string } {
  try {
    const note = parseNote(text)
    const { origin, size, extensions } = parseCheckpoint(note.text)
    if (size > 0 && extensions.length === 0) return { note, origin }
  } catch {
    // As one over nothing.
  }
  throw badForm()
}

/**
 * A checkpoint of a log is by one of these raw keys, in the form that this program writes. That the log is the one of the release is
 * not seen from here. Throws 'handover/bad-checkpoint'.
 */
export async function requireCheckpointBy(text: string, signedBy: readonly Uint8Array[]): Promise<void> {
  const { note, origin } = formOf(text)
  const keys = signedBy.map((publicKey): NoteKey => ({ name: origin, type: 'ed25519', publicKey }))
  await noteSigners(note, keys).catch(() => {
    throw otherSigner()
  })
}

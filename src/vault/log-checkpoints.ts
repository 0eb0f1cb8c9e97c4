import { toHex } from '../core/hash.ts'
import { parseCheckpoint } from '../trace/checkpoint.ts'
import { type Note, noteText, parseNote } from '../trace/note.ts'
import type { AuditRecord } from './case.ts'

/** Who signed something and when, as the log has it. */
export interface Signed {
  /** Id of the person; null in a vault without people. */
  readonly by: string | null
  /** ISO 8601, UTC. */
  readonly at: string
}

/** The newest checkpoint of a log, and who put their word under it. */
export interface LogCheckpoint extends Signed {
  /** C2SP signed-note, with all that was signed under it. */
  readonly note: string
  /** So many entries are under it. */
  readonly size: number
  /** Root of their Merkle tree (RFC 6962, SHA-256), lower-case hex. */
  readonly root: string
  /** Entries that came after it. */
  readonly behind: number
  /** Auditors, oldest first. */
  readonly witnesses: readonly Signed[]
  /** The last word of an auditor under one before it, and how many entries that one had; null without. */
  readonly earlier: (Signed & { readonly size: number }) | null
}

/** Checkpoints of a log, oldest first, each once with all that was signed under it. Throws 'trace/bad-note'. */
export function checkpointsIn(records: readonly AuditRecord[]): string[] {
  const notes = new Map<string, Note>()
  for (const { checkpoint } of records) {
    if (checkpoint === undefined) continue
    const note = parseNote(checkpoint)
    const before = notes.get(note.text)?.signatures ?? []
    const isNew = (one: Note['signatures'][number]) =>
      !before.some(({ name, keyHash }) => name === one.name && keyHash === one.keyHash)
    notes.set(note.text, { text: note.text, signatures: [...before, ...note.signatures.filter(isNew)] })
  }
  return [...notes.values()].map(noteText)
}

const signedIn = ({ by, at }: AuditRecord): Signed => ({ by: by ?? null, at })

/** Null when there is none yet. Signatures are not looked at. Throws 'trace/bad-note'. */
export function newestCheckpoint(records: readonly AuditRecord[]): LogCheckpoint | null {
  const note = checkpointsIn(records).at(-1)
  if (note === undefined) return null
  const { text } = parseNote(note)
  const signed = records.flatMap((line) => (line.checkpoint ? { line, text: parseNote(line.checkpoint).text } : []))
  const [first, ...later] = signed.filter((one) => one.text === text)
  if (!first) return null
  const { size, root } = parseCheckpoint(text)
  const entries = records.filter(({ entry }) => entry !== undefined).length
  const before = signed.filter((one) => one.line.code === 'witness' && one.text !== text).at(-1)
  return {
    ...{ note, ...signedIn(first.line), size, root: toHex(root), behind: entries - size },
    witnesses: later.filter(({ line }) => line.code === 'witness').map(({ line }) => signedIn(line)),
    earlier: before ? { ...signedIn(before.line), size: parseCheckpoint(before.text).size } : null,
  }
}

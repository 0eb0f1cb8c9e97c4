import { fromBase64, toBase64 } from '../core/base64.ts'
import { PipelineError } from '../core/errors.ts'
import type { TreeHead } from '../core/merkle.ts'

/** What a log says of itself: so many entries under this root (C2SP tlog-checkpoint). */
export interface Checkpoint extends TreeHead {
  /** Name of the log. */
  readonly origin: string
  /** Further lines, without meaning here; signed all the same. */
  readonly extensions: readonly string[]
}

const SIZE = /^(0|[1-9]\d{0,14})$/
const ROOT_BYTES = 32

const bad = (why: string) =>
  new PipelineError('trace/bad-note', `This is no checkpoint of a log: ${why}. Get the file again from who made it.`)

/** The text that is signed. Throws 'trace/bad-note' for a line that is empty or holds a line break. */
export function checkpointText({ origin, size, root, extensions }: Checkpoint): string {
  const lines = [origin, String(size), toBase64(root), ...extensions]
  if (lines.some((line) => line === '' || line.includes('\n'))) throw bad('a line is empty or more than one')
  return `${lines.join('\n')}\n`
}

/** Reads what `checkpointText` wrote, and nothing else. Throws 'trace/bad-note'. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw bad('its last line does not end')
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, -1).split('\n')
  if (origin === '' || extensions.includes('')) throw bad('a line is empty')
  if (!SIZE.test(size)) throw bad('its size is no number')
  const bytes = fromBase64(root)
  if (bytes?.length !== ROOT_BYTES) throw bad('its root is no digest')
  return { origin, size: Number(size), root: bytes, extensions }
}

import { utf8 } from '../core/bytes.ts'
import { canonicalJson } from '../trace/canonical.ts'
import { parseCheckpoint } from '../trace/checkpoint.ts'
import { endAfter, type LogEnd, NO_ENTRIES, treeHead } from '../trace/log-end.ts'
import { parseNote } from '../trace/note.ts'
import type { AuditRecord } from './case.ts'

/**
 * How the entries of these lines end, each after the one before it; null when one does not follow, is missing behind others, or a
 * checkpoint is of another tree than the one up to it.
 */
export async function keptTree(records: readonly AuditRecord[]): Promise<LogEnd | null> {
  let end = NO_ENTRIES
  const heads = new Set<string>()
  for (const { entry, checkpoint } of records) {
    if (!entry) {
      if (end.size > 0) return null
      continue
    }
    const { seq, prev, time, count } = entry
    const isNext = seq === end.size && prev === end.head
    if (!isNext || (end.clock && (time < end.clock.time || count <= end.clock.count))) return null
    end = await endAfter(end, { time, count }, utf8(canonicalJson(entry)))
    if (checkpoint === undefined) continue
    const of = headIn(checkpoint)
    const own = headText(await treeHead(end))
    // A witness signs a head that was signed before.
    if (of === own) end = { ...end, signed: end.size }
    else if (of === null || !heads.has(of)) return null
    heads.add(of)
  }
  return end
}

const headText = ({ size, root }: { readonly size: number; readonly root: Uint8Array }) => `${size} ${root.join()}`

function headIn(checkpoint: string): string | null {
  try {
    return headText(parseCheckpoint(parseNote(checkpoint).text))
  } catch {
    return null
  }
}

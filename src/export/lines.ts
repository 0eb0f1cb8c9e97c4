import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import { corrupt } from './mesh-file.ts'

/** No line of a mesh is longer; one that is would only grow in memory. */
const LONGEST_LINE = 65_536
const LINE_END = /\r\n?|\n/

/**
 * Gives the lines of a text without their ends, in order, until `take` returns false. Memory: one piece of the stream.
 * Bytes are taken as Latin-1: what means something in a mesh is ASCII. Errors: mesh/corrupt for a line without end.
 */
export async function eachLine(file: Blob, take: (line: string) => boolean, ctx: Context): Promise<void> {
  const decoder = new TextDecoder('latin1')
  const pace = pacer(ctx)
  const reader = file.stream().getReader()
  let rest = ''
  let done = 0
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      done += part.value.length
      const lines = (rest + decoder.decode(part.value, { stream: true })).split(LINE_END)
      rest = lines.pop() ?? ''
      if (rest.length > LONGEST_LINE) throw corrupt('The file has a line that does not end.')
      for (const line of lines) if (!take(line)) return
      await pace.breathe(done / file.size)
    }
    take(rest)
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** The words of a line; tabs and spaces part them. */
export const words = (line: string): string[] => line.trim().split(/[ \t]+/)

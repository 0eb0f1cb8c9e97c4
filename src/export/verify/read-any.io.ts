import type { Context } from '../../core/stage.ts'
import { type MeshFile, unsupported } from '../mesh-file.ts'
import { readObj } from '../obj-read.ts'
import { readPly } from '../ply-read.ts'
import { readAnyStl } from './stl-any.ts'
import { readAnyThreeMf } from './threemf-any.io.ts'

/** A part as somebody's file holds it. */
export interface AnyPart extends MeshFile {
  readonly kind: 'stl' | '3mf' | 'obj' | 'ply'
  /** The trace id of this project that the file says it has, or null. Only a hint: anybody can write one. */
  readonly traceId: string | null
}

const traceIn = (comments: readonly string[]): string | null => {
  for (const comment of comments) {
    const found = /^trace ([0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5})$/.exec(comment.trim())
    if (found?.[1]) return found[1]
  }
  return null
}

/** What a file is, by its first bytes; an OBJ has none of its own and is known by its name. */
async function kindOf(file: Blob, name: string): Promise<AnyPart['kind']> {
  const head = new TextDecoder('latin1').decode(await file.slice(0, 4).arrayBuffer())
  if (head.startsWith('PK')) return '3mf'
  if (/^ply[\r\n]/.test(head)) return 'ply'
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase()
  if (extension === 'stl' || extension === 'obj' || extension === '3mf' || extension === 'ply') return extension
  throw unsupported('Only STL, 3MF, OBJ and PLY are compared. Export the part as one of these.')
}

/**
 * Reads the triangles of a dropped file; `name` only decides where the bytes do not. Errors: mesh/ and threemf/ codes.
 */
export async function readAnyPart(file: Blob, name: string, ctx: Context): Promise<AnyPart> {
  const kind = await kindOf(file, name)
  if (kind === '3mf') return { kind, ...(await readAnyThreeMf(file, ctx)) }
  const read = kind === 'stl' ? readAnyStl : kind === 'obj' ? readObj : readPly
  const found = await read(file, ctx)
  return { kind, ...found, traceId: traceIn(found.comments) }
}

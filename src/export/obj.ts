import type { Mesh } from '../core/types.ts'
import type { Released } from '../qa/gate.ts'
import { DECIMAL_BYTES, writeDecimal, writeInteger } from './decimal.ts'
import type { FileNotes } from './file-notes.ts'
import type { FilePart } from './file-parts.ts'
import { partText } from './part-name.ts'
import { requireDecimals } from './threemf.ts'

/** The same in every file. */
export const OBJ_HEADER = 'Proofprint OBJ, unit mm, LPS axes'
export const traceComment = (traceId: string): string => `trace ${traceId}`

const ROWS_AT_ONCE = 32_768
const SPACE = 0x20
const NEWLINE = 0x0a
const ROW_BYTES = 3 * (DECIMAL_BYTES + 1) + 2
const ascii = (text: string) => new TextEncoder().encode(text)

/** `letter` and three numbers a line. */
function rowsText(
  letter: string,
  values: Float32Array | Uint32Array,
  from: number,
  write: (bytes: Uint8Array, at: number, value: number) => number,
  added: number,
): Uint8Array {
  const end = Math.min(values.length, from + 3 * ROWS_AT_ONCE)
  const bytes = new Uint8Array(ROW_BYTES * ((end - from) / 3))
  const first = letter.charCodeAt(0)
  let at = 0
  for (let n = from; n < end; n += 3) {
    bytes[at++] = first
    for (let k = 0; k < 3; k++) {
      bytes[at++] = SPACE
      at = write(bytes, at, (values[n + k] as number) + added)
    }
    bytes[at++] = NEWLINE
  }
  return bytes.subarray(0, at)
}

/** Vertices and faces of one body, whose first vertex is number `before` + 1 of the file. */
function* bodyText({ positions, indices }: Mesh, before: number): Generator<Uint8Array> {
  for (let n = 0; n < positions.length; n += 3 * ROWS_AT_ONCE) yield rowsText('v', positions, n, writeDecimal, 0)
  for (let n = 0; n < indices.length; n += 3 * ROWS_AT_ONCE) yield rowsText('f', indices, n, writeInteger, before + 1)
}

/**
 * Wavefront OBJ (Object Files, Appendix B1 of the Advanced Visualizer manual): an `o` a body with its name, points as they
 * are in LPS mm with up to six decimals, no materials. The format knows no unit; a comment says it. Deterministic bytes; comes
 * in parts of at most two megabytes. Throws 'export/mismatch' when a coordinate cannot be written.
 */
export function* writeObj(meshes: readonly Released<Mesh>[], notes: FileNotes): Generator<FilePart> {
  meshes.forEach(requireDecimals)
  const total = meshes.reduce((sum, { positions, indices }) => sum + positions.length + indices.length, 0)
  yield { bytes: ascii(`# ${OBJ_HEADER}\n# ${traceComment(notes.traceId)}\n`), done: 0 }
  let before = 0
  let written = 0
  for (const [n, mesh] of meshes.entries()) {
    const label = notes.parts[n]
    yield { bytes: ascii(`o ${label ? partText(label.name) : ''}\n`), done: written / total }
    for (const bytes of bodyText(mesh, before)) {
      written += Math.min(3 * ROWS_AT_ONCE, total - written)
      yield { bytes, done: written / total }
    }
    before += mesh.positions.length / 3
  }
}

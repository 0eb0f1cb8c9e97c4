import type { Context } from '../core/stage.ts'
import { eachLine, words } from './lines.ts'
import {
  coordinate,
  corrupt,
  growingIndices,
  growingPoints,
  type MeshFile,
  MOST_COMMENTS,
  plainNumber,
  requireReadable,
  requireTriangles,
  unsupported,
} from './mesh-file.ts'

/** No face of a printable surface has more corners. */
const MOST_CORNERS = 1024
const INDEX = /^-?\d{1,10}(?:\/-?\d{0,10}){0,2}$/
const PASSED_OVER = new Set(['vt', 'vn', 'vp', 'g', 's', 'usemtl', 'mtllib', 'l', 'p'])

/** What the lines of an OBJ have said so far. */
class ObjText {
  readonly positions = growingPoints()
  readonly indices = growingIndices()
  readonly comments: string[] = []
  readonly names: string[] = []
  passedOver = 0
  #line = 0

  take(line: string): boolean {
    this.#line++
    const text = line.trim()
    if (text === '') return true
    if (text.startsWith('#')) this.#comment(text.slice(1).trim())
    else this.#statement(words(text))
    return true
  }
  #comment(text: string): void {
    if (this.comments.length < MOST_COMMENTS) this.comments.push(text)
    else this.passedOver++
  }
  #statement([keyword = '', ...rest]: string[]): void {
    const line = this.#line
    if (keyword === 'v') this.#vertex(rest)
    else if (keyword === 'f') this.#face(rest)
    else if (keyword === 'o' && this.names.length < MOST_COMMENTS) this.names.push(rest.join(' '))
    else if (keyword === 'o' || PASSED_OVER.has(keyword)) this.passedOver++
    else if (rest.at(-1) === '\\' || /^(curv|surf|cstype|deg|bmat|step|call|csh)/.test(keyword))
      throw unsupported('The OBJ holds curves or commands, which are not read. Export it as triangles.', { line })
    else throw corrupt('The OBJ has a line that is none of an OBJ.', { line })
  }
  #vertex(numbers: readonly string[]): void {
    // Weights and colours may follow.
    if (numbers.length < 3 || numbers.length > 7)
      throw corrupt('The OBJ has a point without place.', { line: this.#line })
    if (numbers.length > 3) this.passedOver++
    for (let k = 0; k < 3; k++) this.positions.push(coordinate(plainNumber(numbers[k]), { line: this.#line }))
  }
  #face(corners: readonly string[]): void {
    if (corners.length < 3 || corners.length > MOST_CORNERS)
      throw corrupt('The OBJ has a face with too few or too many corners.', { line: this.#line })
    const [first = 0, ...others] = corners.map((corner) => this.#index(corner))
    for (let n = 1; n < others.length; n++) {
      this.indices.push(first)
      this.indices.push(others[n - 1] as number)
      this.indices.push(others[n] as number)
    }
  }
  /** Counted from 1, or backwards from the last point so far. */
  #index(corner: string): number {
    if (corner.includes('/')) this.passedOver++
    const points = this.positions.length / 3
    const n = INDEX.test(corner) ? Number.parseInt(corner, 10) : 0
    const index = n > 0 ? n - 1 : points + n
    if (n === 0 || index < 0 || index >= points)
      throw corrupt('The OBJ names a point that it does not hold.', { line: this.#line })
    return index
  }
}

/**
 * Reads the triangles of an OBJ of any maker; faces of more corners are split as a fan, everything but `v`, `f`, `o` and
 * comments is passed over. A face may only name points above it, as every exporter writes it. Memory: the mesh.
 * Errors: mesh/corrupt, mesh/unsupported, mesh/too-large, mesh/empty.
 */
export async function readObj(file: Blob, ctx: Context): Promise<MeshFile> {
  requireReadable(file)
  const text = new ObjText()
  await eachLine(file, (line) => text.take(line), ctx)
  const mesh = requireTriangles({ positions: text.positions.taken(), indices: text.indices.taken() })
  return { mesh, comments: text.comments, names: text.names, values: new Map(), passedOver: text.passedOver }
}

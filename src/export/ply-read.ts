import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import { eachLine, words } from './lines.ts'
import {
  coordinate,
  corrupt,
  growingIndices,
  growingPoints,
  type MeshFile,
  plainNumber,
  requireReadable,
  requireTriangles,
  truncated,
} from './mesh-file.ts'
import { VALUE_NAMES } from './ply.ts'
import { isCorners, MAX_HEADER_BYTES, PLY_BYTES, type PlyHeader, type PlyProperty, plyHeader } from './ply-header.ts'

/** No face of a printable surface has more corners. */
const MOST_CORNERS = 1024
const PIECE_BYTES = 4 * 2 ** 20
const ROWS_A_LOOK = 4096

/** One number after the other, of the type asked for. */
type Next = (property: Pick<PlyProperty, 'type'>) => number

/** Takes the rows of both elements, whatever they are written in; `passedOver` of the readers counts what follows them. */
class PlyRows {
  readonly positions = growingPoints()
  readonly indices = growingIndices()
  readonly values = new Map<string, Float32Array>()
  readonly #header: PlyHeader
  #row = 0

  constructor(header: PlyHeader) {
    this.#header = header
  }
  vertex(next: Next): void {
    const { properties, rows } = this.#header.vertex
    const place = { x: 0, y: 0, z: 0 }
    for (const property of properties) {
      const value = next(property)
      const { name } = property
      if (name === 'x' || name === 'y' || name === 'z') place[name] = value
      else if (VALUE_NAMES.some((own) => own === name)) this.#value(name, rows, value)
    }
    for (const value of [place.x, place.y, place.z]) this.positions.push(coordinate(value, { point: this.#row }))
    this.#row++
  }
  #value(name: string, rows: number, value: number): void {
    const values = this.values.get(name) ?? new Float32Array(rows)
    this.values.set(name, values)
    values[this.#row] = value
  }
  face(next: Next): void {
    for (const property of this.#header.face.properties) {
      if (property.count === null) next(property)
      else this.#list(property, next)
    }
  }
  #list(property: PlyProperty, next: Next): void {
    const count = next({ type: property.count ?? 'uint8' })
    if (!(Number.isInteger(count) && count >= 0 && count <= MOST_CORNERS))
      throw corrupt('The PLY has a list of no length.')
    const list = Array.from({ length: count }, () => next(property))
    if (isCorners(property)) this.#corners(list)
  }
  #corners(corners: readonly number[]): void {
    const points = this.positions.length / 3
    if (corners.length < 3) throw corrupt('The PLY has a face with too few corners.')
    if (!corners.every((n) => Number.isInteger(n) && n >= 0 && n < points))
      throw corrupt('The PLY names a point that it does not hold.', { points })
    for (let n = 2; n < corners.length; n++) {
      this.indices.push(corners[0] as number)
      this.indices.push(corners[n - 1] as number)
      this.indices.push(corners[n] as number)
    }
  }
}

/** A file read forward, a piece in memory at a time. */
class Pieces {
  #view = new DataView(new ArrayBuffer(0))
  #at = 0
  #next: number
  readonly #file: Blob

  constructor(file: Blob, from: number) {
    this.#file = file
    this.#next = from
  }
  /** Where in the file the next byte is. */
  get at(): number {
    return this.#next - this.left
  }
  /** Bytes that may be taken before more are asked for. */
  get left(): number {
    return this.#view.byteLength - this.#at
  }
  get isLast(): boolean {
    return this.#next >= this.#file.size
  }
  async more(): Promise<void> {
    const end = Math.min(this.#file.size, this.#next + PIECE_BYTES)
    const joined = new Uint8Array(this.left + end - this.#next)
    joined.set(new Uint8Array(this.#view.buffer, this.#at))
    joined.set(new Uint8Array(await this.#file.slice(this.#next, end).arrayBuffer()), this.left)
    this.#view = new DataView(joined.buffer)
    this.#at = 0
    this.#next = end
  }
  number(type: PlyProperty['type'], little: boolean): number {
    const at = this.#at
    if (this.left < PLY_BYTES[type]) throw truncated('The PLY is cut off.')
    this.#at += PLY_BYTES[type]
    const view = this.#view
    switch (type) {
      case 'int8':
        return view.getInt8(at)
      case 'uint8':
        return view.getUint8(at)
      case 'int16':
        return view.getInt16(at, little)
      case 'uint16':
        return view.getUint16(at, little)
      case 'int32':
        return view.getInt32(at, little)
      case 'uint32':
        return view.getUint32(at, little)
      case 'float32':
        return view.getFloat32(at, little)
      case 'float64':
        return view.getFloat64(at, little)
    }
  }
}

/** The longest a row may be, so that it is whole in memory before it is read. */
const rowBytes = (properties: readonly PlyProperty[]) =>
  properties.reduce(
    (sum, { type, count }) => sum + PLY_BYTES[type] * (count ? MOST_CORNERS : 1) + (count ? PLY_BYTES[count] : 0),
    0,
  )

async function readBinary(file: Blob, header: PlyHeader, rows: PlyRows, ctx: Context): Promise<number> {
  const pieces = new Pieces(file, header.bytes)
  const pace = pacer(ctx)
  const next: Next = ({ type }) => pieces.number(type, header.format === 'little')
  const readRows = async (count: number, longest: number, take: () => void) => {
    for (let n = 0; n < count; n++) {
      while (pieces.left < longest && !pieces.isLast) await pieces.more()
      if (n % ROWS_A_LOOK === 0) await pace.breathe(pieces.at / file.size)
      take()
    }
  }
  await readRows(header.vertex.rows, rowBytes(header.vertex.properties), () => rows.vertex(next))
  await readRows(header.face.rows, rowBytes(header.face.properties), () => rows.face(next))
  return file.size - pieces.at
}

async function readAscii(file: Blob, header: PlyHeader, rows: PlyRows, ctx: Context): Promise<number> {
  let row = 0
  const all = header.vertex.rows + header.face.rows
  const take = (line: string) => {
    if (line.trim() === '') return true
    const numbers = words(line)
    let at = 0
    const next: Next = () => plainNumber(numbers[at++])
    if (row < header.vertex.rows) rows.vertex(next)
    else rows.face(next)
    return ++row < all
  }
  if (all > 0) await eachLine(file.slice(header.bytes), take, ctx)
  if (row < all) throw truncated('The PLY is cut off.', { rows: row, stated: all })
  return 0
}

/**
 * Reads the triangles of a PLY of any maker (ASCII, little or big endian), with the values of its points that this project writes; faces of
 * more corners are split as a fan. Memory: the mesh and four megabytes.
 * Errors: mesh/corrupt, mesh/truncated, mesh/unsupported, mesh/too-large, mesh/empty.
 */
export async function readPly(file: Blob, ctx: Context): Promise<MeshFile> {
  requireReadable(file)
  const header = plyHeader(new Uint8Array(await file.slice(0, MAX_HEADER_BYTES).arrayBuffer()))
  const least = header.vertex.rows * header.vertex.properties.length
  if (least > file.size) throw truncated('The PLY is cut off.', { points: header.vertex.rows, bytes: file.size })
  const rows = new PlyRows(header)
  const passedOver = await (header.format === 'ascii' ? readAscii : readBinary)(file, header, rows, ctx)
  const mesh = requireTriangles({ positions: rows.positions.taken(), indices: rows.indices.taken() })
  return { mesh, comments: header.comments, names: [], values: rows.values, passedOver }
}

import { words } from './lines.ts'
import { corrupt, MAX_POINTS, MAX_TRIANGLES, MOST_COMMENTS, tooLarge, truncated, unsupported } from './mesh-file.ts'

const TYPES = {
  char: 'int8',
  int8: 'int8',
  uchar: 'uint8',
  uint8: 'uint8',
  short: 'int16',
  int16: 'int16',
  ushort: 'uint16',
  uint16: 'uint16',
  int: 'int32',
  int32: 'int32',
  uint: 'uint32',
  uint32: 'uint32',
  float: 'float32',
  float32: 'float32',
  double: 'float64',
  float64: 'float64',
} as const

export type PlyType = (typeof TYPES)[keyof typeof TYPES]
export const PLY_BYTES: Readonly<Record<PlyType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  float64: 8,
}

export interface PlyProperty {
  readonly name: string
  readonly type: PlyType
  /** Type of the count before a list, null for one number. */
  readonly count: PlyType | null
}

interface PlyElement {
  readonly name: string
  readonly rows: number
  readonly properties: readonly PlyProperty[]
}

export interface PlyHeader {
  readonly format: 'ascii' | 'little' | 'big'
  readonly comments: readonly string[]
  readonly vertex: PlyElement
  readonly face: PlyElement
  /** Where the data begin. */
  readonly bytes: number
}

/** No header is longer. */
export const MAX_HEADER_BYTES = 65_536
const MOST_PROPERTIES = 64
const FORMATS = { ascii: 'ascii', binary_little_endian: 'little', binary_big_endian: 'big' } as const
const own = <T extends object>(table: T, key: string): T[keyof T] | undefined =>
  Object.hasOwn(table, key) ? table[key as keyof T] : undefined

const typeOf = (word = ''): PlyType => {
  const type = own(TYPES, word)
  if (!type) throw corrupt('The PLY has a property of a type that does not exist.')
  return type
}

function property(said: readonly string[]): PlyProperty {
  const isList = said[0] === 'list'
  const name = said[isList ? 3 : 1] ?? ''
  if (said.length !== (isList ? 4 : 2) || !/^[\w.-]{1,64}$/.test(name))
    throw corrupt('The PLY has a property that cannot be read.')
  const count = isList ? typeOf(said[1]) : null
  if (count?.startsWith('float')) throw corrupt('The PLY counts a list by fractions.')
  return { name, type: typeOf(said[isList ? 2 : 0]), count }
}

function element([name = '', rows = '']: readonly string[]): { name: string; rows: number; properties: PlyProperty[] } {
  if (!/^\d{1,10}$/.test(rows)) throw corrupt('The PLY has an element without a count.')
  const most = name === 'vertex' ? MAX_POINTS : MAX_TRIANGLES
  if (Number(rows) > most) throw tooLarge({ rows: Number(rows) })
  return { name, rows: Number(rows), properties: [] }
}

/** The bytes up to and with the line `end_header`, or null. */
function headerText(bytes: Uint8Array): string | null {
  const text = new TextDecoder('latin1').decode(bytes)
  return /^ply\r?\n[\s\S]*?\nend_header\r?\n/.exec(text)?.[0] ?? null
}

/**
 * The header of a PLY: `vertex` first, then `face`, as every exporter of meshes writes it; elements after them are passed
 * over. Errors: mesh/corrupt, mesh/truncated, mesh/unsupported, mesh/too-large.
 */
export function plyHeader(bytes: Uint8Array): PlyHeader {
  const text = headerText(bytes)
  if (text === null) throw truncated('The PLY has no whole header.')
  const comments: string[] = []
  const elements: ReturnType<typeof element>[] = []
  let format: PlyHeader['format'] | undefined
  for (const line of text.split(/\r?\n/).slice(1)) {
    const [keyword, ...said] = words(line)
    if (keyword === 'comment' || keyword === 'obj_info') {
      if (comments.length < MOST_COMMENTS) comments.push(said.join(' '))
    } else if (keyword === 'format') format = own(FORMATS, said[0] ?? '')
    else if (keyword === 'element') elements.push(element(said))
    else if (keyword === 'property') {
      const last = elements.at(-1)
      if (!last || last.properties.length >= MOST_PROPERTIES) throw corrupt('The PLY has a property of nothing.')
      last.properties.push(property(said))
    } else if (keyword !== '' && keyword !== 'end_header') throw corrupt('The PLY header has a line that is none.')
  }
  const [vertex, face] = elements
  if (!format) throw unsupported('The PLY is of a kind that is not read. Export it as ASCII or binary.')
  if (vertex?.name !== 'vertex' || face?.name !== 'face')
    throw unsupported('The PLY does not begin with points and faces. Export it as a mesh.')
  requirePlaces(vertex)
  requireCorners(face)
  return { format, comments, vertex, face, bytes: text.length }
}

function requirePlaces({ properties }: PlyElement): void {
  const names = properties.map(({ name }) => name)
  if (new Set(names).size < names.length) throw corrupt('The PLY names a property twice.')
  if (!['x', 'y', 'z'].every((axis) => names.includes(axis)) || properties.some(({ count }) => count !== null))
    throw unsupported('The PLY has points without x, y and z. Export it as a mesh.')
}

export const isCorners = ({ name, count }: PlyProperty) =>
  count !== null && (name === 'vertex_indices' || name === 'vertex_index')

function requireCorners({ properties }: PlyElement): void {
  const corners = properties.filter(isCorners)
  if (corners.length !== 1 || corners[0]?.type.startsWith('float'))
    throw unsupported('The PLY has faces without corners. Export it as a mesh.')
}

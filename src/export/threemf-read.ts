import { unzipSync } from 'fflate'
import { PipelineError } from '../core/errors.ts'
import type { Mesh } from '../core/types.ts'
import {
  ALLOWED_METADATA,
  CONTENT_TYPES,
  CONTENT_TYPES_PART,
  CORE_NAMESPACE,
  MODEL_PART,
  OWN_NAMESPACE,
  RELATIONS,
  RELATIONS_PART,
} from './threemf.ts'

/** What a 3MF file of this project says. Points are as written, before `transform` places the part. */
export interface ThreeMfContent {
  readonly mesh: Mesh
  readonly unit: string
  readonly metadata: Readonly<Record<string, string>>
  /** 12 numbers of the build item, row by row; the last three are the shift in mm. */
  readonly transform: readonly number[]
}

const refuse = (message: string, detail: Record<string, string | number> = {}) =>
  new PipelineError('export/mismatch', message, detail)

const LESS = 0x3c
const SPACES = new Set([0x20, 0x0a, 0x0d, 0x09])

/** A growing list of numbers: the count is only known at the end of the file. */
class Numbers<T extends Float32Array | Uint32Array> {
  #values: T
  #length = 0
  readonly #make: (length: number) => T
  constructor(make: (length: number) => T) {
    this.#make = make
    this.#values = make(3 << 16)
  }
  push(value: number) {
    if (this.#length === this.#values.length) {
      const wider = this.#make(this.#length * 2)
      wider.set(this.#values)
      this.#values = wider
    }
    this.#values[this.#length++] = value
  }
  taken(): T {
    return this.#values.slice(0, this.#length) as T
  }
}

/** Walks over XML bytes. Knows tags, attributes and text; refuses everything else (DTD, entities, comments, CDATA). */
class XmlCursor {
  readonly #bytes: Uint8Array
  #at = 0
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }
  skipSpace() {
    while (SPACES.has(this.#bytes[this.#at] ?? 0)) this.#at++
  }
  get atEnd() {
    return this.#at >= this.#bytes.length
  }
  /** Whether the next bytes are these. */
  sees(literal: Uint8Array): boolean {
    for (let n = 0; n < literal.length; n++) if (this.#bytes[this.#at + n] !== literal[n]) return false
    return true
  }
  take(literal: Uint8Array) {
    if (!this.sees(literal)) throw refuse('The 3MF file has an element that does not belong there.', { byte: this.#at })
    this.#at += literal.length
  }
  #until(stop: number): string {
    const end = this.#bytes.indexOf(stop, this.#at)
    if (end < 0) throw refuse('The 3MF file is cut off.', { byte: this.#at })
    const text = new TextDecoder('utf-8', { fatal: true }).decode(this.#bytes.subarray(this.#at, end))
    this.#at = end
    if (text.includes('&')) throw refuse('The 3MF file uses an XML entity.', { byte: this.#at })
    return text
  }
  text(): string {
    return this.#until(LESS)
  }
  /** Takes `<name a="b" ...>` or `<name .../>` and returns its attributes. */
  tag(name: string): Record<string, string> {
    this.skipSpace()
    const inside = this.#until(0x3e)
    this.#at++
    const match = /^<([A-Za-z]+)((?: [\w:]+="[^"<]*")*) ?(\/?)$/.exec(inside)
    if (match?.[1] !== name) throw refuse(`The 3MF file lacks its <${name}> element.`, { byte: this.#at })
    return Object.fromEntries([...(match[2] ?? '').matchAll(/ ([\w:]+)="([^"]*)"/g)].map((m) => [m[1], m[2]]))
  }
  /** Takes a plain decimal (no exponent). The mantissa stays below 2^53, so one division rounds correctly. */
  decimal(): number {
    const negative = this.#bytes[this.#at] === 0x2d
    if (negative) this.#at++
    const from = this.#at
    let mantissa = 0
    let scale = 0
    for (; ; this.#at++) {
      const byte = this.#bytes[this.#at] ?? 0
      if (byte >= 0x30 && byte <= 0x39) {
        mantissa = mantissa * 10 + byte - 0x30
        scale *= 10
      } else if (byte === 0x2e && scale === 0) scale = 1
      else break
    }
    if (this.#at === from || this.#at - from > 16)
      throw refuse('The 3MF file holds a number that cannot be read.', { byte: from })
    const value = scale > 1 ? mantissa / scale : mantissa
    return negative ? -value : value
  }
}

const literal = (text: string) => new TextEncoder().encode(text)

function readRows(cursor: XmlCursor, labels: readonly string[], end: string, take: (value: number) => void) {
  const marks = labels.map(literal)
  const [first, rest, close] = [marks[0] as Uint8Array, marks.slice(1), literal(end)]
  for (cursor.skipSpace(); cursor.sees(first); cursor.skipSpace()) {
    cursor.take(first)
    take(cursor.decimal())
    for (const mark of rest) {
      cursor.take(mark)
      take(cursor.decimal())
    }
    cursor.take(close)
  }
}

function readMesh(cursor: XmlCursor): Mesh {
  const positions = new Numbers((length) => new Float32Array(length))
  const indices = new Numbers((length) => new Uint32Array(length))
  cursor.tag('vertices')
  readRows(cursor, ['<vertex x="', '" y="', '" z="'], '"/>', (v) => positions.push(v))
  cursor.take(literal('</vertices>'))
  cursor.tag('triangles')
  readRows(cursor, ['<triangle v1="', '" v2="', '" v3="'], '"/>', (v) => indices.push(v))
  cursor.take(literal('</triangles>'))
  const mesh = { positions: positions.taken(), indices: indices.taken() }
  const points = mesh.positions.length / 3
  for (const index of mesh.indices)
    if (index >= points) throw refuse('The 3MF file names a point that it does not hold.', { index, points })
  return mesh
}

function readMetadata(cursor: XmlCursor): Record<string, string> {
  const found: Record<string, string> = {}
  for (cursor.skipSpace(); cursor.sees(literal('<metadata ')); cursor.skipSpace()) {
    const { name = '' } = cursor.tag('metadata')
    if (!ALLOWED_METADATA.includes(name) || name in found)
      throw refuse('The 3MF file carries metadata outside the allowed list.')
    found[name] = cursor.text()
    cursor.take(literal('</metadata>'))
  }
  return found
}

function readModel(bytes: Uint8Array): ThreeMfContent {
  const cursor = new XmlCursor(bytes)
  cursor.take(literal('<?xml version="1.0" encoding="UTF-8"?>'))
  const model = cursor.tag('model')
  if (model.xmlns !== CORE_NAMESPACE || model['xmlns:pp'] !== OWN_NAMESPACE)
    throw refuse('The 3MF file is not in the core namespace.')
  const metadata = readMetadata(cursor)
  cursor.tag('resources')
  const object = cursor.tag('object')
  cursor.tag('mesh')
  const mesh = readMesh(cursor)
  for (const name of ['mesh', 'object', 'resources']) {
    cursor.skipSpace()
    cursor.take(literal(`</${name}>`))
  }
  cursor.tag('build')
  const item = cursor.tag('item')
  if (item.objectid !== object.id) throw refuse('The 3MF file builds an object that it does not hold.')
  for (const name of ['build', 'model']) {
    cursor.skipSpace()
    cursor.take(literal(`</${name}>`))
  }
  cursor.skipSpace()
  if (!cursor.atEnd) throw refuse('The 3MF file has something after its end.')
  const transform = (item.transform ?? '1 0 0 0 1 0 0 0 1 0 0 0').split(' ').map(Number)
  if (transform.length !== 12 || !transform.every(Number.isFinite))
    throw refuse('The 3MF file places its part by a transform that cannot be read.')
  return { mesh, unit: model.unit ?? 'millimeter', metadata, transform }
}

/**
 * Reads back a 3MF of this project, strictly: exactly three parts, one object, one build item, allowed metadata.
 * Throws 'export/mismatch' otherwise. Not a reader for foreign files. Memory: the XML unpacked, about 55 bytes a
 * triangle plus 45 a vertex.
 */
export function readThreeMf(bytes: Uint8Array): ThreeMfContent {
  let parts: Record<string, Uint8Array>
  try {
    parts = unzipSync(bytes)
  } catch {
    throw refuse('The 3MF file is not a whole zip archive.')
  }
  if (Object.keys(parts).join('|') !== [CONTENT_TYPES_PART, RELATIONS_PART, MODEL_PART].join('|'))
    throw refuse('The 3MF file does not have exactly its three parts.')
  const textOf = (name: string) => new TextDecoder().decode(parts[name])
  if (textOf(CONTENT_TYPES_PART) !== CONTENT_TYPES || textOf(RELATIONS_PART) !== RELATIONS)
    throw refuse('The 3MF file has content types or relations of its own.')
  return readModel(parts[MODEL_PART] ?? new Uint8Array(0))
}

import { type AsyncFlateStreamHandler, Zip, ZipDeflate } from 'fflate'
import { PipelineError } from '../core/errors.ts'
import { meshBounds } from '../core/mesh.ts'
import type { Mesh } from '../core/types.ts'
import type { Released } from '../qa/gate.ts'
import { DECIMAL_BYTES, LARGEST_DECIMAL, writeDecimal, writeInteger } from './decimal.ts'

// 3MF Core Specification 1.3. Part names and relationship types are fixed by it and by OPC (ECMA-376 part 2).
export const CONTENT_TYPES_PART = '[Content_Types].xml'
export const RELATIONS_PART = '_rels/.rels'
export const MODEL_PART = '3D/3dmodel.model'
export const CORE_NAMESPACE = 'http://schemas.microsoft.com/3dmanufacturing/core/2015/02'
export const OWN_NAMESPACE = 'urn:proofprint:3mf:1'
/** Every metadata name a file may carry, with nothing that could name a person. */
export const ALLOWED_METADATA: readonly string[] = ['Application', 'pp:TraceId']

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
export const CONTENT_TYPES = `${DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>
</Types>
`
export const RELATIONS = `${DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rel0" Target="/3D/3dmodel.model" Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/>
</Relationships>
`

export interface ThreeMfMeta {
  /** Crockford characters and a dash only; anything else is refused. */
  readonly traceId: string
}

const BUFFER_BYTES = 1 << 18
const LONGEST_ELEMENT = 64 + 3 * DECIMAL_BYTES
/** On a million triangles level 3 took 1.7 times as long for a file 14 % smaller, and level 6 was no smaller still. */
const DEFLATE_LEVEL = 1
/** The earliest day a zip can hold, as local noon: same bytes on every day and in every time zone. */
const ZIP_TIME = () => new Date(1980, 0, 1, 12)

const ascii = (text: string) => new TextEncoder().encode(text)

/** Gathers small writes into one reused buffer; `flush` hands it on (the receiver must copy). */
class ByteSink {
  readonly bytes = new Uint8Array(BUFFER_BYTES)
  at = 0
  readonly #flush: (bytes: Uint8Array, last: boolean) => void
  constructor(flush: (bytes: Uint8Array, last: boolean) => void) {
    this.#flush = flush
  }
  room(bytes: number) {
    if (this.at + bytes <= BUFFER_BYTES) return
    this.#flush(this.bytes.slice(0, this.at), false)
    this.at = 0
  }
  /** For parts of a few bytes, where a loop is faster than TypedArray.set. */
  put(part: Uint8Array) {
    for (let n = 0; n < part.length; n++) this.bytes[this.at + n] = part[n] as number
    this.at += part.length
  }
  text(text: string) {
    const part = ascii(text)
    this.room(part.length)
    this.put(part)
  }
  end() {
    this.#flush(this.bytes.slice(0, this.at), true)
  }
}

function writeVertices(sink: ByteSink, positions: Float32Array) {
  const [x, y, z, end] = ['<vertex x="', '" y="', '" z="', '"/>\n'].map(ascii) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]
  for (let i = 0; i < positions.length; i += 3) {
    sink.room(LONGEST_ELEMENT)
    sink.put(x)
    sink.at = writeDecimal(sink.bytes, sink.at, positions[i] as number)
    sink.put(y)
    sink.at = writeDecimal(sink.bytes, sink.at, positions[i + 1] as number)
    sink.put(z)
    sink.at = writeDecimal(sink.bytes, sink.at, positions[i + 2] as number)
    sink.put(end)
  }
}

function writeTriangles(sink: ByteSink, indices: Uint32Array) {
  const [a, b, c, end] = ['<triangle v1="', '" v2="', '" v3="', '"/>\n'].map(ascii) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]
  for (let i = 0; i < indices.length; i += 3) {
    sink.room(LONGEST_ELEMENT)
    sink.put(a)
    sink.at = writeInteger(sink.bytes, sink.at, indices[i] as number)
    sink.put(b)
    sink.at = writeInteger(sink.bytes, sink.at, indices[i + 1] as number)
    sink.put(c)
    sink.at = writeInteger(sink.bytes, sink.at, indices[i + 2] as number)
    sink.put(end)
  }
}

/** Moves the part, not its points, so that it lies on the plate in the positive octant. */
function placement(mesh: Mesh): string {
  const { min } = meshBounds(mesh)
  const bytes = new Uint8Array(DECIMAL_BYTES)
  const shift = min.map((v) => new TextDecoder().decode(bytes.subarray(0, writeDecimal(bytes, 0, -v))))
  return `1 0 0 0 1 0 0 0 1 ${shift.join(' ')}`
}

function writeModel(sink: ByteSink, mesh: Mesh, meta: ThreeMfMeta) {
  sink.text(`${DECLARATION}<model unit="millimeter" xml:lang="en-US" xmlns="${CORE_NAMESPACE}" xmlns:pp="${OWN_NAMESPACE}">
<metadata name="Application">Proofprint</metadata>
<metadata name="pp:TraceId">${meta.traceId}</metadata>
<resources>
<object id="1" type="model">
<mesh>
<vertices>
`)
  writeVertices(sink, mesh.positions)
  sink.text('</vertices>\n<triangles>\n')
  writeTriangles(sink, mesh.indices)
  sink.text(`</triangles>
</mesh>
</object>
</resources>
<build>
<item objectid="1" transform="${placement(mesh)}"/>
</build>
</model>
`)
  sink.end()
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/**
 * 3MF (core) with one object, points as they are in LPS mm, the trace id in namespaced metadata. Deterministic bytes.
 * Throws 'export/mismatch' when a coordinate cannot be written or the trace id is not one. The XML is streamed into
 * the zip, so memory is that of the finished file.
 */
export function writeThreeMf(mesh: Released<Mesh>, meta: ThreeMfMeta): Uint8Array {
  if (!/^[0-9A-HJKMNP-TV-Z-]{1,32}$/.test(meta.traceId))
    throw new PipelineError('export/mismatch', 'The trace id has characters that do not belong in one.')
  for (const v of mesh.positions)
    if (!(Math.abs(v) <= LARGEST_DECIMAL))
      throw new PipelineError('export/mismatch', 'The mesh has a point that no file could hold. Make the model again.')
  const out: Uint8Array[] = []
  const collect: AsyncFlateStreamHandler = (error, chunk) => {
    if (error) throw error
    out.push(chunk)
  }
  const zip = new Zip(collect)
  const part = (name: string) => {
    const file = new ZipDeflate(name, { level: DEFLATE_LEVEL })
    file.mtime = ZIP_TIME()
    file.os = 0
    zip.add(file)
    return file
  }
  part(CONTENT_TYPES_PART).push(ascii(CONTENT_TYPES), true)
  part(RELATIONS_PART).push(ascii(RELATIONS), true)
  const model = part(MODEL_PART)
  writeModel(new ByteSink((bytes, last) => model.push(bytes, last)), mesh, meta)
  zip.end()
  return concat(out)
}

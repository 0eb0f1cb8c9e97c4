import { Zip } from 'fflate'
import { meshBounds } from '../core/mesh.ts'
import type { Mesh } from '../core/types.ts'
import type { Released } from '../qa/gate.ts'
import { DECIMAL_BYTES, LARGEST_DECIMAL, writeDecimal, writeInteger } from './decimal.ts'
import { type FilePart, mismatch } from './file-parts.ts'
import { ZipPart } from './zip-part.ts'

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

const BUFFER_BYTES = 1 << 20
const LONGEST_ELEMENT = 64 + 3 * DECIMAL_BYTES
const ascii = (text: string) => new TextEncoder().encode(text)

/** A stretch of the model text in a buffer that the next stretch reuses, and how many numbers are written with it. */
interface Stretch {
  readonly bytes: Uint8Array
  readonly numbers: number
}

type Marks = readonly [before: string, second: string, third: string, after: string]
type WriteNumber = (bytes: Uint8Array, at: number, value: number) => number

const VERTEX: Marks = ['<vertex x="', '" y="', '" z="', '"/>\n']
const TRIANGLE: Marks = ['<triangle v1="', '" v2="', '" v3="', '"/>\n']

type Bytes4 = readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array]

/** One element for three numbers; a stretch whenever the buffer is full. */
function* elements(
  values: Float32Array | Uint32Array,
  marks: Marks,
  write: WriteNumber,
  buffer: Uint8Array,
): Generator<Stretch> {
  const bytes = marks.map(ascii) as unknown as Bytes4
  const atOnce = 3 * Math.floor(buffer.length / LONGEST_ELEMENT)
  for (let i = 0; i < values.length; i += atOnce) {
    const numbers = Math.min(values.length, i + atOnce)
    yield { bytes: buffer.subarray(0, writeElements(values.subarray(i, numbers), bytes, write, buffer)), numbers }
  }
}

/** The loop on its own: within the generator it took half as long again. Returns how many bytes are written. */
function writeElements(
  values: Float32Array | Uint32Array,
  [before, second, third, after]: Bytes4,
  write: WriteNumber,
  buffer: Uint8Array,
): number {
  let at = 0
  for (let i = 0; i < values.length; i += 3) {
    buffer.set(before, at)
    at = write(buffer, at + before.length, values[i] as number)
    at = putShort(buffer, at, second)
    at = write(buffer, at, values[i + 1] as number)
    at = putShort(buffer, at, third)
    at = write(buffer, at, values[i + 2] as number)
    at = putShort(buffer, at, after)
  }
  return at
}

/** Four to six bytes, one by one: a loop over them took twice as long as the numbers, TypedArray.set as well. */
function putShort(buffer: Uint8Array, at: number, part: Uint8Array): number {
  buffer[at] = part[0] as number
  buffer[at + 1] = part[1] as number
  buffer[at + 2] = part[2] as number
  buffer[at + 3] = part[3] as number
  if (part.length > 4) buffer[at + 4] = part[4] as number
  if (part.length > 5) buffer[at + 5] = part[5] as number
  return at + part.length
}

/** Moves the part, not its points, so that it lies on the plate in the positive octant. */
function placement(mesh: Mesh): string {
  const { min } = meshBounds(mesh)
  const bytes = new Uint8Array(DECIMAL_BYTES)
  const shift = min.map((v) => new TextDecoder().decode(bytes.subarray(0, writeDecimal(bytes, 0, -v))))
  return `1 0 0 0 1 0 0 0 1 ${shift.join(' ')}`
}

const opening = (
  meta: ThreeMfMeta,
) => `${DECLARATION}<model unit="millimeter" xml:lang="en-US" xmlns="${CORE_NAMESPACE}" xmlns:pp="${OWN_NAMESPACE}">
<metadata name="Application">Proofprint</metadata>
<metadata name="pp:TraceId">${meta.traceId}</metadata>
<resources>
<object id="1" type="model">
<mesh>
<vertices>
`

const closing = (mesh: Mesh) => `</triangles>
</mesh>
</object>
</resources>
<build>
<item objectid="1" transform="${placement(mesh)}"/>
</build>
</model>
`

function* modelText(mesh: Mesh, meta: ThreeMfMeta): Generator<Stretch> {
  const { positions, indices } = mesh
  const buffer = new Uint8Array(BUFFER_BYTES)
  yield { bytes: ascii(opening(meta)), numbers: 0 }
  yield* elements(positions, VERTEX, writeDecimal, buffer)
  yield { bytes: ascii('</vertices>\n<triangles>\n'), numbers: positions.length }
  for (const { bytes, numbers } of elements(indices, TRIANGLE, writeInteger, buffer))
    yield { bytes, numbers: positions.length + numbers }
  yield { bytes: ascii(closing(mesh)), numbers: positions.length + indices.length }
}

/** Throws 'export/mismatch' when a coordinate cannot be written or the trace id is not one. */
function requireWritable(mesh: Mesh, meta: ThreeMfMeta): void {
  if (!/^[0-9A-HJKMNP-TV-Z-]{1,32}$/.test(meta.traceId))
    throw mismatch('The trace id has characters that do not belong in one.')
  for (const v of mesh.positions)
    if (!(Math.abs(v) <= LARGEST_DECIMAL))
      throw mismatch('The mesh has a point that no file could hold. Make the model again.')
}

/**
 * 3MF (core) with one object, points as they are in LPS mm, the trace id in namespaced metadata. Deterministic bytes.
 * Comes in parts as it is written: working memory is two megabytes for a mesh of any size. Deflating takes most of the
 * time; the browser's own CompressionStream takes as long, and other browsers would give other bytes.
 * Throws 'export/mismatch' when a coordinate cannot be written or the trace id is not one.
 */
export function* writeThreeMf(mesh: Released<Mesh>, meta: ThreeMfMeta): Generator<FilePart> {
  requireWritable(mesh, meta)
  const total = mesh.positions.length + mesh.indices.length
  let ready: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    ready.push(chunk)
  })
  function* taken(numbers: number): Generator<FilePart> {
    const parts = ready
    ready = []
    for (const bytes of parts) yield { bytes, done: numbers / total }
  }
  const open = (name: string) => {
    const file = new ZipPart(name)
    zip.add(file)
    return file
  }
  open(CONTENT_TYPES_PART).push(ascii(CONTENT_TYPES), true)
  open(RELATIONS_PART).push(ascii(RELATIONS), true)
  const model = open(MODEL_PART)
  for (const { bytes, numbers } of modelText(mesh, meta)) {
    model.push(bytes)
    yield* taken(numbers)
  }
  model.push(new Uint8Array(0), true)
  zip.end()
  yield* taken(total)
}

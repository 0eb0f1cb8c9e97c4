import { Zip } from 'fflate'
import { meshBounds } from '../core/mesh.ts'
import type { Mesh } from '../core/types.ts'
import type { Released } from '../qa/gate.ts'
import { DECIMAL_BYTES, LARGEST_DECIMAL, writeDecimal, writeInteger } from './decimal.ts'
import { type FilePart, mismatch } from './file-parts.ts'
import { type Marks, RowDeflate, type WriteNumber } from './row-deflate.ts'
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

const ascii = (text: string) => new TextEncoder().encode(text)

const ROW_END = ascii('"/>\n')
const marks = (opening: string, second: string, third: string): Marks => [
  ascii(opening),
  ascii(`"/>\n${opening}`),
  ascii(second),
  ascii(third),
]
const VERTEX = marks('<vertex x="', '" y="', '" z="')
const TRIANGLE = marks('<triangle v1="', '" v2="', '" v3="')

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

/** A deflated stretch of the model, and how many numbers are written with it. */
interface Stretch {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly numbers: number
}

/** The elements of one kind; a stretch whenever a block is full. */
function* elements(
  text: RowDeflate,
  values: Float32Array | Uint32Array,
  kind: Marks,
  write: WriteNumber,
): Generator<Stretch> {
  if (values.length === 0) return
  let at = text.rows(values, 0, kind, write)
  for (; at < values.length; at = text.rows(values, at, kind, write)) yield { bytes: text.block(false), numbers: at }
  text.literal(ROW_END)
}

function* modelText(text: RowDeflate, mesh: Mesh, meta: ThreeMfMeta): Generator<Stretch> {
  const { positions, indices } = mesh
  text.literal(ascii(opening(meta)))
  yield* elements(text, positions, VERTEX, writeDecimal)
  text.literal(ascii('</vertices>\n<triangles>\n'))
  for (const { bytes, numbers } of elements(text, indices, TRIANGLE, writeInteger))
    yield { bytes, numbers: positions.length + numbers }
  text.literal(ascii(closing(mesh)))
}

/** Throws 'export/mismatch' when a coordinate cannot be written or the trace id is not one. */
function requireWritable(mesh: Mesh, meta: ThreeMfMeta): void {
  if (!/^[0-9A-HJKMNP-TV-Z-]{1,32}$/.test(meta.traceId))
    throw mismatch('The trace id has characters that do not belong in one.')
  const { positions } = mesh
  for (let n = 0; n < positions.length; n++)
    if (!(Math.abs(positions[n] as number) <= LARGEST_DECIMAL))
      throw mismatch('The mesh has a point that no file could hold. Make the model again.')
}

/**
 * 3MF (core) with one object, points as they are in LPS mm, the trace id in namespaced metadata. Deterministic bytes.
 * Comes in parts as it is written: working memory is five megabytes for a mesh of any size. The browser's own
 * CompressionStream would be slower than RowDeflate, and each browser would give other bytes.
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
  open(CONTENT_TYPES_PART).whole(ascii(CONTENT_TYPES))
  open(RELATIONS_PART).whole(ascii(RELATIONS))
  const model = open(MODEL_PART)
  const text = new RowDeflate()
  for (const { bytes, numbers } of modelText(text, mesh, meta)) {
    model.push(bytes)
    yield* taken(numbers)
  }
  model.end(text.block(true), text)
  zip.end()
  yield* taken(total)
}

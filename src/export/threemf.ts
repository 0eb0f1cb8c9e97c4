import { Zip } from 'fflate'
import { meshBounds } from '../core/mesh.ts'
import type { Mesh } from '../core/types.ts'
import type { Released } from '../qa/gate.ts'
import { DECIMAL_BYTES, LARGEST_DECIMAL, writeDecimal, writeInteger } from './decimal.ts'
import type { FileNotes } from './file-notes.ts'
import { type FilePart, mismatch } from './file-parts.ts'
import { type Marks, RowDeflate, type WriteNumber } from './row-deflate.ts'
import {
  BETWEEN,
  CONTENT_TYPES,
  CONTENT_TYPES_PART,
  closing,
  MODEL_PART,
  OBJECT_END,
  objectOpening,
  opening,
  RELATIONS,
  RELATIONS_PART,
  TRACE_PART,
} from './threemf-package.ts'
import { ZipPart } from './zip-part.ts'

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
/** What RowDeflate takes at once of a text that is no row. */
const LITERAL_BYTES = 512

/** Moves the parts, not their points, so that they lie on the plate in the positive octant. */
export function placement(meshes: readonly Mesh[]): string {
  const corners = meshes.map((mesh) => meshBounds(mesh).min)
  const bytes = new Uint8Array(DECIMAL_BYTES)
  const shift = [0, 1, 2].map((axis) => {
    const least = Math.min(...corners.map((min) => min[axis as 0 | 1 | 2]))
    return new TextDecoder().decode(bytes.subarray(0, writeDecimal(bytes, 0, -least)))
  })
  return `1 0 0 0 1 0 0 0 1 ${shift.join(' ')}`
}

/** A deflated stretch of the model, and how many numbers are written with it. */
export interface Stretch {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly numbers: number
}

/** A text that is no row; a stretch whenever a block is full. */
function* words(text: RowDeflate, said: string): Generator<Uint8Array<ArrayBuffer>> {
  const bytes = ascii(said)
  for (let at = 0; at < bytes.length; at += LITERAL_BYTES) {
    text.literal(bytes.subarray(at, at + LITERAL_BYTES))
    if (text.full) yield text.block(false)
  }
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

/** The text of a model in stretches, but for the last block; `end` is what follows its last body. */
export function* modelStretches(
  text: RowDeflate,
  meshes: readonly Released<Mesh>[],
  notes: FileNotes,
  end: string,
): Generator<Stretch> {
  let before = 0
  const said = function* (more: string): Generator<Stretch> {
    for (const bytes of words(text, more)) yield { bytes, numbers: before }
  }
  const rows = function* (values: Float32Array | Uint32Array, kind: Marks, write: WriteNumber): Generator<Stretch> {
    for (const { bytes, numbers } of elements(text, values, kind, write)) yield { bytes, numbers: before + numbers }
    before += values.length
  }
  yield* said(opening(notes))
  for (const [n, { positions, indices }] of meshes.entries()) {
    yield* said(objectOpening(notes, n))
    yield* rows(positions, VERTEX, writeDecimal)
    yield* said(BETWEEN)
    yield* rows(indices, TRIANGLE, writeInteger)
    yield* said(OBJECT_END)
  }
  yield* said(end)
}

/** Throws 'export/mismatch' when a coordinate cannot be written as a decimal. */
export function requireDecimals({ positions }: Mesh): void {
  for (let n = 0; n < positions.length; n++)
    if (!(Math.abs(positions[n] as number) <= LARGEST_DECIMAL))
      throw mismatch('The mesh has a point that no file could hold. Make the model again.')
}

/**
 * 3MF (Core 1.3 with the UUIDs of the Production Extension 1.1): an object a body with its name and colour, points as they
 * are in LPS mm, the trace id in metadata and the recipe in a part of its own, both marked to be preserved. Consumers that
 * know only the core read it too: no extension is required. Deterministic bytes.
 * Comes in parts as it is written: working memory is five megabytes for meshes of any size. The browser's own
 * CompressionStream would be slower than RowDeflate, and each browser would give other bytes.
 * Throws 'export/mismatch' when a coordinate cannot be written.
 */
export function* writeThreeMf(meshes: readonly Released<Mesh>[], notes: FileNotes): Generator<FilePart> {
  meshes.forEach(requireDecimals)
  const total = meshes.reduce((sum, { positions, indices }) => sum + positions.length + indices.length, 0)
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
  open(TRACE_PART).whole(ascii(notes.trace))
  const model = open(MODEL_PART)
  const text = new RowDeflate()
  for (const { bytes, numbers } of modelStretches(text, meshes, notes, closing(notes, placement(meshes)))) {
    model.push(bytes)
    yield* taken(numbers)
  }
  model.end(text.block(true), text)
  zip.end()
  yield* taken(total)
}

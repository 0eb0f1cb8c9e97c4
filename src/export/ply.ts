import type { Mesh } from '../core/types.ts'
import type { Released } from '../qa/gate.ts'
import type { FileNotes } from './file-notes.ts'
import { type FilePart, mismatch } from './file-parts.ts'
import { traceComment } from './obj.ts'

/** What a vertex may carry, by the name of its property. */
export const VALUE_NAMES = ['confidence', 'thickness_mm', 'deviation_mm'] as const
export type VertexValueName = (typeof VALUE_NAMES)[number]

/** A number a vertex: confidence from 0 to 1, or mm; NaN where it was not measured. */
export interface VertexValues {
  readonly name: VertexValueName
  readonly values: Float32Array
}

/** The same in every file. */
export const PLY_HEADER = 'Proofprint PLY, unit mm, LPS axes'
const ROWS_AT_ONCE = 65_536
const FACE_BYTES = 13
const CORNERS = 3

function header(vertices: number, faces: number, notes: FileNotes, values: VertexValues | null): string {
  return [
    'ply',
    'format binary_little_endian 1.0',
    `comment ${PLY_HEADER}`,
    `comment ${traceComment(notes.traceId)}`,
    `element vertex ${vertices}`,
    'property float x',
    'property float y',
    'property float z',
    ...(values ? [`property float ${values.name}`] : []),
    `element face ${faces}`,
    'property list uchar int vertex_indices',
    'end_header\n',
  ].join('\n')
}

function vertexRows(positions: Float32Array, values: Float32Array | null, from: number, end: number): Uint8Array {
  const each = values ? 16 : 12
  const view = new DataView(new ArrayBuffer(each * (end - from)))
  for (let v = from, at = 0; v < end; v++, at += each) {
    for (let k = 0; k < 3; k++) view.setFloat32(at + 4 * k, positions[3 * v + k] as number, true)
    if (values) view.setFloat32(at + 12, values[v] as number, true)
  }
  return new Uint8Array(view.buffer)
}

function faceRows(indices: Uint32Array, from: number, end: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(FACE_BYTES * (end - from)))
  for (let t = from, at = 0; t < end; t++, at += FACE_BYTES) {
    view.setUint8(at, CORNERS)
    for (let k = 0; k < CORNERS; k++) view.setInt32(at + 1 + 4 * k, indices[3 * t + k] as number, true)
  }
  return new Uint8Array(view.buffer)
}

/**
 * Binary little-endian PLY (Turk, Stanford 1994): points as they are in LPS mm, bit for bit, with one number a vertex when
 * given. Deterministic bytes; comes in parts of at most a megabyte.
 * Throws 'export/mismatch' when there is not one number for each vertex.
 */
export function* writePly(
  mesh: Released<Mesh>,
  notes: FileNotes,
  values: VertexValues | null = null,
): Generator<FilePart> {
  const { positions, indices } = mesh
  const [vertices, faces] = [positions.length / 3, indices.length / 3]
  if (values && values.values.length !== vertices)
    throw mismatch('The values belong to another mesh. Run the check again.', {
      values: values.values.length,
      vertices,
    })
  const total = vertices + faces
  yield { bytes: new TextEncoder().encode(header(vertices, faces, notes, values)), done: 0 }
  for (let from = 0; from < vertices; from += ROWS_AT_ONCE) {
    const end = Math.min(vertices, from + ROWS_AT_ONCE)
    yield { bytes: vertexRows(positions, values?.values ?? null, from, end), done: end / total }
  }
  for (let from = 0; from < faces; from += ROWS_AT_ONCE) {
    const end = Math.min(faces, from + ROWS_AT_ONCE)
    yield { bytes: faceRows(indices, from, end), done: (vertices + end) / total }
  }
}

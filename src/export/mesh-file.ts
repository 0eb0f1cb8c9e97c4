import { type ErrorDetail, PipelineError } from '../core/errors.ts'
import type { Mesh } from '../core/types.ts'

/** A mesh as a file of any maker holds it, in the file's own numbers: STL, OBJ and PLY state no unit. */
export interface MeshFile {
  readonly mesh: Mesh
  /** Comment lines and the header text, in order, as long as there are few. */
  readonly comments: readonly string[]
  /** Names of objects and groups, in order. */
  readonly names: readonly string[]
  /** Numbers a vertex that this project writes too, by their name. */
  readonly values: ReadonlyMap<string, Float32Array>
  /** Statements, numbers or bytes that were passed over. */
  readonly passedOver: number
}

/** More would not fit beside a release in a tab: 24 bytes a triangle and a tree over them. */
export const MAX_TRIANGLES = 16_000_000
export const MAX_POINTS = 3 * MAX_TRIANGLES
/** A text of so many triangles with long numbers. */
export const MAX_MESH_BYTES = 4e9
/** Comments kept of a file: the rest only counts. */
export const MOST_COMMENTS = 64

export const corrupt = (message: string, detail: ErrorDetail = {}) =>
  new PipelineError('mesh/corrupt', `${message} Export the file again.`, detail)
export const truncated = (message: string, detail: ErrorDetail = {}) =>
  new PipelineError('mesh/truncated', `${message} Copy it again.`, detail)
export const unsupported = (message: string, detail: ErrorDetail = {}) =>
  new PipelineError('mesh/unsupported', message, detail)
export const tooLarge = (detail: ErrorDetail = {}) =>
  new PipelineError(
    'mesh/too-large',
    `The file holds more than ${MAX_TRIANGLES / 1e6} million triangles, which do not fit in the browser. Decimate it first.`,
    detail,
  )

/** Refuses a file that could not be read whole. */
export function requireReadable(file: Blob): void {
  if (file.size > MAX_MESH_BYTES) throw tooLarge({ bytes: file.size })
  if (file.size === 0) throw new PipelineError('mesh/empty', 'The file is empty. Copy it again.')
}

/** Refuses a mesh that encloses nothing. */
export function requireTriangles(mesh: Mesh): Mesh {
  if (mesh.indices.length === 0)
    throw new PipelineError('mesh/empty', 'The file holds no triangle. Open the file of the part itself.')
  return mesh
}

/** Numbers of a list whose length is not known before; refuses to grow past `most` with 'mesh/too-large'. */
export class Growing<A extends Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>> {
  length = 0
  readonly #most: number
  #kept: A
  readonly #make: (length: number) => A

  constructor(make: (length: number) => A, most: number) {
    this.#make = make
    this.#most = most
    this.#kept = make(3072)
  }
  push(value: number): void {
    if (this.length === this.#kept.length) this.#grow()
    this.#kept[this.length++] = value
  }
  #grow(): void {
    if (this.length >= this.#most) throw tooLarge({ numbers: this.length })
    const more = this.#make(Math.min(this.#most, 2 * this.length))
    more.set(this.#kept)
    this.#kept = more
  }
  at(n: number): number {
    return this.#kept[n] as number
  }
  /** The numbers so far, in an array of their own. */
  taken(): A {
    return this.#kept.slice(0, this.length) as A
  }
}

export const growingPoints = () => new Growing((n) => new Float32Array(n), 3 * MAX_POINTS)
export const growingIndices = () => new Growing((n) => new Uint32Array(n), 3 * MAX_TRIANGLES)

/** A coordinate: finite, and still so as float32. */
export function coordinate(value: number, detail: ErrorDetail): number {
  if (!Number.isFinite(Math.fround(value))) throw corrupt('The file holds a coordinate that is not a number.', detail)
  return value
}

/** A decimal with or without exponent, NaN for anything else: Number() would also take '' and 0x10. */
export const plainNumber = (text = ''): number =>
  /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN

import { type ErrorDetail, PipelineError } from '../core/errors.ts'
import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'

/** Every kind of file that a released part can be written as. */
export const EXPORT_FORMATS = ['stl', '3mf', 'obj', 'ply', 'dicom-stl', 'dicom-obj'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]
/** What the name of such a file ends in. */
export const EXTENSION = {
  stl: 'stl',
  '3mf': '3mf',
  obj: 'obj',
  ply: 'ply',
  'dicom-stl': 'stl.dcm',
  'dicom-obj': 'obj.dcm',
} as const satisfies Readonly<Record<ExportFormat, string>>
/** Those that hold several bodies, each by its name. */
export const MANY_BODIES: readonly ExportFormat[] = ['3mf', 'obj']

/** The next bytes of a file, which the receiver may keep, and the share of the file that is written with them. */
export interface FilePart {
  readonly bytes: Uint8Array
  readonly done: number
}

/**
 * Takes the next triangles of a file that is read: nine numbers each (LPS mm), in file order. The array is the reader's and
 * holds other triangles after the call.
 */
export type TakeCorners = (corners: Float32Array) => void

/** Why a file of this project cannot be read, or not be written. */
export const mismatch = (message: string, detail: ErrorDetail = {}) =>
  new PipelineError('export/mismatch', message, detail)

/** Parts handed over before they are folded into the blob. */
const FOLD_BYTES = 64 * 2 ** 20

/** A file that grows. The browser keeps it outside of this thread's memory, but for the last parts. */
export class GrowingFile {
  #file = new Blob([])
  #waiting: Uint8Array<ArrayBuffer>[] = []
  #bytes = 0

  /** Keeps the bytes: they must not change afterwards. */
  push(bytes: Uint8Array): void {
    this.#waiting.push(bytes as Uint8Array<ArrayBuffer>)
    this.#bytes += bytes.length
    if (this.#bytes >= FOLD_BYTES) this.#fold()
  }

  whole(): Blob {
    this.#fold()
    return this.#file
  }

  #fold(): void {
    this.#file = new Blob([this.#file, ...this.#waiting])
    this.#waiting = []
    this.#bytes = 0
  }
}

/** Writes a whole file. Can be cancelled between parts. */
export async function writeFile(parts: Iterable<FilePart>, ctx: Context): Promise<Blob> {
  const pace = pacer(ctx)
  const file = new GrowingFile()
  for (const part of parts) {
    file.push(part.bytes)
    await pace.breathe(part.done)
  }
  return file.whole()
}

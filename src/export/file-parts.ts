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

/**
 * Writes a whole file. The parts go into a blob, which the browser keeps outside of this thread's memory. Can be cancelled
 * between parts.
 */
export async function writeFile(parts: Iterable<FilePart>, ctx: Context): Promise<Blob> {
  const pace = pacer(ctx)
  let file = new Blob([])
  let waiting: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  const fold = () => {
    file = new Blob([file, ...waiting])
    waiting = []
    bytes = 0
  }
  for (const part of parts) {
    waiting.push(part.bytes as Uint8Array<ArrayBuffer>)
    bytes += part.bytes.length
    if (bytes >= FOLD_BYTES) fold()
    await pace.breathe(part.done)
  }
  fold()
  return file
}

import { Inflate } from 'fflate'
import { PipelineError } from '../core/errors.ts'
import { MAX_ZIP_RATIO } from './limits.ts'

/** Most bytes one deflated DICOM file may inflate to. */
const LIMIT_BYTES = 6e8
/** Up to here any ratio is lawful: an empty slice deflates a thousand times. */
const RATIO_FLOOR_BYTES = 32e6
const PIECE_BYTES = 16_384

/** Inflates a deflated DICOM data set. Errors: import/zip-bomb, import/corrupt. */
export function inflateDicom(deflated: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = []
  let bytes = 0
  const stream = new Inflate((piece) => {
    bytes += piece.length
    if (bytes > Math.min(LIMIT_BYTES, Math.max(RATIO_FLOOR_BYTES, MAX_ZIP_RATIO * deflated.length))) {
      throw new PipelineError(
        'import/zip-bomb',
        'A compressed DICOM file holds far more data than a slice can. It was not opened.',
      )
    }
    pieces.push(piece)
  })
  try {
    for (let p = 0; p < deflated.length; p += PIECE_BYTES) {
      stream.push(deflated.subarray(p, p + PIECE_BYTES), p + PIECE_BYTES >= deflated.length)
    }
  } catch (error) {
    if (error instanceof PipelineError) throw error
    throw new PipelineError('import/corrupt', 'A compressed DICOM file is damaged. Copy it again.')
  }
  const all = new Uint8Array(bytes)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

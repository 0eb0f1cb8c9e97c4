import { voxelCount } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { Grid } from '../core/types.ts'
import { inflateExactly, inflatePart, shorter } from './inflate.io.ts'
import { type Decoded, decodeFile } from './itk.io.ts'
import {
  frameBytes,
  type NiftiHeader,
  niftiBytes,
  niftiVoxel,
  PLAIN_HEADER_BYTES,
  plainNiftiHeader,
} from './nifti-header.ts'
import type { TextHeader } from './text-header.ts'
import type { Scalars } from './to-int16.ts'

const SAMPLES = 64

/**
 * Voxels (real values) of image `frame` of a checked single-file NIfTI. The wasm decoder gets a header without placement; what it
 * returns is compared with voxels read straight from the file. Errors: import/truncated, import/corrupt,
 * import/zip-bomb.
 */
export async function readNiftiValues(
  file: Blob,
  gzipped: boolean,
  stated: NiftiHeader,
  frame: number,
  ctx: Context,
): Promise<Scalars> {
  const bytes = await oneImage(file, gzipped, stated, frame, ctx)
  const h = { ...stated, offset: PLAIN_HEADER_BYTES }
  bytes.set(plainNiftiHeader(h))
  const decoded = await decodeFile('nifti', bytes)
  checkSameSize(decoded, h.grid)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const step = Math.max(1, Math.floor(decoded.values.length / SAMPLES))
  for (let n = 0; n < decoded.values.length; n += step) {
    const [mine, theirs] = [niftiVoxel(view, h, n), decoded.values[n] ?? Number.NaN]
    const tolerance = 1e-5 * Math.max(Math.abs(mine), Math.abs(h.intercept), 1e-6)
    if (Number.isFinite(mine) && !(Math.abs(mine - theirs) <= tolerance)) throw disagree('values')
  }
  return decoded.values
}

/** The voxels of one image, behind as many bytes as a plain header takes. */
async function oneImage(
  file: Blob,
  gzipped: boolean,
  h: NiftiHeader,
  frame: number,
  ctx: Context,
): Promise<Uint8Array<ArrayBuffer>> {
  const from = h.offset + frame * frameBytes(h)
  const kept = [from - PLAIN_HEADER_BYTES, from + frameBytes(h)] as const
  if (gzipped) {
    const all = niftiBytes(h)
    return inflatePart(file, 'gzip', all, kept, ctx.signal, (done) => ctx.progress((0.6 * done) / all, 'inflating'))
  }
  if (file.size < kept[1]) throw shorter(kept[1], file.size)
  return new Uint8Array(await file.slice(...kept).arrayBuffer())
}

/**
 * Voxels of a checked NRRD or MHA file. Compressed voxels are inflated here, bounded and verified, and handed to the
 * decoder raw. Placement must agree with ours. Errors: import/truncated, import/corrupt, import/zip-bomb,
 * import/bad-header.
 */
export async function readTextValues(kind: 'nrrd' | 'mha', file: Blob, h: TextHeader, ctx: Context): Promise<Scalars> {
  const needed = voxelCount(h.grid) * h.bytesPerVoxel
  const body = file.slice(h.offset)
  const voxels =
    h.encoding === 'raw'
      ? body.slice(0, needed)
      : await inflateExactly(body, h.encoding === 'zlib' ? 'deflate' : 'gzip', needed, ctx.signal, (done) =>
          ctx.progress((0.6 * done) / needed, 'inflating'),
        )
  if (voxels instanceof Blob && voxels.size < needed) throw shorter(needed, voxels.size)
  const header = Uint8Array.from(h.rawHeader, (c) => c.charCodeAt(0))
  const decoded = await decodeFile(kind, new Uint8Array(await new Blob([header, voxels]).arrayBuffer()))
  checkSameSize(decoded, h.grid)
  if (!h.notes.includes('orientation-unknown')) checkSamePlace(decoded.grid, h.grid)
  return decoded.values
}

function checkSameSize(decoded: Decoded, grid: Grid): void {
  if (decoded.grid.size.some((n, axis) => n !== grid.size[axis])) throw disagree('size')
}

function checkSamePlace(theirs: Grid, mine: Grid): void {
  const far = (a: readonly number[], b: readonly number[], tolerance: number) =>
    a.some((v, n) => !(Math.abs(v - (b[n] ?? Number.NaN)) <= tolerance))
  if (
    far(theirs.spacing, mine.spacing, 1e-4) ||
    far(theirs.origin, mine.origin, 1e-2) ||
    far(theirs.direction, mine.direction, 2e-3)
  )
    throw disagree('place')
}

const disagree = (what: string) =>
  new PipelineError('import/corrupt', `Two readers disagree about the ${what} of this file. Export the scan again.`, {
    what,
  })

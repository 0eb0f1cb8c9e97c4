import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { Grid } from '../core/types.ts'
import { type Found, importedFrom } from './found.ts'
import { inflateHead } from './inflate.io.ts'
import { readMhaHeader } from './mha-header.ts'
import { looksLikeNifti, NIFTI_HEAD_BYTES, readNiftiHeader } from './nifti-header.ts'
import { readNrrdHeader } from './nrrd-header.ts'
import { readNiftiValues, readTextValues } from './read-file.io.ts'
import type { SeriesSource } from './series.ts'
import { WHAT_IS_READ } from './sniff.ts'
import { TEXT_HEAD_BYTES } from './text-header.ts'
import { type Rescale, type Scalars, toInt16 } from './to-int16.ts'

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer())

/** A NIfTI file, gzipped or not. The header is checked now, the voxels are read by `load`. */
export async function scanNifti(file: Blob, gzipped: boolean, ctx: Context): Promise<Found> {
  const head = gzipped
    ? await inflateHead(file, 'gzip', NIFTI_HEAD_BYTES, ctx.signal)
    : await bytesOf(file.slice(0, NIFTI_HEAD_BYTES))
  if (!looksLikeNifti(head)) {
    throw new PipelineError('import/unsupported', `The gzip file does not hold a NIfTI image. ${WHAT_IS_READ}`)
  }
  const header = readNiftiHeader(head)
  return foundIn('nifti', header.grid, header.notes, header, (own) => readNiftiValues(file, gzipped, header, own))
}

/** An NRRD or MHA file. */
export async function scanTextHeader(kind: 'nrrd' | 'mha', file: Blob): Promise<Found> {
  const head = await bytesOf(file.slice(0, TEXT_HEAD_BYTES))
  const header = kind === 'nrrd' ? readNrrdHeader(head) : readMhaHeader(head)
  const plain = { slope: 1, intercept: 0 }
  return foundIn(kind, header.grid, header.notes, plain, (own) => readTextValues(kind, file, header, own))
}

function foundIn(
  source: SeriesSource,
  grid: Grid,
  notes: readonly string[],
  lattice: Rescale,
  read: (ctx: Context) => Promise<Scalars>,
): Found {
  return {
    info: {
      source,
      modality: 'other',
      size: grid.size,
      spacingMm: grid.spacing,
      slices: grid.size[2],
      problem: null,
      remedy: null,
      thumbnail: null,
    },
    async load(ctx) {
      const values = toInt16(await read(ctx), 'guess', lattice)
      ctx.progress(1)
      return importedFrom(values, grid, { source, tagsKept: 0, tagsTotal: 0, notes })
    },
  }
}

import { apartMm } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { Grid } from '../core/types.ts'
import { type Found, type Imported, importedFrom, NO_CHOICE, problemOf } from './found.ts'
import { inflateHead } from './inflate.io.ts'
import { type LabelsInFile, labelsFrom } from './label-values.ts'
import { readMhaHeader } from './mha-header.ts'
import { looksLikeNifti, NIFTI_HEAD_BYTES, type NiftiHeader, readNiftiHeader } from './nifti-header.ts'
import { PLACES_DIFFER, placementsOf } from './nifti-placement.ts'
import { readNrrdHeader } from './nrrd-header.ts'
import { readNiftiValues, readTextValues } from './read-file.io.ts'
import type { PlacementName, SeriesSource } from './series.ts'
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
  const { frames, places } = header
  return {
    info: {
      ...infoOf('nifti', header.grid),
      problem: frames && problemOf(severalImages(frames.count)),
      frames,
      placements: places && placementsOf(places),
      labels: frames ? 'no' : header.statesLabels ? 'stated' : isIntegerType(header) ? 'possible' : 'no',
    },
    async load(ctx, _sink, { frame, placement } = NO_CHOICE) {
      if (frames && !(frame !== null && frame >= 0 && frame < frames.count)) throw severalImages(frames.count)
      const read = (own: Context) => readNiftiValues(file, gzipped, header, frames ? (frame ?? 0) : 0, own)
      const { grid, notes } = placed(header, placement)
      return importedBy('nifti', grid, notes, header, read, ctx)
    },
    readLabels: frames
      ? null
      : async (scan, ctx) => {
          // Of two stated places, the one on which the scan lies.
          const grid = places && apartMm(places.qform, scan) < apartMm(places.sform, scan) ? places.qform : header.grid
          return labelsOn(grid, await readNiftiValues(file, gzipped, header, 0, ctx), NO_NAMES)
        },
  }
}

const NO_NAMES: ReadonlyMap<number, string> = new Map()
const isIntegerType = ({ type, slope, intercept }: NiftiHeader): boolean =>
  !type.startsWith('f') && Number.isInteger(slope) && Number.isInteger(intercept)

function labelsOn(grid: Grid, values: Scalars, names: ReadonlyMap<number, string>): LabelsInFile {
  const { labels, found } = labelsFrom(values)
  return { map: { grid, labels }, found, names }
}

const severalImages = (count: number) =>
  new PipelineError(
    'import/choose-series',
    `The file holds ${count} images of one size, taken one after the other. Choose one of them.`,
    { frames: count },
  )

/** The header's grid and notes, with the place that was chosen. */
function placed(
  { grid, places, notes }: NiftiHeader,
  placement: PlacementName | null,
): Pick<NiftiHeader, 'grid' | 'notes'> {
  if (!places || placement === null) return { grid, notes }
  return {
    grid: places[placement],
    notes: notes.map((note) => (note === PLACES_DIFFER ? `${placement}-chosen` : note)),
  }
}

/** An NRRD or MHA file. */
export async function scanTextHeader(kind: 'nrrd' | 'mha', file: Blob): Promise<Found> {
  const head = await bytesOf(file.slice(0, TEXT_HEAD_BYTES))
  const header = kind === 'nrrd' ? readNrrdHeader(head) : readMhaHeader(head)
  const plain = { slope: 1, intercept: 0 }
  const { labelNames, isInteger } = header
  return {
    info: {
      ...infoOf(kind, header.grid),
      labels: labelNames.size > 0 ? 'stated' : isInteger ? 'possible' : 'no',
    },
    readLabels: async (_scan, ctx) => labelsOn(header.grid, await readTextValues(kind, file, header, ctx), labelNames),
    load: (ctx) =>
      importedBy(kind, header.grid, header.notes, plain, (own) => readTextValues(kind, file, header, own), ctx),
  }
}

const infoOf = (source: SeriesSource, grid: Grid): Found['info'] => ({
  source,
  modality: 'other',
  size: grid.size,
  spacingMm: grid.spacing,
  slices: grid.size[2],
  parts: [],
  problem: null,
  remedy: null,
  frames: null,
  placements: null,
  labels: 'no',
  thumbnail: null,
})

async function importedBy(
  source: SeriesSource,
  grid: Grid,
  notes: readonly string[],
  lattice: Rescale,
  read: (ctx: Context) => Promise<Scalars>,
  ctx: Context,
): Promise<Imported> {
  const values = toInt16(await read(ctx), 'guess', lattice)
  ctx.progress(1)
  return importedFrom(values, grid, { source, tagsKept: 0, tagsTotal: 0, notes })
}

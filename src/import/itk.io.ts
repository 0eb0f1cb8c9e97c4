import { readImageDicomFileSeriesWorkerFunction, setPipelinesBaseUrl as setDicomBase } from '@itk-wasm/dicom'
import { metaReadImage, niftiReadImage, nrrdReadImage, setPipelinesBaseUrl as setImageBase } from '@itk-wasm/image-io'
import type { Image } from 'itk-wasm'
import { PipelineError } from '../core/errors.ts'
import type { Grid, Vec3 } from '../core/types.ts'
import type { Scalars } from './to-int16.ts'

/** What a wasm reader gives, in our terms. `values` may lie on shared memory: copy before keeping. */
export interface Decoded {
  readonly values: Scalars
  readonly grid: Grid
}

/** Serves the wasm pipelines from this URL; the default of the packages is a CDN, which the app never asks. */
export function useItkFrom(baseUrl: string): void {
  setDicomBase(baseUrl)
  setImageBase(baseUrl)
}

// false: run in this thread (we are a worker already). The types know only Worker and null.
const HERE = { webWorker: false as unknown as null }

const READERS = { nifti: niftiReadImage, nrrd: nrrdReadImage, mha: metaReadImage } as const
// Always the same names: files stay in the memory file system of the cached wasm module until overwritten.
const NAMES = { nifti: 'volume.nii', nrrd: 'volume.nrrd', mha: 'volume.mha' } as const

/** Decodes a single-file format. Errors: import/corrupt when the reader refuses or crashes. */
export async function decodeFile(kind: keyof typeof READERS, data: Uint8Array): Promise<Decoded> {
  return guarded(async () => (await READERS[kind]({ path: NAMES[kind], data }, HERE)).image)
}

/**
 * Decodes DICOM files in the order given (no sorting by the reader), one slice a file. What pixel-file.ts writes comes back
 * as stored integers. Errors: import/corrupt.
 */
export async function decodeDicom(files: readonly Uint8Array[]): Promise<Decoded> {
  const inputs = files.map((data, n) => ({ path: `${n}.dcm`, data }))
  return guarded(async () => (await readImageDicomFileSeriesWorkerFunction(inputs, true, HERE)).outputImage)
}

let muted = 0
const LOUD = { error: console.error, log: console.log }

/** The readers write to the console when they fail: their words say nothing to a person, and belong in no log. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  if (muted++ === 0) Object.assign(console, { error: () => {}, log: () => {} })
  try {
    return await work()
  } finally {
    if (--muted === 0) Object.assign(console, LOUD)
  }
}

async function guarded(read: () => Promise<Image | undefined>): Promise<Decoded> {
  let image: Image | undefined
  try {
    image = await quietly(read)
  } catch (cause) {
    throw new PipelineError(
      'import/corrupt',
      'The voxels could not be decoded: the file is damaged or unusual. Export it again.',
      {},
      { cause },
    )
  }
  if (!image?.data) throw new PipelineError('import/corrupt', 'The voxels could not be decoded. Export the scan again.')
  const { components, pixelType } = image.imageType
  if (components !== 1) {
    throw new PipelineError(
      'import/unsupported',
      'The voxels are colours or vectors. Open an image with one number a voxel.',
      {
        components,
        pixelType,
      },
    )
  }
  const grid = gridOf(image)
  if (image.data.length !== grid.size[0] * grid.size[1] * grid.size[2]) {
    throw new PipelineError('import/corrupt', 'The decoded voxels do not fill the stated size. Export the scan again.')
  }
  return { values: scalars(image.data), grid }
}

function scalars(data: NonNullable<Image['data']>): Scalars {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number)
  if (data instanceof Uint8ClampedArray) return new Uint8Array(data)
  return data
}

function gridOf(image: Image): Grid {
  const triple = (v: ArrayLike<number>, fill: number): Vec3 => [v[0] ?? fill, v[1] ?? fill, v[2] ?? fill]
  const d = Array.from(image.direction as ArrayLike<number>, Number)
  const n = image.size.length
  const at = (r: number, c: number) => (r < n && c < n ? (d[r * n + c] ?? 0) : r === c ? 1 : 0)
  return {
    size: triple(image.size, 1),
    spacing: triple(image.spacing, 1),
    origin: triple(image.origin, 0),
    direction: [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)],
  }
}

import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import { inflateDicom } from './dicom-inflate.ts'
import type { SeriesGroup, Slice } from './dicom-series.ts'
import type { ImageTags } from './dicom-tags.ts'
import type { SliceSink } from './found.ts'
import { decodeDicom } from './itk.io.ts'
import { compressedFrames, type FramePieces, nativeRange } from './pixel-data.ts'
import { pixelFile } from './pixel-file.ts'
import type { Stack } from './slice-geometry.ts'
import { StoredVoxels, WideVoxels } from './stored-voxels.ts'
import type { Int16Values, Scalars } from './to-int16.ts'

/** Slices decoded in one go: the wasm file system holds only these. */
const BLOCK = 16

/**
 * Pixels of slices of the given files, piece by piece: of plain pixels only their own bytes are read, of a packed file all of
 * it, and the last one is kept for the frames to come.
 */
class PixelSource {
  readonly #blobs: readonly Blob[]
  #file = -1
  #bytes: Uint8Array = new Uint8Array()
  #frames: FramePieces[] = []

  constructor(blobs: readonly Blob[]) {
    this.#blobs = blobs
  }

  async piecesOf({ file, frame, tags }: Slice): Promise<FramePieces> {
    const { encapsulated, deflatedFrom } = tags.place
    const [from, to] = nativeRange(tags, frame)
    const blob = this.#blobs[file] ?? new Blob()
    if (!encapsulated && deflatedFrom === null) return [await bytesOf(blob.slice(from, to))]
    if (file !== this.#file) await this.#open(file, blob, tags)
    return encapsulated ? (this.#frames[frame] ?? []) : [this.#bytes.subarray(from, to)]
  }

  async #open(file: number, blob: Blob, tags: ImageTags): Promise<void> {
    const raw = await bytesOf(blob)
    const start = tags.place.deflatedFrom
    this.#bytes = start === null ? raw : joined(raw.subarray(0, start), inflateDicom(raw.subarray(start)))
    this.#frames = tags.place.encapsulated ? compressedFrames(this.#bytes, tags) : []
    this.#file = file
  }
}

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer())

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/**
 * Decodes the voxels of a stack, k as in `stack.order`. The wasm reader serves as a codec only: it gets files of our own
 * with nothing but pixels in them (pixel-file.ts), a few slices at a time. Slices go to the sink as they come when they are
 * final. Memory: 2 bytes a voxel, one block and its files; pixels of 32 bits take 8 bytes a voxel more. Errors:
 * import/corrupt, import/truncated, import/inconsistent-series, import/zip-bomb.
 */
export async function readDicomValues(
  group: SeriesGroup,
  stack: Stack,
  blobs: readonly Blob[],
  ctx: Context,
  sink: SliceSink,
): Promise<Int16Values> {
  const sorted = stack.order.flatMap((n) => group.slices[n] ?? [])
  const [first] = sorted
  if (!first) throw differs('size')
  const voxels = first.tags.format.bitsAllocated > 16 ? new WideVoxels(sorted) : new StoredVoxels(sorted)
  const perSlice = first.tags.format.columns * first.tags.format.rows
  const source = new PixelSource(blobs)
  for (let k = 0; k < sorted.length; k += BLOCK) {
    ctx.signal.throwIfAborted()
    const block = sorted.slice(k, k + BLOCK)
    const from = voxels.put(await decodeSlices(block, source)) ? 0 : k
    const done = k + block.length
    const map = { ...voxels.map, modality: first.tags.modality }
    if (voxels.data) sink(stack.grid, from, voxels.data.subarray(from * perSlice, done * perSlice), map)
    ctx.progress(done / sorted.length, `slice ${done} of ${sorted.length}`)
  }
  return voxels.finish(first.tags.modality)
}

/** One slice as decoded: stored integers without rescale. Errors: as readDicomValues. */
export async function readStoredSlice(slice: Slice, blobs: readonly Blob[]): Promise<Scalars> {
  return decodeSlices([slice], new PixelSource(blobs))
}

async function decodeSlices(block: readonly Slice[], source: PixelSource): Promise<Scalars> {
  const files: Uint8Array[] = []
  for (const [n, slice] of block.entries()) {
    const { format, place } = slice.tags
    files.push(pixelFile(await source.piecesOf(slice), format, place, n))
  }
  const { values, grid } = await decodeDicom(files)
  const { columns, rows } = block[0]?.tags.format ?? { columns: 0, rows: 0 }
  if (grid.size[0] !== columns || grid.size[1] !== rows || grid.size[2] !== block.length) throw differs('size')
  // The files say that slice n lies at n mm: read in another order, the stack would not.
  if (block.length > 1 && Math.abs(grid.spacing[2] * grid.direction[8] - 1) > 1e-6) throw differs('order')
  return values
}

const differs = (what: string) =>
  new PipelineError(
    'import/inconsistent-series',
    `The decoded slices do not agree with their headers (${what}). Export the series again.`,
    { what },
  )

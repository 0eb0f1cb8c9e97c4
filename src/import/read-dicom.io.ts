import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { Vec3 } from '../core/types.ts'
import { norm, subtract } from './affine-grid.ts'
import type { SeriesGroup, Slice } from './dicom-series.ts'
import type { SliceSink } from './found.ts'
import { type Decoded, decodeDicom } from './itk.io.ts'
import type { Stack } from './slice-geometry.ts'
import type { Rescale, Scalars } from './to-int16.ts'

/** Files decoded in one go: the wasm file system holds only these. */
const BLOCK = 16
/** Largest distance (mm) between our placement of a slice and the reader's before it is an error. */
const PLACE_TOLERANCE_MM = 0.01

/** Voxels of a stack, k as in `stack.order`, and the one rescale of all slices when there is one. */
export interface DicomValues {
  readonly values: Scalars
  readonly lattice: Rescale | undefined
}

/**
 * Decodes the pixels of a stack into one array. The reader gets the files in our order, a few at a time, and must
 * place each block where we do. Slices with different rescale are decoded one by one, because the reader fixes the
 * voxel type by the first. Blocks of 16-bit integers go to the sink as they come. Errors: import/corrupt, import/inconsistent-series.
 */
export async function readDicomValues(
  group: SeriesGroup,
  stack: Stack,
  fileOf: (file: number) => Promise<Uint8Array>,
  ctx: Context,
  sink: SliceSink,
): Promise<DicomValues> {
  const sorted = stack.order.flatMap((n) => group.slices[n] ?? [])
  const multi = sorted.some((s) => s.tags.frames.length > 1)
  const same = sorted.every((s) => s.at.slope === sorted[0]?.at.slope && s.at.intercept === sorted[0]?.at.intercept)
  const lattice = same && sorted[0] ? { slope: sorted[0].at.slope, intercept: sorted[0].at.intercept } : undefined
  if (multi) return { values: await readFrames(sorted, stack, fileOf), lattice }
  const perSlice = stack.grid.size[0] * stack.grid.size[1]
  const step = same ? BLOCK : 1
  let all: Scalars | null = null
  for (let k = 0; k < sorted.length; k += step) {
    ctx.signal.throwIfAborted()
    const block = sorted.slice(k, k + step)
    const decoded = await decodeDicom(await Promise.all(block.map((s) => fileOf(s.file))))
    checkBlock(decoded, block, stack)
    all ??= same ? likeOf(decoded.values, perSlice * sorted.length) : new Float64Array(perSlice * sorted.length)
    if (same && all.constructor !== decoded.values.constructor) throw differs('number type')
    all.set(decoded.values, k * perSlice)
    // 16-bit integers stay as they are (to-int16.ts); what other types become is known only at the end.
    if (same && decoded.values instanceof Int16Array) sink(stack.grid, k, decoded.values)
    ctx.progress(
      Math.min(1, (k + step) / sorted.length),
      `slice ${Math.min(k + step, sorted.length)} of ${sorted.length}`,
    )
  }
  return { values: all ?? new Int16Array(), lattice }
}

/** All frames come from one file in file order; they are put into ours. */
async function readFrames(
  sorted: readonly Slice[],
  stack: Stack,
  fileOf: (file: number) => Promise<Uint8Array>,
): Promise<Scalars> {
  const first = sorted[0]
  if (first === undefined || sorted.some((s) => s.file !== first.file)) throw differs('file')
  const decoded = await decodeDicom([await fileOf(first.file)])
  const [nx, ny] = stack.grid.size
  const { size } = decoded.grid
  if (size[0] !== nx || size[1] !== ny || size[2] !== first.tags.frames.length) throw differs('size')
  const all = likeOf(decoded.values, nx * ny * sorted.length)
  for (const [k, slice] of sorted.entries()) {
    all.set(decoded.values.subarray(slice.frame * nx * ny, (slice.frame + 1) * nx * ny), k * nx * ny)
  }
  return all
}

/** A new array of the same type, on memory of its own. */
function likeOf(values: Scalars, length: number): Scalars {
  return new (values.constructor as new (length: number) => Scalars)(length)
}

function checkBlock(decoded: Decoded, block: readonly Slice[], stack: Stack): void {
  const [nx, ny] = stack.grid.size
  const { size, origin, spacing, direction: d } = decoded.grid
  if (size[0] !== nx || size[1] !== ny || size[2] !== block.length) throw differs('size')
  const first = block[0]?.at.position
  const last = block.at(-1)?.at.position
  if (!first || !last) throw differs('position')
  const reach = spacing[2] * (block.length - 1)
  const end: Vec3 = [origin[0] + d[2] * reach, origin[1] + d[5] * reach, origin[2] + d[8] * reach]
  const pixel = Math.max(Math.abs(spacing[0] - stack.grid.spacing[0]), Math.abs(spacing[1] - stack.grid.spacing[1]))
  const turned = d.some((v, n) => n % 3 !== 2 && Math.abs(v - (stack.grid.direction[n] ?? 0)) > 1e-3)
  // Inside a block the reader assumes even steps; a step may differ from the mean by what an uneven stack allows.
  const tolerance = PLACE_TOLERANCE_MM + (stack.worstStepDeviation > 1e-3 ? stack.grid.spacing[2] / 2 : 0)
  if (
    turned ||
    pixel > 1e-4 ||
    norm(subtract(origin, first)) > PLACE_TOLERANCE_MM ||
    norm(subtract(end, last)) > tolerance
  ) {
    throw differs('place')
  }
}

const differs = (what: string) =>
  new PipelineError(
    'import/inconsistent-series',
    `The decoded slices do not agree with their headers (${what}). Export the series again.`,
    { what },
  )

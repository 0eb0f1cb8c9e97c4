import { wordsPerRow } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Volume } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { type Job, PIECE_BYTES, type Resources, runJob } from '../gpu/kernel.gpu.ts'
import { type GpuVolume, volumeWindows } from '../gpu/volume.gpu.ts'
import { type DenoiseParams, requireDenoise } from './denoise.ts'
import code from './denoise.wgsl?raw'
import { gaussianTaps } from './gaussian.ts'
import { unpadRows } from './rows.ts'

/** Voxels read in one dispatch: under 100 ms on a software adapter. */
const READS_AT_ONCE = 2 ** 21
/** Of the median, a word of the result. */
const MEDIAN_READS = 36

/** Slices `first` to `end - 1` of the result, and where their source lies: slice `sourceFirst` begins the binding. */
interface Slab {
  readonly grid: Grid
  readonly first: number
  readonly end: number
  readonly sourceFirst: number
  readonly source: Resources[number]
}

/** Two buffers of one slab each. */
interface Scratch {
  readonly a: GPUBuffer
  readonly b: GPUBuffer
}

/**
 * As denoise(), on the device, bit for bit, from the scan that lies there: `gpuVolume` is `volume`, whose voxels are not
 * read. Slab by slab, so that no second scan lies on the device. Moves 2 bytes in and 2 out a voxel and pass (one pass
 * for the median, three for the Gaussian), and the neighbours from cache. Device memory: 64 MiB beside the scan, or two
 * slices when they are larger. Errors: app/bad-parameter, gpu/out-of-memory, gpu/device-lost.
 */
export function denoiseGpu(
  volume: Volume,
  gpuVolume: GpuVolume,
  params: DenoiseParams,
  ctx: GpuContext,
): Promise<Volume> {
  return runJob(ctx, async (job) => {
    requireDenoise(params)
    const { grid } = gpuVolume
    const isMedian = params.method === 'median'
    const taps = grid.spacing.map((mm) => gaussianTaps(params.sigmaMm, mm)) as [Int32Array, Int32Array, Int32Array]
    const reach = isMedian ? 1 : taps[2].length - 1
    const slabs = slabsOf(gpuVolume, reach)
    const scratch = await makeScratch(job, slabs)
    const weights = isMedian
      ? []
      : await Promise.all(taps.map((side) => job.upload('taps', side, GPUBufferUsage.STORAGE)))
    const data = new Int16Array(grid.size[0] * grid.size[1] * grid.size[2])
    for (const slab of slabs) {
      const part = subContext(ctx, slab.first / grid.size[2], slab.end / grid.size[2])
      const done = isMedian
        ? await medianPass(job, slab, scratch, part)
        : await gaussianPasses(job, slab, taps, weights, scratch, part)
      const padded = new Int16Array(await job.read(done, slabBytes(slab)))
      unpadRows(padded, wordsPerRow(grid) * 32, grid.size[0], data, slab.first * grid.size[0] * grid.size[1])
    }
    return { ...volume, data }
  })
}

const sliceBytesOf = (grid: Grid) => wordsPerRow(grid) * 64 * grid.size[1]
const slabBytes = (slab: Slab) => (slab.end - slab.first) * sliceBytesOf(slab.grid)

/** Slabs of at most one readback piece, each within one window of the scan. */
function slabsOf(gpuVolume: GpuVolume, reach: number): Slab[] {
  const { grid } = gpuVolume
  const slices = Math.max(1, Math.floor(PIECE_BYTES / sliceBytesOf(grid)))
  return volumeWindows(gpuVolume, reach, reach).flatMap(({ from, end, first: sourceFirst, binding: source }) =>
    Array.from({ length: Math.ceil((end - from) / slices) }, (_, n) => {
      const first = from + n * slices
      return { grid, first, end: Math.min(end, first + slices), sourceFirst, source }
    }),
  )
}

async function makeScratch(job: Job, slabs: readonly Slab[]): Promise<Scratch> {
  const bytes = Math.max(...slabs.map(slabBytes))
  requireFits(job.device, { denoised: bytes })
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC
  return { a: await job.buffer('denoised', bytes, usage), b: await job.buffer('denoised between', bytes, usage) }
}

async function medianPass(job: Job, slab: Slab, { a }: Scratch, ctx: Context): Promise<GPUBuffer> {
  await pass(job, slab, 'median', [0, 0, 0], 0, { 2: a }, ctx)
  return a
}

/** Along z, y and x, the order of gaussian.ts: each pass rounds, so another order would give other values. */
async function gaussianPasses(
  job: Job,
  slab: Slab,
  taps: readonly [Int32Array, Int32Array, Int32Array],
  weights: readonly GPUBuffer[],
  { a, b }: Scratch,
  ctx: Context,
): Promise<GPUBuffer> {
  const passes = [
    { axis: 2, step: [0, 0, 1], from: slab, to: a },
    { axis: 1, step: [0, 1, 0], from: { ...slab, source: a, sourceFirst: slab.first }, to: b },
    { axis: 0, step: [1, 0, 0], from: { ...slab, source: b, sourceFirst: slab.first }, to: a },
  ] as const
  for (const [n, { axis, step, from, to }] of passes.entries()) {
    const resources: Resources = { 2: to, 3: weights[axis] as GPUBuffer }
    await pass(job, from, 'gaussian', step, taps[axis].length - 1, resources, subContext(ctx, n / 3, (n + 1) / 3))
  }
  return a
}

async function pass(
  job: Job,
  slab: Slab,
  kernel: 'gaussian' | 'median',
  step: readonly number[],
  reach: number,
  resources: Resources,
  ctx: Context,
): Promise<void> {
  const { size } = slab.grid
  const rowWords = wordsPerRow(slab.grid) * 16
  await job.sweep(
    {
      code,
      entry: kernel,
      threads: rowWords * size[1] * (slab.end - slab.first),
      atOnce: Math.floor(READS_AT_ONCE / (kernel === 'median' ? MEDIAN_READS : 4 * reach + 2)),
      uniform: 0,
      paramsOf: (first, end) => [...size, rowWords, ...step, reach, first, end, slab.sourceFirst, slab.first],
      resources: { 1: slab.source, ...resources },
    },
    (fraction) => ctx.progress(fraction),
  )
}

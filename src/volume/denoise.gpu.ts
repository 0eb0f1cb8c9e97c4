import { wordsPerRow } from '../core/mask.ts'
import type { Grid, Volume } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { type Job, type Resources, runJob } from '../gpu/kernel.gpu.ts'
import { destroyVolume, gpuVolumeBytes, uploadVolume } from '../gpu/volume.gpu.ts'
import { type DenoiseParams, requireDenoise } from './denoise.ts'
import code from './denoise.wgsl?raw'
import { gaussianTaps } from './gaussian.ts'

/** 2 Mvoxels a dispatch: some 20 ms on a small integrated GPU. */
const WORDS_AT_ONCE = 2 ** 20
/** The order of gaussian.ts; each pass rounds, so another order would give other values. */
const AXES = [
  [0, 0, 1],
  [0, 1, 0],
  [1, 0, 0],
] as const

/**
 * As denoise(), on the device, bit for bit. Device memory: two scans. Errors: app/bad-parameter, gpu/out-of-memory,
 * gpu/device-lost.
 */
export function denoiseGpu(volume: Volume, params: DenoiseParams, ctx: GpuContext): Promise<Volume> {
  return runJob(ctx, async (job) => {
    requireDenoise(params)
    const bytes = gpuVolumeBytes(volume.grid)
    const smooth = await job.buffer('denoised', bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC)
    const source = await uploadVolume(job.device, volume)
    try {
      if (params.method === 'median') await medianPass(job, volume.grid, source.buffer, smooth, ctx)
      else await gaussianPasses(job, volume.grid, params.sigmaMm, source.buffer, smooth, ctx)
      return { ...volume, data: withoutPadding(volume.grid, await job.read(smooth, bytes)) }
    } finally {
      destroyVolume(source)
    }
  })
}

async function medianPass(job: Job, grid: Grid, source: GPUBuffer, smooth: GPUBuffer, ctx: GpuContext): Promise<void> {
  await inPieces(job, grid, 'median', [0, 0, 0], 0, { 1: source, 2: smooth }, (done) => ctx.progress(done))
}

/** There, back and there again between the two buffers. */
async function gaussianPasses(
  job: Job,
  grid: Grid,
  sigmaMm: number,
  source: GPUBuffer,
  smooth: GPUBuffer,
  ctx: GpuContext,
): Promise<void> {
  for (const [pass, axis] of AXES.entries()) {
    const weights = gaussianTaps(sigmaMm, grid.spacing[axis.indexOf(1)] as number)
    const taps = await job.upload('taps', weights, GPUBufferUsage.STORAGE)
    const [from, to] = pass === 1 ? [smooth, source] : [source, smooth]
    await inPieces(job, grid, 'gaussian', axis, weights.length - 1, { 1: from, 2: to, 3: taps }, (done) =>
      ctx.progress((pass + done) / AXES.length),
    )
  }
}

async function inPieces(
  job: Job,
  grid: Grid,
  kernel: 'gaussian' | 'median',
  axis: readonly number[],
  reach: number,
  buffers: Resources,
  onDone: (fraction: number) => void,
): Promise<void> {
  const rowWords = wordsPerRow(grid) * 16
  await job.sweep(
    {
      code,
      entry: kernel,
      threads: rowWords * grid.size[1] * grid.size[2],
      atOnce: WORDS_AT_ONCE,
      uniform: 0,
      paramsOf: (first, end) => [...grid.size, rowWords, ...axis, reach, first, end, 0, 0],
      resources: buffers,
    },
    onDone,
  )
}

function withoutPadding(grid: Grid, bytes: ArrayBuffer): Int16Array {
  const nx = grid.size[0]
  const rowLength = wordsPerRow(grid) * 32
  const padded = new Int16Array(bytes)
  if (nx === rowLength) return padded
  const data = new Int16Array(nx * grid.size[1] * grid.size[2])
  for (let from = 0, to = 0; to < data.length; from += rowLength, to += nx) {
    data.set(padded.subarray(from, from + nx), to)
  }
  return data
}

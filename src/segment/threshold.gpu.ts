import { maskLength, tailBits, wordsPerRow } from '../core/mask.ts'
import type { Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { type Job, pipelineOf, runJob } from '../gpu/kernel.gpu.ts'
import type { GpuVolume } from '../gpu/volume.gpu.ts'
import { checkLimits, storedRange, type ThresholdParams } from './threshold.ts'
import code from './threshold.wgsl?raw'

/** 16 Mvoxels a dispatch: under 100 ms on a software adapter (measured 255 Mvoxel/s there). */
const WORDS_AT_ONCE = 2 ** 19

/** As threshold(), on the device, bit for bit. Errors: app/bad-parameter, gpu/out-of-memory, gpu/device-lost. */
export function thresholdGpu(volume: GpuVolume, params: ThresholdParams, ctx: GpuContext): Promise<Mask> {
  return runJob(ctx, async (job) => {
    checkLimits(params)
    const bytes = maskLength(volume.grid) * 4
    const mask = await job.buffer('mask', bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC)
    await fillMask(job, volume, params, mask, ctx)
    return { grid: volume.grid, words: new Uint32Array(await job.read(mask, bytes)) }
  })
}

async function fillMask(
  job: Job,
  volume: GpuVolume,
  params: ThresholdParams,
  mask: GPUBuffer,
  ctx: GpuContext,
): Promise<void> {
  const pipeline = await pipelineOf(job.device, code, 'threshold')
  const { from, to } = storedRange(volume, params.lowHu, params.highHu)
  const words = maskLength(volume.grid)
  for (let first = 0; first < words; first += WORDS_AT_ONCE) {
    const end = Math.min(words, first + WORDS_AT_ONCE)
    const values = [from, to, wordsPerRow(volume.grid), tailBits(volume.grid), first, end]
    const uniform = await job.upload('threshold params', Int32Array.from(values), GPUBufferUsage.UNIFORM)
    await job.submit((encoder) =>
      job.dispatch(encoder, pipeline, { 0: uniform, 1: volume.buffer, 2: mask }, end - first),
    )
    ctx.progress(end / words)
  }
}

import { maskLength, tailBits, wordsPerRow } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { type Job, runJob } from '../gpu/kernel.gpu.ts'
import { type GpuVolume, volumeWindows } from '../gpu/volume.gpu.ts'
import { checkLimits, storedRange, type ThresholdParams } from './threshold.ts'
import code from './threshold.wgsl?raw'

/** 8 Mvoxels a dispatch: some 50 ms on a software adapter (docs/evidence/bench-gpu.md). */
const WORDS_AT_ONCE = 2 ** 18

/**
 * As threshold(), on the device, bit for bit; a scan larger than one binding is read in windows. Moves 2 1/8 bytes a voxel.
 * Device memory: 1/8 byte a voxel. Errors: app/bad-parameter, gpu/out-of-memory, gpu/device-lost.
 */
export function thresholdGpu(volume: GpuVolume, params: ThresholdParams, ctx: GpuContext): Promise<Mask> {
  return runJob(ctx, async (job) => {
    checkLimits(params)
    const { grid } = volume
    const words = maskLength(grid)
    requireFits(job.device, { mask: words * 4 })
    const mask = await job.buffer('mask', words * 4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC)
    await thresholdOn(job, volume, params, mask, ctx)
    return { grid, words: new Uint32Array(await job.read(mask, words * 4)) }
  })
}

/** Fills a mask on the device, for drivers that go on from there. `mask` holds the words of a whole mask. */
export async function thresholdOn(
  job: Job,
  volume: GpuVolume,
  params: ThresholdParams,
  mask: GPUBuffer,
  ctx: Context,
): Promise<void> {
  const { grid } = volume
  const { from, to } = storedRange(volume, params.lowHu, params.highHu)
  const perSlice = maskLength(grid) / grid.size[2]
  for (const window of volumeWindows(volume)) {
    const start = window.from * perSlice
    const part = subContext(ctx, window.from / grid.size[2], window.end / grid.size[2])
    await job.sweep(
      {
        code,
        entry: 'threshold',
        threads: (window.end - window.from) * perSlice,
        atOnce: WORDS_AT_ONCE,
        uniform: 0,
        paramsOf: (first, end) => [
          from,
          to,
          wordsPerRow(grid),
          tailBits(grid),
          start + first,
          start + end,
          window.first * perSlice,
          0,
        ],
        resources: { 1: window.binding, 2: mask },
      },
      part.progress,
    )
  }
}

import { maskLength, wordsPerRow } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { runJob } from '../gpu/kernel.gpu.ts'
import { type GpuVolume, volumeWindows } from '../gpu/volume.gpu.ts'
import { binned, type Histogram, LEVELS } from './histogram.ts'
import code from './histogram.wgsl?raw'

/**
 * 2 Mvoxels a dispatch: 52 ms on a software adapter. Random values take no longer there than a head CT, so its atomics are
 * not what it waits for, and private copies of the table would win nothing.
 */
const WORDS_AT_ONCE = 2 ** 16

/**
 * As histogram(), on the device: the same counts. Device memory: 256 KB, read back. Errors: gpu/out-of-memory,
 * gpu/device-lost.
 */
export function histogramGpu(volume: GpuVolume, bins: number, ctx: GpuContext): Promise<Histogram> {
  return runJob(ctx, async (job) => {
    const { grid } = volume
    const levels = await job.buffer('levels', LEVELS * 4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC)
    const perSlice = maskLength(grid) / grid.size[2]
    const tail = ((grid.size[0] - 1) & 31) + 1
    for (const window of volumeWindows(volume)) {
      const start = window.from * perSlice
      const bound = window.first * perSlice
      await job.sweep(
        {
          code,
          entry: 'count_levels',
          threads: (window.end - window.from) * perSlice,
          atOnce: WORDS_AT_ONCE,
          uniform: 0,
          paramsOf: (first, end) => [wordsPerRow(grid), tail, start + first, start + end, bound, 0, 0, 0],
          resources: { 1: window.binding, 2: levels },
        },
        subContext(ctx, window.from / grid.size[2], window.end / grid.size[2]).progress,
      )
    }
    return binned(new Uint32Array(await job.read(levels, LEVELS * 4)), volume, bins)
  })
}

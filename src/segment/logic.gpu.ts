import { maskLength, tailBits, wordsPerRow } from '../core/mask.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { type Job, type Resources, runJob } from '../gpu/kernel.gpu.ts'
import { type CombineOp, KEPT, requireSameScan } from './logic.ts'
import code from './logic.wgsl?raw'

/** 64 Mvoxels a dispatch: 65 ms on a software adapter. */
const WORDS_AT_ONCE = 2 ** 21

/**
 * As combine(), on the device. Device memory: three masks. Errors: segment/grid-mismatch, gpu/out-of-memory,
 * gpu/device-lost.
 */
export function combineGpu(a: Mask, b: Mask, op: CombineOp, ctx: GpuContext): Promise<Mask> {
  return runJob(ctx, async (job) => {
    requireSameScan(a, b)
    requireFits(job.device, { mask: maskLength(a.grid) * 4 })
    const inputs = {
      1: await job.upload('a', a.words, GPUBufferUsage.STORAGE),
      2: await job.upload('b', b.words, GPUBufferUsage.STORAGE),
    }
    return readMask(job, a.grid, await combineOn(job, op, a.grid, inputs[1], inputs[2], ctx))
  })
}

/** As complement(), on the device. Device memory: two masks. Errors: gpu/out-of-memory, gpu/device-lost. */
export function complementGpu(mask: Mask, ctx: GpuContext): Promise<Mask> {
  return runJob(ctx, async (job) => {
    requireFits(job.device, { mask: maskLength(mask.grid) * 4 })
    const words = await job.upload('mask', mask.words, GPUBufferUsage.STORAGE)
    return readMask(job, mask.grid, await complementOn(job, mask.grid, words, ctx))
  })
}

/** An operation on two masks of a grid on the device, for drivers that go on from there. */
export function combineOn(
  job: Job,
  op: CombineOp,
  grid: Grid,
  a: GPUBuffer,
  b: GPUBuffer,
  ctx: Context,
): Promise<GPUBuffer> {
  return logicOn(job, 'combine', grid, KEPT[op], { 1: a, 2: b }, ctx)
}

/** The complement of a mask on the device, for drivers that go on from there. */
export function complementOn(job: Job, grid: Grid, mask: GPUBuffer, ctx: Context): Promise<GPUBuffer> {
  return logicOn(job, 'complement', grid, [0, 0, 0], { 1: mask }, ctx)
}

async function logicOn(
  job: Job,
  entry: 'combine' | 'complement',
  grid: Grid,
  kept: readonly number[],
  inputs: Resources,
  ctx: Context,
): Promise<GPUBuffer> {
  const words = maskLength(grid)
  const result = await job.buffer(entry, words * 4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC)
  await job.sweep(
    {
      code,
      entry,
      threads: words,
      atOnce: WORDS_AT_ONCE,
      uniform: 0,
      paramsOf: (first, end) => [...kept, wordsPerRow(grid), tailBits(grid), first, end, 0],
      resources: { ...inputs, 3: result },
    },
    ctx.progress,
  )
  return result
}

async function readMask(job: Job, grid: Grid, words: GPUBuffer): Promise<Mask> {
  return { grid, words: new Uint32Array(await job.read(words, maskLength(grid) * 4)) }
}

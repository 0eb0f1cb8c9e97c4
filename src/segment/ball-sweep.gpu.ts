import { tailBits, wordsPerRow } from '../core/mask.ts'
import type { Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { runJob } from '../gpu/kernel.gpu.ts'
import head from './ball-sweep.wgsl?raw'
import type { BallRow } from './margin.ts'

/** A kernel that makes each word of a mask of what a ball reaches around it; its code follows ball-sweep.wgsl. */
export interface BallKernel {
  readonly code: string
  readonly entry: string
  /** Threads of a dispatch: under 100 ms on a software adapter. */
  readonly atOnce: number
}

/** Device memory: two masks. Errors: gpu/out-of-memory, gpu/device-lost. */
export function sweepBall(
  { grid, words }: Mask,
  ball: readonly BallRow[],
  kernel: BallKernel,
  ctx: GpuContext,
): Promise<Mask> {
  return runJob(ctx, async (job) => {
    const { STORAGE, COPY_SRC } = GPUBufferUsage
    const rows = Int32Array.from(ball.flatMap(({ dj, dk, reach }) => [dj, dk, reach, 0]))
    const made = await job.buffer('made', words.byteLength, STORAGE | COPY_SRC)
    const resources = {
      1: await job.upload('mask', words, STORAGE),
      2: await job.upload('ball', rows, STORAGE),
      3: made,
    }
    await job.sweep(
      {
        code: head + kernel.code,
        entry: kernel.entry,
        threads: words.length,
        atOnce: Math.max(64, Math.floor(kernel.atOnce / 64) * 64),
        uniform: 0,
        paramsOf: (first, end) => [...grid.size, wordsPerRow(grid), first, end, ball.length, tailBits(grid)],
        resources,
      },
      ctx.progress,
    )
    return { grid, words: new Uint32Array(await job.read(made, words.byteLength)) }
  })
}

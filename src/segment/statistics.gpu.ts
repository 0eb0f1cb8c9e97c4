import { maskLength, wordsPerRow } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { type Job, runJob } from '../gpu/kernel.gpu.ts'
import { type GpuVolume, volumeWindows } from '../gpu/volume.gpu.ts'
import { type MaskStatistics, RowSummary, requireItsScan } from './statistics.ts'
import code from './statistics.wgsl?raw'

/** Mask words a dispatch, under 100 ms on a software adapter: words alone, and with the values of their voxels. */
const WORDS_AT_ONCE = { tally_rows: 2 ** 20, sum_rows: 2 ** 16 }

/**
 * As maskStatistics(), on the device: the same numbers. Reads 8 bytes a row back, and 4 more with a volume. Device memory:
 * the mask and those. Errors: segment/grid-mismatch, gpu/out-of-memory, gpu/device-lost.
 */
export function maskStatisticsGpu(mask: Mask, volume: GpuVolume | null, ctx: GpuContext): Promise<MaskStatistics> {
  return runJob(ctx, async (job) => {
    requireItsScan(mask, volume)
    const { grid } = mask
    const rows = grid.size[1] * grid.size[2]
    requireFits(job.device, { mask: maskLength(grid) * 4, tallies: rows * 8 })
    const { STORAGE, COPY_SRC } = GPUBufferUsage
    const words = await job.upload('mask', mask.words, STORAGE)
    const tallies = await job.buffer('tallies', rows * 8, STORAGE | COPY_SRC)
    const share = volume ? 0.1 : 1
    await overRows(job, grid, 'tally_rows', { 1: words, 2: tallies }, [0, rows, 0], subContext(ctx, 0, share))
    const sums = volume ? await sumsOf(job, volume, words, subContext(ctx, share, 1)) : null
    return summed(grid, new Uint32Array(await job.read(tallies, rows * 8)), sums, volume)
  })
}

async function sumsOf(job: Job, volume: GpuVolume, words: GPUBuffer, ctx: Context): Promise<Int32Array> {
  const { grid } = volume
  const [, ny, nz] = grid.size
  const sums = await job.buffer('sums', ny * nz * 4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC)
  for (const { from, end, first, binding } of volumeWindows(volume)) {
    const part = subContext(ctx, from / nz, end / nz)
    await overRows(job, grid, 'sum_rows', { 1: words, 3: binding, 4: sums }, [from * ny, end * ny, first * ny], part)
  }
  return new Int32Array(await job.read(sums, ny * nz * 4))
}

function overRows(
  job: Job,
  grid: Grid,
  entry: keyof typeof WORDS_AT_ONCE,
  resources: Record<number, GPUBuffer | GPUBufferBinding>,
  [from, end, bound]: readonly [from: number, end: number, bound: number],
  ctx: Context,
): Promise<void> {
  const perRow = wordsPerRow(grid)
  return job.sweep(
    {
      code,
      entry,
      threads: end - from,
      atOnce: Math.max(1, Math.floor(WORDS_AT_ONCE[entry] / perRow)),
      uniform: 0,
      paramsOf: (first, last) => [perRow, from + first, from + last, bound],
      resources,
    },
    ctx.progress,
  )
}

function summed(
  grid: Grid,
  tallies: Uint32Array,
  sums: Int32Array | null,
  scale: Pick<GpuVolume, 'slope' | 'intercept'> | null,
): MaskStatistics {
  const summary = new RowSummary(grid)
  for (let row = 0; row < tallies.length / 2; row++) {
    const span = tallies[row * 2] as number
    const voxels = tallies[row * 2 + 1] as number
    if (voxels === 0) continue
    const sum = sums ? (sums[row] as number) : 0
    summary.add(row, { first: span >>> 16, last: span & 0xffff, voxels, sum })
  }
  return summary.statistics(scale)
}

import { maskLength, wordsPerRow } from '../core/mask.ts'
import type { Grid, LabelMap, Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { runJob } from '../gpu/kernel.gpu.ts'
import code from './resample-nearest.wgsl?raw'
import { samplingOf, stepTables } from './sampling.ts'
import { requireRoom } from './target-grid.ts'

/** Voxels made in one dispatch: under 100 ms on a software adapter. */
const VOXELS_AT_ONCE = 2 ** 21

/** Voxels packed into words, in rows of `row`. */
interface Packed {
  readonly grid: Grid
  readonly words: Uint32Array
  readonly row: number
  readonly perWord: 4 | 32
}

/**
 * As resampleLabels(), on the device, bit for bit. Moves 1 byte in and 1 out a target voxel. Device memory: both maps.
 * Errors: app/bad-parameter, volume/too-large, gpu/out-of-memory, gpu/device-lost.
 */
export async function resampleLabelsGpu(map: LabelMap, grid: Grid, ctx: GpuContext): Promise<LabelMap> {
  requireRoom(grid.size)
  const voxels = grid.size[0] * grid.size[1] * grid.size[2]
  const source = { grid: map.grid, words: wordsOf(map.labels), row: map.grid.size[0], perWord: 4 } as const
  const words = await nearest(source, grid, grid.size[0], Math.ceil(voxels / 4), ctx)
  return { grid, labels: new Uint8Array(words.buffer, 0, voxels) }
}

/** As resampleMask(), on the device, bit for bit. Moves 1/8 byte in and out a target voxel. Else as resampleLabelsGpu(). */
export async function resampleMaskGpu(mask: Mask, grid: Grid, ctx: GpuContext): Promise<Mask> {
  requireRoom(grid.size)
  const source = { grid: mask.grid, words: mask.words, row: wordsPerRow(mask.grid) * 32, perWord: 32 } as const
  return { grid, words: await nearest(source, grid, wordsPerRow(grid) * 32, maskLength(grid), ctx) }
}

/** Four labels a word; a copy only where they do not fill whole words. */
function wordsOf(labels: Uint8Array): Uint32Array {
  const isWhole = labels.byteLength % 4 === 0 && labels.byteOffset % 4 === 0
  if (isWhole) return new Uint32Array(labels.buffer, labels.byteOffset, labels.byteLength / 4)
  const words = new Uint32Array(Math.ceil(labels.length / 4))
  new Uint8Array(words.buffer).set(labels)
  return words
}

function nearest(source: Packed, grid: Grid, row: number, words: number, ctx: GpuContext): Promise<Uint32Array> {
  return runJob(ctx, async (job) => {
    const sourceBytes = Math.ceil((source.row * source.grid.size[1] * source.grid.size[2]) / source.perWord) * 4
    requireFits(job.device, { source: sourceBytes, resampled: words * 4 })
    const { STORAGE, COPY_SRC } = GPUBufferUsage
    const result = await job.buffer('resampled', words * 4, STORAGE | COPY_SRC)
    const shape = [...source.grid.size, source.row, ...grid.size, row, source.perWord]
    await job.sweep(
      {
        code,
        entry: 'nearest',
        threads: words,
        atOnce: VOXELS_AT_ONCE / source.perWord,
        uniform: 0,
        paramsOf: (first, end) => [...shape, first, end, 0],
        resources: {
          1: await job.upload('source', source.words, STORAGE),
          2: result,
          3: await job.upload('steps', stepTables(samplingOf(source.grid, grid)), STORAGE),
        },
      },
      (fraction) => ctx.progress(fraction),
    )
    return new Uint32Array(await job.read(result, words * 4))
  })
}

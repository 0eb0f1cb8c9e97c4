import { voxelCount } from '../core/affine.ts'
import { maskLength, wordsPerRow } from '../core/mask.ts'
import type { Grid, LabelMap, Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { type Job, PIECE_BYTES, runJob } from '../gpu/kernel.gpu.ts'
import { type LabelLayer, labelTable, requireLayers } from './labels.ts'
import code from './labels.wgsl?raw'

/** Words a dispatch, under 100 ms on a software adapter: 2 Mvoxels each. */
const WORDS_AT_ONCE = { classify: 2 ** 16, paint: 2 ** 19 }

/** Whole rows of a scan, and what they take: a label map is never whole on the device. */
interface Slab {
  readonly grid: Grid
  readonly row: number
  readonly rows: number
  readonly labels: GPUBuffer
  readonly mask: GPUBuffer
}

/**
 * As labelsToMask(), on the device. Device memory: 36 MiB at most. Errors: app/bad-parameter, gpu/out-of-memory,
 * gpu/device-lost.
 */
export function labelsToMaskGpu(map: LabelMap, labels: readonly number[], ctx: GpuContext): Promise<Mask> {
  return runJob(ctx, async (job) => {
    const table = await job.upload('label table', tableWords(labels), GPUBufferUsage.UNIFORM)
    const { grid } = map
    const words = new Uint32Array(lengthOfMask(job, grid))
    const perRow = wordsPerRow(grid)
    for (const slab of await slabsOf(job, grid)) {
      const at = slab.row * grid.size[0]
      writeBytes(job.device, slab.labels, map.labels, at, at + slab.rows * grid.size[0])
      await overSlab(job, slab, 'classify', slab.rows * perRow, 0, { 3: table })
      ctx.progress((slab.row + slab.rows) / (grid.size[1] * grid.size[2]))
      words.set(new Uint32Array(await job.read(slab.mask, slab.rows * perRow * 4)), slab.row * perRow)
    }
    return { grid, words }
  })
}

/**
 * As masksToLabels(), on the device. Device memory: 36 MiB at most. Errors: app/bad-parameter, segment/grid-mismatch,
 * gpu/out-of-memory, gpu/device-lost.
 */
export function masksToLabelsGpu(grid: Grid, layers: readonly LabelLayer[], ctx: GpuContext): Promise<LabelMap> {
  return runJob(ctx, async (job) => {
    requireLayers(grid, layers)
    lengthOfMask(job, grid)
    const labels = new Uint8Array(voxelCount(grid))
    const perRow = wordsPerRow(grid)
    for (const slab of await slabsOf(job, grid)) {
      const voxels = slab.rows * grid.size[0]
      await job.submit('clear labels', (encoder) => encoder.clearBuffer(slab.labels))
      for (const { label, mask } of layers) {
        const from = slab.row * perRow
        job.device.queue.writeBuffer(slab.mask, 0, mask.words as GPUAllowSharedBufferSource, from, slab.rows * perRow)
        await overSlab(job, slab, 'paint', Math.ceil(voxels / 4), label, {})
      }
      ctx.progress((slab.row + slab.rows) / (grid.size[1] * grid.size[2]))
      labels.set(new Uint8Array(await job.read(slab.labels, voxels)), slab.row * grid.size[0])
    }
    return { grid, labels }
  })
}

/** Words of the mask, which the steps that follow bind whole. */
function lengthOfMask(job: Job, grid: Grid): number {
  const words = maskLength(grid)
  requireFits(job.device, { mask: words * 4 })
  return words
}

function tableWords(labels: readonly number[]): Uint32Array {
  const words = new Uint32Array(8)
  for (const [label, wanted] of labelTable(labels).entries()) {
    words[label >> 5] = (words[label >> 5] as number) | (wanted << (label & 31))
  }
  return words
}

/** Slabs that share their two buffers; a multiple of four rows, so that each begins at a whole word of labels. */
async function slabsOf(job: Job, grid: Grid): Promise<Slab[]> {
  const all = grid.size[1] * grid.size[2]
  const most = Math.min(all + 3, Math.max(4, Math.floor(PIECE_BYTES / grid.size[0]))) & ~3
  const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage
  const usage = STORAGE | COPY_DST | COPY_SRC
  // One word more: classify reads ahead.
  const labels = await job.buffer('labels', most * grid.size[0] + 4, usage)
  const mask = await job.buffer('mask', most * wordsPerRow(grid) * 4, usage)
  return Array.from({ length: Math.ceil(all / most) }, (_, n) => {
    return { grid, row: n * most, rows: Math.min(most, all - n * most), labels, mask }
  })
}

/** Writes are in whole words: the last bytes go in a padded copy. */
function writeBytes(device: GPUDevice, buffer: GPUBuffer, bytes: Uint8Array, from: number, end: number): void {
  const whole = (end - from) & ~3
  device.queue.writeBuffer(buffer, 0, bytes as GPUAllowSharedBufferSource, from, whole)
  if (from + whole === end) return
  const rest = new Uint8Array(4)
  rest.set(bytes.subarray(from + whole, end))
  device.queue.writeBuffer(buffer, whole, rest)
}

function overSlab(
  job: Job,
  { grid, rows, labels, mask }: Slab,
  entry: keyof typeof WORDS_AT_ONCE,
  words: number,
  label: number,
  more: Record<number, GPUBuffer>,
): Promise<void> {
  const nx = grid.size[0]
  return job.sweep({
    code,
    entry,
    threads: words,
    atOnce: WORDS_AT_ONCE[entry],
    uniform: 0,
    paramsOf: (first, end) => [nx, wordsPerRow(grid), rows * nx, label, first, end, 0, 0],
    resources: { 1: labels, 2: mask, ...more },
  })
}

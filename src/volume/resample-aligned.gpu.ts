import { wordsPerRow } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Vec3 } from '../core/types.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { type Job, PIECE_BYTES, type Resources } from '../gpu/kernel.gpu.ts'
import { type GpuVolume, type VolumeWindow, volumeWindows } from '../gpu/volume.gpu.ts'
import { type Aligned, layOut, layoutOf } from './resample-aligned.ts'
import code from './resample-aligned.wgsl?raw'
import { unpadRows } from './rows.ts'
import type { Sampling } from './sampling.ts'
import type { AxisTaps } from './taps.ts'

/** Voxels read in one dispatch: under 100 ms on a software adapter. */
const READS_AT_ONCE = 2 ** 23

/** Target slices `from` to `end - 1` along the source's z, from source slice `first` on. */
interface Slab {
  readonly from: number
  readonly end: number
  readonly first: number
  readonly source: Resources[number]
}

/** Weights of an axis on the device. */
interface AxisBuffers {
  readonly axis: AxisTaps
  readonly starts: GPUBuffer
  readonly weights: GPUBuffer
}

/**
 * As resampleAligned(), on the device, bit for bit: slab by slab three passes and a readback; the processor lays the slices
 * out. Device memory: three slabs of at most 32 MiB or one slice each. Errors: gpu/out-of-memory.
 */
export async function resampleAlignedGpu(
  job: Job,
  volume: GpuVolume,
  sampling: Sampling,
  aligned: Aligned,
  out: Int16Array,
  ctx: Context,
): Promise<void> {
  const [x, y, z] = aligned.taps
  if (x.end === x.from || y.end === y.from) return
  const [nx, ny] = volume.grid.size
  const [width, height] = [x.end - x.from, y.end - y.from]
  const sizes: readonly (readonly [number, number])[] = [
    [nx, ny],
    [nx, height],
    [width, height],
  ]
  const sliceBytes = sizes.map(([wide, high]) => rowWordsOf(wide) * high * 4)
  const slabs = slabsOf(volume, z, Math.max(...sliceBytes))
  const most = Math.max(0, ...slabs.map(({ from, end }) => end - from))
  requireFits(job.device, Object.fromEntries(sliceBytes.map((bytes, n) => [`resampled ${n}`, bytes * most])))
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC
  const made = await Promise.all(sliceBytes.map((bytes, n) => job.buffer(`resampled ${n}`, bytes * most, usage)))
  const axes = await Promise.all(aligned.taps.map((axis) => uploadAxis(job, axis)))
  const layout = layoutOf(sampling, aligned)
  const slices = new Int16Array(width * height * most)
  for (const [n, slab] of slabs.entries()) {
    const part = subContext(ctx, n / slabs.length, (n + 1) / slabs.length)
    const bytes = await threePasses(job, volume, slab, sizes, made, axes, part)
    unpadRows(new Int16Array(bytes), rowWordsOf(width) * 2, width, slices, 0)
    layOut(slices, layout, slab.from, slab.end - slab.from, out)
  }
}

const rowWordsOf = (width: number) => (width + 1) >> 1

async function uploadAxis(job: Job, axis: AxisTaps): Promise<AxisBuffers> {
  const { STORAGE } = GPUBufferUsage
  return {
    axis,
    starts: await job.upload('starts', axis.first, STORAGE),
    weights: await job.upload('weights', axis.weights, STORAGE),
  }
}

/** Target slices by the window that owns their first source slice, in slabs of one readback piece. */
function slabsOf(volume: GpuVolume, z: AxisTaps, sliceBytes: number): Slab[] {
  const atOnce = Math.max(1, Math.floor(PIECE_BYTES / sliceBytes))
  return volumeWindows(volume, 0, z.taps - 1).flatMap((window) => {
    const owned = ownedBy(window, z)
    return Array.from({ length: Math.ceil((owned.end - owned.from) / atOnce) }, (_, n) => {
      const from = owned.from + n * atOnce
      return { from, end: Math.min(owned.end, from + atOnce), first: window.first, source: window.binding }
    })
  })
}

/** Starts rise or fall with the index, so a window owns one stretch of them. */
function ownedBy({ from, end }: VolumeWindow, z: AxisTaps): { readonly from: number; readonly end: number } {
  const inside = z.first.subarray(z.from, z.end)
  const isOwned = (start: number) => start >= from && start < end
  const first = inside.findIndex(isOwned)
  return first < 0 ? { from: 0, end: 0 } : { from: z.from + first, end: z.from + inside.findLastIndex(isOwned) + 1 }
}

/** Along z, y and x, the order of resample-aligned.ts: each pass rounds. Gives the last pass's padded rows. */
async function threePasses(
  job: Job,
  volume: GpuVolume,
  slab: Slab,
  sizes: readonly (readonly [number, number])[],
  made: readonly GPUBuffer[],
  axes: readonly AxisBuffers[],
  ctx: Context,
): Promise<ArrayBuffer> {
  const slices = slab.end - slab.from
  let source: PassSide = {
    size: volume.grid.size,
    rowWords: wordsPerRow(volume.grid) * 16,
    resource: slab.source,
  }
  for (const [n, axis] of [2, 1, 0].entries()) {
    const [width, height] = sizes[n] as readonly [number, number]
    const result: PassSide = {
      size: [width, height, slices],
      rowWords: rowWordsOf(width),
      resource: made[n] as GPUBuffer,
    }
    const buffers = axes[axis] as AxisBuffers
    const index = axis === 2 ? slab.from : buffers.axis.from
    const sourceFirst = axis === 2 ? slab.first : 0
    await pass(job, { source, result, axis, index, sourceFirst, buffers }, subContext(ctx, n / 3, (n + 1) / 3))
    source = result
  }
  return job.read(made[2] as GPUBuffer, source.rowWords * source.size[1] * slices * 4)
}

interface PassSide {
  readonly size: Vec3
  readonly rowWords: number
  readonly resource: Resources[number]
}

interface Pass {
  readonly source: PassSide
  readonly result: PassSide
  readonly axis: number
  readonly index: number
  readonly sourceFirst: number
  readonly buffers: AxisBuffers
}

async function pass(
  job: Job,
  { source, result, axis, index, sourceFirst, buffers }: Pass,
  ctx: Context,
): Promise<void> {
  const { taps } = buffers.axis
  const step = [0, 1, 2].map((a) => (a === axis ? 1 : 0))
  const shape = [...source.size, source.rowWords, ...result.size, result.rowWords, ...step, taps, index, sourceFirst]
  await job.sweep(
    {
      code,
      entry: 'along_axis',
      threads: result.rowWords * result.size[1] * result.size[2],
      atOnce: Math.ceil(READS_AT_ONCE / (2 * taps)),
      uniform: 0,
      paramsOf: (first, end) => [...shape, first, end],
      resources: { 1: source.resource, 2: result.resource, 3: buffers.starts, 4: buffers.weights },
    },
    (fraction) => ctx.progress(fraction),
  )
}

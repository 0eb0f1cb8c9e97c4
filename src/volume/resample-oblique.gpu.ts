import { wordsPerRow } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { type Job, PIECE_BYTES, type Resources } from '../gpu/kernel.gpu.ts'
import { type GpuVolume, type VolumeWindow, volumeWindows } from '../gpu/volume.gpu.ts'
import code from './resample-oblique.wgsl?raw'
import { unpadRows } from './rows.ts'
import { PLACE_BITS, type Sampling, stepTables } from './sampling.ts'
import type { PhaseTaps } from './taps.ts'

/** Voxels read in one dispatch: under 100 ms on a software adapter. */
const READS_AT_ONCE = 2 ** 22

/** What all dispatches share. */
interface Turn {
  readonly job: Job
  readonly volume: GpuVolume
  readonly sampling: Sampling
  readonly taps: PhaseTaps
  readonly fill: number
  readonly resources: Resources
  readonly rowWords: number
}

/**
 * As resampleOblique(), on the device, bit for bit: slab by slab of the target, each read back. Device memory: one slab of
 * at most 32 MiB or one slice. Errors: gpu/out-of-memory.
 */
export async function resampleObliqueGpu(
  job: Job,
  volume: GpuVolume,
  sampling: Sampling,
  taps: PhaseTaps,
  fill: number,
  out: Int16Array,
  ctx: Context,
): Promise<void> {
  const [nx, ny, nz] = sampling.target.size
  const rowWords = (nx + 1) >> 1
  const sliceBytes = rowWords * ny * 4
  const slices = Math.min(nz, Math.max(1, Math.floor(PIECE_BYTES / sliceBytes)))
  requireFits(job.device, { resampled: sliceBytes * slices })
  const windows = volumeWindows(volume, 0, taps.taps - 1)
  const { STORAGE, COPY_SRC } = GPUBufferUsage
  const result = await job.buffer('resampled', sliceBytes * slices, STORAGE | COPY_SRC)
  const resources: Resources = {
    2: result,
    3: await job.upload('steps', stepTables(sampling), STORAGE),
    4: await job.upload('weights', taps.weights, STORAGE),
  }
  const turn: Turn = { job, volume, sampling, taps, fill, resources, rowWords }
  for (let first = 0; first < nz; first += slices) {
    const end = Math.min(nz, first + slices)
    const touched = windows.filter((window) => mayTouch(sampling, first, end, window, taps.taps))
    // What no window touches holds the fill value from the start.
    if (touched.length === 0) continue
    await makeSlab(turn, first, end, touched, subContext(ctx, first / nz, end / nz))
    const padded = new Int16Array(await job.read(result, sliceBytes * (end - first)))
    unpadRows(padded, rowWords * 2, nx, out, first * nx * ny)
  }
}

/** Whether a voxel of target slices `first` to `end - 1` may begin in this window: by the corners of the slab. */
function mayTouch({ steps }: Sampling, first: number, end: number, window: VolumeWindow, taps: number): boolean {
  const [x, y, z] = steps[2]
  const ends = [
    [x[0], x[x.length - 1]],
    [y[0], y[y.length - 1]],
    [z[first], z[end - 1]],
  ] as [number, number][]
  const lowest = ends.reduce((sum, pair) => sum + Math.min(...pair), 0) >> PLACE_BITS
  const highest = ends.reduce((sum, pair) => sum + Math.max(...pair), 0) >> PLACE_BITS
  return highest + 1 >= window.from && lowest - taps < window.end
}

async function makeSlab(
  turn: Turn,
  resultFirst: number,
  end: number,
  windows: readonly VolumeWindow[],
  ctx: Context,
): Promise<void> {
  const { job, volume, sampling, taps, fill, resources, rowWords } = turn
  const { size } = sampling.target
  const pair = (fill & 0xffff) | (fill << 16)
  for (const [n, { from, end: ownEnd, first: sourceFirst, binding }] of windows.entries()) {
    const part = subContext(ctx, n / windows.length, (n + 1) / windows.length)
    const shape = [...volume.grid.size, wordsPerRow(volume.grid) * 16, ...size, rowWords, sourceFirst, resultFirst]
    const how = [from, ownEnd, taps.taps, taps.before, taps.bias, pair]
    await job.sweep(
      {
        code,
        entry: 'oblique',
        threads: rowWords * size[1] * (end - resultFirst),
        atOnce: Math.ceil(READS_AT_ONCE / (2 * taps.taps ** 3)),
        uniform: 0,
        paramsOf: (first, last) => [...shape, ...how, first, last, n === 0 ? 1 : 0, 0],
        resources: { 1: binding, ...resources },
      },
      (fraction) => part.progress(fraction),
    )
  }
}

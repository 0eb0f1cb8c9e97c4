import { wordsPerRow } from '../core/mask.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { type Job, type Resources, runJob } from '../gpu/kernel.gpu.ts'
import { type GpuVolume, volumeWindows } from '../gpu/volume.gpu.ts'
import type { Grown } from './grow-from-seeds.ts'
import code from './grow-from-seeds.wgsl?raw'
import { type GrowStart, startOf } from './grow-start.ts'
import {
  eachBoxRow,
  frontWords,
  type GrowInput,
  type GrowParams,
  type GrowState,
  labelsOf,
  paddedSize,
} from './grow-state.ts'

/** Segments a dispatch: under 100 ms on a software adapter when all of them work. */
const SEGMENTS_AT_ONCE = 2 ** 14
/** Passes between two looks whether something still changes; even, for the two colours. */
const PASSES_AT_ONCE = 16

/** The state on the device: rows padded to whole segments of 32 voxels. */
interface OnDevice {
  readonly costs: GPUBuffer
  readonly labels: GPUBuffer
  readonly front: GPUBuffer
  readonly changed: GPUBuffer
}

/**
 * As growFromSeeds(), on the device, to the bit, costs included: `gpuVolume` is `input.volume`, of which only a sample is read
 * here. A scan larger than one binding is read in windows; costs and labels of the box are bound whole. A pass moves 1/8 byte
 * a voxel and, where the front is, some 8 bytes; it carries labels one row or slice further, or 32 voxels along x. Work grows
 * with the length of the ways, so software adapters are some 30 times slower than the processor: use that there. Device memory: 3 1/8 bytes a voxel of the box. Errors: as growFromSeeds(), gpu/out-of-memory, gpu/device-lost.
 */
export function growFromSeedsGpu(
  input: GrowInput,
  gpuVolume: GpuVolume,
  params: GrowParams,
  ctx: GpuContext,
  last: GrowState | null = null,
): Promise<Grown> {
  return runJob(ctx, async (job) => {
    const start = startOf(input, params, last)
    const { state, front } = start
    requireFits(job.device, { costs: front.length * 64, labels: front.length * 32 })
    const on = await upload(job, start)
    let passes = 0
    for (let changes = true; changes; ) {
      await job.submit('changed', (encoder) => encoder.clearBuffer(on.changed))
      for (let n = 0; n < PASSES_AT_ONCE; n++, passes++) await pass(job, gpuVolume, state, on, passes)
      const changed = new Uint32Array(await job.read(on.changed, PASSES_AT_ONCE * 4))
      // A pass that changed nothing leaves nothing for the next one, but for the first two: each begins with its own seeds.
      changes = changed[PASSES_AT_ONCE - 1] !== 0
      // How far there is to go shows only at the end.
      ctx.progress(passes / (passes + 8 * PASSES_AT_ONCE))
    }
    await download(job, state, on)
    ctx.progress(1)
    return { labels: labelsOf(input.volume.grid, state), state }
  })
}

async function upload(job: Job, { state, front }: GrowStart): Promise<OnDevice> {
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage
  const costs = new Uint16Array(front.length * 32)
  const labels = new Uint8Array(front.length * 32)
  eachSegmentRow(state, (row, from, width) => {
    costs.set(state.costs.subarray(from, from + width), row)
    labels.set(state.labels.subarray(from, from + width), row)
  })
  return {
    costs: await job.upload('costs', new Uint32Array(costs.buffer), STORAGE | COPY_SRC),
    labels: await job.upload('labels', new Uint32Array(labels.buffer), STORAGE | COPY_SRC),
    front: await job.upload('front', front, STORAGE),
    changed: await job.buffer('changed', PASSES_AT_ONCE * 4, STORAGE | COPY_SRC | COPY_DST),
  }
}

/** Calls with where each x-row of the box begins, in rows of whole segments and in the state. */
function eachSegmentRow({ box }: GrowState, visit: (row: number, from: number, width: number) => void): void {
  const words = frontWords(box)
  const width = box.end[0] - box.from[0]
  eachBoxRow({ size: box.end }, box, ({ state, row }) => visit(row * words * 32, state, width))
}

async function download(job: Job, state: GrowState, on: OnDevice): Promise<void> {
  const costs = new Uint16Array(await job.read(on.costs, on.costs.size))
  const labels = new Uint8Array(await job.read(on.labels, on.labels.size))
  eachSegmentRow(state, (row, to, width) => {
    state.costs.set(costs.subarray(row, row + width), to)
    state.labels.set(labels.subarray(row, row + width), to)
  })
}

/** One colour of segments, window by window of the scan. */
async function pass(job: Job, volume: GpuVolume, state: GrowState, on: OnDevice, number: number): Promise<void> {
  const { box, rule } = state
  const words = frontWords(box)
  const [px, py, pz] = paddedSize(box)
  const resources: Resources = { 2: on.costs, 3: on.labels, 4: on.front, 5: on.changed }
  for (const window of volumeWindows(volume, 1, 1)) {
    const from = Math.max(window.from, box.from[2])
    const slices = Math.min(window.end, box.end[2]) - from
    if (slices <= 0) continue
    const where = [px - 2, py - 2, pz - 2, words, ...box.from, number & 1]
    const scan = [wordsPerRow(volume.grid) * 16, volume.grid.size[1], window.first, from - box.from[2]]
    const how = [...rule.lengths, rule.span, rule.gain, number % PASSES_AT_ONCE, number < 2 ? 1 : 0]
    await job.sweep({
      code,
      entry: 'grow',
      threads: ((words + 1) >> 1) * (py - 2) * slices,
      atOnce: SEGMENTS_AT_ONCE,
      uniform: 0,
      paramsOf: (first, end) => [...where, ...scan, ...how, first, end, 0, 0, 0],
      resources: { 1: window.binding, ...resources },
    })
  }
}

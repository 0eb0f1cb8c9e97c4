import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { LabelMap, Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { type Job, PIECE_BYTES, type Resources, runJob } from '../gpu/kernel.gpu.ts'
import { type BetweenSlicesParams, type Shift, shiftAt, shiftBetween } from './between-slices.ts'
import code from './between-slices.wgsl?raw'
import { type Gap, type Painting, paintingOfLabels, paintingOfMask, type Stack, stackOf } from './painted-slices.ts'

/** Threads a dispatch: under 100 ms on a software adapter. A distance may look through two whole columns. */
const ROWS_AT_ONCE = 2 ** 13
const DISTANCES_AT_ONCE = 2 ** 13
const PIXELS_AT_ONCE = 2 ** 21

/**
 * As betweenSlices(), on the device, bit for bit; the processor reads the painted slices and writes the others. Moves 8 bytes
 * in and 4 out a pixel and gap, 1 byte a pixel back. Device memory: 12 bytes a pixel of a slice, and at most 40 MiB or one
 * slice. Errors: segment/empty, segment/no-gap, gpu/out-of-memory, gpu/device-lost.
 */
export function betweenSlicesGpu(mask: Mask, params: BetweenSlicesParams, ctx: GpuContext): Promise<Mask> {
  return runJob(ctx, (job) => fill(job, stackOf(mask.grid, params.axis), () => paintingOfMask(mask, params.axis), ctx))
}

/** As betweenLabelSlices(), on the device, bit for bit. Else as betweenSlicesGpu(). */
export function betweenLabelSlicesGpu(map: LabelMap, params: BetweenSlicesParams, ctx: GpuContext): Promise<LabelMap> {
  return runJob(ctx, (job) => fill(job, stackOf(map.grid, params.axis), () => paintingOfLabels(map, params.axis), ctx))
}

interface Buffers {
  readonly steps: GPUBuffer
  readonly lower: GPUBuffer
  readonly upper: GPUBuffer
  readonly claims: GPUBuffer
  readonly labels: GPUBuffer
}

/** Some slices in a row whose claims lie on the device together. */
interface Batch {
  readonly first: number
  readonly end: number
}

async function fill<Out>(job: Job, stack: Stack, read: () => Painting<Out>, ctx: Context): Promise<Out> {
  const area = stack.width * stack.height
  const atOnce = Math.min(stack.slices, Math.max(1, Math.floor(PIECE_BYTES / (area * 4))))
  requireFits(job.device, { claims: area * atOnce * 4 })
  const painting = read()
  const { gaps } = painting
  const buffers = await makeBuffers(job, area, atOnce)
  for (let first = 0; first < stack.slices; first += atOnce) {
    const batch = { first, end: Math.min(stack.slices, first + atOnce) }
    const part = subContext(ctx, first / stack.slices, batch.end / stack.slices)
    const open = gaps.filter(({ below, above }) => below + 1 < batch.end && above > first)
    if (open.length === 0) continue
    await job.submit('claims', (encoder) => encoder.clearBuffer(buffers.claims))
    for (const [n, gap] of open.entries()) {
      await claim(job, painting, gap, batch, buffers)
      part.progress((n + 1) / (open.length + 1))
    }
    await putLabels(job, painting, batch, buffers)
  }
  ctx.progress(1)
  return painting.result
}

async function makeBuffers(job: Job, area: number, slices: number): Promise<Buffers> {
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage
  return {
    steps: await job.buffer('steps', area * 4, STORAGE),
    lower: await job.buffer('lower distance', area * 4, STORAGE),
    upper: await job.buffer('upper distance', area * 4, STORAGE),
    claims: await job.buffer('claims', area * slices * 4, STORAGE | COPY_DST),
    labels: await job.buffer('labels', area * slices, STORAGE | COPY_SRC),
  }
}

/** What the kernels need to know beside their buffers. */
interface Numbers extends Gap {
  readonly shift: Shift
  readonly slice: number
  readonly claimFirst: number
  readonly pixels: number
}

const NO_GAP = { label: 0, below: 0, above: 0, shift: [0, 0], slice: 0, claimFirst: 0, pixels: 0 } as const

async function sweep(
  job: Job,
  entry: 'row_steps' | 'signed_distance' | 'mix_slices' | 'pack_labels',
  threads: number,
  atOnce: number,
  { width, height, unitU, unitV }: Stack,
  numbers: Numbers,
  resources: Resources,
): Promise<void> {
  const { shift, below, above, slice, claimFirst, label, pixels } = numbers
  const shape = [width, height, unitU, unitV, ...shift, below, above, slice, claimFirst, label, pixels]
  const paramsOf = (first: number, end: number) => [...shape, first, end]
  await job.sweep({ code, entry, threads, atOnce, uniform: 0, paramsOf, resources })
}

/** Raises the claims of one gap on the slices of a batch. */
async function claim(job: Job, painting: Painting<unknown>, gap: Gap, batch: Batch, on: Buffers): Promise<void> {
  const { stack } = painting
  const lower = painting.shape(gap.label, gap.below)
  const upper = painting.shape(gap.label, gap.above)
  await measure(job, lower, stack, on.steps, on.lower)
  await measure(job, upper, stack, on.steps, on.upper)
  const shift = shiftBetween(lower, upper, stack)
  const moves = Array.from({ length: gap.above - gap.below - 1 }, (_, n) => shiftAt(gap, shift, gap.below + 1 + n))
  const slice = Math.max(gap.below + 1, batch.first)
  const pixels = (Math.min(gap.above, batch.end) - slice) * stack.width * stack.height
  const numbers = { ...gap, shift, slice, claimFirst: batch.first, pixels }
  await sweep(job, 'mix_slices', pixels, PIXELS_AT_ONCE, stack, numbers, {
    4: on.lower,
    5: on.upper,
    6: on.claims,
    8: await job.upload('moves', Int32Array.from(moves.flat()), GPUBufferUsage.STORAGE),
  })
}

async function measure(
  job: Job,
  shape: Uint8Array,
  stack: Stack,
  steps: GPUBuffer,
  distance: GPUBuffer,
): Promise<void> {
  const bits = await job.upload('shape', bitsOf(shape, stack), GPUBufferUsage.STORAGE)
  await sweep(job, 'row_steps', stack.height, ROWS_AT_ONCE, stack, NO_GAP, { 1: bits, 2: steps })
  const resources = { 1: bits, 2: steps, 3: distance }
  await sweep(job, 'signed_distance', shape.length, DISTANCES_AT_ONCE, stack, NO_GAP, resources)
}

function bitsOf(shape: Uint8Array, { width, height }: Stack): Uint32Array {
  const perRow = (width + 31) >> 5
  const bits = new Uint32Array(perRow * height)
  for (let v = 0, pixel = 0; v < height; v++) {
    for (let u = 0; u < width; u++, pixel++) {
      const word = v * perRow + (u >> 5)
      if (shape[pixel] === 1) bits[word] = (bits[word] as number) | (1 << (u & 31))
    }
  }
  return bits
}

async function putLabels(
  job: Job,
  { stack, put }: Painting<unknown>,
  { first, end }: Batch,
  on: Buffers,
): Promise<void> {
  const area = stack.width * stack.height
  const pixels = area * (end - first)
  const numbers = { ...NO_GAP, pixels }
  const resources = { 6: on.claims, 7: on.labels }
  await sweep(job, 'pack_labels', Math.ceil(pixels / 4), PIXELS_AT_ONCE, stack, numbers, resources)
  const labels = new Uint8Array(await job.read(on.labels, pixels))
  for (let k = first; k < end; k++) put(k, labels.subarray((k - first) * area, (k - first + 1) * area))
}

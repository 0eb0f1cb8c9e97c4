import { wordsPerRow } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, LabelMap } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { bindableBytes, onDevice } from '../gpu/device.gpu.ts'
import { type Job, PIECE_BYTES, runJob } from '../gpu/kernel.gpu.ts'
import { type Lattice, latticeOf } from './cells.ts'
import { nothingInside, toWorld, turnRound } from './contour.ts'
import code from './label-bits.wgsl?raw'
import { type LabelBox, type LabelSurface, labelBoxes } from './labels.ts'
import { type CountedLattice, countLattice, emit, requireLattice } from './lattice.gpu.ts'

/** Source words a dispatch: under 100 ms on a software adapter. */
const WORDS_AT_ONCE = 2 ** 17
/** As ABSENT in label-bits.wgsl. */
const ABSENT = -2147483647

/** Labels that are made together: their slices one above the other, an empty one between two of them. */
interface Stack {
  readonly boxes: readonly LabelBox[]
  /** Where each label begins, and one past the last. */
  readonly starts: readonly number[]
  readonly lattice: Lattice
}

/** Lattice slices of a label: one more than it has voxels along z. */
const slicesOf = (box: LabelBox) => box.last[2] - box.first[2] + 2

function stackOf(grid: Grid, boxes: readonly LabelBox[]): Stack {
  const starts = [0]
  for (const box of boxes) starts.push((starts.at(-1) ?? 0) + slicesOf(box))
  const [nx, ny] = grid.size
  return { boxes, starts, lattice: latticeOf({ ...grid, size: [nx, ny, (starts.at(-1) ?? 0) - 1] }) }
}

/** As many labels a stack as the prefixes of one binding hold, at least one. */
function stacksOf(grid: Grid, boxes: readonly LabelBox[], bytes: number): Stack[] {
  const flat = latticeOf(grid)
  const most = Math.floor(bytes / (flat.words * flat.rows * 4))
  const groups: LabelBox[][] = []
  let used = 0
  for (const box of boxes) {
    const group = groups.at(-1)
    if (group === undefined || used + slicesOf(box) > most) {
      groups.push([box])
      used = 0
    } else group.push(box)
    used += slicesOf(box)
  }
  return groups.map((group) => stackOf(grid, group))
}

/**
 * As labelSurfaces(), on the device: the same labels, indices and positions, bit for bit. All labels are slices of one tall
 * mask, so they are counted, summed up and emitted together; as many stacks are made as the device can bind.
 * `mostBytes` (for tests) limits a stack's prefixes and the output on the device.
 * Moves one byte a voxel and 7/8 byte a voxel of each label's slices, and the meshes. Device memory: 3/8 byte a voxel of
 * each label's slices, at most a binding; 32 MiB of labels and 64 MiB of output.
 * Errors: surface/empty, surface/too-large, gpu/out-of-memory when a label as large as the scan would not fit, gpu/device-lost.
 */
export function labelSurfacesGpu(
  map: LabelMap,
  ctx: GpuContext,
  mostBytes: number | null = null,
): Promise<LabelSurface[]> {
  return onDevice(ctx, async () => {
    requireLattice(ctx.device, latticeOf(map.grid))
    const boxes = await labelBoxes(map, subContext(ctx, 0, 0.1))
    if (boxes.length === 0) throw nothingInside()
    const stacks = stacksOf(map.grid, boxes, mostBytes ?? bindableBytes(ctx.device))
    const surfaces: LabelSurface[] = []
    for (const [n, stack] of stacks.entries()) {
      const part = subContext(ctx, 0.1 + (0.9 * n) / stacks.length, 0.1 + (0.9 * (n + 1)) / stacks.length)
      surfaces.push(...(await runJob({ ...ctx, ...part }, (job) => extractStack(job, map, stack, mostBytes, part))))
    }
    return surfaces
  })
}

async function extractStack(
  job: Job,
  map: LabelMap,
  stack: Stack,
  outputBytes: number | null,
  ctx: Context,
): Promise<LabelSurface[]> {
  const { lattice } = stack
  const mask = await fillStack(job, map, stack, subContext(ctx, 0, 0.2))
  const source = { lattice, mask, volume: null, place: { from: 0, to: 0 }, outputBytes }
  const counted = await countLattice(job, source, subContext(ctx, 0.2, 0.4))
  return cutMeshes(counted, stack, map.grid, subContext(ctx, 0.4, 1))
}

/** The stacked masks on the device. The labels go there slab by slab, once a stack. */
async function fillStack(job: Job, map: LabelMap, stack: Stack, ctx: Context): Promise<GPUBuffer> {
  const { STORAGE, UNIFORM, COPY_DST } = GPUBufferUsage
  const { lattice, boxes, starts } = stack
  const [, ny, tall] = lattice.size
  const perSlice = lattice.maskWords * ny
  const mask = await job.buffer('label masks', perSlice * tall * 4, STORAGE)
  const slots = new Int32Array(256).fill(ABSENT)
  for (const [n, box] of boxes.entries()) slots[box.label] = (starts[n] ?? 0) - box.first[2]
  const table = await job.upload('label slots', slots, UNIFORM)
  const from = Math.min(...boxes.map((box) => box.first[2]))
  const end = Math.max(...boxes.map((box) => box.last[2])) + 1
  const step = Math.max(1, Math.floor(PIECE_BYTES / (perSlice * 32)))
  const slab = await job.buffer('labels', Math.min(step, end - from) * perSlice * 32, STORAGE | COPY_DST)
  for (let k = from; k < end; k += step) {
    const last = Math.min(end, k + step)
    job.device.queue.writeBuffer(slab, 0, paddedSlices(map, k, last) as GPUAllowSharedBufferSource)
    await job.sweep(
      {
        code,
        entry: 'label_bits',
        threads: (last - k) * perSlice,
        atOnce: WORDS_AT_ONCE,
        uniform: 0,
        paramsOf: (first, stop) => [k * perSlice + first, k * perSlice + stop, k * perSlice, perSlice],
        resources: { 1: table, 2: slab, 3: mask },
      },
      subContext(ctx, (k - from) / (end - from), (last - from) / (end - from)).progress,
    )
  }
  return mask
}

/** Slices from .. end - 1, rows padded to 32 voxels; a view when they need no padding. */
function paddedSlices(map: LabelMap, from: number, end: number): Uint8Array {
  const [nx, ny] = map.grid.size
  const rowLength = wordsPerRow(map.grid) * 32
  const slices = map.labels.subarray(from * ny * nx, end * ny * nx)
  if (nx === rowLength) return slices
  const padded = new Uint8Array((end - from) * ny * rowLength)
  for (let row = 0; row * nx < slices.length; row++) {
    padded.set(slices.subarray(row * nx, (row + 1) * nx), row * rowLength)
  }
  return padded
}

/** One label's share of the output, as numbers of vertices and triangles of the stack. */
interface Share {
  readonly box: LabelBox
  readonly positions: Float32Array<ArrayBuffer>
  readonly indices: Uint32Array<ArrayBuffer>
  readonly firstVertex: number
  readonly firstTriangle: number
  /** From slices of the stack to slices of the map. */
  readonly down: number
}

function sharesOf({ before }: CountedLattice, { boxes, starts }: Stack): Share[] {
  return boxes.map((box, n) => {
    const at = (slot: number, column: 0 | 1) => before[2 * (starts[slot] ?? 0) + column] ?? 0
    return {
      box,
      positions: new Float32Array((at(n + 1, 0) - at(n, 0)) * 3),
      indices: new Uint32Array((at(n + 1, 1) - at(n, 1)) * 3),
      firstVertex: at(n, 0),
      firstTriangle: at(n, 1),
      down: box.first[2] - (starts[n] ?? 0),
    }
  })
}

/** Calls with each part of a window that lies in one share: numbers `from` to `end - 1`, three for each item. */
function split(
  length: number,
  first: number,
  shares: readonly Share[],
  startOf: (share: Share) => readonly [start: number, numbers: number],
  put: (share: Share, from: number, end: number, at: number) => void,
): void {
  for (const share of shares) {
    const [start, numbers] = startOf(share)
    const own = start * 3 - first * 3
    const [from, end] = [Math.max(0, own), Math.min(length, own + numbers)]
    if (from < end) put(share, from, end, from - own)
  }
}

async function cutMeshes(counted: CountedLattice, stack: Stack, grid: Grid, ctx: Context): Promise<LabelSurface[]> {
  const shares = sharesOf(counted, stack)
  const takeVertices = (items: ArrayBuffer, first: number) => {
    const fixed = new Int32Array(items)
    const startOf = ({ firstVertex, positions }: Share) => [firstVertex, positions.length] as const
    split(fixed.length, first, shares, startOf, ({ positions, down }, from, end, at) => {
      positions.set(toWorld(fixed.subarray(from, end), grid, [0, 0, down]), at)
    })
  }
  const takeTriangles = (items: ArrayBuffer, first: number) => {
    const numbers = new Uint32Array(items)
    const startOf = ({ firstTriangle, indices }: Share) => [firstTriangle, indices.length] as const
    split(numbers.length, first, shares, startOf, ({ indices, firstVertex }, from, end, at) => {
      for (let n = from; n < end; n++) indices[at + n - from] = (numbers[n] as number) - firstVertex
    })
  }
  await emit(counted, 'vertices', takeVertices, subContext(ctx, 0, 0.4))
  await emit(counted, 'triangles', takeTriangles, subContext(ctx, 0.4, 1))
  return shares.map(({ box, positions, indices }) => {
    turnRound(indices, grid)
    return { label: box.label, mesh: { positions, indices } }
  })
}

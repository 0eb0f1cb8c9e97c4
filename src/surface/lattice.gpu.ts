import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import { bindableBytes, outOfMemory, requireFits } from '../gpu/device.gpu.ts'
import type { Job, Resources } from '../gpu/kernel.gpu.ts'
import { type GpuVolume, type VolumeWindow, volumeWindows } from '../gpu/volume.gpu.ts'
import type { Lattice } from './cells.ts'
import type { Placement } from './contour.ts'
import code from './marching-cubes.wgsl?raw'
import { packTables, TABLES } from './tables.ts'

/** Lattice words a dispatch: under 100 ms on a software adapter. */
const WORDS_AT_ONCE = 2 ** 17
/** Output on the device at any time: the mesh may be larger, and than a binding. */
const OUTPUT_BYTES = 64 * 1024 ** 2
/** Of a vertex, and of a triangle. */
const ITEM_BYTES = 12

/** A mask on the device and how its vertices are placed; without a volume they lie half-way. */
export interface LatticeSource {
  readonly lattice: Lattice
  readonly mask: GPUBuffer
  readonly volume: GpuVolume | null
  readonly place: Placement
  /** Most bytes of positions or indices on the device at once; null leaves it to the device. For tests. */
  readonly outputBytes: number | null
}

/** What all passes share. */
interface Pass extends LatticeSource {
  readonly job: Job
  readonly buffers: Resources
}

/** Vertices and triangles before each slice, and the totals: entry 2 k and 2 k + 1, one slice more than the lattice has. */
export interface CountedLattice {
  readonly pass: Pass
  readonly before: Uint32Array
  readonly vertices: number
  readonly triangles: number
}

/** Binding numbers of marching-cubes.wgsl, the span (1) left out. */
const USES = {
  count_rows: [0, 2, 3, 4, 6],
  scan_rows: [0, 4, 5],
  scan_slices: [0, 5],
  add_slices: [0, 4, 5],
  emit_vertices: [0, 2, 3, 4, 7, 8],
  emit_triangles: [0, 2, 3, 4, 6, 9],
} as const

const lengthOf = (lattice: Lattice) => lattice.words * lattice.rows * lattice.slices

/** What must fit one binding each, before anything is made. Errors: gpu/out-of-memory with the bytes needed and available. */
export function requireLattice(device: GPUDevice, lattice: Lattice): void {
  const [, ny, nz] = lattice.size
  requireFits(device, {
    mask: lattice.maskWords * ny * nz * 4,
    prefix: lengthOf(lattice) * 4,
    'row base': lattice.rows * lattice.slices * 8,
  })
}

async function makeBuffers(job: Job, source: LatticeSource): Promise<Resources> {
  const { STORAGE, UNIFORM, COPY_SRC } = GPUBufferUsage
  const { lattice, volume, place, mask } = source
  const rows = lattice.rows * lattice.slices
  const shape = [...lattice.size, lattice.maskWords, lattice.words, lattice.rows, lattice.slices]
  const values = Int32Array.from([...shape, volume === null ? 0 : 1, place.from, place.to, 0, 0])
  return {
    0: await job.upload('lattice', values, UNIFORM),
    2: mask,
    3: await job.buffer('prefix', lengthOf(lattice) * 4, STORAGE),
    4: await job.buffer('row base', rows * 8, STORAGE | COPY_SRC),
    5: await job.buffer('slices', (lattice.slices + 1) * 8, STORAGE | COPY_SRC),
    6: await job.upload('cases', packTables(TABLES), UNIFORM),
  }
}

/** The threads of one sweep, and the windows that its dispatches see. */
interface Over {
  readonly from: number
  readonly end: number
  readonly atOnce: number
  readonly output: number
  readonly slice: number
}

async function over(pass: Pass, entry: keyof typeof USES, span: Over, ctx: Context, bound: Resources = {}) {
  const all: Resources = { ...pass.buffers, ...bound }
  const resources = Object.fromEntries(USES[entry].map((binding) => [binding, all[binding]])) as Resources
  const { from, end, atOnce, output, slice } = span
  const paramsOf = (first: number, last: number) => [from + first, from + last, output, slice]
  await pass.job.sweep({ code, entry, threads: end - from, atOnce, uniform: 1, paramsOf, resources }, ctx.progress)
}

/** Counts and sums up; reads the sums of the slices back, the only wait before the output is made. */
export async function countLattice(job: Job, source: LatticeSource, ctx: Context): Promise<CountedLattice> {
  const { lattice } = source
  const pass: Pass = { ...source, job, buffers: await makeBuffers(job, source) }
  const rows = lattice.rows * lattice.slices
  const rowsAtOnce = Math.max(1, Math.floor(WORDS_AT_ONCE / lattice.words))
  const whole = (end: number, atOnce = end): Over => ({ from: 0, end, atOnce, output: 0, slice: 0 })
  await over(pass, 'count_rows', whole(rows, rowsAtOnce), subContext(ctx, 0, 0.9))
  await over(pass, 'scan_rows', whole(lattice.slices), subContext(ctx, 0.9, 0.9))
  await over(pass, 'scan_slices', whole(1), subContext(ctx, 0.9, 0.9))
  await over(pass, 'add_slices', whole(rows), subContext(ctx, 0.9, 1))
  const before = new Uint32Array(await job.read(pass.buffers[5] as GPUBuffer, (lattice.slices + 1) * 8))
  const [vertices, triangles] = before.subarray(lattice.slices * 2)
  return { pass, before, vertices: vertices ?? 0, triangles: triangles ?? 0 }
}

/** Lattice rows whose output fits a window: `count` vertices or triangles from number `first` on. */
interface OutputRange {
  readonly fromRow: number
  readonly endRow: number
  readonly first: number
  readonly count: number
}

/** As few ranges as hold at most `most` each; `before` gives the items before a row, its last entry all of them. */
function outputRanges(before: Uint32Array, most: number): OutputRange[] {
  const rows = before.length - 1
  const ranges: OutputRange[] = []
  for (let fromRow = 0; fromRow < rows; ) {
    const first = before[fromRow] as number
    let endRow = fromRow + 1
    while (endRow < rows && (before[endRow + 1] as number) - first <= most) endRow++
    const count = (before[endRow] as number) - first
    if (count > most) throw outOfMemory('output of one row', count * ITEM_BYTES, most * ITEM_BYTES)
    if (count > 0) ranges.push({ fromRow, endRow, first, count })
    fromRow = endRow
  }
  return ranges
}

async function rangesOf(counted: CountedLattice, what: Output): Promise<OutputRange[]> {
  const { pass } = counted
  const { lattice, job } = pass
  const count = counted[what]
  const rows = lattice.rows * lattice.slices
  const most = Math.floor((pass.outputBytes ?? Math.min(OUTPUT_BYTES, bindableBytes(job.device))) / ITEM_BYTES)
  if (count <= most) return [{ fromRow: 0, endRow: rows, first: 0, count }]
  const pairs = new Uint32Array(await job.read(pass.buffers[4] as GPUBuffer, rows * 8))
  const before = Uint32Array.from({ length: rows + 1 }, (_, row) => pairs[2 * row + COLUMN[what]] ?? count)
  return outputRanges(before, most)
}

type Output = 'vertices' | 'triangles'
const COLUMN = { vertices: 0, triangles: 1 } as const
const BINDING = { vertices: 8, triangles: 9 } as const
const LABEL = { vertices: 'positions', triangles: 'indices' } as const

/** Parts of a range of rows that see one window of the volume. Each point reads its own slice and the one before. */
function partsOf(pass: Pass, range: OutputRange, windows: readonly VolumeWindow[]): { over: Over; bound: Resources }[] {
  const { lattice } = pass
  const perSlice = lattice.rows
  return windows.flatMap(({ from, end, first, binding }) => {
    const last = end === lattice.size[2] ? lattice.slices : end
    const [fromRow, endRow] = [Math.max(range.fromRow, from * perSlice), Math.min(range.endRow, last * perSlice)]
    if (fromRow >= endRow) return []
    const words = { from: fromRow * lattice.words, end: endRow * lattice.words, atOnce: WORDS_AT_ONCE }
    return [{ over: { ...words, output: range.first, slice: first }, bound: { 7: binding } }]
  })
}

/** Takes one window of output: three numbers an item, from item `first` on. The memory is the taker's. */
type Take = (items: ArrayBuffer, first: number) => void

/**
 * Makes all vertices or triangles, window by window, and hands each window over in order. Positions are fixed-point voxels.
 * Device memory: one window. Errors: gpu/out-of-memory, also for a row whose output is larger than a window.
 */
export async function emit(counted: CountedLattice, what: Output, take: Take, ctx: Context): Promise<void> {
  const { pass } = counted
  const { job, lattice, volume } = pass
  const ranges = await rangesOf(counted, what)
  const { STORAGE, COPY_SRC } = GPUBufferUsage
  const most = ranges.reduce((a, { count }) => Math.max(a, count), 0)
  const output = await job.buffer(LABEL[what], most * ITEM_BYTES, STORAGE | COPY_SRC)
  const nothing = await job.buffer('no volume', 4, STORAGE)
  const readsVolume = what === 'vertices' && volume !== null
  const all: VolumeWindow = { from: 0, end: lattice.size[2], first: 0, binding: { buffer: nothing } }
  const windows = readsVolume ? volumeWindows(volume, 1) : [all]
  for (const [n, range] of ranges.entries()) {
    const part = subContext(ctx, n / ranges.length, (n + 1) / ranges.length)
    for (const { over: span, bound } of partsOf(pass, range, windows)) {
      await over(pass, `emit_${what}`, span, part, { ...bound, [BINDING[what]]: output })
    }
    take(await job.read(output, range.count * ITEM_BYTES), range.first)
  }
  output.destroy()
}

import type { Grid, Mesh } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { fits } from '../gpu/device.gpu.ts'
import { type Job, type Resources, runJob } from '../gpu/kernel.gpu.ts'
import type { GpuVolume } from '../gpu/volume.gpu.ts'
import { type Lattice, latticeOf } from './cells.ts'
import { checkInput, nothingInside, type Placement, placementOf, tooLarge, toWorld } from './contour.ts'
import type { SurfaceInput, SurfaceParams } from './marching-cubes.ts'
import code from './marching-cubes.wgsl?raw'
import { packTables, TABLES } from './tables.ts'

/** `gpuVolume` is `volume` on the device and the one that is read; both null places vertices half-way. */
export type SurfaceGpuInput = SurfaceInput & { readonly gpuVolume: GpuVolume | null }

/** Lattice words a dispatch: under 100 ms on a software adapter. */
const WORDS_AT_ONCE = 2 ** 17

interface Sizes {
  readonly vertices: number
  readonly triangles: number
}

/** What all passes share. */
interface Pass {
  readonly job: Job
  readonly ctx: GpuContext
  readonly lattice: Lattice
  readonly buffers: Resources
}

/** Binding numbers of marching-cubes.wgsl. */
const USES = {
  count_rows: [0, 1, 2, 3, 4, 6],
  scan_rows: [0, 1, 4, 5],
  scan_slices: [0, 1, 5],
  add_slices: [0, 1, 4, 5],
  emit_vertices: [0, 1, 2, 3, 4, 7, 8],
  emit_triangles: [0, 1, 2, 3, 4, 6, 9],
} as const

/**
 * As marchingCubes(), on the device: the same indices and positions, bit for bit. Errors: surface/empty,
 * surface/too-large when an output or a prefix does not fit one binding, gpu/out-of-memory, gpu/device-lost.
 * Device memory: 1/4 byte a voxel and the mesh.
 */
export function marchingCubesGpu(input: SurfaceGpuInput, params: SurfaceParams, ctx: GpuContext): Promise<Mesh> {
  return runJob(ctx, async (job) => {
    const { mask, gpuVolume } = input
    checkInput(mask, gpuVolume)
    const lattice = latticeOf(mask)
    refuseUnlessFits(ctx.device, prefixBytes(lattice), mask.words.byteLength)
    const place = placementOf(gpuVolume, params.lowHu, params.highHu)
    const pass: Pass = { job, ctx, lattice, buffers: await makeBuffers(job, input, lattice, place) }
    const sizes = await countAndScan(pass)
    if (sizes.vertices === 0) throw nothingInside()
    return emit(pass, sizes, mask.grid)
  })
}

/** One u32 a lattice word; the other scratch is smaller. */
const prefixBytes = (lattice: Lattice) => lattice.words * lattice.rows * lattice.slices * 4

function refuseUnlessFits(device: GPUDevice, ...bytes: number[]): void {
  if (fits(device, ...bytes)) return
  const most = device.limits.maxStorageBufferBindingSize
  throw tooLarge('The surface is too large for the graphics device. The processor can do it.', {
    bytes: Math.max(...bytes),
    most,
  })
}

async function makeBuffers(job: Job, input: SurfaceGpuInput, lattice: Lattice, place: Placement): Promise<Resources> {
  const { STORAGE, UNIFORM, COPY_SRC } = GPUBufferUsage
  const { gpuVolume } = input
  const rows = lattice.rows * lattice.slices
  const shape = [...lattice.size, lattice.maskWords, lattice.words, lattice.rows, lattice.slices]
  const values = Int32Array.from([...shape, gpuVolume === null ? 0 : 1, place.from, place.to, 0, 0])
  return {
    0: await job.upload('lattice', values, UNIFORM),
    2: await job.upload('mask', input.mask.words, STORAGE),
    3: await job.buffer('prefix', prefixBytes(lattice), STORAGE),
    4: await job.buffer('row base', rows * 8, STORAGE),
    5: await job.buffer('slices', (lattice.slices + 1) * 8, STORAGE | COPY_SRC),
    6: await job.upload('cases', packTables(TABLES), UNIFORM),
    7: gpuVolume?.buffer ?? (await job.buffer('no volume', 4, STORAGE)),
  }
}

type Entry = keyof typeof USES

/** Runs one entry point over `threads` threads, `atOnce` a dispatch. */
async function over(pass: Pass, entry: Entry, threads: number, atOnce: number, share: [number, number]): Promise<void> {
  const { job, ctx, buffers } = pass
  const used = USES[entry].filter((binding) => binding !== 1)
  const resources = Object.fromEntries(used.map((binding) => [binding, buffers[binding]])) as Resources
  const paramsOf = (first: number, end: number) => [first, end]
  await job.sweep({ code, entry, threads, atOnce, uniform: 1, paramsOf, resources }, (done) =>
    ctx.progress(share[0] + (share[1] - share[0]) * done),
  )
}

const rowsAtOnce = (lattice: Lattice) => Math.max(1, Math.floor(WORDS_AT_ONCE / lattice.words))

/** Counts rows, sums up, reads two totals back: the only wait before the output is made. */
async function countAndScan(pass: Pass): Promise<Sizes> {
  const { lattice, job, buffers } = pass
  const rows = lattice.rows * lattice.slices
  await over(pass, 'count_rows', rows, rowsAtOnce(lattice), [0, 0.3])
  await over(pass, 'scan_rows', lattice.slices, lattice.slices, [0.3, 0.3])
  await over(pass, 'scan_slices', 1, 1, [0.3, 0.3])
  await over(pass, 'add_slices', rows, rows, [0.3, 0.35])
  const slices = new Uint32Array(await job.read(buffers[5] as GPUBuffer, (lattice.slices + 1) * 8))
  const [vertices, triangles] = slices.subarray(lattice.slices * 2)
  return { vertices: vertices ?? 0, triangles: triangles ?? 0 }
}

async function emit(pass: Pass, sizes: Sizes, grid: Grid): Promise<Mesh> {
  const { job, lattice } = pass
  const bytes = { positions: sizes.vertices * 12, indices: sizes.triangles * 12 }
  refuseUnlessFits(job.device, bytes.positions, bytes.indices)
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC
  const positions = await job.buffer('positions', bytes.positions, usage)
  const indices = await job.buffer('indices', bytes.indices, usage)
  const full: Pass = { ...pass, buffers: { ...pass.buffers, 8: positions, 9: indices } }
  const words = lattice.words * lattice.rows * lattice.slices
  await over(full, 'emit_vertices', words, WORDS_AT_ONCE, [0.35, 0.5])
  await over(full, 'emit_triangles', words, WORDS_AT_ONCE, [0.5, 0.9])
  const fixed = new Int32Array(await job.read(positions, bytes.positions))
  const mesh = toWorld(fixed, new Uint32Array(await job.read(indices, bytes.indices)), grid)
  pass.ctx.progress(1)
  return mesh
}

import { wordsPerRow } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Mask, Volume } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { type Job, type Resources, runJob } from '../gpu/kernel.gpu.ts'
import { type DistanceSlabs, openDistance } from './distance.gpu.ts'
import { complement } from './logic.ts'
import { type BallRow, ballRows, TOLERANCE } from './margin.ts'
import { ridgeLeads, type ShellThicknessParams } from './shell-thickness.ts'
import code from './shell-thickness.wgsl?raw'
import { requireBand, STORED_BAND } from './signed-distance.ts'
import { floatBits, requireSlabs, SLAB_VOXELS } from './slabs.gpu.ts'

/** Threads a dispatch, and words of ridge read in one: under 100 ms on a software adapter. */
const VOXELS_AT_ONCE = 2 ** 19
const RIDGE_WORDS_AT_ONCE = 2 ** 9
const READS_AT_ONCE = 2 ** 15

/** Balls of the first level have all the largest radius; those of each other one are up to half as wide as of the one before. */
const radiusOf = (level: number) => (level === 0 ? STORED_BAND : (STORED_BAND - 1) >> (level - 1))

/**
 * As shellThickness(), on the device, to one stored step: depths come from float32 squares and are rounded to steps, so one may
 * fall on the other side of a half. Where, on an uneven grid, a ball's surface goes through the centre of a voxel to within
 * that step, one twin may count it and the other not.
 *
 * On a software adapter some 10 times the processor's time on a bone-like mask of 128 x 128 x 96, and where each voxel lies in many
 * unlike balls up to 40 times: use the processor there.
 *
 * By slabs of 16 Mvoxels and what reaches into them, so depths are measured there twice; the mask alone is held whole. Read
 * back 2 bytes a voxel. Device memory: 3/8 byte a voxel, and of a slab 16 bytes and 1/8 a level (of some 6), 280 MB; more
 * where the ball is higher than a slab. Errors: app/bad-parameter, gpu/out-of-memory, gpu/device-lost.
 */
export function shellThicknessGpu(
  mask: Mask,
  params: ShellThicknessParams,
  ctx: GpuContext,
  slabVoxels = SLAB_VOXELS,
): Promise<Volume> {
  return runJob(ctx, async (job) => {
    requireBand(params.maxMm)
    const { grid } = mask
    const [nx, ny, nz] = grid.size
    const radiusMm = params.maxMm / 2
    const halo = 1 + Math.max(...ballRows(grid, radiusMm).map((row) => row.dk))
    const roomVoxels = Math.max(slabVoxels, wordsPerRow(grid) * 32 * ny * (2 * halo + 1))
    // Before the complement and the field are made.
    requireSlabs(job.device, grid, roomVoxels)
    const distance = await openDistance(job, complement(mask), radiusMm, 'face', roomVoxels)
    const shell = await openShell(job, grid, radiusMm / STORED_BAND, distance)
    const data = new Int16Array(nx * ny * nz)
    const step = distance.slices < nz ? distance.slices - 2 * halo : nz
    for (let first = 0; first < nz; first += step) {
      const end = Math.min(nz, first + step)
      const from = Math.max(0, first - halo)
      const slab = { first, end, from, slices: Math.min(distance.slices, nz - from) }
      await measure(shell, mask, slab, data, subContext(ctx, first / nz, end / nz))
    }
    return { grid, data, slope: params.maxMm / STORED_BAND, intercept: 0, modality: 'other', unit: 'mm' }
  })
}

/** What all slabs share. */
interface Shell {
  readonly job: Job
  readonly grid: Grid
  readonly mmPerStep: number
  readonly distance: DistanceSlabs
  /** Mask words of a slice. */
  readonly sliceWords: number
  readonly levels: number
  readonly thickness: GPUBuffer
  readonly buffers: Resources
}

/** Slices [first, end) wanted of the `slices` from slice `from` on. */
interface Slab {
  readonly first: number
  readonly end: number
  readonly from: number
  readonly slices: number
}

async function openShell(job: Job, grid: Grid, mmPerStep: number, distance: DistanceSlabs): Promise<Shell> {
  const { STORAGE, COPY_SRC } = GPUBufferUsage
  const sliceWords = wordsPerRow(grid) * grid.size[1]
  const words = sliceWords * distance.slices
  const levels = levelsOf(grid, mmPerStep)
  const thickness = await job.buffer('thickness', words * 64, STORAGE | COPY_SRC)
  const buffers = {
    1: distance.square,
    2: distance.plane,
    3: await job.buffer('ridge', words * 4 * levels, STORAGE),
    5: await job.buffer('uncovered', words * 4, STORAGE),
    6: thickness,
  }
  return { job, grid, mmPerStep, distance, sliceWords, levels, thickness, buffers }
}

/** Levels down to the one whose balls cover no voxel but their own. */
function levelsOf(grid: Grid, mmPerStep: number): number {
  const isOne = (rows: readonly BallRow[]) => rows.length === 1 && rows[0]?.reach === 0
  let level = 0
  while (!isOne(ballRows(grid, radiusOf(level) * mmPerStep))) level++
  return level + 1
}

/** Fills the wanted slices of `data`. */
async function measure(shell: Shell, mask: Mask, slab: Slab, data: Int16Array, ctx: Context): Promise<void> {
  const { job, sliceWords, levels } = shell
  const { from, slices } = slab
  const { STORAGE, COPY_SRC } = GPUBufferUsage
  const occupied = occupiedWords(mask, slab, sliceWords)
  if (occupied.length === 0) return
  await shell.distance.run(from, subContext(ctx, 0, 0.4).progress)
  const words = sliceWords * slices
  const radii = { entry: 'find_radii', threads: words * 32, atOnce: VOXELS_AT_ONCE } as const
  await sweep(shell, slab, radii, {}, subContext(ctx, 0.4, 0.45))
  const largest = await job.upload('largest', new Uint32Array(levels), STORAGE | COPY_SRC)
  const ridge = { entry: 'find_ridge', threads: words, atOnce: RIDGE_WORDS_AT_ONCE } as const
  await sweep(shell, slab, ridge, { 4: largest }, subContext(ctx, 0.45, 0.6))
  const radiusOfLevel = new Uint32Array(await job.read(largest, levels * 4))
  const list = await job.upload('occupied', occupied, STORAGE)
  for (const [level, radius] of radiusOfLevel.entries()) {
    const part = subContext(ctx, 0.6 + (0.4 * level) / levels, 0.6 + (0.4 * (level + 1)) / levels)
    if (radius > 0) await cover(shell, slab, level, radius, list, part)
  }
  await takeSlices(shell, slab, data)
}

/** Places in the slab of the mask words with a set voxel, of the wanted slices. */
function occupiedWords({ words }: Mask, { first, end, from }: Slab, sliceWords: number): Uint32Array {
  const places: number[] = []
  for (let w = first * sliceWords; w < end * sliceWords; w++) if (words[w] !== 0) places.push(w - from * sliceWords)
  return Uint32Array.from(places)
}

/** Covers by the balls of a level, the largest of which has this radius in stored steps. */
async function cover(
  shell: Shell,
  slab: Slab,
  level: number,
  radius: number,
  list: GPUBuffer,
  ctx: Context,
): Promise<void> {
  const { job, grid } = shell
  const [, sy, sz] = grid.spacing
  const ball = ballRows(grid, radius * shell.mmPerStep)
  const rows = ball.flatMap(({ dj, dk, reach }) => [dj, dk, reach, floatBits((dj * sy) ** 2 + (dk * sz) ** 2)])
  const table = await job.upload('ball', Int32Array.from(rows), GPUBufferUsage.STORAGE)
  const reads = ball.reduce((sum, { reach }) => sum + 2 + (reach >> 4), 0)
  const atOnce = Math.max(64, Math.floor(READS_AT_ONCE / reads / 64) * 64)
  const over = { entry: 'cover', threads: list.size / 4, atOnce, level, rows: ball.length } as const
  await sweep(shell, slab, over, { 7: table, 8: list }, ctx)
}

/** Binding numbers of shell-thickness.wgsl, the parameters (0) left out. */
const USES = {
  find_radii: [1, 2],
  find_ridge: [2, 3, 4, 5, 6],
  cover: [2, 3, 5, 6, 7, 8],
} as const

interface Over {
  readonly entry: keyof typeof USES
  readonly threads: number
  readonly atOnce: number
  readonly level?: number
  readonly rows?: number
}

function sweep(shell: Shell, slab: Slab, over: Over, bound: Resources, ctx: Context): Promise<void> {
  const { job, grid, mmPerStep, levels } = shell
  const { entry, threads, atOnce, level = 0, rows = 0 } = over
  const all: Resources = { ...shell.buffers, ...bound }
  const resources = Object.fromEntries(USES[entry].map((binding) => [binding, all[binding]])) as Resources
  const reals = [...grid.spacing, 1 / mmPerStep].map(floatBits)
  const square = floatBits((mmPerStep * (1 + TOLERANCE)) ** 2)
  const shape = [...grid.size, wordsPerRow(grid), ...reals, slab.from, slab.slices, levels, level]
  const numbers = [...shape, ...ridgeLeads(grid, mmPerStep)]
  const paramsOf = (first: number, end: number) => [...numbers, first, end, rows, square]
  return job.sweep({ code, entry, threads, atOnce, uniform: 0, paramsOf, resources }, ctx.progress)
}

async function takeSlices(shell: Shell, { first, end, from }: Slab, data: Int16Array): Promise<void> {
  const { job, grid, sliceWords, thickness } = shell
  const [nx, ny] = grid.size
  const sliceBytes = sliceWords * 64
  const padded = new Int16Array(await job.read(thickness, (end - first) * sliceBytes, (first - from) * sliceBytes))
  const rowLength = wordsPerRow(grid) * 32
  for (let row = 0; row < ny * (end - first); row++) {
    data.set(padded.subarray(row * rowLength, row * rowLength + nx), (first * ny + row) * nx)
  }
}

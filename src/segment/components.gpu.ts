import { maskLength, wordsPerRow } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { type Job, type Resources, runJob } from '../gpu/kernel.gpu.ts'
import {
  earlierRows,
  type Labelling,
  type Neighbours,
  type Runs,
  requireShortAxes,
  tabulate,
  uniteRuns,
} from './components.ts'
import code from './components.wgsl?raw'

/**
 * Mask words walked in a dispatch, and runs joined: under 100 ms on a software adapter, which joins 2 Mruns/s, so that runs
 * may lie some times closer than on average.
 */
const WORDS_AT_ONCE = 2 ** 17
const RUNS_AT_ONCE = 2 ** 15

/** Paths shorten as they are walked, so 30 steps are many; this stops a device from running away. */
const MOST_STEPS = 4096

type Entry = 'count_runs' | 'fill_runs' | 'join_rows'

/** Binding numbers of components.wgsl. */
const USES: Readonly<Record<Entry, readonly number[]>> = {
  count_runs: [1, 2],
  fill_runs: [1, 2, 3, 4],
  join_rows: [2, 3, 4, 5],
}

/** What all passes share. */
interface Pass {
  readonly job: Job
  readonly ctx: Context
  readonly grid: Grid
  readonly neighbours: Neighbours
  readonly steps: number
}

/**
 * As components(), on the device: the same labelling. `steps` is for tests. Device memory: the mask, 4 bytes a row and 8
 * a run. Errors: gpu/out-of-memory (before the mask or the runs are made), gpu/device-lost.
 */
export function componentsGpu(
  mask: Mask,
  neighbours: Neighbours,
  ctx: GpuContext,
  steps: number = MOST_STEPS,
): Promise<Labelling> {
  return runJob(ctx, async (job) => {
    requireShortAxes(mask.grid)
    requireFits(job.device, { mask: maskLength(mask.grid) * 4, 'row start': rowStartBytes(mask.grid) })
    const words = await job.upload('mask', mask.words, GPUBufferUsage.STORAGE)
    return labellingOn(job, mask.grid, words, neighbours, ctx, steps)
  })
}

const rowStartBytes = (grid: Grid) => (grid.size[1] * grid.size[2] + 1) * 4

/**
 * Components of a mask on the device, for drivers that made it there. The runs are counted, then made and joined; the
 * numbers are given here, from 8 bytes a run that are read back: what the steps after it need of them is a table anyway,
 * and a real mask has a run every 450 voxels. Two waits: for the counts, for the runs.
 */
export async function labellingOn(
  job: Job,
  grid: Grid,
  mask: GPUBuffer,
  neighbours: Neighbours,
  ctx: Context,
  steps: number = MOST_STEPS,
): Promise<Labelling> {
  const pass: Pass = { job, ctx, grid, neighbours, steps }
  const rowStart = await countRuns(pass, mask)
  const total = rowStart.at(-1) ?? 0
  const { STORAGE, COPY_SRC } = GPUBufferUsage
  requireFits(job.device, { runs: total * 4 })
  const runs = await job.buffer('runs', total * 4, STORAGE | COPY_SRC)
  const parent = await job.buffer('parent', total * 4, STORAGE | COPY_SRC)
  const unfinished = await job.buffer('unfinished', 4, STORAGE | COPY_SRC)
  const starts = await job.upload('row start', rowStart, STORAGE)
  const buffers = { 1: mask, 2: starts, 3: runs, 4: parent, 5: unfinished }
  await over(pass, 'fill_runs', buffers, rowsOf(grid, WORDS_AT_ONCE / wordsPerRow(grid)), [0.2, 0.4])
  await over(pass, 'join_rows', buffers, rowsToJoin(grid, total), [0.4, 0.9])
  const found: Runs = { rowStart, runs: new Uint32Array(await job.read(runs, total * 4)) }
  const parents = new Uint32Array(await job.read(parent, total * 4))
  // Joining again is harmless, so what the device gave up is finished here.
  if (new Uint32Array(await job.read(unfinished, 4))[0] !== 0) uniteRuns(grid, found, parents, neighbours, ctx)
  return tabulate(grid, found, parents)
}

/** Runs before each row. The sum over rows is made here: 4 bytes a row come back in any case, to say how many runs there are. */
async function countRuns(pass: Pass, mask: GPUBuffer): Promise<Uint32Array> {
  const { job, grid } = pass
  const rows = grid.size[1] * grid.size[2]
  const counts = await job.buffer('run counts', rows * 4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC)
  await over(pass, 'count_runs', { 1: mask, 2: counts }, rowsOf(grid, WORDS_AT_ONCE / wordsPerRow(grid)), [0, 0.2])
  const perRow = new Uint32Array(await job.read(counts, rows * 4))
  const rowStart = new Uint32Array(rows + 1)
  for (let row = 0; row < rows; row++) rowStart[row + 1] = (rowStart[row] as number) + (perRow[row] as number)
  return rowStart
}

const rowsOf = (grid: Grid, rows: number) => Math.max(1, Math.min(grid.size[1] * grid.size[2], Math.floor(rows)))

/** Rows with RUNS_AT_ONCE runs together; where they lie closer than on average, up to a few times that. */
const rowsToJoin = (grid: Grid, runs: number) =>
  rowsOf(grid, RUNS_AT_ONCE / Math.max(0.1, runs / (grid.size[1] * grid.size[2])))

function over(
  { job, ctx, grid, neighbours, steps }: Pass,
  entry: Entry,
  buffers: Resources,
  atOnce: number,
  [from, to]: readonly [from: number, to: number],
): Promise<void> {
  const [nx, ny, nz] = grid.size
  const earlier = earlierRows(neighbours)
  const table = earlier.flatMap(({ dj, dk, reach }) => [dj, dk, reach, 0])
  while (table.length < 16) table.push(0)
  const shape = [nx, ny, wordsPerRow(grid), steps]
  return job.sweep(
    {
      code,
      entry,
      threads: ny * nz,
      atOnce,
      uniform: 0,
      paramsOf: (first, end) => [...shape, first, end, earlier.length, 0, ...table],
      resources: Object.fromEntries(USES[entry].map((binding) => [binding, buffers[binding]])) as Resources,
    },
    subContext(ctx, from, to).progress,
  )
}

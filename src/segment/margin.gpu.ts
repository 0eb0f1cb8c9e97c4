import { maskLength } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { runJob } from '../gpu/kernel.gpu.ts'
import rowsCode from './ball-rows.wgsl?raw'
import { sweepBall } from './ball-sweep.gpu.ts'
import { type BallRow, ballRows, type MarginParams, marginWith } from './margin.ts'
import code from './margin.wgsl?raw'
import { openSlabs, requireSlabs, SLAB_VOXELS, type SlabPass } from './slabs.gpu.ts'

/**
 * As margin(), on the device, bit for bit. Device memory: 1/4 byte a voxel and 100 MB at most. Errors: app/bad-parameter,
 * segment/empty, gpu/out-of-memory, gpu/device-lost.
 */
export function marginGpu(mask: Mask, params: MarginParams, ctx: GpuContext, slabVoxels = SLAB_VOXELS): Promise<Mask> {
  return runJob(ctx, () => {
    // Before the complement is made.
    requireSlabs(ctx.device, mask.grid, slabVoxels)
    return marginWith(mask, params, (sites, distanceMm) => growGpu(sites, distanceMm, ctx, slabVoxels))
  })
}

/**
 * Past this many rows in the ball, or a reach that leaves the words beside, the distance along z goes first: its work grows
 * with the width of the ball, not with its rows. Measured on 128^3, software adapter: 1 mm (9 rows) 17 ms by rows and 220
 * the other way, 3 mm (61) 150 and 400, 6 mm (239) 490 and 560, 12 mm (935) 1900 and 920.
 */
const MAX_BALL_ROWS = 300
const MAX_REACH = 32
/** Mask words read in a dispatch: under 100 ms on a software adapter. */
const READS_AT_ONCE = 2 ** 21

/** As grow(): voxels within a distance of 0 or more of a set one. */
function growGpu(mask: Mask, distanceMm: number, ctx: GpuContext, slabVoxels: number): Promise<Mask> {
  const ball = ballRows(mask.grid, distanceMm)
  const isSmall = ball.length <= MAX_BALL_ROWS && ball.every((row) => row.reach <= MAX_REACH)
  if (!isSmall) return growByReach(mask, ball, ctx, slabVoxels)
  return sweepBall(mask, ball, { code: rowsCode, entry: 'join_rows', atOnce: READS_AT_ONCE / (3 * ball.length) }, ctx)
}

function growByReach(mask: Mask, rowsOfBall: readonly BallRow[], ctx: GpuContext, slabVoxels: number): Promise<Mask> {
  return runJob(ctx, async (job) => {
    const { grid } = mask
    const ball = ballTable(rowsOfBall)
    const slabs = await openSlabs(job, mask, code, ball.slices, slabVoxels)
    const { STORAGE, COPY_SRC } = GPUBufferUsage
    const reaches = await job.upload('reaches', ball.reaches, STORAGE)
    const rows = await job.buffer('rows', slabs.fieldBytes, STORAGE)
    const bytes = maskLength(grid) * 4
    const grown = await job.buffer('grown', bytes, STORAGE | COPY_SRC)
    const passes: SlabPass[] = [
      {
        entry: 'reach_rows',
        over: 'voxels',
        band: ball.rows,
        reads: 4 * ball.rows + 2,
        resources: { 2: slabs.steps, 3: reaches, 4: rows },
      },
      {
        entry: 'spread_words',
        over: 'words',
        band: 0,
        reads: 2 * (32 + ball.longest),
        reach: ball.longest,
        resources: { 4: rows, 5: grown },
      },
    ]
    for (let first = 0; first < grid.size[2]; first += slabs.slices) {
      const end = Math.min(grid.size[2], first + slabs.slices)
      const part = subContext(ctx, first / grid.size[2], end / grid.size[2])
      await slabs.run(first, passes, part.progress)
    }
    return { grid, words: new Uint32Array(await job.read(grown, bytes)) }
  })
}

/** The rows of a ball by their distance from its middle; see margin.wgsl. */
function ballTable(ball: readonly BallRow[]) {
  const [rows, slices] = [Math.max(...ball.map((row) => row.dj)), Math.max(...ball.map((row) => row.dk))]
  const reaches = new Int32Array((rows + 1) * (slices + 1)).fill(-1)
  for (const { dj, dk, reach } of ball) reaches[Math.abs(dj) * (slices + 1) + Math.abs(dk)] = reach
  return { rows, slices, longest: Math.max(...ball.map((row) => row.reach)), reaches }
}

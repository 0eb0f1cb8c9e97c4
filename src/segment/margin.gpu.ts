import { maskLength } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Grid, Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { runJob } from '../gpu/kernel.gpu.ts'
import { ballRows, type MarginParams, marginWith } from './margin.ts'
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

/** As grow(): voxels within a distance of 0 or more of a set one. */
function growGpu(mask: Mask, distanceMm: number, ctx: GpuContext, slabVoxels: number): Promise<Mask> {
  return runJob(ctx, async (job) => {
    const { grid } = mask
    const ball = ballTable(grid, distanceMm)
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
function ballTable(grid: Grid, distanceMm: number) {
  const ball = ballRows(grid, distanceMm)
  const [rows, slices] = [Math.max(...ball.map((row) => row.dj)), Math.max(...ball.map((row) => row.dk))]
  const reaches = new Int32Array((rows + 1) * (slices + 1)).fill(-1)
  for (const { dj, dk, reach } of ball) reaches[Math.abs(dj) * (slices + 1) + Math.abs(dk)] = reach
  return { rows, slices, longest: Math.max(...ball.map((row) => row.reach)), reaches }
}

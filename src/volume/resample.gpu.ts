import { subContext } from '../core/pace.ts'
import type { Grid, Volume } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { runJob } from '../gpu/kernel.gpu.ts'
import { destroyVolume, type GpuVolume, uploadVolume } from '../gpu/volume.gpu.ts'
import {
  type Interpolation,
  mayFill,
  planOf,
  type ResampleParams,
  type ResamplePlan,
  realFill,
  requireInterpolation,
  storedFill,
} from './resample.ts'
import { resampleAlignedGpu } from './resample-aligned.gpu.ts'
import { resampleObliqueGpu } from './resample-oblique.gpu.ts'
import { phaseTaps } from './taps.ts'
import { requireRoom, targetGrid } from './target-grid.ts'

/** As resample(), on the device. See resampleToGpu(). */
export async function resampleGpu(
  volume: Volume,
  gpuVolume: GpuVolume,
  params: ResampleParams,
  ctx: GpuContext,
): Promise<Volume> {
  return resampleToGpu(volume, gpuVolume, targetGrid(volume.grid, params), params, ctx)
}

/**
 * As resampleTo(), on the device, bit for bit, from the scan that lies there: `gpuVolume` is `volume`, of which only the
 * lowest value is read here. A scan larger than one binding is read in windows. Device memory: at most 96 MiB or three
 * slices beside the scan; oblique and coarser also the scan at the target's spacing.
 * Errors: app/bad-parameter, volume/too-large, gpu/out-of-memory, gpu/device-lost.
 */
export async function resampleToGpu(
  volume: Volume,
  gpuVolume: GpuVolume,
  grid: Grid,
  how: Interpolation,
  ctx: GpuContext,
): Promise<Volume> {
  requireInterpolation(how)
  requireRoom(grid.size)
  return resampleByGpu(volume, gpuVolume, planOf(gpuVolume.grid, grid, how.method), how, ctx)
}

/** As resampleToGpu(), with the places of the target's voxels already found. */
export async function resampleByGpu(
  volume: Volume,
  gpuVolume: GpuVolume,
  plan: ResamplePlan,
  how: Interpolation,
  ctx: GpuContext,
): Promise<Volume> {
  const grid = plan.sampling.target
  if (plan.through !== null) {
    const coarse = await resampleToGpu(volume, gpuVolume, plan.through, how, { ...ctx, ...subContext(ctx, 0, 0.5) })
    const fillValue = realFill(volume, how)
    return uploaded(coarse, ctx, (again) =>
      resampleToGpu(coarse, again, grid, { ...how, fillValue }, { ...ctx, ...subContext(ctx, 0.5, 1) }),
    )
  }
  const { sampling, aligned } = plan
  return runJob(ctx, async (job) => {
    const data = new Int16Array(grid.size[0] * grid.size[1] * grid.size[2])
    const fill = mayFill(plan) ? storedFill(volume, how.fillValue) : 0
    data.fill(fill)
    if (aligned !== null) await resampleAlignedGpu(job, gpuVolume, sampling, aligned, data, ctx)
    else await resampleObliqueGpu(job, gpuVolume, sampling, phaseTaps(how.method), fill, data, ctx)
    return { ...volume, grid, data }
  })
}

async function uploaded<Out>(volume: Volume, ctx: GpuContext, use: (on: GpuVolume) => Promise<Out>): Promise<Out> {
  const on = await uploadVolume(ctx.device, volume)
  try {
    return await use(on)
  } finally {
    destroyVolume(on)
  }
}

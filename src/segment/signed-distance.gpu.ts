import type { Mask, Volume } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { runJob } from '../gpu/kernel.gpu.ts'
import { faceDistanceSlicesGpu } from './distance.gpu.ts'
import { type SignedDistanceParams, signedDistanceBy } from './signed-distance.ts'
import { requireSlabs, SLAB_VOXELS } from './slabs.gpu.ts'

/**
 * As signedDistance(), its distances from the device, to one stored step: roots are rounded, and those of float32 squares
 * may fall on the other side of a half. Reads 4 bytes a voxel back for the inside and 4 for the outside. Device memory: as
 * faceDistanceSlicesGpu(). Errors: app/bad-parameter, gpu/out-of-memory, gpu/device-lost.
 */
export function signedDistanceGpu(
  mask: Mask,
  params: SignedDistanceParams,
  ctx: GpuContext,
  slabVoxels = SLAB_VOXELS,
): Promise<Volume> {
  return runJob(ctx, () => {
    // Before the field is made.
    requireSlabs(ctx.device, mask.grid, slabVoxels)
    return signedDistanceBy(mask, params, ctx, (sites, bandMm, part, sink) =>
      faceDistanceSlicesGpu(sites, bandMm, { ...ctx, ...part }, sink, slabVoxels),
    )
  })
}

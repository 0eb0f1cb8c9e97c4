import { subContext } from '../core/pace.ts'
import type { Mask, Mesh } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { runJob } from '../gpu/kernel.gpu.ts'
import { destroyVolume, uploadVolume } from '../gpu/volume.gpu.ts'
import { signedDistanceGpu } from '../segment/signed-distance.gpu.ts'
import { fieldSurfaceGpu } from '../surface/field.gpu.ts'
import { marchingCubesGpu, type SurfaceGpuInput } from '../surface/marching-cubes.gpu.ts'
import { type HollowParams, hollowBy } from './hollow.ts'

/**
 * As hollow(), on the device: the outer surface bit for bit, the inner one from depths that differ by a stored step at
 * most (see signedDistanceGpu), 1/32000 of wall and diagonal. Moves 8 bytes a voxel back, 2 in, and what the surfaces
 * move. Device memory: 2 3/8 bytes a voxel, or 1/8 and 168 MB. Errors: as hollow(), gpu/out-of-memory, gpu/device-lost.
 */
export function hollowGpu(input: SurfaceGpuInput, params: HollowParams, ctx: GpuContext): Promise<Mesh> {
  return runJob(ctx, () =>
    hollowBy(input, params, ctx, {
      surface: (outer, limits, part) => marchingCubesGpu(outer, limits, { ...ctx, ...part }),
      surfaceAtDepth: (mask, depthMm, bandMm, part) => surfaceAtDepth(mask, depthMm, bandMm, { ...ctx, ...part }),
    }),
  )
}

async function surfaceAtDepth(mask: Mask, depthMm: number, bandMm: number, ctx: GpuContext): Promise<Mesh> {
  const volume = await signedDistanceGpu(mask, { bandMm }, { ...ctx, ...subContext(ctx, 0, 0.7) })
  const gpuVolume = await uploadVolume(ctx.device, volume)
  try {
    const limits = { lowHu: depthMm, highHu: null }
    return await fieldSurfaceGpu(gpuVolume, limits, { ...ctx, ...subContext(ctx, 0.7, 1) })
  } finally {
    destroyVolume(gpuVolume)
  }
}

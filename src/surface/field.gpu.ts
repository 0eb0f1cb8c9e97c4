import { maskLength } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Mesh } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { runJob } from '../gpu/kernel.gpu.ts'
import type { GpuVolume } from '../gpu/volume.gpu.ts'
import { thresholdOn } from '../segment/threshold.gpu.ts'
import { checkLimits } from '../segment/threshold.ts'
import { latticeOf } from './cells.ts'
import { checkSize, placementOf } from './contour.ts'
import { closedLimits } from './field.ts'
import { requireLattice } from './lattice.gpu.ts'
import { extractMesh } from './marching-cubes.gpu.ts'
import type { SurfaceParams } from './marching-cubes.ts'

/**
 * As fieldSurface(), on the device, bit for bit; the mask never leaves it. Moves 3 bytes a voxel, two values a vertex, and
 * the mesh. Device memory beyond the volume: 1/2 byte a voxel and at most 64 MiB of output.
 * Errors: app/bad-parameter, surface/empty, surface/too-large, gpu/out-of-memory, gpu/device-lost.
 */
export function fieldSurfaceGpu(
  volume: GpuVolume,
  params: SurfaceParams,
  ctx: GpuContext,
  outputBytes: number | null = null,
): Promise<Mesh> {
  return runJob(ctx, async (job) => {
    const { grid } = volume
    const limits = closedLimits(params)
    checkLimits(limits)
    checkSize(grid)
    const lattice = latticeOf(grid)
    requireLattice(job.device, lattice)
    const mask = await job.buffer('mask', maskLength(grid) * 4, GPUBufferUsage.STORAGE)
    await thresholdOn(job, volume, limits, mask, subContext(ctx, 0, 0.2))
    const place = placementOf(volume, params.lowHu, params.highHu)
    return extractMesh(job, { lattice, mask, volume, place, outputBytes }, grid, subContext(ctx, 0.2, 1))
  })
}

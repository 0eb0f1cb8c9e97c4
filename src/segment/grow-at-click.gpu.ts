import type { Mask, Volume } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import type { GpuVolume } from '../gpu/volume.gpu.ts'
import { clickPlan, type GrowAtClickParams } from './grow-at-click.ts'
import { regionGrowWithinGpu } from './region-grow.gpu.ts'

/**
 * As growAtClick(), on the device, the same mask: `gpuVolume` is `volume`, of which only the voxels around the point are
 * read. Device memory: as regionGrowGpu, with a distance two masks more. Errors: as growAtClick, gpu/out-of-memory,
 * gpu/device-lost.
 */
export async function growAtClickGpu(
  volume: Volume,
  gpuVolume: GpuVolume,
  params: GrowAtClickParams,
  ctx: GpuContext,
): Promise<Mask> {
  const { grow, within } = clickPlan(volume, params)
  return regionGrowWithinGpu(gpuVolume, grow, within, ctx)
}

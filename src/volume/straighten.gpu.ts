import type { Volume } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import type { GpuVolume } from '../gpu/volume.gpu.ts'
import { resampleByGpu } from './resample.gpu.ts'
import { STRAIGHTEN_HOW, type StraightenParams, straightenPlan } from './straighten.ts'

/** As straighten(), on the device, bit for bit. Device memory and errors: as resampleToGpu(). */
export async function straightenGpu(
  volume: Volume,
  gpuVolume: GpuVolume,
  params: StraightenParams,
  ctx: GpuContext,
): Promise<Volume> {
  return resampleByGpu(volume, gpuVolume, straightenPlan(volume.grid, params), STRAIGHTEN_HOW, ctx)
}

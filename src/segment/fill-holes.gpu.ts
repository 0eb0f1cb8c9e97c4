import { maskLength } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { requireFits } from '../gpu/device.gpu.ts'
import { runJob } from '../gpu/kernel.gpu.ts'
import { labellingOn } from './components.gpu.ts'
import { type FillHolesParams, filledFrom, outsideNeighbours } from './fill-holes.ts'
import { complementOn } from './logic.gpu.ts'

/**
 * As fillHoles(), with the complement and its components from the device: the same mask. Device memory: two masks, 4 bytes
 * a row and 8 a run of background. Errors: gpu/out-of-memory, gpu/device-lost.
 */
export function fillHolesGpu(mask: Mask, params: FillHolesParams, ctx: GpuContext): Promise<Mask> {
  return runJob(ctx, async (job) => {
    const { grid } = mask
    requireFits(job.device, { mask: maskLength(grid) * 4 })
    const words = await job.upload('mask', mask.words, GPUBufferUsage.STORAGE)
    const outside = await complementOn(job, grid, words, subContext(ctx, 0, 0.1))
    const labelling = await labellingOn(job, grid, outside, outsideNeighbours(params), subContext(ctx, 0.1, 1))
    return filledFrom(labelling, mask, params)
  })
}

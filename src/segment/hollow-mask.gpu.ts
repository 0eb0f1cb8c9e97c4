import type { Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { type HollowMaskParams, hollowMaskBy } from './hollow-mask.ts'
import { marginGpu } from './margin.gpu.ts'

/** As hollowMask(), with the margins on the device, bit for bit. Device memory and errors: as hollowMask and marginGpu. */
export function hollowMaskGpu(mask: Mask, params: HollowMaskParams, ctx: GpuContext): Promise<Mask> {
  const { device } = ctx
  return hollowMaskBy(mask, params, ctx, (step, distanceMm, part) =>
    marginGpu(step, { distanceMm }, { ...part, device }),
  )
}

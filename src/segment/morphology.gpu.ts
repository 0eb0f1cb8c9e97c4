import type { Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { marginGpu } from './margin.gpu.ts'
import { type MorphologyParams, morphologyBy } from './morphology.ts'

/**
 * As morphology(), on the device, bit for bit: margins, one after the other (margin.wgsl, ball-rows.wgsl). Device memory and
 * errors: as marginGpu.
 */
export function morphologyGpu(mask: Mask, params: MorphologyParams, ctx: GpuContext): Promise<Mask> {
  const { device } = ctx
  return morphologyBy(mask, params, ctx, (step, distanceMm, part) =>
    marginGpu(step, { distanceMm }, { ...part, device }),
  )
}

import type { Context } from '../core/stage.ts'
import type { Mask, Volume } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { componentsGpu } from './components.gpu.ts'
import { fillHolesGpu } from './fill-holes.gpu.ts'
import { FILL_HOLES } from './fill-holes.ts'
import { marginGpu } from './margin.gpu.ts'
import { bodyBy, type RemoveTableParams } from './remove-table.ts'

/**
 * As bodyMask(), with margins, components and filling on the device: the same mask. Device memory and errors: as bodyMask,
 * marginGpu and componentsGpu.
 */
export function bodyMaskGpu(volume: Volume, params: RemoveTableParams, ctx: GpuContext): Promise<Mask> {
  const { device } = ctx
  const on = (part: Context): GpuContext => ({ ...part, device })
  return bodyBy(volume, params, ctx, {
    grow: (mask, distanceMm, part) => marginGpu(mask, { distanceMm }, on(part)),
    components: (mask, neighbours, part) => componentsGpu(mask, neighbours, on(part)),
    fill: (mask, part) => fillHolesGpu(mask, { ...FILL_HOLES.defaults, mode: 'slices' }, on(part)),
  })
}

import type { Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { componentsGpu } from './components.gpu.ts'
import { ISLAND_NEIGHBOURS, type IslandsParams, islandsFrom } from './islands.ts'

/**
 * As islands(), with the components from the device: the same mask. Errors: as islands, gpu/out-of-memory,
 * gpu/device-lost.
 */
export async function islandsGpu(mask: Mask, params: IslandsParams, ctx: GpuContext): Promise<Mask> {
  return islandsFrom(await componentsGpu(mask, ISLAND_NEIGHBOURS, ctx), mask, params)
}

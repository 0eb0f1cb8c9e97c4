import { subContext } from '../core/pace.ts'
import type { Mask } from '../core/types.ts'
import type { GpuContext } from '../gpu/context.gpu.ts'
import { componentsGpu } from './components.gpu.ts'
import {
  checkSplit,
  ISLAND_NEIGHBOURS,
  type IslandsParams,
  islandsFrom,
  type SplitIslandsParams,
  splitFrom,
} from './islands.ts'

/**
 * As islands(), with the components from the device: the same mask. Errors: as islands, gpu/out-of-memory,
 * gpu/device-lost.
 */
export async function islandsGpu(mask: Mask, params: IslandsParams, ctx: GpuContext): Promise<Mask> {
  return islandsFrom(await componentsGpu(mask, ISLAND_NEIGHBOURS, ctx), mask, params)
}

/**
 * As splitIslands(), with the components from the device: the same masks. Errors: as splitIslands, gpu/out-of-memory,
 * gpu/device-lost.
 */
export async function splitIslandsGpu(mask: Mask, params: SplitIslandsParams, ctx: GpuContext): Promise<Mask[]> {
  checkSplit(params)
  const part = { ...ctx, ...subContext(ctx, 0, 0.7) }
  return splitFrom(await componentsGpu(mask, ISLAND_NEIGHBOURS, part), params, subContext(ctx, 0.7, 1))
}

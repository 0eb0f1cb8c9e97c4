import { countVoxels } from '../../core/mask.ts'
import type { Mask, Mesh } from '../../core/types.ts'
import { marchingCubes } from '../../surface/marching-cubes.ts'
import { coarseField, HALF } from './coarse.ts'

/** Cells a side: some 30 ms of work on one core, so it can run in the page while a person turns the part. */
const LONGEST = 88

/** A quick picture of a mask as a surface, for looking only; null for an empty mask or when cancelled. */
export async function quickPart(mask: Mask, signal: AbortSignal): Promise<Mesh | null> {
  if (countVoxels(mask) === 0) return null
  const field = coarseField(mask, LONGEST)
  if (countVoxels(field.mask) === 0) return null
  try {
    return await marchingCubes(field, { lowHu: HALF, highHu: null }, { signal, progress: () => {} })
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}

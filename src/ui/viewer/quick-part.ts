import { countVoxels } from '../../core/mask.ts'
import type { Mask, Mesh } from '../../core/types.ts'
import { marchingCubes } from '../../surface/marching-cubes.ts'
import { coarseField, SURFACE_AT } from './coarse.ts'

/** Cells a side: some 0.1 s of work on one core, so it can run in the page after a change has settled. */
const LONGEST = 112

/** A quick picture of a mask as a surface, for looking only; null for an empty mask or when cancelled. */
export async function quickPart(mask: Mask, signal: AbortSignal): Promise<Mesh | null> {
  if (countVoxels(mask) === 0) return null
  const field = coarseField(mask, LONGEST)
  if (countVoxels(field.mask) === 0) return null
  try {
    return await marchingCubes(field, { lowHu: SURFACE_AT, highHu: null }, { signal, progress: () => {} })
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}

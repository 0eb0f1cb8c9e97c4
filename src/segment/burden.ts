import { voxelMm3 } from '../core/affine.ts'
import { popcount } from '../core/mask.ts'
import type { Mask } from '../core/types.ts'
import { requireSameScan } from './logic.ts'

/**
 * How much was edited after the AI: volume in mm3 of the voxels that are in one mask and not in the other (the symmetric
 * difference). Divided by the volume of the AI's mask it is the editing burden. Throws segment/grid-mismatch.
 */
export function editedMm3(ai: Mask, now: Mask): number {
  requireSameScan(ai, now)
  let voxels = 0
  for (let w = 0; w < ai.words.length; w++) voxels += popcount((ai.words[w] as number) ^ (now.words[w] as number))
  return voxels * voxelMm3(ai.grid)
}

import { boxAround, differingBox, emptyMask, wordsPerRow } from '../core/mask.ts'
import type { Grid, Mask, Vec3, VoxelBox } from '../core/types.ts'

/**
 * Masks of one grid cut to the box around all of them, in whole words along x; null when all are empty. Voxels past the box
 * are outside, so surfaces and distances between them stay what they were. Memory: the cut masks.
 */
export function cutToSharedBox(masks: readonly Mask[]): Mask[] | null {
  const [first] = masks
  if (!first) return null
  const none = emptyMask(first.grid)
  const box = masks
    .map((mask) => differingBox(mask, none))
    .reduce((all, one) => (all && one ? boxAround(all, one) : (all ?? one)), null)
  return box && masks.map((mask) => cut(mask, box))
}

/** `box` starts at a word, as differingBox() gives it. */
function cut({ grid, words }: Mask, { min, max }: VoxelBox): Mask {
  const size = max.map((n, axis) => n - (min[axis] as number) + 1) as unknown as Vec3
  const part: Grid = { ...grid, size }
  const [from, to] = [wordsPerRow(grid), wordsPerRow(part)]
  const kept = emptyMask(part)
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      const start = ((k + min[2]) * grid.size[1] + j + min[1]) * from + (min[0] >>> 5)
      kept.words.set(words.subarray(start, start + to), (k * size[1] + j) * to)
    }
  }
  return kept
}

import { emptyMask, hasVoxel, tailBits, wordsPerRow } from '../../src/core/mask.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Grid, Mask, Vec3 } from '../../src/core/types.ts'

/** A grid along the LPS axes with its first voxel centre at the origin. */
export function gridOf(size: Vec3, spacing: Vec3 = [1, 1, 1]): Grid {
  return { size, spacing, origin: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] }
}

/** The mask of the voxels for which `inside` holds. */
export function maskOf(grid: Grid, inside: (i: number, j: number, k: number) => boolean): Mask {
  const mask = emptyMask(grid)
  eachVoxel(grid, (i, j, k) => {
    if (inside(i, j, k)) setVoxel(mask, i, j, k)
  })
  return mask
}

/** A mask with each voxel set with the given chance. */
export function randomMask(grid: Grid, seed: number, chance: number): Mask {
  const random = seededRandom(seed)
  return maskOf(grid, () => random() < chance)
}

/** Calls with every voxel, x fastest. */
export function eachVoxel(grid: Grid, visit: (i: number, j: number, k: number) => void): void {
  const [nx, ny, nz] = grid.size
  for (let k = 0; k < nz; k++) for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++) visit(i, j, k)
}

/** Sets one voxel; mutates the mask. */
export function setVoxel(mask: Mask, i: number, j: number, k: number): void {
  const at = (k * mask.grid.size[1] + j) * wordsPerRow(mask.grid) + (i >> 5)
  mask.words[at] = (mask.words[at] ?? 0) | (1 << (i & 31))
}

/** One character a voxel, for readable comparisons. */
export function maskText(mask: Mask): string {
  let text = ''
  eachVoxel(mask.grid, (i, j, k) => {
    text += (i === 0 ? '\n' : '') + (hasVoxel(mask, i, j, k) ? '#' : '.')
  })
  return text
}

/** True when no bit past nx is set, in any row. */
export function tailIsClear(mask: Mask): boolean {
  const perRow = wordsPerRow(mask.grid)
  const tail = tailBits(mask.grid)
  return mask.words.every((word, n) => n % perRow !== perRow - 1 || (word & ~tail) === 0)
}

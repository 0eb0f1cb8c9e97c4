import { hasVoxel, tailBits, wordsPerRow } from '../../src/core/mask.ts'
import type { Grid, Mask } from '../../src/core/types.ts'

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

/** One character a voxel, one line a row, for readable comparisons. */
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

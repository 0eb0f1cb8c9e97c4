import { hasVoxel } from '../../src/core/mask.ts'
import type { Mask, Vec3 } from '../../src/core/types.ts'
import { eachVoxel } from './masks.ts'

/**
 * Squared distance in mm2 from each voxel centre to the nearest voxel that `isSite` accepts, by trying all: to its centre, or,
 * with half = 0.5, to the nearest face of its cuboid.
 */
export function bruteSquares(mask: Mask, isSite: (at: Vec3) => boolean, half = 0): number[] {
  const sites: Vec3[] = []
  eachVoxel(mask.grid, (...at) => isSite(at) && sites.push(at))
  const [sx, sy, sz] = mask.grid.spacing
  const away = (steps: number, mm: number) => (Math.max(0, Math.abs(steps) - half) * mm) ** 2
  const squares: number[] = []
  eachVoxel(mask.grid, (i, j, k) => {
    let best = isSite([i, j, k]) ? 0 : Infinity
    if (best > 0)
      for (const [a, b, c] of sites) best = Math.min(best, away(a - i, sx) + away(b - j, sy) + away(c - k, sz))
    squares.push(best)
  })
  return squares
}

/** Depth in mm of each set voxel below the surface of the voxels as cuboids, the border of the volume included; else 0. */
export function bruteDepths(mask: Mask): number[] {
  const squares = bruteSquares(mask, (at) => !hasVoxel(mask, ...at), 0.5)
  const depths: number[] = []
  let n = 0
  eachVoxel(mask.grid, (...at) => {
    const toBorder = at.map((p, axis) => {
      const size = mask.grid.size[axis] as number
      return (Math.min(p, size - 1 - p) + 0.5) * (mask.grid.spacing[axis] as number)
    })
    const square = squares[n++] as number
    depths.push(hasVoxel(mask, ...at) ? Math.min(Math.sqrt(square), ...toBorder) : 0)
  })
  return depths
}

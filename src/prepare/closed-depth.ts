import { hasVoxel } from '../core/mask.ts'
import type { Mask, Mesh } from '../core/types.ts'
import { surfaceTree } from './surface-tree.ts'

/** Centres of balls are looked for within so many steps beyond the nearest place they may have. */
const SHELL_STEPS = 1.5
/** Distances are kept in blocks of 8 voxels a side. */
const BLOCK_VOXELS = 512

/**
 * How deep a voxel lies in the closing of a part by a ball: the way to the nearest place where the centre of a ball beside the part
 * may lie, less its radius; at most `capMm`, less than 0 beside the closed part. A voxel at which the part is farther than the
 * radius stands for all centres as near to it as it is farther (a distance changes by no more than the way gone), which
 * makes the depth too large: by about step^2 / (4 radius) where a ball touches the part on one side, by up to a step where it rests
 * on two rims that are nearly its diameter apart, since above such a place the part gets farther only slowly. Distances to the part are found when first asked for.
 * Memory: 4 bytes a voxel near those that are asked for, 16 a voxel of the ball.
 */
export function closedDepth(
  mesh: Mesh,
  mask: Mask,
  radiusMm: number,
  capMm: number,
): (i: number, j: number, k: number) => number {
  const { size, spacing, origin } = mask.grid
  const [nx, ny, nz] = size
  const step = spacing[0]
  const surface = surfaceTree(mesh)
  const blocks = new Map<number, Float32Array>()
  const away = (i: number, j: number, k: number): number => {
    const key = ((k >> 3) * ny + (j >> 3)) * nx + (i >> 3)
    let block = blocks.get(key)
    if (block === undefined) {
      block = new Float32Array(BLOCK_VOXELS).fill(-1)
      blocks.set(key, block)
    }
    const at = ((k & 7) << 6) | ((j & 7) << 3) | (i & 7)
    const found = block[at] as number
    if (found >= 0) return found
    const mm = surface.distance(origin[0] + i * step, origin[1] + j * step, origin[2] + k * step)
    block[at] = mm
    return mm
  }
  const { offsets, mm: offsetMm, firstAt } = ball(radiusMm + capMm + SHELL_STEPS * step, step)
  return (i, j, k) => {
    const own = away(i, j, k)
    // No centre is nearer: on the way to it lies the surface, or it is the surface that is so near.
    const least = radiusMm + (hasVoxel(mask, i, j, k) ? own : -own)
    let best = radiusMm + capMm
    if (least >= best) return capMm
    for (let n = firstAt(least); n < offsetMm.length; n++) {
      const far = offsetMm[n] as number
      if (far - SHELL_STEPS * step >= best) break
      const [x, y, z] = [
        i + (offsets[3 * n] as number),
        j + (offsets[3 * n + 1] as number),
        k + (offsets[3 * n + 2] as number),
      ]
      if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz || hasVoxel(mask, x, y, z)) continue
      const beyond = away(x, y, z) - radiusMm
      if (beyond >= 0) best = Math.min(best, far - Math.min(beyond, SHELL_STEPS * step))
    }
    return best - radiusMm
  }
}

/** Steps to the voxels of a ball, the nearest first. */
function ball(radiusMm: number, step: number) {
  const reach = Math.floor(radiusMm / step)
  const all: [number, number, number, number][] = []
  for (let k = -reach; k <= reach; k++)
    for (let j = -reach; j <= reach; j++)
      for (let i = -reach; i <= reach; i++) {
        const mm = step * Math.hypot(i, j, k)
        if (mm <= radiusMm) all.push([i, j, k, mm])
      }
  all.sort((a, b) => a[3] - b[3] || a[2] - b[2] || a[1] - b[1] || a[0] - b[0])
  const mm = Float64Array.from(all, ([, , , far]) => far)
  /** The first of those as far as this or farther, by halves. */
  const firstAt = (far: number) => {
    let [low, high] = [0, mm.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((mm[middle] as number) < far) low = middle + 1
      else high = middle
    }
    return low
  }
  return { offsets: Int16Array.from(all.flatMap(([i, j, k]) => [i, j, k] as const)), mm, firstAt }
}

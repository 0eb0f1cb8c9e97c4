import { hasVoxel } from '../../src/core/mask.ts'
import type { Mask, Vec3 } from '../../src/core/types.ts'
import type { Neighbours } from '../../src/segment/components.ts'
import { eachVoxel } from './masks.ts'

function offsets(neighbours: Neighbours): Vec3[] {
  const all: Vec3[] = []
  for (const dk of [-1, 0, 1]) for (const dj of [-1, 0, 1]) for (const di of [-1, 0, 1]) all.push([di, dj, dk])
  const steps = { 4: 1, 6: 1, 18: 2, 26: 3 }[neighbours]
  return all.filter(([i, j, k]) => {
    const moved = Math.abs(i) + Math.abs(j) + Math.abs(k)
    return moved > 0 && moved <= steps && (neighbours !== 4 || k === 0)
  })
}

/** Flood fill in voxel order: number of each voxel's component, -1 outside. The plain truth for components and growing. */
export function floodLabels(mask: Mask, neighbours: Neighbours): { labels: Int32Array; count: number } {
  const [nx, ny, nz] = mask.grid.size
  const labels = new Int32Array(nx * ny * nz).fill(-1)
  const near = offsets(neighbours)
  let count = 0
  eachVoxel(mask.grid, (i, j, k) => {
    if (!hasVoxel(mask, i, j, k) || labels[i + nx * (j + ny * k)] !== -1) return
    const stack: Vec3[] = [[i, j, k]]
    labels[i + nx * (j + ny * k)] = count
    for (let at = stack.pop(); at; at = stack.pop()) {
      for (const [di, dj, dk] of near) {
        const [x, y, z] = [at[0] + di, at[1] + dj, at[2] + dk]
        if (!hasVoxel(mask, x, y, z) || labels[x + nx * (y + ny * z)] !== -1) continue
        labels[x + nx * (y + ny * z)] = count
        stack.push([x, y, z])
      }
    }
    count++
  })
  return { labels, count }
}

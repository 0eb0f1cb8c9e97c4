import { ijkToLps } from '../../src/core/affine.ts'
import type { Grid, Mesh } from '../../src/core/types.ts'

/** Off the corners of triangles, which lie on planes of voxels. */
const OFF_MM = 1.3e-4

/**
 * Dice of what a closed mesh (LPS mm) holds with voxels of an upright grid, by the centres of the voxels: a column of them
 * is inside between every other crossing of a triangle. Plain, and nothing of the app's own.
 */
export function meshDice({ positions, indices }: Mesh, grid: Grid, isMarked: (index: number) => boolean): number {
  const [nx, ny, nz] = grid.size
  const at = (n: number, axis: number) => positions[3 * (indices[n] as number) + axis] as number
  const first = ijkToLps(grid, [0, 0, 0])
  const next = ijkToLps(grid, [1, 1, 1])
  const step = [0, 1, 2].map((axis) => (next[axis] as number) - (first[axis] as number))
  const toVoxel = (mm: number, axis: number) => (mm - (first[axis] as number)) / (step[axis] as number)
  const crossings = Array.from({ length: nx * ny }, (): number[] => [])
  for (let t = 0; t < indices.length; t += 3) {
    const corners = [t, t + 1, t + 2].map((n) => [0, 1, 2].map((axis) => toVoxel(at(n, axis) + OFF_MM, axis)))
    cross(corners as [number[], number[], number[]], [nx, ny], (i, j, k) => crossings[i + nx * j]?.push(k))
  }
  let [both, inMesh, inMask] = [0, 0, 0]
  for (const [column, heights] of crossings.entries()) {
    heights.sort((a, b) => a - b)
    for (let k = 0; k < nz; k++) {
      const inside = heights.filter((height) => height < k).length % 2 === 1
      const marked = isMarked(column + nx * ny * k)
      both += inside && marked ? 1 : 0
      inMesh += inside ? 1 : 0
      inMask += marked ? 1 : 0
    }
  }
  return (2 * both) / (inMesh + inMask)
}

/** Calls with each column of voxels that a triangle crosses, and how high. */
function cross(
  [a, b, c]: readonly [number[], number[], number[]],
  [nx, ny]: readonly [number, number],
  visit: (i: number, j: number, k: number) => void,
): void {
  const [ax, ay, az] = a as [number, number, number]
  const [bx, by, bz] = b as [number, number, number]
  const [cx, cy, cz] = c as [number, number, number]
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
  if (area === 0) return
  for (let j = Math.max(0, Math.ceil(Math.min(ay, by, cy))); j <= Math.min(ny - 1, Math.max(ay, by, cy)); j++) {
    for (let i = Math.max(0, Math.ceil(Math.min(ax, bx, cx))); i <= Math.min(nx - 1, Math.max(ax, bx, cx)); i++) {
      const u = ((i - ax) * (cy - ay) - (cx - ax) * (j - ay)) / area
      const v = ((bx - ax) * (j - ay) - (i - ax) * (by - ay)) / area
      if (u >= 0 && v >= 0 && u + v <= 1) visit(i, j, az + u * (bz - az) + v * (cz - az))
    }
  }
}

import type { Grid, Mesh } from '../../core/types.ts'
import { type Plane, toPicture } from './plane.ts'

/**
 * Where a surface goes through one slice, as line segments x0 y0 x1 y1 in pixels of its picture (pixel centres at whole
 * numbers). A slice that runs exactly through corners is taken a hair deeper, so that every segment has two ends.
 */
export function meshCut({ positions: p, indices }: Mesh, grid: Grid, plane: Plane, slice: number): number[] {
  const at = pictureOf(p, grid, plane)
  const lines: number[] = []
  const level = slice + 1e-4
  for (let t = 0; t < indices.length; t += 3) {
    const corners = [0, 1, 2].map((k) => 3 * (indices[t + k] as number)) as [number, number, number]
    const isAbove = corners.map((c) => (at[c + 2] as number) > level)
    if (isAbove[0] === isAbove[1] && isAbove[1] === isAbove[2]) continue
    for (let k = 0; k < 3; k++) {
      if (isAbove[k] === isAbove[(k + 1) % 3]) continue
      const [a, b] = [corners[k] as number, corners[(k + 1) % 3] as number]
      const share = (level - (at[a + 2] as number)) / ((at[b + 2] as number) - (at[a + 2] as number))
      lines.push(
        (at[a] as number) + share * ((at[b] as number) - (at[a] as number)),
        (at[a + 1] as number) + share * ((at[b + 1] as number) - (at[a + 1] as number)),
      )
    }
  }
  return lines
}

/** Column, row and slice of every vertex: placing is affine, so four places tell it for all. */
function pictureOf(p: Float32Array, grid: Grid, plane: Plane): Float64Array {
  const zero = toPicture(grid, plane, [0, 0, 0])
  const [x, y, z] = [
    toPicture(grid, plane, [1, 0, 0]),
    toPicture(grid, plane, [0, 1, 0]),
    toPicture(grid, plane, [0, 0, 1]),
  ]
  const out = new Float64Array(p.length)
  for (let i = 0; i < p.length; i += 3) {
    const [px, py, pz] = [p[i] as number, p[i + 1] as number, p[i + 2] as number]
    for (const k of [0, 1, 2] as const)
      out[i + k] = zero[k] + px * (x[k] - zero[k]) + py * (y[k] - zero[k]) + pz * (z[k] - zero[k])
  }
  return out
}

import type { Mesh } from '../../core/types.ts'
import type { Plane } from '../../prepare/plane.ts'

/**
 * Where a plane goes through some triangles of a surface, as line segments x0 y0 z0 x1 y1 z1 in LPS mm. A corner on the plane counts as
 * behind it, so that every segment has two ends.
 */
export function planeSection({ positions: p, indices }: Mesh, plane: Plane, from: number, to: number): number[] {
  const [px, py, pz] = plane.pointLps
  const [nx, ny, nz] = plane.normalLps
  const lines: number[] = []
  const heights = [0, 0, 0]
  for (let t = 3 * from; t < 3 * to; t += 3) {
    for (let k = 0; k < 3; k++) {
      const v = 3 * (indices[t + k] as number)
      heights[k] = ((p[v] as number) - px) * nx + ((p[v + 1] as number) - py) * ny + ((p[v + 2] as number) - pz) * nz
    }
    const [a, b, c] = heights as [number, number, number]
    if (a > 0 === b > 0 && b > 0 === c > 0) continue
    for (let k = 0; k < 3; k++) {
      const [low, high] = [heights[k] as number, heights[(k + 1) % 3] as number]
      if (low > 0 === high > 0) continue
      const share = low / (low - high)
      const [v, w] = [3 * (indices[t + k] as number), 3 * (indices[t + ((k + 1) % 3)] as number)]
      for (let axis = 0; axis < 3; axis++) {
        const start = p[v + axis] as number
        lines.push(start + share * ((p[w + axis] as number) - start))
      }
    }
  }
  return lines
}

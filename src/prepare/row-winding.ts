import type { Mesh } from '../core/types.ts'

/**
 * How a triangle meets the line along x through (y, z): 1 when it faces +x, -1 when it faces -x, 0 when it is missed; then `x` says
 * where. A line that runs through an edge or a corner is moved aside by a vanishing step (simulation of simplicity,
 * Edelsbrunner and Muecke 1990), the same way for all triangles, so that a closed surface is entered as often as left.
 */
export interface RowCrossing {
  at(triangle: number, y: number, z: number): -1 | 0 | 1
  x: number
}

export function rowCrossing({ positions: p, indices }: Mesh): RowCrossing {
  /** Twice the area, seen along x, of the triangle from edge a b to (y, z): the same number either way round, but its sign. */
  const side = (a: number, b: number, y: number, z: number): number => {
    if (a > b) return -side(b, a, y, z)
    const [ay, az] = [p[3 * a + 1] as number, p[3 * a + 2] as number]
    const [ey, ez] = [(p[3 * b + 1] as number) - ay, (p[3 * b + 2] as number) - az]
    const area = ey * (z - az) - ez * (y - ay)
    if (area !== 0) return area
    return ez !== 0 ? -Math.sign(ez) * Number.MIN_VALUE : Math.sign(ey) * Number.MIN_VALUE
  }
  const crossing: RowCrossing = {
    x: 0,
    at(t, y, z) {
      const [a, b, c] = [indices[3 * t] as number, indices[3 * t + 1] as number, indices[3 * t + 2] as number]
      const onC = side(a, b, y, z)
      const onA = side(b, c, y, z)
      const onB = side(c, a, y, z)
      const facing = onA > 0 && onB > 0 && onC > 0 ? 1 : onA < 0 && onB < 0 && onC < 0 ? -1 : 0
      if (facing !== 0) {
        const sum = onA + onB + onC
        crossing.x = (onA * (p[3 * a] as number) + onB * (p[3 * b] as number) + onC * (p[3 * c] as number)) / sum
      }
      return facing
    },
  }
  return crossing
}

/** How often a closed surface runs round a point: 1 inside, 0 outside, for a point that is not on it. O(triangles). */
export function windingAt(mesh: Mesh, x: number, y: number, z: number): number {
  const crossing = rowCrossing(mesh)
  let winding = 0
  for (let t = 0; t < mesh.indices.length / 3; t++) {
    const facing = crossing.at(t, y, z)
    if (facing !== 0 && crossing.x > x) winding += facing
  }
  return winding
}

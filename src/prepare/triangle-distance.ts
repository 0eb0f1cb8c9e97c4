/** Where the last squaredToTriangle landed. One object: allocation per triangle costs more than the arithmetic. */
export const closest = { x: 0, y: 0, z: 0 }

/**
 * Squared distance to the triangle with corners at offsets a, b, c: the closest point by its Voronoi regions (Ericson,
 * Real-Time Collision Detection, 5.1.5).
 */
export function squaredToTriangle(
  p: Float32Array,
  a: number,
  b: number,
  c: number,
  x: number,
  y: number,
  z: number,
): number {
  const ax = p[a] as number
  const ay = p[a + 1] as number
  const az = p[a + 2] as number
  const ux = (p[b] as number) - ax
  const uy = (p[b + 1] as number) - ay
  const uz = (p[b + 2] as number) - az
  const vx = (p[c] as number) - ax
  const vy = (p[c + 1] as number) - ay
  const vz = (p[c + 2] as number) - az
  const px = x - ax
  const py = y - ay
  const pz = z - az
  const uu = ux * ux + uy * uy + uz * uz
  const uv = ux * vx + uy * vy + uz * vz
  const vv = vx * vx + vy * vy + vz * vz
  const up = ux * px + uy * py + uz * pz
  const vp = vx * px + vy * py + vz * pz
  // The point is a + s * u + t * v.
  let s = 0
  let t = 0
  const d3 = up - uu
  const d4 = vp - uv
  const d5 = up - uv
  const d6 = vp - vv
  if (up <= 0 && vp <= 0) {
    // Corner a.
  } else if (d3 >= 0 && d4 <= d3) {
    s = 1
  } else if (d6 >= 0 && d5 <= d6) {
    t = 1
  } else {
    const onC = up * d4 - d3 * vp
    const onB = d5 * vp - up * d6
    const onA = d3 * d6 - d5 * d4
    if (onC <= 0 && up >= 0 && d3 <= 0) s = up - d3 > 0 ? up / (up - d3) : 0
    else if (onB <= 0 && vp >= 0 && d6 <= 0) t = vp - d6 > 0 ? vp / (vp - d6) : 0
    else if (onA <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
      const both = d4 - d3 + (d5 - d6)
      t = both > 0 ? (d4 - d3) / both : 0
      s = 1 - t
    } else {
      const sum = onA + onB + onC
      s = onB / sum
      t = onC / sum
    }
  }
  const qx = s * ux + t * vx
  const qy = s * uy + t * vy
  const qz = s * uz + t * vz
  closest.x = ax + qx
  closest.y = ay + qy
  closest.z = az + qz
  return (px - qx) ** 2 + (py - qy) ** 2 + (pz - qz) ** 2
}

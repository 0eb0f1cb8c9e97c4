import type { Mesh } from '../core/types.ts'
import { surfaceNodes } from '../prepare/surface-nodes.ts'

/** Finds where a ray inside of a surface comes out. */
export interface InnerRays {
  /**
   * Distance in mm along a unit direction to the nearest triangle that the ray meets from behind, infinite when there is none
   * before `maxMm`. Fills `hit`.
   */
  cast(x: number, y: number, z: number, dx: number, dy: number, dz: number, maxMm: number): number
  /** Triangle of the last cast, -1 for none; of equally near ones the lowest number. */
  readonly hit: { triangle: number }
}

/**
 * Own code because it is the inner loop of the wall thickness: on 1.04 M triangles about 2.5 us a ray against 5 us with three-mesh-bvh,
 * whose rays and hits are objects to be collected. Intersections by Möller and Trumbore ("Fast, minimum storage ray/triangle intersection", 1997), in doubles.
 * Memory: about 60 bytes a triangle.
 */
export function innerRays(mesh: Mesh): InnerRays {
  const { bounds, link, leaf, order, corners } = surfaceNodes(mesh)
  const hit = { triangle: -1 }
  const stack = new Uint32Array(64)
  const stackAt = new Float64Array(64)
  const cast: InnerRays['cast'] = (x, y, z, dx, dy, dz, maxMm) => {
    hit.triangle = -1
    if (order.length === 0) return Number.POSITIVE_INFINITY
    const [ix, iy, iz] = [1 / dx, 1 / dy, 1 / dz]
    let best = maxMm
    let depth = 0
    stack[depth] = 0
    stackAt[depth++] = entry(bounds, 0, x, y, z, ix, iy, iz, best)
    while (depth > 0) {
      depth--
      if ((stackAt[depth] as number) > best) continue
      let node = stack[depth] as number
      let isMet = true
      while (isMet && leaf[node] === 0) {
        const left = node + 1
        const right = link[node] as number
        const toLeft = entry(bounds, 6 * left, x, y, z, ix, iy, iz, best)
        const toRight = entry(bounds, 6 * right, x, y, z, ix, iy, iz, best)
        const leftFirst = toLeft <= toRight
        if ((leftFirst ? toRight : toLeft) <= best) {
          stack[depth] = leftFirst ? right : left
          stackAt[depth++] = leftFirst ? toRight : toLeft
        }
        node = leftFirst ? left : right
        isMet = (leftFirst ? toLeft : toRight) <= best
      }
      if (!isMet) continue
      const first = link[node] as number
      for (let i = first; i < first + (leaf[node] as number); i++) {
        const mm = meet(corners, 9 * i, x, y, z, dx, dy, dz)
        const triangle = order[i] as number
        if (mm > best || (mm === best && hit.triangle >= 0 && triangle > hit.triangle)) continue
        best = mm
        hit.triangle = triangle
      }
    }
    return hit.triangle < 0 ? Number.POSITIVE_INFINITY : best
  }
  return { cast, hit }
}

/** Where the ray enters a box, infinite when it misses it or enters after `max`. A direction of zero gives infinite slopes. */
function entry(
  b: Float32Array,
  at: number,
  x: number,
  y: number,
  z: number,
  ix: number,
  iy: number,
  iz: number,
  max: number,
): number {
  let from = 0
  let to = max
  // Zero times infinity, a ray in the face of a box, is no number: such a bound compares false and does not cut.
  const x0 = ((b[ix >= 0 ? at : at + 3] as number) - x) * ix
  const x1 = ((b[ix >= 0 ? at + 3 : at] as number) - x) * ix
  if (x0 > from) from = x0
  if (x1 < to) to = x1
  const y0 = ((b[iy >= 0 ? at + 1 : at + 4] as number) - y) * iy
  const y1 = ((b[iy >= 0 ? at + 4 : at + 1] as number) - y) * iy
  if (y0 > from) from = y0
  if (y1 < to) to = y1
  const z0 = ((b[iz >= 0 ? at + 2 : at + 5] as number) - z) * iz
  const z1 = ((b[iz >= 0 ? at + 5 : at + 2] as number) - z) * iz
  if (z0 > from) from = z0
  if (z1 < to) to = z1
  return from <= to * BOX_SLACK ? from : Number.POSITIVE_INFINITY
}

/** A flat box is met in one point: rounding must not lose it. */
const BOX_SLACK = 1 + 2 ** -50

/** Distance along the ray to a triangle that faces the way the ray goes; infinite when it does not meet it. */
function meet(
  p: Float32Array,
  at: number,
  x: number,
  y: number,
  z: number,
  dx: number,
  dy: number,
  dz: number,
): number {
  const ax = p[at] as number
  const ay = p[at + 1] as number
  const az = p[at + 2] as number
  const ux = (p[at + 3] as number) - ax
  const uy = (p[at + 4] as number) - ay
  const uz = (p[at + 5] as number) - az
  const vx = (p[at + 6] as number) - ax
  const vy = (p[at + 7] as number) - ay
  const vz = (p[at + 8] as number) - az
  const hx = dy * vz - dz * vy
  const hy = dz * vx - dx * vz
  const hz = dx * vy - dy * vx
  const facing = ux * hx + uy * hy + uz * hz
  if (!(facing < 0)) return Number.POSITIVE_INFINITY
  const sx = x - ax
  const sy = y - ay
  const sz = z - az
  const u = sx * hx + sy * hy + sz * hz
  if (u > 0 || u < facing) return Number.POSITIVE_INFINITY
  const qx = sy * uz - sz * uy
  const qy = sz * ux - sx * uz
  const qz = sx * uy - sy * ux
  const v = dx * qx + dy * qy + dz * qz
  if (v > 0 || u + v < facing) return Number.POSITIVE_INFINITY
  const mm = (vx * qx + vy * qy + vz * qz) / facing
  return mm >= 0 ? mm : Number.POSITIVE_INFINITY
}

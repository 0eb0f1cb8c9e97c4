/**
 * Exact tests between triangles of float32 corners: the count of crossings must not depend on rounding. Signs come from
 * doubles where their error bound allows (Shewchuk, "Adaptive precision floating-point arithmetic", 1997), else from
 * integers. Vertices are given as offsets 3 * v into `p`.
 */
type Sign = -1 | 0 | 1

const EPSILON = 2 ** -53
const BOUND_3D = (7 + 56 * EPSILON) * EPSILON
const BOUND_2D = (3 + 16 * EPSILON) * EPSILON
/** Makes every float32, the smallest included, an integer; a power of two, so exact. */
const TO_INTEGER = 2 ** 149

const signOf = (x: number | bigint): Sign => (x > 0 ? 1 : x < 0 ? -1 : 0)

/** Side of d against the plane through a, b, c: positive when the four wind like a right-handed tetrahedron from d. */
export function side(p: Float32Array, a: number, b: number, c: number, d: number): Sign {
  const dx = p[d] as number
  const dy = p[d + 1] as number
  const dz = p[d + 2] as number
  const ax = (p[a] as number) - dx
  const ay = (p[a + 1] as number) - dy
  const az = (p[a + 2] as number) - dz
  const bx = (p[b] as number) - dx
  const by = (p[b + 1] as number) - dy
  const bz = (p[b + 2] as number) - dz
  const cx = (p[c] as number) - dx
  const cy = (p[c + 1] as number) - dy
  const cz = (p[c + 2] as number) - dz
  const bycz = by * cz
  const bzcy = bz * cy
  const bzcx = bz * cx
  const bxcz = bx * cz
  const bxcy = bx * cy
  const bycx = by * cx
  const value = ax * (bycz - bzcy) + ay * (bzcx - bxcz) + az * (bxcy - bycx)
  const size =
    Math.abs(ax) * (Math.abs(bycz) + Math.abs(bzcy)) +
    Math.abs(ay) * (Math.abs(bzcx) + Math.abs(bxcz)) +
    Math.abs(az) * (Math.abs(bxcy) + Math.abs(bycx))
  if (Math.abs(value) > BOUND_3D * size) return value > 0 ? 1 : -1
  return size === 0 ? 0 : sideExact(p, a, b, c, d)
}

function sideExact(p: Float32Array, a: number, b: number, c: number, d: number): Sign {
  const int = (at: number) => BigInt((p[at] as number) * TO_INTEGER)
  const from = (v: number) => [0, 1, 2].map((k) => int(v + k) - int(d + k)) as [bigint, bigint, bigint]
  const [u, v, w] = [from(a), from(b), from(c)]
  return signOf(
    u[0] * (v[1] * w[2] - v[2] * w[1]) + u[1] * (v[2] * w[0] - v[0] * w[2]) + u[2] * (v[0] * w[1] - v[1] * w[0]),
  )
}

/** Turn a, b, c in the plane that keeps axes i and j. */
function turn(p: Float32Array, a: number, b: number, c: number, i: number, j: number): Sign {
  const left = ((p[a + i] as number) - (p[c + i] as number)) * ((p[b + j] as number) - (p[c + j] as number))
  const right = ((p[a + j] as number) - (p[c + j] as number)) * ((p[b + i] as number) - (p[c + i] as number))
  const value = left - right
  if (Math.abs(value) > BOUND_2D * (Math.abs(left) + Math.abs(right))) return value > 0 ? 1 : -1
  if (left === 0 && right === 0) return 0
  const int = (at: number) => BigInt((p[at] as number) * TO_INTEGER)
  return signOf(
    (int(a + i) - int(c + i)) * (int(b + j) - int(c + j)) - (int(a + j) - int(c + j)) * (int(b + i) - int(c + i)),
  )
}

/** Whether triangles without a common vertex meet; touching counts. */
export function triangleMeetsTriangle(
  p: Float32Array,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
): boolean {
  const sd = side(p, a, b, c, d)
  const se = side(p, a, b, c, e)
  const sf = side(p, a, b, c, f)
  if (sd !== 0 && sd === se && se === sf) return false
  const sa = side(p, d, e, f, a)
  const sb = side(p, d, e, f, b)
  const sc = side(p, d, e, f, c)
  if (sa !== 0 && sa === sb && sb === sc) return false
  return (
    segmentMeets(p, d, e, sd, se, a, b, c) ||
    segmentMeets(p, e, f, se, sf, a, b, c) ||
    segmentMeets(p, f, d, sf, sd, a, b, c) ||
    segmentMeets(p, a, b, sa, sb, d, e, f) ||
    segmentMeets(p, b, c, sb, sc, d, e, f) ||
    segmentMeets(p, c, a, sc, sa, d, e, f)
  )
}

/** Whether triangles (v, a, b) and (v, d, e) meet anywhere but in v. */
export function cornerTrianglesMeet(p: Float32Array, v: number, a: number, b: number, d: number, e: number): boolean {
  const sd = side(p, v, a, b, d)
  const se = side(p, v, a, b, e)
  if (sd !== 0 && sd === se) return false
  const sa = side(p, v, d, e, a)
  const sb = side(p, v, d, e, b)
  if (sa !== 0 && sa === sb) return false
  return segmentMeets(p, d, e, sd, se, v, a, b) || segmentMeets(p, a, b, sa, sb, v, d, e)
}

/** Whether triangles (a, b, c) and (b, a, d) are folded flat onto each other. */
export function edgeTrianglesMeet(p: Float32Array, a: number, b: number, c: number, d: number): boolean {
  if (side(p, a, b, c, d) !== 0) return false
  const [i, j] = flatAxes(p, a, b, c)
  const tc = turn(p, a, b, c, i, j)
  return tc !== 0 && tc === turn(p, a, b, d, i, j)
}

/** Segment (s, t), whose ends lie on sides ss and st of the triangle's plane, against triangle (a, b, c). */
function segmentMeets(
  p: Float32Array,
  s: number,
  t: number,
  ss: Sign,
  st: Sign,
  a: number,
  b: number,
  c: number,
): boolean {
  if (ss === 0 && st === 0) return flatSegmentMeets(p, s, t, a, b, c)
  if (ss === st) return false
  const ab = side(p, s, t, a, b)
  const bc = side(p, s, t, b, c)
  if (ab !== 0 && bc !== 0 && ab !== bc) return false
  const ca = side(p, s, t, c, a)
  return (ab >= 0 && bc >= 0 && ca >= 0) || (ab <= 0 && bc <= 0 && ca <= 0)
}

/** The two axes in which a triangle is not seen edge-on. */
function flatAxes(p: Float32Array, a: number, b: number, c: number): [number, number] {
  const pairs: [number, number][] = [
    [0, 1],
    [1, 2],
    [2, 0],
  ]
  return pairs.find(([i, j]) => turn(p, a, b, c, i, j) !== 0) ?? [0, 1]
}

function flatSegmentMeets(p: Float32Array, s: number, t: number, a: number, b: number, c: number): boolean {
  const [i, j] = flatAxes(p, a, b, c)
  const facing = turn(p, a, b, c, i, j)
  // A triangle without area has no inside, and its neighbours answer for its edges.
  if (facing === 0) return false
  const inside = (v: number) =>
    turn(p, a, b, v, i, j) !== -facing && turn(p, b, c, v, i, j) !== -facing && turn(p, c, a, v, i, j) !== -facing
  if (inside(s) || inside(t)) return true
  const crosses = (u: number, v: number) =>
    turn(p, s, t, u, i, j) * turn(p, s, t, v, i, j) <= 0 && turn(p, u, v, s, i, j) * turn(p, u, v, t, i, j) < 0
  return crosses(a, b) || crosses(b, c) || crosses(c, a)
}

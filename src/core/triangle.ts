/**
 * The cross product of two edges of a triangle, into the first three places of `out`: along its normal, outward when its corners
 * are counter-clockwise outside, and twice as long as its area in mm2; all zero for one without area. Gives the square of that length.
 *
 * `a`, `b` and `c` are where the x of each corner lies in the positions, so three times a vertex. The edges go from `a` to `b` and
 * from `a` to `c`. `out` is the caller's, so that a loop over millions of triangles makes nothing.
 */
export function triangleCross(p: Float32Array, a: number, b: number, c: number, out: Float64Array): number {
  const ux = (p[b] as number) - (p[a] as number)
  const uy = (p[b + 1] as number) - (p[a + 1] as number)
  const uz = (p[b + 2] as number) - (p[a + 2] as number)
  const vx = (p[c] as number) - (p[a] as number)
  const vy = (p[c + 1] as number) - (p[a + 1] as number)
  const vz = (p[c + 2] as number) - (p[a + 2] as number)
  const x = uy * vz - uz * vy
  const y = uz * vx - ux * vz
  const z = ux * vy - uy * vx
  out[0] = x
  out[1] = y
  out[2] = z
  return x * x + y * y + z * z
}

/**
 * Area of a triangle in mm2; what it takes is as triangleCross() has it. By hypot, whose last bit can differ from the root of what
 * triangleCross() gives: one in place of the other changes what is stored and hashed.
 */
export function triangleAreaMm2(p: Float32Array, a: number, b: number, c: number, scratch: Float64Array): number {
  triangleCross(p, a, b, c, scratch)
  return Math.hypot(scratch[0] as number, scratch[1] as number, scratch[2] as number) / 2
}

import type { Grid, Mat3, Vec3 } from './types.ts'

/** Determinant of a direction matrix: +1 right-handed, -1 left-handed. */
export function determinant(m: Mat3): number {
  const [a, b, c, d, e, f, g, h, i] = m
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
}

/** Voxel index (may be fractional) to LPS mm. */
export function ijkToLps(grid: Grid, ijk: Vec3): Vec3 {
  const { spacing: s, origin: o, direction: d } = grid
  const x = s[0] * ijk[0]
  const y = s[1] * ijk[1]
  const z = s[2] * ijk[2]
  return [
    o[0] + d[0] * x + d[1] * y + d[2] * z,
    o[1] + d[3] * x + d[4] * y + d[5] * z,
    o[2] + d[6] * x + d[7] * y + d[8] * z,
  ]
}

/** LPS mm to fractional voxel index. Assumes an orthonormal direction (import refuses others). */
export function lpsToIjk(grid: Grid, lps: Vec3): Vec3 {
  const { spacing: s, origin: o, direction: d } = grid
  const x = lps[0] - o[0]
  const y = lps[1] - o[1]
  const z = lps[2] - o[2]
  return [
    (d[0] * x + d[3] * y + d[6] * z) / s[0],
    (d[1] * x + d[4] * y + d[7] * z) / s[1],
    (d[2] * x + d[5] * y + d[8] * z) / s[2],
  ]
}

/** Row-major 4 x 4 from voxel index to RAS mm, as NIfTI and niivue want it (rows 0 and 1 negated from LPS). */
export function rasAffine(grid: Grid): number[] {
  const { spacing: s, origin: o, direction: d } = grid
  const row = (r: 0 | 1 | 2, sign: number) => [
    sign * (d[r * 3] ?? 0) * s[0],
    sign * (d[r * 3 + 1] ?? 0) * s[1],
    sign * (d[r * 3 + 2] ?? 0) * s[2],
    sign * o[r],
  ]
  return [...row(0, -1), ...row(1, -1), ...row(2, 1), 0, 0, 0, 1]
}

const POSITIVE = ['L', 'P', 'S'] as const
const NEGATIVE = ['R', 'A', 'I'] as const

/** The letter each voxel axis points to, for example "LPS": nearest anatomical axis of each direction column. */
export function orientationLetters(direction: Mat3): string {
  return [0, 1, 2]
    .map((axis) => {
      const column = [direction[axis] ?? 0, direction[axis + 3] ?? 0, direction[axis + 6] ?? 0]
      const magnitudes = column.map(Math.abs)
      const largest = magnitudes.indexOf(Math.max(...magnitudes))
      return ((column[largest] ?? 0) < 0 ? NEGATIVE : POSITIVE)[largest]
    })
    .join('')
}

/** True when both grids place voxels alike: same size, and spacing, origin and direction within 1e-4 mm. */
export function sameGrid(a: Grid, b: Grid): boolean {
  const near = (p: readonly number[], q: readonly number[]) =>
    p.every((v, n) => Math.abs(v - (q[n] ?? Number.NaN)) < 1e-4)
  return (
    a.size.every((n, axis) => n === b.size[axis]) &&
    near(a.spacing, b.spacing) &&
    near(a.origin, b.origin) &&
    near(a.direction, b.direction)
  )
}

/** Distance between the places that two grids of one size give the same corner: that of the corner furthest apart, mm. */
export function apartMm(a: Grid, b: Grid): number {
  const [x, y, z] = a.size
  const corners: readonly Vec3[] = [
    [0, 0, 0],
    [x, y, z],
    [x, 0, 0],
    [0, y, 0],
    [0, 0, z],
  ]
  const apart = corners.map((corner) => {
    const [p, q] = [ijkToLps(a, corner), ijkToLps(b, corner)]
    return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])
  })
  return Math.max(...apart)
}

/** Number of voxels. */
export function voxelCount(grid: Grid): number {
  return grid.size[0] * grid.size[1] * grid.size[2]
}

/** Volume of one voxel in mm3. */
export function voxelMm3(grid: Grid): number {
  return grid.spacing[0] * grid.spacing[1] * grid.spacing[2]
}

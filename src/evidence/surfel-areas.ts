import { popcount } from '../core/mask.ts'
import type { Vec3 } from '../core/types.ts'
import { cheapestCut, loopsOf, middle } from '../surface/tables.ts'

/** A corner of a triangle in voxel edges. */
type Point = readonly [number, number, number]

/** Twice the area vector of a triangle whose corners are scaled by the spacing. */
function doubled([p, q, r]: readonly [Point, Point, Point], [sx, sy, sz]: Vec3): Point {
  const [ux, uy, uz] = [(q[0] - p[0]) * sx, (q[1] - p[1]) * sy, (q[2] - p[2]) * sz]
  const [vx, vy, vz] = [(r[0] - p[0]) * sx, (r[1] - p[1]) * sy, (r[2] - p[2]) * sz]
  return [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx]
}

const areaOf = (corners: readonly [Point, Point, Point], spacing: Vec3) => Math.hypot(...doubled(corners, spacing)) / 2

const CUBE: Vec3 = [1, 1, 1]

const pointOf = (edge: number) => middle(edge).map((halves) => halves / 2) as unknown as Point

/** Triangles of one case, cut so that their area in a cube is largest. */
function trianglesOf(cellCase: number): (readonly [Point, Point, Point])[] {
  return loopsOf(cellCase).flatMap((loop) => {
    const points = loop.map(pointOf)
    const corner = (n: number) => points[n] as Point
    const cut = cheapestCut(loop, (a, b, c) => -areaOf([corner(a), corner(b), corner(c)], CUBE))
    const edges = cut.triangles.map(pointOf)
    return Array.from(
      { length: edges.length / 3 },
      (_, n) => edges.slice(3 * n, 3 * n + 3) as unknown as readonly [Point, Point, Point],
    )
  })
}

/** A case and its complement have one surface: more than four corners inside are looked at from the other side. */
const SURFACES = Array.from({ length: 256 }, (_, cellCase) =>
  trianglesOf(popcount(cellCase) <= 4 ? cellCase : 255 - cellCase),
)

/**
 * Area in mm2 of the surface in a cell, by the case of its eight corners (numbered as in surface/tables.ts), for a spacing.
 *
 * The convention is that of Nikolov et al. 2021 (10.2196/26151): marching cubes with every crossing in the middle of its
 * edge and a case like its complement (Lorensen and Cline 1987). A polygon that is not flat is cut where its area in a cube
 * is largest, which gives the areas of their published reference for all 256 cases at any spacing; the cut of our own
 * meshes differs by up to 4 % in such cells.
 */
export function surfelAreas(spacing: Vec3): Float64Array {
  return Float64Array.from(SURFACES, (triangles) => triangles.reduce((sum, t) => sum + areaOf(t, spacing), 0))
}

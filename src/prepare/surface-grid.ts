import type { Mesh } from '../core/types.ts'
import { type Hit, type NearSurface, surfaceTree } from './surface-tree.ts'
import { closest, squaredToTriangle } from './triangle-distance.ts'

/** Cubes a triangle at most; on a bone surface a cube that is met then holds about eight triangles. */
const CELLS_PER_TRIANGLE = 8
const MAX_CELLS = 2 ** 24
/** Large triangles lie in many cubes: with more entries than this a triangle the cubes are made larger. */
const ENTRIES_PER_TRIANGLE = 16
const MIN_ENTRIES = 2 ** 16
/** A ball that meets more cubes is first made smaller by looking around its centre. */
const FEW_CELLS = 64
const RINGS = 3
/** A ball that meets more cubes than this is left to the tree. */
const MANY_CELLS = 1024

/**
 * Answers closest-point questions about a surface that lies near to the points: triangles are filed under the cubes their
 * boxes meet, and only the cubes that the ball around a point meets are read. Exact: of equally near triangles the one of
 * the lowest number. Against the tree, on a skull of 2.1 M triangles: 0.4 s to build instead of 0.9, a distance 0.9 us instead
 * of 1.1 to 1.3, `within` 0.1 mm 0.25 us. The tree is made only when a point lies more than a few cubes away. Memory: about 60 bytes a triangle.
 */
export function surfaceGrid(mesh: Mesh): NearSurface {
  let tree: NearSurface | null = null
  const far = () => {
    tree ??= surfaceTree(mesh)
    return tree
  }
  const cells = mesh.indices.length > 0 ? fileTriangles(mesh) : null
  return cells === null ? far() : gridOver(mesh, cells, far)
}

interface Cells {
  readonly min: readonly [number, number, number]
  /** Cubes along each axis. */
  readonly count: readonly [number, number, number]
  readonly perMm: number
  /** Cube c, x fastest, holds member[start[c]] to member[start[c + 1] - 1]. */
  readonly start: Uint32Array
  readonly member: Uint32Array
}

/** Null when a corner is no number. */
function fileTriangles(mesh: Mesh): Cells | null {
  const { min, extent } = boundsOf(mesh)
  const triangles = mesh.indices.length / 3
  const most = Math.min(MAX_CELLS, CELLS_PER_TRIANGLE * triangles + 1)
  const longest = Math.max(...extent)
  if (!Number.isFinite(longest)) return null
  const solid = extent.reduce((mm3, mm) => mm3 * Math.max(mm, longest / 256), 1)
  let side = longest > 0 ? Math.cbrt(solid / most) : 1
  for (;;) {
    const perMm = 1 / side
    const count = extent.map((mm) => Math.floor(mm * perMm) + 1) as [number, number, number]
    if (count[0] * count[1] * count[2] <= most) {
      const cells = { min, count, perMm }
      const start = countMembers(mesh, cells, Math.max(MIN_ENTRIES, ENTRIES_PER_TRIANGLE * triangles))
      if (start !== null) return { ...cells, start, member: fillMembers(mesh, cells, start) }
    }
    side *= 1.26
  }
}

function boundsOf({ positions: p, indices }: Mesh) {
  const min: [number, number, number] = [Infinity, Infinity, Infinity]
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < indices.length; i++) {
    const v = 3 * (indices[i] as number)
    for (let axis = 0 as 0 | 1 | 2; axis < 3; axis++) {
      min[axis] = Math.min(min[axis], p[v + axis] as number)
      max[axis] = Math.max(max[axis], p[v + axis] as number)
    }
  }
  return { min, extent: [max[0] - min[0], max[1] - min[1], max[2] - min[2]] as const }
}

type Frame = Pick<Cells, 'min' | 'count' | 'perMm'>

/** Cubes that the box of the triangle at offset `t` of the indices meets: lowest and highest along x, y and z. */
function cellsOf({ positions: p, indices }: Mesh, { min, perMm }: Frame, t: number, out: Int32Array): void {
  const a = 3 * (indices[t] as number)
  const b = 3 * (indices[t + 1] as number)
  const c = 3 * (indices[t + 2] as number)
  for (let axis = 0 as 0 | 1 | 2; axis < 3; axis++) {
    const [u, v, w] = [p[a + axis] as number, p[b + axis] as number, p[c + axis] as number]
    out[axis] = Math.floor(((u < v ? (u < w ? u : w) : v < w ? v : w) - min[axis]) * perMm)
    out[axis + 3] = Math.floor(((u > v ? (u > w ? u : w) : v > w ? v : w) - min[axis]) * perMm)
  }
}

/** First places by cube, or null when there would be too many entries. */
function countMembers(mesh: Mesh, frame: Frame, most: number): Uint32Array | null {
  const [nx, ny, nz] = frame.count
  const start = new Uint32Array(nx * ny * nz + 1)
  const block = new Int32Array(6)
  let entries = 0
  for (let t = 0; t < mesh.indices.length; t += 3) {
    cellsOf(mesh, frame, t, block)
    const [x0 = 0, y0 = 0, z0 = 0, x1 = 0, y1 = 0, z1 = 0] = block
    entries += (x1 - x0 + 1) * (y1 - y0 + 1) * (z1 - z0 + 1)
    if (entries > most) return null
    for (let z = z0; z <= z1; z++)
      for (let y = y0; y <= y1; y++) {
        const row = (z * ny + y) * nx
        for (let x = x0; x <= x1; x++) start[row + x] = (start[row + x] as number) + 1
      }
  }
  let sum = 0
  for (let c = 0; c < start.length; c++) {
    sum += start[c] as number
    start[c] = sum
  }
  return start
}

/** Fills each cube from its end, which leaves `start` at its first places; last triangle first, so that numbers rise. */
function fillMembers(mesh: Mesh, frame: Frame, start: Uint32Array): Uint32Array {
  const [nx, ny] = frame.count
  const member = new Uint32Array(start[start.length - 1] as number)
  const block = new Int32Array(6)
  for (let t = mesh.indices.length - 3; t >= 0; t -= 3) {
    cellsOf(mesh, frame, t, block)
    const [x0 = 0, y0 = 0, z0 = 0, x1 = 0, y1 = 0, z1 = 0] = block
    for (let z = z0; z <= z1; z++)
      for (let y = y0; y <= y1; y++) {
        const row = (z * ny + y) * nx
        for (let x = x0; x <= x1; x++) {
          const at = (start[row + x] as number) - 1
          start[row + x] = at
          member[at] = t / 3
        }
      }
  }
  return member
}

/** Cubes along one axis that an interval meets, within the grid. */
function cellAt(mm: number, min: number, perMm: number, count: number): number {
  const cell = Math.floor((mm - min) * perMm)
  return cell < 0 ? 0 : cell >= count ? count - 1 : cell
}

function gridOver({ positions: p, indices }: Mesh, cells: Cells, far: () => NearSurface): NearSurface {
  const { perMm, start, member } = cells
  const [minX, minY, minZ] = cells.min
  const [nx, ny, nz] = cells.count
  const balls = ballsAround(p, indices)
  const hit: Hit = { squared: Number.POSITIVE_INFINITY, triangle: -1, x: 0, y: 0, z: 0 }
  const corner = (i: number) => 3 * (indices[i] as number)
  const squaredTo = (t: number, x: number, y: number, z: number) =>
    squaredToTriangle(p, corner(3 * t), corner(3 * t + 1), corner(3 * t + 2), x, y, z)

  /**
   * The nearest triangle within sqrt(limit) in the cubes that a cube of this half side around a point meets, or with `any`
   * the first; -1 for none. The ball around each triangle rules most of them out.
   */
  const search = (x: number, y: number, z: number, reachMm: number, limit: number, any: boolean): number => {
    const x0 = cellAt(x - reachMm, minX, perMm, nx)
    const y0 = cellAt(y - reachMm, minY, perMm, ny)
    const z0 = cellAt(z - reachMm, minZ, perMm, nz)
    const x1 = cellAt(x + reachMm, minX, perMm, nx)
    const y1 = cellAt(y + reachMm, minY, perMm, ny)
    const z1 = cellAt(z + reachMm, minZ, perMm, nz)
    let best = limit
    let bestMm = rootAbove(best)
    let nearest = -1
    for (let cz = z0; cz <= z1; cz++) {
      for (let cy = y0; cy <= y1; cy++) {
        const row = (cz * ny + cy) * nx
        const end = start[row + x1 + 1] as number
        for (let i = start[row + x0] as number; i < end; i++) {
          const t = member[i] as number
          const dx = x - (balls[4 * t] as number)
          const dy = y - (balls[4 * t + 1] as number)
          const dz = z - (balls[4 * t + 2] as number)
          const most = (balls[4 * t + 3] as number) + bestMm
          if (dx * dx + dy * dy + dz * dz > most * most) continue
          const squared = squaredTo(t, x, y, z)
          // Written so that a triangle without a distance is never the nearest.
          if (!(squared < best || (squared === best && (nearest < 0 || t < nearest)))) continue
          if (any) return t
          best = squared
          bestMm = rootAbove(best)
          nearest = t
        }
      }
    }
    return nearest
  }

  const cellsMet = (x: number, y: number, z: number, mm: number) =>
    (cellAt(x + mm, minX, perMm, nx) - cellAt(x - mm, minX, perMm, nx) + 1) *
    (cellAt(y + mm, minY, perMm, ny) - cellAt(y - mm, minY, perMm, ny) + 1) *
    (cellAt(z + mm, minZ, perMm, nz) - cellAt(z - mm, minZ, perMm, nz) + 1)

  let lastWithin = -1
  return {
    hit,
    distance(x, y, z) {
      // The triangle of the last answer bounds this one: points asked in a row lie near each other.
      let near = hit.triangle
      let squared = near < 0 ? Number.POSITIVE_INFINITY : squaredTo(near, x, y, z)
      const inOwn = search(x, y, z, 0, squared, false)
      if (inOwn >= 0) {
        near = inOwn
        squared = squaredTo(near, x, y, z)
      }
      let met = cellsMet(x, y, z, rootAbove(squared))
      for (let ring = 1; ring <= RINGS && met > FEW_CELLS; ring++) {
        const nearer = search(x, y, z, ring / perMm, squared, false)
        if (nearer >= 0) near = nearer
        squared = near < 0 ? squared : squaredTo(near, x, y, z)
        met = cellsMet(x, y, z, rootAbove(squared))
      }
      // Written so that a point that is no number is left to the tree too.
      if (!(met <= MANY_CELLS && near >= 0)) {
        far().distance(x, y, z)
        Object.assign(hit, far().hit)
        return Math.sqrt(hit.squared)
      }
      if (met > 1) near = search(x, y, z, rootAbove(squared), squared, false)
      hit.squared = squaredTo(near, x, y, z)
      hit.triangle = near
      hit.x = closest.x
      hit.y = closest.y
      hit.z = closest.z
      return Math.sqrt(hit.squared)
    },
    within(x, y, z, limitMm) {
      const limit = limitMm * limitMm
      if (lastWithin >= 0 && squaredTo(lastWithin, x, y, z) <= limit) return lastWithin
      const found =
        cellsMet(x, y, z, limitMm) <= MANY_CELLS
          ? search(x, y, z, limitMm, limit, true)
          : far().within(x, y, z, limitMm)
      if (found >= 0) lastWithin = found
      return found
    },
  }
}

/** Not less than the root, so that no cube is left out by rounding. */
const rootAbove = (squared: number) => Math.sqrt(squared) * 1.000001 + 1e-9

/** Middle (x, y, z) and radius of a ball around each triangle, a little large. */
function ballsAround(p: Float32Array, indices: Uint32Array): Float32Array {
  const balls = new Float32Array((indices.length / 3) * 4)
  for (let t = 0, at = 0; t < indices.length; t += 3, at += 4) {
    const [a, b, c] = [3 * (indices[t] as number), 3 * (indices[t + 1] as number), 3 * (indices[t + 2] as number)]
    let radius = 0
    for (let axis = 0; axis < 3; axis++) {
      const [u, v, w] = [p[a + axis] as number, p[b + axis] as number, p[c + axis] as number]
      balls[at + axis] = (u + v + w) / 3
    }
    for (const corner of [a, b, c]) {
      const dx = (p[corner] as number) - (balls[at] as number)
      const dy = (p[corner + 1] as number) - (balls[at + 1] as number)
      const dz = (p[corner + 2] as number) - (balls[at + 2] as number)
      radius = Math.max(radius, dx * dx + dy * dy + dz * dz)
    }
    balls[at + 3] = Math.sqrt(radius) * 1.000001
  }
  return balls
}

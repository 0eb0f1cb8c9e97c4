import { meshBounds } from '../core/mesh.ts'
import type { Mat3, Mesh, Vec3 } from '../core/types.ts'
import { supportMm3 } from './columns.ts'
import { aboutAxis, moved, product, upright } from './rotation.ts'

export interface PlaceRules {
  /** Lean from upright from which an underside needs support, degrees; null: nothing does. */
  readonly overhangDeg: number | null
  /** Undersides this near to the plate lie on it. */
  readonly plateMm: number
  /** Grid across which support is measured. */
  readonly pitchMm: number
}

export interface Extent {
  readonly heightMm: number
  readonly footprintMm: readonly [number, number]
}

/** How a part stands on the plate, and what that costs. */
export interface Placement extends Extent {
  /** From LPS to the printer: z up, the shorter footprint along y. */
  readonly rotation: Mat3
  /** What points up, in LPS. */
  readonly upLps: Vec3
  /** Surface that leans too far, without what lies on the plate. */
  readonly overhangMm2: number
  /** Space between overhangs and what is below them. */
  readonly supportMm3: number
  /** Surface on the plate. */
  readonly contactMm2: number
}

const Z: Vec3 = [0, 0, 1]
/** Turns about z that are tried for the smallest footprint. */
const TURNS = 18
/** Triangles of a sample, and vertices that a footprint is looked up from. */
const MOST_SAMPLES = 6000
/** Cells along the longer side at most: a wide part is measured more coarsely. */
const MOST_CELLS = 400
const SAME_MM2 = 1e-3

const sine = (degrees: number) => Math.sin((degrees * Math.PI) / 180) + 1e-6

/** Stands a part with `up` (of length 1, LPS) upward and measures it in full. */
export function place(mesh: Mesh, up: Vec3, rules: PlaceRules): Placement {
  const rotation = turnedFlat(mesh, upright(up))
  const standing = moved(mesh, { rotation, shift: [0, 0, 0], scale: 1 })
  const { heightMm, footprintMm } = extentOf(standing)
  const floor = meshBounds(standing).min[2]
  const pitchMm = Math.max(rules.pitchMm, Math.max(...footprintMm) / MOST_CELLS)
  const overhangSine = rules.overhangDeg === null ? null : sine(rules.overhangDeg)
  const columns = { ...rules, pitchMm }
  return {
    rotation,
    upLps: up,
    heightMm,
    footprintMm,
    ...undersides(standing, floor, overhangSine, rules.plateMm),
    supportMm3: overhangSine === null ? 0 : supportMm3(standing, { ...columns, overhangSine }),
  }
}

function extentOf(standing: Mesh): Extent {
  const { min, max } = meshBounds(standing)
  return { heightMm: max[2] - min[2], footprintMm: [max[0] - min[0], max[1] - min[1]] }
}

/** The room that a part takes with `up` upward, turned about z as it lies best. */
export const roomFor = (mesh: Mesh, up: Vec3): Extent =>
  extentOf(moved(mesh, { rotation: turnedFlat(mesh, upright(up)), shift: [0, 0, 0], scale: 1 }))

/** The turn about z with the smallest footprint, the longer side along x, after `standing`. */
export function turnedFlat({ positions: p }: Mesh, standing: Mat3): Mat3 {
  const step = Math.max(1, Math.floor(p.length / 3 / MOST_SAMPLES))
  let best = { rotation: standing, mm2: Infinity }
  for (let n = 0; n < TURNS; n++) {
    const rotation = product(aboutAxis(Z, (n * Math.PI) / 2 / TURNS), standing)
    const [x, y] = [extent(p, step, rotation, 0), extent(p, step, rotation, 3)]
    if (x * y >= best.mm2 - SAME_MM2) continue
    best = { rotation: x >= y ? rotation : product(aboutAxis(Z, Math.PI / 2), rotation), mm2: x * y }
  }
  return best.rotation
}

function extent(p: Float32Array, step: number, m: Mat3, row: 0 | 3): number {
  const [x, y, z] = [m[row], m[row + 1] as number, m[row + 2] as number]
  let [low, high] = [Infinity, -Infinity]
  for (let i = 0; i < p.length; i += 3 * step) {
    const v = x * (p[i] as number) + y * (p[i + 1] as number) + z * (p[i + 2] as number)
    low = Math.min(low, v)
    high = Math.max(high, v)
  }
  return high - low
}

function undersides(standing: Mesh, floor: number, overhangSine: number | null, plateMm: number) {
  let [overhangMm2, contactMm2] = [0, 0]
  visitTriangles(standing, Z, (areaMm2, down, _middle, highest) => {
    if (down > 0 && highest - floor <= plateMm) contactMm2 += areaMm2 * down
    else if (overhangSine !== null && down > overhangSine) overhangMm2 += areaMm2
  })
  return { overhangMm2, contactMm2 }
}

/** An upper bound of the support space: from every overhang of a sample down to the plate, whatever lies between. */
export function quickSupportMm3(few: Mesh, up: Vec3, overhangDeg: number): number {
  const limit = sine(overhangDeg)
  let [floor, mm3, mm2] = [Infinity, 0, 0]
  visitTriangles(few, up, (areaMm2, down, middle, _highest, lowest) => {
    floor = Math.min(floor, lowest)
    if (down <= limit) return
    mm3 += areaMm2 * down * middle
    mm2 += areaMm2 * down
  })
  return mm2 === 0 ? 0 : mm3 - mm2 * floor
}

/** Every so manyth triangle, with its own corners. */
export function sampled({ positions, indices }: Mesh, most = MOST_SAMPLES): Mesh {
  const step = Math.max(1, Math.floor(indices.length / 3 / most))
  if (step === 1) return { positions, indices }
  const kept = Array.from({ length: Math.floor(indices.length / 3 / step) }, (_, n) => 3 * n * step)
  const corners = kept.flatMap((t) => [0, 1, 2].map((k) => 3 * (indices[t + k] as number)))
  return {
    positions: Float32Array.from({ length: 3 * corners.length }, (_, n) => {
      const corner = corners[Math.floor(n / 3)] as number
      return positions[corner + (n % 3)] as number
    }),
    indices: Uint32Array.from(corners, (_, n) => n),
  }
}

/** `down`: how straight it faces down, 1 for a ceiling. `middle`, `highest`, `lowest`: its height along `up`. */
type TakeTriangle = (areaMm2: number, down: number, middle: number, highest: number, lowest: number) => void

function visitTriangles({ positions: p, indices }: Mesh, [wx, wy, wz]: Vec3, take: TakeTriangle): void {
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [3 * (indices[t] as number), 3 * (indices[t + 1] as number), 3 * (indices[t + 2] as number)]
    const [ax, ay, az] = [p[a] as number, p[a + 1] as number, p[a + 2] as number]
    const [ux, uy, uz] = [(p[b] as number) - ax, (p[b + 1] as number) - ay, (p[b + 2] as number) - az]
    const [vx, vy, vz] = [(p[c] as number) - ax, (p[c + 1] as number) - ay, (p[c + 2] as number) - az]
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx]
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz)
    if (length === 0) continue
    const ha = wx * ax + wy * ay + wz * az
    const [du, dv] = [wx * ux + wy * uy + wz * uz, wx * vx + wy * vy + wz * vz]
    const down = -(wx * nx + wy * ny + wz * nz) / length
    take(length / 2, down, ha + (du + dv) / 3, ha + Math.max(0, du, dv), ha + Math.min(0, du, dv))
  }
}

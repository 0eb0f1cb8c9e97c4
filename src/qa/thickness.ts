import { BackSide, Ray } from 'three'
import { type Place, PROCESS_IDS, type ProcessId } from '../core/finding.ts'
import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import { Places } from './places.ts'
import { PROCESSES } from './process.ts'
import type { RayTree } from './ray-tree.ts'

/** Walls thicker than this are all the same to the map and to every process. */
export const THICKNESS_CAP_MM = 10

/** A far side that leans more than 60 degrees is the flank of a ridge or a grazing hit, not the other side of a wall. */
const FACING_COSINE = 0.5
/** Rays start this much outside, so that a wall of no thickness is met as well; the own triangle faces away and is not. */
const BACK_OFF_MM = 1e-3
/** One ray for at most this much area. */
const SAMPLE_MM2 = 0.5
const MAX_CUTS = 24

export interface ThinArea {
  /** Area thinner than the hard minimum of the process. */
  readonly belowHardMm2: number
  /** Share of the whole area thinner than its advised minimum. */
  readonly belowAdvisedPercent: number
}

export interface Thickness {
  /** Per vertex the thinnest of the samples around it, at most THICKNESS_CAP_MM. */
  readonly perVertexMm: Float32Array
  readonly thinnestMm: number
  readonly byProcess: Readonly<Record<ProcessId, ThinArea>>
  /** Thinnest spots below the limit that was asked for. */
  readonly places: readonly Place[]
}

/**
 * Wall thickness by one inward ray a sample, measured square to the far side: exact for parallel walls, the distance to the
 * opposite face for wedges. Samples are triangle centres; larger triangles are cut into samples of at most 0.5 mm2, so
 * areas do not depend on how the part is meshed. `mesh` must be closed and face outwards, else the map means nothing.
 */
export async function measureThickness(tree: RayTree, placesBelowMm: number, ctx: Context): Promise<Thickness> {
  const { positions, indices } = tree.mesh
  const perVertexMm = new Float32Array(positions.length / 3).fill(THICKNESS_CAP_MM)
  const places = new Places('low')
  const below = limits().map((mm) => ({ mm, area: 0 }))
  let total = 0
  let thinnestMm = THICKNESS_CAP_MM
  const cast = inwardRay(tree)
  const { breathe } = pacer(ctx)
  for (let t = 0; t < indices.length; t += 3) {
    if (t % 768 === 0) await breathe(t / indices.length)
    const area = cast.aim(t)
    if (area === 0) continue
    const cuts = Math.min(MAX_CUTS, Math.max(1, Math.ceil(Math.sqrt(area / SAMPLE_MM2))))
    const share = area / (cuts * cuts)
    let thinnest = THICKNESS_CAP_MM
    for (let i = 0; i < cuts * cuts; i++) {
      const mm = cast.thicknessAt(i, cuts)
      thinnest = Math.min(thinnest, mm)
      for (const limit of below) if (mm < limit.mm) limit.area += share
      if (mm < placesBelowMm) places.add(cast.ray.origin.x, cast.ray.origin.y, cast.ray.origin.z, mm)
    }
    total += area
    thinnestMm = Math.min(thinnestMm, thinnest)
    for (let k = 0; k < 3; k++) {
      const v = indices[t + k] as number
      perVertexMm[v] = Math.min(perVertexMm[v] as number, thinnest)
    }
  }
  const areaBelow = (mm: number) => below.find((limit) => limit.mm === mm)?.area ?? 0
  const thinArea = (id: ProcessId): ThinArea => ({
    belowHardMm2: areaBelow(PROCESSES[id].hardWallMm),
    belowAdvisedPercent: total > 0 ? (100 * areaBelow(PROCESSES[id].advisedWallMm)) / total : 0,
  })
  return {
    perVertexMm,
    thinnestMm,
    byProcess: Object.fromEntries(PROCESS_IDS.map((id) => [id, thinArea(id)])) as Record<ProcessId, ThinArea>,
    places: places.worst(),
  }
}

const limits = () => [...new Set(Object.values(PROCESSES).flatMap((p) => [p.advisedWallMm, p.hardWallMm]))]

/** Rays from samples of one triangle at a time. */
function inwardRay({ mesh: { positions: p, indices }, bvh }: RayTree) {
  const ray = new Ray()
  const corner = new Float64Array(3)
  const u = new Float64Array(3)
  const v = new Float64Array(3)
  const n = new Float64Array(3)
  return {
    ray,
    /** Points at triangle t / 3 and gives its area. */
    aim(t: number): number {
      const [a, b, c] = [3 * (indices[t] as number), 3 * (indices[t + 1] as number), 3 * (indices[t + 2] as number)]
      for (let k = 0; k < 3; k++) {
        corner[k] = p[a + k] as number
        u[k] = (p[b + k] as number) - (p[a + k] as number)
        v[k] = (p[c + k] as number) - (p[a + k] as number)
      }
      const [ux = 0, uy = 0, uz = 0] = u
      const [vx = 0, vy = 0, vz = 0] = v
      n[0] = uy * vz - uz * vy
      n[1] = uz * vx - ux * vz
      n[2] = ux * vy - uy * vx
      const double = Math.hypot(...n)
      if (double > 0) for (let k = 0; k < 3; k++) n[k] = (n[k] as number) / double
      return double / 2
    },
    /** Sample i of cuts squared equal small triangles. */
    thicknessAt(i: number, cuts: number): number {
      const row = Math.floor(Math.sqrt(i))
      const along = i - row * row
      const up = along % 2 === 0
      // Row r holds 2 r + 1 small triangles, even ones like the large one, odd ones upside down.
      const s = (cuts - 1 - row + (up ? 1 / 3 : 2 / 3)) / cuts
      const q = (Math.floor(along / 2) + (up ? 1 / 3 : 2 / 3)) / cuts
      const at = (k: number) =>
        (corner[k] as number) + s * (u[k] as number) + q * (v[k] as number) + BACK_OFF_MM * (n[k] as number)
      ray.origin.set(at(0), at(1), at(2))
      ray.direction.set(-(n[0] as number), -(n[1] as number), -(n[2] as number))
      const hit = bvh.raycastFirst(ray, BackSide, 0, THICKNESS_CAP_MM / FACING_COSINE)
      if (hit === null || !hit.face) return THICKNESS_CAP_MM
      // Of a hit from behind the face's own normal still points outwards, along the ray.
      const cosine = Math.abs(hit.face.normal.dot(ray.direction))
      if (cosine < FACING_COSINE) return THICKNESS_CAP_MM
      return Math.min(THICKNESS_CAP_MM, Math.max(0, hit.distance - BACK_OFF_MM) * cosine)
    },
  }
}

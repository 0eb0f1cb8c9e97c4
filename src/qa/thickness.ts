import { type Place, PROCESS_IDS, type ProcessId } from '../core/finding.ts'
import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import { triangleAreaMm2 } from '../core/triangle.ts'
import { closeByArea, type Samples } from './area-closing.ts'
import { innerRays } from './inner-rays.ts'
import { PATCH_MM2, type PatchNormals, patchNormals } from './patch-normals.ts'
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
/** As fine where a wall is thin, so that one ray is never a patch of its own. */
const THIN_SAMPLE_MM2 = PATCH_MM2 / 2
const MAX_CUTS = 24

export interface ThinArea {
  /** Area thinner than the hard minimum of the process. */
  readonly belowHardMm2: number
  /** Share of the measured area thinner than its advised minimum. */
  readonly belowAdvisedPercent: number
}

export interface Thickness {
  /** Per vertex the thinnest of the samples around it, at most THICKNESS_CAP_MM. */
  readonly perVertexMm: Float32Array
  readonly thinnestMm: number
  readonly byProcess: Readonly<Record<ProcessId, ThinArea>>
  /** Area that tells no thickness: slivers, folds, and what lies across from them. */
  readonly unmeasuredMm2: number
  /** Area that is no wall, which the map shows and no other figure here counts. */
  readonly leftOutMm2: number
  /** Thinnest spots below the limit that was asked for. */
  readonly places: readonly Place[]
}

/**
 * Wall thickness by one inward ray a sample, measured square to the far side: exact for parallel walls, the distance to the
 * opposite face for wedges. Samples are triangle centres; larger triangles are cut into samples of at most 0.5 mm2, so
 * areas do not depend on how the part is meshed.
 *
 * Rays run along the mean normal of the patch around a triangle (see patchNormals). Slivers and folds, which lean far from
 * theirs, send none, and a ray that ends at one is not counted: their own normals run along the surface and would find walls
 * of no thickness in solid bone. A wall is as thin as at least PATCH_MM2 of connected surface says (see closeByArea): every figure here, the map
 * and the places hold to that, so that a single ray through a crack makes no finding.
 * `mesh` must be closed and face outwards, else the map means nothing. `noWall` has one byte a triangle, 1 for what is no wall
 * of the part.
 */
export async function measureThickness(
  tree: RayTree,
  placesBelowMm: number,
  ctx: Context,
  noWall?: Uint8Array,
): Promise<Thickness> {
  const { positions, indices } = tree.mesh
  const all = await takeSamples(tree, noWall, ctx)
  const closed = (samples: Samples) => closeByArea(indices, positions.length / 3, samples, PATCH_MM2, THICKNESS_CAP_MM)
  const mapMm = closed(all)
  const taken = all.leftOutMm2 > 0 && noWall ? wallsOf(all, noWall) : all
  const perVertexMm = taken === all ? mapMm : closed(taken)
  const places = new Places('low')
  const below = limits().map((mm) => ({ mm, area: 0 }))
  let thinnestMm = THICKNESS_CAP_MM
  taken.value.forEach((own, i) => {
    const t = taken.triangle[i] as number
    const around = Math.min(
      perVertexMm[indices[3 * t] as number] as number,
      perVertexMm[indices[3 * t + 1] as number] as number,
      perVertexMm[indices[3 * t + 2] as number] as number,
    )
    const mm = Math.max(own, around)
    thinnestMm = Math.min(thinnestMm, mm)
    for (const limit of below) if (mm < limit.mm) limit.area += taken.areaMm2[i] as number
    if (mm >= placesBelowMm) return
    const [x = 0, y = 0, z = 0] = taken.points.slice(3 * i, 3 * i + 3)
    places.add(x, y, z, mm)
  })
  fillUnmeasured(mapMm, indices, taken.measured)
  const areaBelow = (mm: number) => below.find((limit) => limit.mm === mm)?.area ?? 0
  const thinArea = (id: ProcessId): ThinArea => ({
    belowHardMm2: areaBelow(PROCESSES[id].hardWallMm),
    belowAdvisedPercent: taken.measuredMm2 > 0 ? (100 * areaBelow(PROCESSES[id].advisedWallMm)) / taken.measuredMm2 : 0,
  })
  return {
    perVertexMm: mapMm,
    thinnestMm,
    byProcess: Object.fromEntries(PROCESS_IDS.map((id) => [id, thinArea(id)])) as Record<ProcessId, ThinArea>,
    unmeasuredMm2: taken.unmeasuredMm2,
    leftOutMm2: taken.leftOutMm2,
    places: places.worst(),
  }
}

const limits = () => [...new Set(Object.values(PROCESSES).flatMap((p) => [p.advisedWallMm, p.hardWallMm]))]

/** Samples thinner than the cap, in triangle order, and what could be measured at all. */
interface Taken {
  readonly value: number[]
  readonly triangle: number[]
  readonly areaMm2: number[]
  /** x, y, z a sample. */
  readonly points: number[]
  /** One byte a triangle. */
  readonly measured: Uint8Array
  /** Of walls. */
  measuredMm2: number
  unmeasuredMm2: number
  leftOutMm2: number
}

/** The samples that lie on walls. */
function wallsOf(taken: Taken, noWall: Uint8Array): Taken {
  const isWall = (i: number) => noWall[taken.triangle[i] as number] !== 1
  return {
    ...taken,
    value: taken.value.filter((_, i) => isWall(i)),
    triangle: taken.triangle.filter((_, i) => isWall(i)),
    areaMm2: taken.areaMm2.filter((_, i) => isWall(i)),
    points: taken.points.filter((_, k) => isWall(Math.floor(k / 3))),
  }
}

async function takeSamples(tree: RayTree, noWall: Uint8Array | undefined, ctx: Context): Promise<Taken> {
  const triangles = tree.mesh.indices.length / 3
  const measured = new Uint8Array(triangles)
  const taken: Taken = {
    ...{ value: [], triangle: [], areaMm2: [], points: [], measured },
    ...{ measuredMm2: 0, unmeasuredMm2: 0, leftOutMm2: 0 },
  }
  const patches = patchNormals(tree.mesh)
  const cast = inwardRay(tree, patches)
  const { aim, at } = samplesOf(tree)
  const thinMm = Math.max(...limits())
  const values = new Float64Array(MAX_CUTS * MAX_CUTS)
  const { breathe } = pacer(ctx)
  for (let t = 0; t < triangles; t++) {
    if (t % 256 === 0) await breathe(t / triangles)
    let samples = aim(t, SAMPLE_MM2)
    const isWall = noWall?.[t] !== 1
    if (!isWall) taken.leftOutMm2 += samples.count * samples.areaMm2
    if (patches.sound[t] === 0) {
      if (isWall) taken.unmeasuredMm2 += samples.count * samples.areaMm2
      continue
    }
    const thinnest = castAll(t, samples.count)
    if (samples.areaMm2 > THIN_SAMPLE_MM2 && thinnest < thinMm) {
      samples = aim(t, THIN_SAMPLE_MM2)
      castAll(t, samples.count)
    }
    for (let i = 0; i < samples.count; i++) keep(t, values[i] as number, i, samples.areaMm2, isWall)
  }
  return taken

  /** Fills `values`, gives the least. */
  function castAll(t: number, count: number): number {
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < count; i++) {
      const mm = cast(t, at(i))
      values[i] = mm
      if (mm < least) least = mm
    }
    return least
  }

  function keep(t: number, mm: number, i: number, areaMm2: number, isWall: boolean): void {
    if (Number.isNaN(mm)) {
      if (isWall) taken.unmeasuredMm2 += areaMm2
      return
    }
    measured[t] = 1
    if (isWall) taken.measuredMm2 += areaMm2
    if (mm >= THICKNESS_CAP_MM) return
    taken.value.push(mm)
    taken.triangle.push(t)
    taken.areaMm2.push(areaMm2)
    const [x, y, z] = at(i)
    taken.points.push(x, y, z)
  }
}

type Point = [x: number, y: number, z: number]

/** Cuts one triangle at a time into equal small triangles and gives their centres. */
function samplesOf({ mesh: { positions: p, indices } }: RayTree) {
  const corner = new Float64Array(3)
  const u = new Float64Array(3)
  const v = new Float64Array(3)
  const scratch = new Float64Array(3)
  const point: Point = [0, 0, 0]
  let cuts = 1
  return {
    /** Chooses a triangle; the area is that of one sample. */
    aim(t: number, atMostMm2: number): { count: number; areaMm2: number } {
      const [a, b, c] = [
        3 * (indices[3 * t] as number),
        3 * (indices[3 * t + 1] as number),
        3 * (indices[3 * t + 2] as number),
      ]
      for (let k = 0; k < 3; k++) {
        corner[k] = p[a + k] as number
        u[k] = (p[b + k] as number) - (p[a + k] as number)
        v[k] = (p[c + k] as number) - (p[a + k] as number)
      }
      const area = triangleAreaMm2(p, a, b, c, scratch)
      cuts = Math.min(MAX_CUTS, Math.max(1, Math.ceil(Math.sqrt(area / atMostMm2))))
      return { count: cuts * cuts, areaMm2: area / (cuts * cuts) }
    },
    /** Centre of sample i; the same array every time. */
    at(i: number): Point {
      const row = Math.floor(Math.sqrt(i))
      const along = i - row * row
      const up = along % 2 === 0
      // Row r holds 2 r + 1 small triangles, even ones like the large one, odd ones upside down.
      const s = (cuts - 1 - row + (up ? 1 / 3 : 2 / 3)) / cuts
      const q = (Math.floor(along / 2) + (up ? 1 / 3 : 2 / 3)) / cuts
      for (let k = 0; k < 3; k++) point[k] = (corner[k] as number) + s * (u[k] as number) + q * (v[k] as number)
      return point
    },
  }
}

/** Thickness at a point of a triangle; NaN when the far side is a sliver or a fold. */
function inwardRay({ mesh }: RayTree, { normals, sound }: PatchNormals): (t: number, from: Point) => number {
  const { cast, hit } = innerRays(mesh)
  return (t, [x, y, z]) => {
    const [nx, ny, nz] = [normals[3 * t] as number, normals[3 * t + 1] as number, normals[3 * t + 2] as number]
    const mm = cast(
      x + BACK_OFF_MM * nx,
      y + BACK_OFF_MM * ny,
      z + BACK_OFF_MM * nz,
      -nx,
      -ny,
      -nz,
      THICKNESS_CAP_MM / FACING_COSINE,
    )
    const far = hit.triangle
    if (far < 0) return THICKNESS_CAP_MM
    if (sound[far] === 0) return Number.NaN
    const cosine = -(
      (normals[3 * far] as number) * nx +
      (normals[3 * far + 1] as number) * ny +
      (normals[3 * far + 2] as number) * nz
    )
    if (cosine < FACING_COSINE) return THICKNESS_CAP_MM
    return Math.min(THICKNESS_CAP_MM, Math.max(0, mm - BACK_OFF_MM) * cosine)
  }
}

/** Vertices around which nothing could be measured take the thinnest of their neighbours: the map has no blind spots. */
function fillUnmeasured(perVertexMm: Float32Array, indices: Uint32Array, measured: Uint8Array): void {
  const known = new Uint8Array(perVertexMm.length)
  let open: number[] = []
  measured.forEach((isMeasured, t) => {
    if (isMeasured === 0) open.push(t)
    else for (let k = 0; k < 3; k++) known[indices[3 * t + k] as number] = 1
  })
  for (let before = open.length + 1; open.length < before; ) {
    before = open.length
    open = open.filter((t) => {
      const corners = [0, 1, 2].map((k) => indices[3 * t + k] as number)
      const sure = corners.filter((v) => known[v] === 1)
      if (sure.length === 0) return true
      const mm = Math.min(...sure.map((v) => perVertexMm[v] as number))
      for (const v of corners) {
        if (known[v] === 1) continue
        perVertexMm[v] = mm
        known[v] = 1
      }
      return false
    })
  }
}

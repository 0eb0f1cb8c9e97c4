import { PipelineError } from '../core/errors.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import { cavityCount } from './hollow-mesh.ts'
import { separatePieces, together } from './pieces.ts'
import { dot, frameOf, plus, toFrame, toLps, unit } from './plane.ts'
import { rowCrossing } from './row-winding.ts'
import { type LoadManifold, withSolids } from './solid.ts'
import { surfaceGrid } from './surface-grid.ts'

/** A round hole from a cavity to the outside. */
export interface DrainHole {
  /** Where its axis begins, inside the cavity. */
  readonly fromLps: Vec3
  readonly directionLps: Vec3
  readonly lengthMm: number
}

export interface DrainParams {
  readonly diameterMm: number
  readonly holes: readonly DrainHole[]
}

export const DRAIN = {
  name: 'drain',
  version: 1,
  defaults: { diameterMm: 3.5, holes: [] },
} as const satisfies StageSpec<DrainParams>

export interface DrainPlaces {
  readonly diameterMm: number
  /** Holes a cavity, at its lowest places when printed; fewer where they would meet. */
  readonly perCavity: number
  /** Upwards on the printer. */
  readonly buildDirectionLps: Vec3
  /** Smaller cavities get no hole: those that a scan brought along are not worth one. */
  readonly leastCavityMm3: number
  /** Places on the outside, picked by a person, each led to the nearest cavity; when there are any, no others are made. */
  readonly pickedLps: readonly Vec3[]
}

/** Holes of one cavity are this many diameters apart. */
const APART = 2.5
const SIDES = 48
/** Eight places around a circle of radius 1. */
const RIM = [1, Math.SQRT1_2, 0, -Math.SQRT1_2, -1, -Math.SQRT1_2, 0, Math.SQRT1_2]
const OVERSHOOT_MM = 0.1

/**
 * Design. Drills round holes so that powder or resin comes out of the cavities. Places are found by placeDrains() once, on the
 * part, and given to its reference as well. Errors: app/bad-parameter when no cavity is opened; prepare/failed.
 */
export async function drain(mesh: Mesh, params: DrainParams, ctx: Context, load: LoadManifold): Promise<Mesh> {
  ctx.signal.throwIfAborted()
  const { diameterMm, holes } = params
  const drilled = await withSolids(load, ({ lib, of, keep, mesh: meshOf }) => {
    const drills = holes.map(({ fromLps, directionLps, lengthMm }) => {
      const drill = keep(lib.Manifold.cylinder(lengthMm, diameterMm / 2, diameterMm / 2, SIDES))
      return keep(drill.transform(toLps(frameOf({ pointLps: fromLps, normalLps: directionLps }))))
    })
    return meshOf(keep(lib.Manifold.difference([of(mesh), ...drills])))
  })
  ctx.progress(1)
  if (cavityCount(drilled) < cavityCount(mesh)) return drilled
  throw new PipelineError('app/bad-parameter', 'The holes open no cavity. Move them, or hollow the part first.', {
    holes: holes.length,
  })
}

/** Where the holes go. Errors: app/bad-parameter for a solid part, no diameter, no hole. */
export function placeDrains(mesh: Mesh, places: DrainPlaces): DrainHole[] {
  const { diameterMm, perCavity, pickedLps, leastCavityMm3 } = places
  if (!(diameterMm > 0 && perCavity >= 1)) {
    throw new PipelineError('app/bad-parameter', 'There must be a hole, and it must have a diameter.', {
      diameterMm,
      perCavity,
    })
  }
  const cavities = separatePieces(mesh).filter(({ mm3 }) => mm3 < 0 && -mm3 >= leastCavityMm3)
  if (cavities.length === 0) {
    throw new PipelineError('app/bad-parameter', 'The part has no cavity to drain. Hollow it first.', {
      leastCavityMm3,
    })
  }
  const starts = pickedLps.length > 0 ? toPicked(cavities, pickedLps) : cavities.flatMap((c) => lowest(c.mesh, places))
  return starts.map((start) => through(mesh, start, diameterMm / 2))
}

/** A place on the wall of a cavity, and the way out. */
interface Start {
  readonly at: Vec3
  readonly out: Vec3
}

function toPicked(cavities: readonly { readonly mesh: Mesh }[], pickedLps: readonly Vec3[]): Start[] {
  const near = surfaceGrid(together(cavities.map((cavity) => cavity.mesh)))
  return pickedLps.map((point) => {
    near.distance(...point)
    const at: Vec3 = [near.hit.x, near.hit.y, near.hit.z]
    return { at, out: unit(plus(point, at, -1)) }
  })
}

/** The lowest corners of a cavity that are far enough apart. */
function lowest({ positions }: Mesh, { buildDirectionLps, perCavity, diameterMm }: DrainPlaces): Start[] {
  const up = unit(buildDirectionLps)
  const corner = (v: number): Vec3 => [...positions.subarray(3 * v, 3 * v + 3)] as unknown as Vec3
  const chosen: Vec3[] = []
  const height = Float64Array.from({ length: positions.length / 3 }, (_, v) => dot(corner(v), up))
  const free = new Uint8Array(height.length).fill(1)
  while (chosen.length < perCavity) {
    let best = -1
    for (let v = 0; v < height.length; v++)
      if (free[v] === 1 && (best < 0 || (height[v] as number) < (height[best] as number))) best = v
    if (best < 0) break
    const at = corner(best)
    chosen.push(at)
    for (let v = 0; v < height.length; v++) {
      const away = plus(corner(v), at, -1)
      if (dot(away, away) < (APART * diameterMm) ** 2) free[v] = 0
    }
  }
  return chosen.map((at) => ({ at, out: plus([0, 0, 0], up, -1) }))
}

/**
 * From within the cavity through the wall: begins up to a diameter behind the wall, so that the mouth is as wide as the hole, and
 * ends where the axis and its rim have all left the part.
 */
function through(mesh: Mesh, { at, out }: Start, radiusMm: number): DrainHole {
  const frame = frameOf({ pointLps: at, normalLps: out })
  const ray = alongNormal(mesh, toFrame(frame), radiusMm)
  let end = ray.leaves(0, 0, 2 * radiusMm)
  RIM.forEach((u, n) => {
    end = Math.max(end, ray.leaves(radiusMm * u, radiusMm * (RIM[(n + 6) % 8] as number), 2 * radiusMm))
  })
  const back = Math.min(2 * radiusMm, ray.room() / 2)
  return {
    fromLps: plus(at, frame.w, -back),
    directionLps: frame.w,
    lengthMm: back + end + OVERSHOOT_MM,
  }
}

/** Rays along the normal of a frame, no farther from it than the rim. */
interface Rays {
  /** How far from the plane of the frame the part ends; 0 where there is none within so many mm of the plane. */
  leaves(u: number, v: number, nearMm: number): number
  /** How much room the cavity has behind the origin. */
  room(): number
}

function alongNormal({ positions: p, indices }: Mesh, m: readonly number[], withinMm: number): Rays {
  const turned = new Float32Array(p.length)
  // The normal becomes x, along which rowCrossing() looks.
  const row = (axis: number) => [m[axis], m[4 + axis], m[8 + axis], m[12 + axis]] as [number, number, number, number]
  const rows = [row(2), row(0), row(1)]
  for (let i = 0; i < p.length; i++) {
    const [x, y, z, shift] = rows[i % 3] as [number, number, number, number]
    const v = i - (i % 3)
    turned[i] = x * (p[v] as number) + y * (p[v + 1] as number) + z * (p[v + 2] as number) + shift
  }
  const near = trianglesNearAxis(turned, indices, withinMm)
  const crossing = rowCrossing({ positions: turned, indices })
  const along = (u: number, v: number) => {
    const met: { mm: number; facing: number }[] = []
    for (const t of near) {
      const facing = crossing.at(t, u, v)
      if (facing !== 0) met.push({ mm: crossing.x, facing })
    }
    return met.sort((a, b) => a.mm - b.mm)
  }
  return {
    leaves(u, v, nearMm) {
      const ahead = along(u, v).filter(({ mm }) => mm > 0)
      const [first] = ahead
      // Behind the wall of the cavity the first thing met is that wall; farther away it is another part of the body.
      if (first === undefined || (first.facing < 0 && first.mm > nearMm)) return 0
      return ahead.find(({ facing }) => facing > 0)?.mm ?? 0
    },
    room() {
      const behind = along(0, 0).filter(({ mm, facing }) => mm < -OVERSHOOT_MM && facing > 0)
      return -(behind[behind.length - 1]?.mm ?? 0)
    },
  }
}

/** Triangles whose box comes within so many mm of the x axis. */
function trianglesNearAxis(positions: Float32Array, indices: Uint32Array, withinMm: number): number[] {
  const near: number[] = []
  for (let t = 0; t < indices.length / 3; t++) {
    const misses = [1, 2].some((axis) => {
      const [a, b, c] = [0, 1, 2].map((n) => positions[3 * (indices[3 * t + n] as number) + axis] as number)
      return Math.min(a ?? 0, b ?? 0, c ?? 0) > withinMm || Math.max(a ?? 0, b ?? 0, c ?? 0) < -withinMm
    })
    if (!misses) near.push(t)
  }
  return near
}

import type { Manifold } from 'manifold-3d'
import { PipelineError } from '../../core/errors.ts'
import type { Context, StageSpec } from '../../core/stage.ts'
import type { Mesh, Vec3 } from '../../core/types.ts'
import { scaled } from '../../import/affine-grid.ts'
import { type LoadManifold, type Solids, withSolids } from '../solid.ts'
import { centroidLps } from './centroid.ts'
import { type Frame, frameAt, toFrame, toLps } from './frame.ts'
import type { Mark } from './mark.ts'
import { prism, type Ring } from './prism.ts'
import { type Relief, reliefUnder } from './relief.ts'
import { requireRoom, sampledHalf } from './room.ts'
import { rooted } from './rooted.ts'
import { circle } from './shapes.ts'
import { inFrame } from './solid-frame.ts'

export interface StandParams {
  /** The way up when the part stands. */
  readonly upLps: Vec3
  /** Over which place the post meets the part; null: below its centre of mass, or near that where it has no room there. */
  readonly atLps: Vec3 | null
  /** From the lowest place of the part to the table, mm; more than the foot is thick. */
  readonly gapMm: number
  /** Diameter of the post, mm. */
  readonly postMm: number
  /** Diameter of the foot around the post and around the centre of mass, mm. */
  readonly footMm: number
  readonly footThicknessMm: number
  /** How far the post reaches into the part, mm; never more than half of the wall. */
  readonly rootMm: number
  readonly leastWallMm: number
  readonly maxTiltDeg: number
}

export const STAND = {
  name: 'stand',
  version: 2,
  defaults: {
    upLps: [0, 0, 1],
    atLps: null,
    gapMm: 10,
    postMm: 8,
    footMm: 40,
    footThicknessMm: 3,
    rootMm: 1.5,
    leastWallMm: 1,
    maxTiltDeg: 50,
  },
} as const satisfies StageSpec<StandParams>

const SAMPLE_MM = 0.5

/**
 * A post on a foot under the part, as a mark: the post follows the surface from below and is rooted in it, the foot lies under the
 * post and under the centre of mass, so that the part does not tip over.
 * @throws app/bad-parameter; prepare/no-room when the place is not over the part or has no room, with the widest post that has.
 */
export async function standMark(mesh: Mesh, params: StandParams, ctx: Context, load: LoadManifold): Promise<Mark> {
  requireStand(params)
  return withSolids(load, (solids): Mark => {
    ctx.signal.throwIfAborted()
    return { how: 'add', body: postAndFoot(mesh, params, solids) }
  })
}

function postAndFoot(mesh: Mesh, params: StandParams, solids: Solids): Mesh {
  const { postMm, footMm, footThicknessMm, rootMm } = params
  const centreLps = centroidLps(mesh)
  const from = { pointLps: params.atLps ?? centreLps, normalLps: scaled(params.upLps, -1), upLps: [0, -1, 0] } as const
  const below = frameAt(from)
  const underside = { below, local: inFrame(mesh, below, solids) }
  const { frame, tableMm, relief } =
    params.atLps === null ? nearestSite(underside, params) : siteAt(underside, params, 0, 0)
  const [x, y] = toFrame(frame, centreLps)
  const foot = [circle(0, 0, footMm / 2, solids), circle(x, y, footMm / 2, solids)]
  const outline = solids.keep(solids.lib.CrossSection.hull(foot)).toPolygons() as Ring[]
  const footMesh = prism(outline, between(tableMm - footThicknessMm, tableMm), frame, solids.lib)
  const top = () => tableMm - footThicknessMm / 2
  const post = prism([circle(0, 0, postMm / 2, solids)], { ...rooted(relief, rootMm), top }, frame, solids.lib)
  return solids.mesh(solids.keep(solids.of(post).add(solids.of(footMesh))))
}

const between = (bottomMm: number, topMm: number) => ({
  bottom: () => bottomMm,
  top: () => topMm,
  maxEdgeMm: Number.POSITIVE_INFINITY,
})

/** A part in a frame whose z points down from it. */
interface Underside {
  readonly below: Frame
  readonly local: Manifold
}

/** The frame of a post, its z pointing down from the part, how far along it the table is, and the surface it meets. */
interface Site {
  readonly frame: Frame
  readonly tableMm: number
  readonly relief: Relief
}

function siteAt({ below, local }: Underside, params: StandParams, u: number, v: number): Site {
  const { postMm, rootMm, leastWallMm, maxTiltDeg, gapMm } = params
  const { min, max } = local.boundingBox()
  const reachMm = Math.max(max[2], -min[2]) + 1
  const [first] = local.rayCast([u, v, reachMm], [u, v, -reachMm])
  if (first === undefined) {
    throw new PipelineError(
      'prepare/no-room',
      'There is no part over this place. Pick a place on the underside for the stand.',
    )
  }
  const seen = first.position[2]
  const moved = ([x, y, z]: Vec3): Vec3 => [x + u, y + v, z + seen]
  const here = { rayCast: (from: Vec3, to: Vec3) => local.rayCast([...moved(from)], [...moved(to)]) }
  const half = { x: postMm / 2, y: postMm / 2 }
  const relief = reliefUnder(here, sampledHalf(half), SAMPLE_MM, postMm + rootMm + leastWallMm)
  requireRoom(relief, half, { maxTiltDeg, leastWallMm }, postMm)
  return { frame: { ...below, originLps: toLps(below, u, v, seen) }, tableMm: max[2] + gapMm - seen, relief }
}

/** Places that are tried around the first: so many rings a post apart, of so many places each. */
const RINGS = 4
const PER_RING = 8

/** The first place with room, from below the centre outwards. Throws what the centre was refused for when there is none. */
function nearestSite(underside: Underside, params: StandParams): Site {
  let refusal: unknown = null
  for (let n = 0; n <= RINGS * PER_RING; n++) {
    const away = params.postMm * Math.ceil(n / PER_RING)
    const angle = (2 * Math.PI * n) / PER_RING
    try {
      return siteAt(underside, params, away * Math.cos(angle), away * Math.sin(angle))
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'prepare/no-room') throw error
      refusal ??= error
    }
  }
  throw refusal
}

function requireStand({ gapMm, footThicknessMm, postMm, footMm, rootMm }: StandParams): void {
  if (postMm > 0 && footMm >= postMm && footThicknessMm > 0 && gapMm > footThicknessMm && rootMm > 0) return
  throw new PipelineError(
    'app/bad-parameter',
    'The foot must be wider than the post and thinner than the gap below the part.',
    { gapMm, footThicknessMm, postMm, footMm },
  )
}

import { PipelineError } from '../../core/errors.ts'
import type { Context, StageSpec } from '../../core/stage.ts'
import type { Mesh, Vec3 } from '../../core/types.ts'
import { scaled } from '../../import/affine-grid.ts'
import { type LoadManifold, type Solids, withSolids } from '../solid.ts'
import { centroidLps } from './centroid.ts'
import { type Frame, frameAt, toFrame, toLps } from './frame.ts'
import type { Mark } from './mark.ts'
import { prism, type Ring } from './prism.ts'
import { reliefUnder } from './relief.ts'
import { requireRoom, sampledHalf } from './room.ts'
import { rooted } from './rooted.ts'
import { circle } from './shapes.ts'
import { inFrame } from './solid-frame.ts'

export interface StandParams {
  /** The way up when the part stands. */
  readonly upLps: Vec3
  /** Over which place the post meets the part; null: below its centre of mass. */
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
  version: 1,
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
  const { postMm, footMm, footThicknessMm, rootMm, leastWallMm, maxTiltDeg } = params
  const centreLps = centroidLps(mesh)
  const { frame, tableMm } = placeOf(mesh, params, params.atLps ?? centreLps, solids)
  const half = { x: postMm / 2, y: postMm / 2 }
  const relief = reliefUnder(inFrame(mesh, frame, solids), sampledHalf(half), SAMPLE_MM, postMm + rootMm + leastWallMm)
  requireRoom(relief, half, { maxTiltDeg, leastWallMm }, postMm)
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

/** The frame of the post, its z pointing down from the part, and how far along it the table is. */
function placeOf(mesh: Mesh, { upLps, gapMm }: StandParams, atLps: Vec3, solids: Solids) {
  const below = frameAt({ pointLps: atLps, normalLps: scaled(upLps, -1), upLps: [0, -1, 0] })
  const local = inFrame(mesh, below, solids)
  const { min, max } = local.boundingBox()
  const reachMm = Math.max(max[2], -min[2]) + 1
  const [first] = local.rayCast([0, 0, reachMm], [0, 0, -reachMm])
  if (first === undefined) {
    throw new PipelineError(
      'prepare/no-room',
      'There is no part over this place. Pick a place on the underside for the stand.',
    )
  }
  const seen = first.position[2]
  const frame: Frame = { ...below, originLps: toLps(below, 0, 0, seen) }
  return { frame, tableMm: max[2] + gapMm - seen }
}

function requireStand({ gapMm, footThicknessMm, postMm, footMm, rootMm }: StandParams): void {
  if (postMm > 0 && footMm >= postMm && footThicknessMm > 0 && gapMm > footThicknessMm && rootMm > 0) return
  throw new PipelineError(
    'app/bad-parameter',
    'The foot must be wider than the post and thinner than the gap below the part.',
    { gapMm, footThicknessMm, postMm, footMm },
  )
}

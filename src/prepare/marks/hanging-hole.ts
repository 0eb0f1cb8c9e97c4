import type { Manifold } from 'manifold-3d'
import { PipelineError } from '../../core/errors.ts'
import type { Context, StageSpec } from '../../core/stage.ts'
import type { Mesh } from '../../core/types.ts'
import { type LoadManifold, type Solids, withSolids } from '../solid.ts'
import { type Frame, frameAt, type PickedPlace, toLps, UNPICKED } from './frame.ts'
import type { Mark } from './mark.ts'
import { prism } from './prism.ts'
import { reliefUnder } from './relief.ts'
import { type RoomLimits, requireRoom, sampledHalf } from './room.ts'
import { highestMm, rooted } from './rooted.ts'
import { circle, rectangle } from './shapes.ts'
import { inFrame } from './solid-frame.ts'

export interface HangingHoleParams {
  readonly place: PickedPlace
  /** A hole along the place's normal through the part, or a ring on the place, its hole along `upLps`. */
  readonly how: 'hole' | 'ring'
  readonly diameterMm: number
  /** Material kept around the hole, mm. */
  readonly wallMm: number
  /** Of the ring, along its hole, mm. */
  readonly ringMm: number
  /** Through no more material than this, mm. */
  readonly longestMm: number
  readonly rootMm: number
  /** Least material below a ring or along a hole, mm. */
  readonly leastWallMm: number
  readonly maxTiltDeg: number
}

export const HANGING_HOLE = {
  name: 'hanging-hole',
  version: 1,
  defaults: {
    place: UNPICKED,
    how: 'ring',
    diameterMm: 4,
    wallMm: 2,
    ringMm: 3,
    longestMm: 20,
    rootMm: 1.5,
    leastWallMm: 1,
    maxTiltDeg: 50,
  },
} as const satisfies StageSpec<HangingHoleParams>

const SAMPLE_MM = 0.5
/** A cut goes into the air by this, so that nothing of the surface is left over it. */
const CLEAR_MM = 0.5

/**
 * A place to hang the part by, as a mark. A hole keeps `wallMm` of material all round it; a ring is rooted in the surface below it
 * and clear of it by as much as its wall.
 * @throws app/bad-parameter; prepare/no-room with the largest diameter that fits, or when the part is too thick for a hole.
 */
export async function hangingHoleMark(
  mesh: Mesh,
  params: HangingHoleParams,
  ctx: Context,
  load: LoadManifold,
): Promise<Mark> {
  const { diameterMm, wallMm, ringMm } = params
  if (!(diameterMm > 0 && wallMm > 0 && ringMm > 0)) {
    throw new PipelineError('app/bad-parameter', 'A hole needs a diameter and a wall around it.', {
      diameterMm,
      wallMm,
    })
  }
  return withSolids(load, (solids): Mark => {
    ctx.signal.throwIfAborted()
    const frame = frameAt(params.place)
    const part = inFrame(mesh, frame, solids)
    return params.how === 'hole' ? hole(part, frame, params, solids) : ring(part, frame, params, solids)
  })
}

const limitsOf = ({ leastWallMm, maxTiltDeg }: HangingHoleParams): RoomLimits => ({ leastWallMm, maxTiltDeg })

function hole(part: Manifold, frame: Frame, params: HangingHoleParams, solids: Solids): Mark {
  const { diameterMm, wallMm, longestMm } = params
  const around = diameterMm / 2 + wallMm
  const half = { x: around, y: around }
  const relief = reliefUnder(part, sampledHalf(half), SAMPLE_MM, longestMm + 2 * around)
  requireRoom(relief, half, limitsOf(params), diameterMm)
  const wall = relief.samples.map(({ x, y }) => relief.wallAt(x, y))
  const deepestMm = relief.samples.reduce(
    (least, { x, y }, n) => Math.min(least, relief.heightAt(x, y) - (wall[n] ?? 0)),
    0,
  )
  const thickestMm = wall.reduce((most, mm) => Math.max(most, mm), 0)
  if (thickestMm > longestMm) throw tooThick(thickestMm, longestMm)
  const topMm = highestMm(relief) + CLEAR_MM
  const ends = { top: () => topMm, bottom: () => deepestMm - CLEAR_MM, maxEdgeMm: Number.POSITIVE_INFINITY }
  return { how: 'remove', body: prism([circle(0, 0, diameterMm / 2, solids)], ends, frame, solids.lib) }
}

function ring(part: Manifold, frame: Frame, params: HangingHoleParams, solids: Solids): Mark {
  const { diameterMm, wallMm, ringMm, rootMm } = params
  const outerMm = diameterMm / 2 + wallMm
  const half = { x: outerMm, y: ringMm / 2 }
  const relief = reliefUnder(part, sampledHalf(half), SAMPLE_MM, 2 * outerMm + rootMm + params.leastWallMm)
  requireRoom(relief, half, limitsOf(params), diameterMm)
  const middleMm = highestMm(relief) + outerMm
  const base = prism(
    [rectangle(0, 0, half.x, half.y)],
    { ...rooted(relief, rootMm), top: () => middleMm },
    frame,
    solids.lib,
  )
  const across: Frame = { originLps: toLps(frame, 0, 0, middleMm), x: frame.z, y: frame.x, z: frame.y }
  const disc = (radiusMm: number, halfMm: number) =>
    prism(
      [circle(0, 0, radiusMm, solids)],
      { top: () => halfMm, bottom: () => -halfMm, maxEdgeMm: Number.POSITIVE_INFINITY },
      across,
      solids.lib,
    )
  const [block, round, bore] = [base, disc(outerMm, half.y), disc(diameterMm / 2, half.y + CLEAR_MM)].map(solids.of)
  const whole = solids.keep((block as Manifold).add(round as Manifold))
  return { how: 'add', body: solids.mesh(solids.keep(whole.subtract(bore as Manifold))) }
}

const tooThick = (thicknessMm: number, longestMm: number) =>
  new PipelineError('prepare/no-room', 'The part is too thick for a hole through it. Use a ring, or another place.', {
    thicknessMm,
    longestMm,
  })

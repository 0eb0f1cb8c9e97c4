import type { Manifold } from 'manifold-3d'
import { PipelineError } from '../../core/errors.ts'
import type { Context, StageSpec } from '../../core/stage.ts'
import type { Mesh, Vec3 } from '../../core/types.ts'
import { type LoadManifold, type Solids, withSolids } from '../solid.ts'
import { frameAt } from './frame.ts'
import type { Mark } from './mark.ts'
import { prism } from './prism.ts'
import { rectangle } from './shapes.ts'
import { inFrame } from './solid-frame.ts'

export interface BasePlateParams {
  /** The way the part is built up. */
  readonly upLps: Vec3
  readonly thicknessMm: number
  /** Beyond the part on each side, mm. */
  readonly marginMm: number
  /** How much of the part's lowest end lies in the plate, mm; less than its thickness. */
  readonly sinkMm: number
  /** Least section of the part at the plate's upper face, mm2. */
  readonly leastContactMm2: number
}

/** 25 mm2: a neck of 5 x 5 mm. */
export const BASE_PLATE = {
  name: 'base-plate',
  version: 1,
  defaults: { upLps: [0, 0, 1], thicknessMm: 3, marginMm: 5, sinkMm: 1, leastContactMm2: 25 },
} as const satisfies StageSpec<BasePlateParams>

/**
 * A rectangular plate under the whole part, square to the build direction, as a mark. The lowest `sinkMm` of the part are taken into
 * it, so that the two are one. What the plate closes off below the part is filled: cells of a bone that the scan cut through.
 * @throws app/bad-parameter; prepare/no-room with `contactMm2` when the part would stand on too little, and with the `sinkMm` that
 * would do where there is one.
 */
export async function basePlateMark(
  mesh: Mesh,
  params: BasePlateParams,
  ctx: Context,
  load: LoadManifold,
): Promise<Mark> {
  const { upLps, thicknessMm, marginMm, sinkMm, leastContactMm2 } = params
  return withSolids(load, (solids): Mark => {
    ctx.signal.throwIfAborted()
    if (!(sinkMm > 0 && sinkMm < thicknessMm && marginMm >= 0)) {
      throw new PipelineError('app/bad-parameter', 'The part must sink into the plate, and less than it is thick.', {
        sinkMm,
        thicknessMm,
      })
    }
    const frame = frameAt({ pointLps: [0, 0, 0], normalLps: upLps, upLps: [0, -1, 0] })
    const part = inFrame(mesh, frame, solids)
    const { min, max } = part.boundingBox()
    const topMm = min[2] + sinkMm
    const contactMm2 = solids.keep(part.slice(topMm)).area()
    if (contactMm2 < leastContactMm2) throw tooLittle(contactMm2, params, sinkThatHolds(part, min[2], params, solids))
    const half = (axis: 0 | 1) => (max[axis] - min[axis]) / 2 + marginMm
    const outline = rectangle((min[0] + max[0]) / 2, (min[1] + max[1]) / 2, half(0), half(1))
    const ends = { top: () => topMm, bottom: () => topMm - thicknessMm, maxEdgeMm: Number.POSITIVE_INFINITY }
    return { how: 'add', pockets: 'fill', body: prism([outline], ends, frame, solids.lib) }
  })
}

const SINK_STEP_MM = 0.5
const DEEPEST_MM = 10

/** The least sink at which the part has enough section; null when none does. */
function sinkThatHolds(
  part: Manifold,
  floorMm: number,
  { sinkMm, leastContactMm2 }: BasePlateParams,
  { keep }: Solids,
) {
  for (let mm = SINK_STEP_MM * Math.ceil(sinkMm / SINK_STEP_MM); mm <= DEEPEST_MM; mm += SINK_STEP_MM) {
    if (keep(part.slice(floorMm + mm)).area() >= leastContactMm2) return mm
  }
  return null
}

function tooLittle(contactMm2: number, { leastContactMm2 }: BasePlateParams, sinkMm: number | null): PipelineError {
  const stands = `The part would stand on its plate by ${contactMm2.toFixed(1)} mm\u00b2, and needs ${leastContactMm2}.`
  const next =
    sinkMm === null
      ? `Sinking in by ${DEEPEST_MM} mm would not do. Lay it on another side, or use a stand.`
      : `Let it sink in by ${sinkMm} mm, in a plate thicker than that, or lay it on another side.`
  const detail = { contactMm2, leastContactMm2, ...(sinkMm === null ? {} : { sinkMm }) }
  return new PipelineError('prepare/no-room', `${stands} ${next}`, detail)
}

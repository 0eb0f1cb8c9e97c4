import { voxelMm3 } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { countVoxels } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask, Volume } from '../core/types.ts'
import { AIR_EDGE_HU, bodyAxis, bodyOf, deeperThan, LOWEST_HU, wholeBody } from './body.ts'
import { componentAt, components, type Labelling, piecesThat } from './components.ts'
import { combine } from './logic.ts'
import { grow } from './margin.ts'
import { piecesWith } from './pieces-with.ts'
import { threshold } from './threshold.ts'

export interface AirwayParams {
  /** Openings of the body narrower than twice this (nostrils, lips) count as closed. */
  readonly sealMm: number
  /** The search stops here at the latest; in a chest it stops where the lung begins. */
  readonly highHu: number
}

export const AIRWAY = {
  name: 'airway',
  version: 1,
  defaults: { sealMm: 8, highHu: -500 },
} as const satisfies StageSpec<AirwayParams>

/** Air in a wide tube measures this or less, whatever the kernel. */
const CORE_HU = -930
const STEP_HU = 20
/** The tube that is looked for runs at least this far along the body: longer than most sinuses. */
const LEAST_LENGTH_MM = 25
/** Nose, throat and windpipe lie deeper than this; frontal sinuses, ear canals and folds of skin do not. */
const DEPTH_MM = 15
/** Air let in by one step of the limit that is more than this, and more than half of what was there, is lung. */
const LEAK_MM3 = 10_000

/**
 * The airway of a CT of head, neck or chest: air within the body, joined to the longest dark tube that lies deep in it. The limit
 * is raised from -930 HU step by step and the last one before the region bursts into the lung is kept (explosion control, Mori et
 * al. 1996); then the edge is taken to -500 HU, where the wall begins, by one voxel. Sinuses that are open to the nose come with
 * it. On an abdomen it would mark bowel gas. Throws segment/empty when there is no such tube, app/bad-parameter.
 * No kernel of its own: threshold, margin, components and logic have theirs, and the search between them reads single values.
 * Memory: six masks.
 */
export async function airway(volume: Volume, params: AirwayParams, ctx: Context): Promise<Mask> {
  requireParams(params)
  const body = await bodyOf(volume, subContext(ctx, 0, 0.3))
  const whole = await wholeBody(volume, body, params.sealMm, subContext(ctx, 0.3, 0.6))
  const deep = await deeperThan(whole, DEPTH_MM, subContext(ctx, 0.6, 0.8))
  return airwayIn(volume, combine(whole, body, 'subtract'), deep, params, subContext(ctx, 0.8, 1))
}

function requireParams({ sealMm, highHu }: AirwayParams): void {
  if (!(sealMm >= 0 && sealMm <= 30)) {
    throw new PipelineError('app/bad-parameter', 'Openings to close are 0 to 30 mm wide.', { sealMm })
  }
  if (highHu >= CORE_HU && highHu <= AIR_EDGE_HU) return
  throw new PipelineError('app/bad-parameter', 'The limit of the airway lies between -930 and -500 HU.', { highHu })
}

/** As airway, in the hollows of a body; `deep` is what lies deep enough in it. */
async function airwayIn(volume: Volume, hollows: Mask, deep: Mask, { highHu }: AirwayParams, ctx: Context) {
  const quiet = { signal: ctx.signal, progress: () => {} }
  const airTo = (hu: number) =>
    combine(threshold(volume, { lowHu: LOWEST_HU, highHu: hu }, quiet), hollows, 'intersect')
  let core = deepestTube(components(airTo(CORE_HU), 6, quiet), deep)
  for (let hu = CORE_HU + STEP_HU; hu <= highHu; hu += STEP_HU) {
    ctx.progress((hu - CORE_HU) / (AIR_EDGE_HU - CORE_HU))
    const wider = piecesWith(components(airTo(hu), 6, quiet), core)
    if (bursts(core, wider)) break
    core = wider
  }
  const edge = await grow(core, Math.max(...volume.grid.spacing), quiet)
  return combine(airTo(AIR_EDGE_HU), edge, 'intersect')
}

function bursts(before: Mask, after: Mask): boolean {
  const [from, to] = [countVoxels(before), countVoxels(after)]
  return to > 1.5 * from && (to - from) * voxelMm3(before.grid) > LEAK_MM3
}

/** The longest piece along the body of which half or more lies deep. */
function deepestTube(pieces: Labelling, deep: Mask): Mask {
  const axis = bodyAxis(pieces.grid)
  const lengthMm = (n: number) => {
    const { min, max } = componentAt(pieces, n)
    return (max[axis] - min[axis] + 1) * pieces.grid.spacing[axis]
  }
  const long = Array.from({ length: pieces.count }, (_, n) => ({ n, mm: lengthMm(n) }))
    .filter(({ mm }) => mm >= LEAST_LENGTH_MM)
    .sort((a, b) => b.mm - a.mm || a.n - b.n)
  for (const { n } of long) {
    const piece = piecesThat(pieces, (other) => other === n)
    if (countVoxels(combine(piece, deep, 'intersect')) * 2 >= (pieces.voxels[n] as number)) return piece
  }
  throw new PipelineError('segment/empty', 'No airway was found. The scan has to show the throat or the windpipe.')
}

import { voxelMm3 } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask, Volume } from '../core/types.ts'
import { AIRWAY, airway } from './airway.ts'
import { bodyOf, deeperThan, LOWEST_HU, wholeBody } from './body.ts'
import { components, piecesThat } from './components.ts'
import { combine } from './logic.ts'
import { grow } from './margin.ts'
import { meanOfPieces } from './piece-values.ts'
import { piecesWith } from './pieces-with.ts'
import { threshold } from './threshold.ts'

export interface LungParams {
  /** Lung and its edge are this dense at most. */
  readonly highHu: number
  /** Smaller pieces are no lung. */
  readonly minMm3: number
}

export const LUNG = {
  name: 'lung',
  version: 1,
  defaults: { highHu: -500, minMm3: 30_000 },
} as const satisfies StageSpec<LungParams>

/**
 * Bowel gas is air with a blurred rim, lung is tissue full of air: without a rim this wide they measure apart. On the scans at hand
 * gas -966 to -1023 HU and lung -777 to -801, while with the rim gas came as high as -893.
 */
const RIM_MM = 3
const GAS_HU = -945
const SOLID_HU = -600
/** Less than this without its rim is a fold of skin or a bubble. */
const INNER_MM3 = 3000

/**
 * Both lungs of a CT, without the airway: hollows of the body of at least `minMm3` whose inner part is neither pure gas nor
 * solid. Vessels inside stay out; close and fill afterwards. Lungs that the scan cuts off are marked as far as they go.
 * Throws segment/empty when there are none, app/bad-parameter.
 * No kernel of its own: see airway. Memory: seven masks.
 */
export async function lung(volume: Volume, { highHu, minMm3 }: LungParams, ctx: Context): Promise<Mask> {
  if (!(minMm3 >= 0)) throw new PipelineError('app/bad-parameter', 'The least volume is 0 or more.', { minMm3 })
  const body = await bodyOf(volume, subContext(ctx, 0, 0.2))
  const whole = await wholeBody(volume, body, 0, subContext(ctx, 0.2, 0.4))
  const air = combine(threshold(volume, { lowHu: LOWEST_HU, highHu }, ctx), whole, 'intersect')
  const open = await withoutAirway(volume, air, subContext(ctx, 0.4, 0.8))
  const inner = await innerLung(volume, open, subContext(ctx, 0.8, 0.9))
  const pieces = components(open, 6, subContext(ctx, 0.9, 1))
  const least = minMm3 / voxelMm3(volume.grid)
  const large = piecesThat(pieces, (n) => (pieces.voxels[n] as number) >= least)
  const found = piecesWith(components(large, 6, ctx), inner)
  if (found.words.some((word) => word !== 0)) return found
  throw new PipelineError('segment/empty', 'No lung was found. The scan has to show the chest.', { highHu })
}

/** Pieces that measure as lung does, without their rim. May be empty. */
async function innerLung(volume: Volume, air: Mask, ctx: Context): Promise<Mask> {
  const pieces = components(await deeperThan(air, RIM_MM, ctx), 6, ctx)
  const means = meanOfPieces(pieces, volume)
  const least = INNER_MM3 / voxelMm3(volume.grid)
  return piecesThat(pieces, (n) => {
    const mean = means[n] as number
    return (pieces.voxels[n] as number) >= least && mean > GAS_HU && mean < SOLID_HU
  })
}

/** Takes the airway and its wall out; a scan that shows none (of an abdomen) loses nothing. */
async function withoutAirway(volume: Volume, air: Mask, ctx: Context): Promise<Mask> {
  try {
    const found = await airway(volume, AIRWAY.defaults, ctx)
    return combine(air, await grow(found, Math.max(...volume.grid.spacing), ctx), 'subtract')
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'segment/empty') return air
    throw error
  }
}

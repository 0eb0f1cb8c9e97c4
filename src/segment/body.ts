import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Mask, Volume } from '../core/types.ts'
import { components, type Labelling, piecesThat } from './components.ts'
import { islands } from './islands.ts'
import { complement } from './logic.ts'
import { grow } from './margin.ts'
import { morphology } from './morphology.ts'
import { meanOfPieces } from './piece-values.ts'
import { threshold } from './threshold.ts'

/** Half-way between air (-1000 HU) and soft tissue (0): where the edge of skin lies, and that of an airway. */
export const AIR_EDGE_HU = -500
export const HIGHEST_HU = 32767
export const LOWEST_HU = -32768
/** Sheets of the table and folds of a blanket are thinner than twice this. */
const BEDDING_MM = 2.5
/** Air around a patient, with table and blankets in it, measures less; lung that the field of view cuts off measures more. */
const OUTSIDE_HU = -930

/**
 * The body on a CT: the largest piece denser than -500 HU after opening, so without table and bedding. Hollows (lungs, airway,
 * bowel gas) are not part of it. Throws segment/empty when the scan is all air. Memory: four masks.
 */
export async function bodyOf(volume: Volume, ctx: Context): Promise<Mask> {
  const dense = threshold(volume, { lowHu: AIR_EDGE_HU, highHu: HIGHEST_HU }, subContext(ctx, 0, 0.1))
  const opened = await morphology(dense, { op: 'open', radiusMm: BEDDING_MM }, subContext(ctx, 0.1, 0.9))
  return islands(opened, { keep: 'largest', count: 1, minMm3: 0, seedLps: null }, subContext(ctx, 0.9, 1))
}

/**
 * Body and hollows: all but the air around the patient. Openings narrower than twice `sealMm` (nostrils, lips, an ear canal) count
 * as closed, and so do the first and last slice. Memory: five masks.
 */
export async function wholeBody(volume: Volume, body: Mask, sealMm: number, ctx: Context): Promise<Mask> {
  const sealed = await morphology(body, { op: 'close', radiusMm: sealMm }, subContext(ctx, 0, 0.9))
  const gaps = components(complement(sealed), 6, subContext(ctx, 0.9, 1))
  const means = meanOfPieces(gaps, volume)
  const axis = bodyAxis(volume.grid)
  return complement(piecesThat(gaps, (n) => (means[n] as number) < OUTSIDE_HU && reachesSide(gaps, n, axis)))
}

/** What of a mask lies deeper in it than this. Unlike a margin it may be empty. Memory: two masks. */
export async function deeperThan(mask: Mask, distanceMm: number, ctx: Context): Promise<Mask> {
  return complement(await grow(complement(mask), distanceMm, ctx))
}

/** The grid axis that runs along the body: the one nearest to superior. */
export function bodyAxis({ direction }: Grid): 0 | 1 | 2 {
  const up = (axis: 0 | 1 | 2) => Math.abs(direction[6 + axis] as number)
  return up(2) >= up(1) && up(2) >= up(0) ? 2 : up(1) >= up(0) ? 1 : 0
}

/** Whether a piece touches a face of the scan other than its first and last slice. */
function reachesSide({ boxes, grid }: Labelling, n: number, along: number): boolean {
  return [0, 1, 2].some(
    (axis) =>
      axis !== along && (boxes[n * 6 + axis] === 0 || boxes[n * 6 + 3 + axis] === (grid.size[axis] as number) - 1),
  )
}

import type { Context } from '../core/stage.ts'
import { quantile } from '../qa/deviation.ts'
import { distanceSlices } from '../segment/distance.ts'
import type { Surfels } from './surfels.ts'

/** From each surfel of one surface to the nearest of another: distances in mm, each weighed by the surfel's area in mm2. */
export interface Spread {
  readonly distanceMm: Float64Array
  readonly areaMm2: Float64Array
}

/** float32 squares are right to 2 in 10^7: a distance this fraction beyond a limit still counts as within. */
const TOLERANCE = 1e-6

/**
 * Exact distances (10.1145/1255465.1255466 in three passes; see segment/distance.ts) from the middle of every surfel to that
 * of the nearest of `to`; Infinity beyond `bandMm`, and everywhere when `to` has none. Both on one lattice.
 * Memory: 8 bytes a surfel and some slices.
 */
export async function spreadTo(from: Surfels, to: Surfels, bandMm: number, ctx: Context): Promise<Spread> {
  const distanceMm = new Float64Array(from.at.length).fill(Infinity)
  if (to.at.length > 0) {
    await distanceSlices(to.cells, bandMm, ctx, (k, square) => {
      for (let n = from.first[k] as number; n < (from.first[k + 1] as number); n++) {
        distanceMm[n] = Math.sqrt(square[from.at[n] as number] as number)
      }
    })
  }
  return { distanceMm, areaMm2: from.areaMm2 }
}

const totalOf = (areaMm2: Float64Array) => areaMm2.reduce((sum, area) => sum + area, 0)

/** Mean distance, weighed by area. Infinite when the other surface is empty, NaN when this one is. */
export function meanMm({ distanceMm, areaMm2 }: Spread): number {
  let sum = 0
  for (let n = 0; n < distanceMm.length; n++) sum += (distanceMm[n] as number) * (areaMm2[n] as number)
  return sum / totalOf(areaMm2)
}

/** The longest distance; -Infinity for an empty surface. */
export const maxMm = ({ distanceMm }: Spread) => distanceMm.reduce((most, d) => Math.max(most, d), -Infinity)

/** The distance within which this share of the area lies (0 to 1); -Infinity for an empty surface. */
export function quantileMm(spread: Spread, share: number): number {
  const { distanceMm, areaMm2 } = spread
  return distanceMm.length === 0 ? -Infinity : quantile(distanceMm, areaMm2, totalOf(areaMm2) * share, maxMm(spread))
}

/** Area within this distance of the other surface, and all of it. */
export function areaWithin({ distanceMm, areaMm2 }: Spread, limitMm: number): { within: number; all: number } {
  const limit = limitMm * (1 + TOLERANCE)
  let within = 0
  for (let n = 0; n < distanceMm.length; n++) if ((distanceMm[n] as number) <= limit) within += areaMm2[n] as number
  return { within, all: totalOf(areaMm2) }
}

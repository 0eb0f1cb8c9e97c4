import { subContext } from '../core/pace.ts'
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

/** Looked at first, in largest voxel edges: surfaces that agree lie within, and a band costs less than the whole field. */
const NEAR_EDGES = 8

/**
 * Exact distances (see segment/distance.ts) from the middle of every surfel of each surface to that of the nearest of `to`;
 * all Infinity when `to` has none. All on one lattice. `share` of each area (0 to 1) gets its distance; of the rest, which
 * lies further off than all of that, some may be given as Infinity. Memory: 8 bytes a surfel and some slices.
 */
export async function spreadsTo(from: readonly Surfels[], to: Surfels, share: number, ctx: Context): Promise<Spread[]> {
  const nearMm = NEAR_EDGES * Math.max(...to.cells.grid.spacing)
  const near = await spreadsWithin(from, to, nearMm, subContext(ctx, 0, 0.3))
  if (to.at.length === 0 || near.every((spread) => hasShare(spread, share))) return near
  return spreadsWithin(from, to, Infinity, subContext(ctx, 0.3, 1))
}

async function spreadsWithin(from: readonly Surfels[], to: Surfels, bandMm: number, ctx: Context): Promise<Spread[]> {
  const spreads = from.map(({ at, areaMm2 }) => ({ distanceMm: new Float64Array(at.length).fill(Infinity), areaMm2 }))
  if (to.at.length > 0) {
    await distanceSlices(to.cells, bandMm, ctx, (k, square) => {
      from.forEach((surfels, n) => {
        readSlice(surfels, k, square, (spreads[n] as Spread).distanceMm)
      })
    })
  }
  return spreads
}

function readSlice({ at, first }: Surfels, k: number, squareMm2: Float32Array, distanceMm: Float64Array): void {
  for (let n = first[k] as number; n < (first[k + 1] as number); n++) {
    distanceMm[n] = Math.sqrt(squareMm2[at[n] as number] as number)
  }
}

function hasShare(spread: Spread, share: number): boolean {
  if (share >= 1) return maxMm(spread) < Infinity
  const { within, all } = areaWithin(spread, Number.MAX_VALUE / 2)
  return within >= all * share
}

/** A plain loop, as the others here: of millions of surfels a function called for each took most of the time. */
export function totalOf(areaMm2: Float64Array): number {
  let sum = 0
  for (let n = 0; n < areaMm2.length; n++) sum += areaMm2[n] as number
  return sum
}

/** Mean distance, weighed by area. Infinite when the other surface is empty, NaN when this one is. */
export function meanMm({ distanceMm, areaMm2 }: Spread): number {
  let sum = 0
  for (let n = 0; n < distanceMm.length; n++) sum += (distanceMm[n] as number) * (areaMm2[n] as number)
  return sum / totalOf(areaMm2)
}

/** The longest distance; -Infinity for an empty surface. */
export const maxMm = ({ distanceMm }: Spread) => mostWithin(distanceMm, Infinity, -Infinity)

/** The longest distance up to a limit; `none` where there is none. */
function mostWithin(distanceMm: Float64Array, limitMm: number, none: number): number {
  let most = none
  for (let n = 0; n < distanceMm.length; n++) {
    const d = distanceMm[n] as number
    if (d <= limitMm && d > most) most = d
  }
  return most
}

/** The distance within which this share of the area lies (0 to 1); -Infinity for an empty surface. */
export function quantileMm(spread: Spread, share: number): number {
  const { distanceMm, areaMm2 } = spread
  if (distanceMm.length === 0) return -Infinity
  if (!hasShare(spread, share)) return Infinity
  // What lies beyond all that is known falls into a bin of its own.
  const beyondMm = 2 * mostWithin(distanceMm, Number.MAX_VALUE, 0)
  return Math.min(beyondMm, quantile(distanceMm, areaMm2, totalOf(areaMm2) * share, beyondMm))
}

/** Area within this distance of the other surface, and all of it. */
export function areaWithin({ distanceMm, areaMm2 }: Spread, limitMm: number): { within: number; all: number } {
  const limit = limitMm * (1 + TOLERANCE)
  let within = 0
  for (let n = 0; n < distanceMm.length; n++) if ((distanceMm[n] as number) <= limit) within += areaMm2[n] as number
  return { within, all: totalOf(areaMm2) }
}

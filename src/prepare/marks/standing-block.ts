import type { Manifold } from 'manifold-3d'
import type { Vec3 } from '../../core/types.ts'
import type { Solids } from '../solid.ts'
import { pointAt, type Site, sideways } from './sturdy-sites.ts'

export interface BlockShape {
  /** Along the axes of the frame, mm. */
  readonly sizeMm: Vec3
  /** Width of the square stalk, mm. */
  readonly stalkMm: number
  /** Free below the block for the jaw of a caliper, and around it, mm. */
  readonly jawMm: number
  /** From the place to the block, mm. */
  readonly longestStalkMm: number
  /** How far the stalk reaches below the lowest surface under it, mm. */
  readonly rootMm: number
  /** Least material below the stalk, mm. */
  readonly sturdyMm: number
}

export interface Cuboid {
  readonly min: Vec3
  readonly max: Vec3
}

/** A block with its stalk, in the frame, mm. */
export interface Standing {
  readonly centre: Vec3
  readonly block: Cuboid
  readonly stalk: Cuboid
}

/** Rays across a stalk and at most so far apart under a block. */
const STALK_RAYS = 5
const BLOCK_STEP_MM = 1.5
/** Material left below the foot of a stalk, mm. */
const BELOW_FOOT_MM = 0.5
/** A stalk reaches into its block by this, so that the two are one. */
const OVERLAP_MM = 1
/** Air that is looked for around a block beside the jaw's, mm. */
const AIR_MM = 0.5

/** The block over a place, as near to the part as a jaw allows; null where its stalk would not hold or is too long. */
export function blockAt(part: Manifold, site: Site, shape: BlockShape): Standing | null {
  const { sizeMm, stalkMm, jawMm, longestStalkMm, rootMm, sturdyMm } = shape
  const { axis, sign } = site
  const [u, v] = sideways(axis)
  const reach = { up: longestStalkMm + sizeMm[axis] + jawMm, down: sturdyMm + stalkMm }
  const under = gridOf(stalkMm / 2, stalkMm / 2, stalkMm / (STALK_RAYS - 1)).map(([p, q]) =>
    probe(part, site, p, q, reach),
  )
  const foot = Math.min(...under.map(({ height }) => height)) - rootMm
  if (under.some(({ height, wall }) => !(wall >= Math.max(sturdyMm, height - foot + BELOW_FOOT_MM)))) return null
  const around = gridOf(sizeMm[u] / 2 + jawMm, sizeMm[v] / 2 + jawMm, BLOCK_STEP_MM)
  const top = around.reduce((most, [p, q]) => {
    const { height } = probe(part, site, p, q, reach)
    return Number.isNaN(height) ? most : Math.max(most, height)
  }, 0)
  const low = top + jawMm
  if (low > longestStalkMm) return null
  const cuboid = (halfU: number, halfV: number, from: number, to: number): Cuboid => {
    const ends = [from, to].map((h) => site.at[axis] + sign * h).sort((a, b) => a - b) as [number, number]
    return {
      min: pointAt(axis, site.at[u] - halfU, site.at[v] - halfV, ends[0]),
      max: pointAt(axis, site.at[u] + halfU, site.at[v] + halfV, ends[1]),
    }
  }
  return {
    centre: pointAt(axis, site.at[u], site.at[v], site.at[axis] + sign * (low + sizeMm[axis] / 2)),
    block: cuboid(sizeMm[u] / 2, sizeMm[v] / 2, low, low + sizeMm[axis]),
    stalk: cuboid(stalkMm / 2, stalkMm / 2, foot, low + OVERLAP_MM),
  }
}

/** Whether a block is really clear of the part: rays alone can miss a spike. */
export function blockFits(part: Manifold, { block: { min, max } }: Standing, { lib, keep }: Solids): boolean {
  const size = [max[0] - min[0], max[1] - min[1], max[2] - min[2]].map((mm) => mm + 2 * AIR_MM)
  const cuboid = keep(lib.Manifold.cube(size as [number, number, number]))
  const around = keep(cuboid.translate([min[0] - AIR_MM, min[1] - AIR_MM, min[2] - AIR_MM]))
  return keep(part.intersect(around)).isEmpty()
}

/** Places of a rectangle, from edge to edge, at most `stepMm` apart. */
function gridOf(halfU: number, halfV: number, stepMm: number): (readonly [number, number])[] {
  const line = (half: number) => {
    const steps = Math.ceil((2 * half) / stepMm - 1e-9)
    return Array.from({ length: steps + 1 }, (_, n) => half * ((2 * n) / steps - 1))
  }
  return line(halfV).flatMap((q) => line(halfU).map((p) => [p, q] as const))
}

/** First surface on the way down to the part: its height over the place and the material below; NaN where there is none. */
function probe(
  part: Manifold,
  { at, axis, sign }: Site,
  p: number,
  q: number,
  { up, down }: { readonly up: number; readonly down: number },
): { readonly height: number; readonly wall: number } {
  const [u, v] = sideways(axis)
  const place = (h: number) => [...pointAt(axis, at[u] + p, at[v] + q, at[axis] + sign * h)] as [number, number, number]
  const [first, second] = part.rayCast(place(up), place(-down))
  if (first === undefined) return { height: Number.NaN, wall: Number.NaN }
  // A start inside the part is as high as it gets.
  if (first.normal[axis] * sign < 0) return { height: up, wall: Number.NaN }
  const height = sign * (first.position[axis] - at[axis])
  return { height, wall: second === undefined ? height + down : sign * (first.position[axis] - second.position[axis]) }
}

import type { CrossSection, Manifold } from 'manifold-3d'
import type { Vec3 } from '../core/types.ts'
import { cross, type Frame, plus, toLps, unit } from './plane.ts'
import type { Solids } from './solid.ts'

/** A round peg behind the cut that stands out into a socket before it. */
export interface Peg {
  readonly kind: 'peg'
  /** Middle of its foot, on the plane. */
  readonly atLps: Vec3
  readonly diameterMm: number
  readonly depthMm: number
}

/** A hole for a disc magnet on either side of the cut. */
export interface MagnetHole {
  readonly kind: 'magnet'
  readonly atLps: Vec3
  /** Of the magnet: the hole is wider and deeper by the clearance. */
  readonly diameterMm: number
  readonly depthMm: number
}

/** A bar behind the cut, wider at its top, that slides along the plane into a groove before it; both run through the part. */
export interface Dovetail {
  readonly kind: 'dovetail'
  readonly atLps: Vec3
  /** Along the bar, in the plane. */
  readonly slideLps: Vec3
  /** At its foot. */
  readonly widthMm: number
  readonly depthMm: number
}

export type Connector = Peg | MagnetHole | Dovetail

/** Facets of round connectors: a hole of 10 mm is then 6 um too narrow at most. */
const SIDES = 64
/** How deep a peg is rooted, so that it is joined by more than a face. */
export const ROOT_MM = 0.2
/** How far a tool reaches over the plane that it must not end in. */
const OVER_MM = 0.1
/** A dovetail widens by this for each mm of height, on each side. */
export const FLARE = 0.25

/** What is added behind the cut, and what is taken away behind and before it. */
export interface Tools {
  readonly add: Manifold | null
  readonly takeBehind: Manifold | null
  readonly takeBefore: Manifold
}

/** `whole` is the part before it was cut: a dovetail ends with it. */
export function toolsOf(
  connector: Connector,
  frame: Frame,
  clearanceMm: number,
  whole: Manifold,
  solids: Solids,
): Tools {
  const { kind, depthMm } = connector
  const here = { ...frame, origin: connector.atLps }
  if (kind === 'dovetail') return dovetailTools(connector, here, clearanceMm, whole, solids)
  const radius = connector.diameterMm / 2
  const disc = (radiusMm: number, from: number, to: number) => {
    const upright = solids.keep(solids.lib.Manifold.cylinder(to - from, radiusMm, radiusMm, SIDES))
    const foot = { ...here, origin: plus(here.origin, here.w, from) }
    return solids.keep(upright.transform(toLps(foot)))
  }
  const hole = radius + clearanceMm
  const takeBefore = disc(hole, -OVER_MM, depthMm + clearanceMm)
  if (kind === 'peg') return { add: disc(radius, -ROOT_MM, depthMm), takeBehind: null, takeBefore }
  return { add: null, takeBehind: disc(hole, -depthMm - clearanceMm, OVER_MM), takeBefore }
}

function dovetailTools(
  { widthMm, depthMm, slideLps }: Dovetail,
  { origin, w }: Frame,
  clearanceMm: number,
  whole: Manifold,
  solids: Solids,
): Tools {
  const { lib, keep } = solids
  const along = unit(slideLps)
  const reach = reachOf(whole)
  // Drawn across the bar and upwards, then drawn out along it.
  const frame: Frame = { origin: plus(origin, along, -reach), u: cross(w, along), v: w, w: along }
  const bar = (outline: readonly (readonly [number, number])[]) => {
    const section: CrossSection = keep(new lib.CrossSection([outline.map(([x, y]) => [x, y])]))
    return keep(keep(section.extrude(2 * reach)).transform(toLps(frame)))
  }
  const key = bar(profile(widthMm, depthMm, 0, ROOT_MM))
  return {
    add: keep(key.intersect(whole)),
    takeBehind: null,
    takeBefore: bar(profile(widthMm, depthMm, clearanceMm, OVER_MM)),
  }
}

/** Outline of a dovetail, a gap outside of it, reaching so far below the plane. */
function profile(widthMm: number, depthMm: number, gapMm: number, belowMm: number): [number, number][] {
  // Square to the flank, the gap is as wide as asked for.
  const foot = widthMm / 2 + gapMm * Math.sqrt(1 + FLARE * FLARE)
  const top = depthMm + gapMm
  return [
    [-foot, -belowMm],
    [foot, -belowMm],
    [foot, 0],
    [foot + FLARE * top, top],
    [-foot - FLARE * top, top],
    [-foot, 0],
  ]
}

function reachOf(solid: Manifold): number {
  const { min, max } = solid.boundingBox()
  return max[0] - min[0] + (max[1] - min[1]) + (max[2] - min[2])
}

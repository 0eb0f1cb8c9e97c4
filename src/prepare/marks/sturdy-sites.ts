import type { Manifold } from 'manifold-3d'
import type { Vec3 } from '../../core/types.ts'

export type Axis = 0 | 1 | 2

/** A place on a part where something can stand along an axis of its frame. */
export interface Site {
  /** On the surface, in the frame, mm. */
  readonly at: Vec3
  readonly axis: Axis
  /** 1 when the part faces along the axis, -1 when against it. */
  readonly sign: 1 | -1
}

export interface SturdyLimits {
  /** Material below the place, along the axis, mm. */
  readonly sturdyMm: number
  /** Air above it, along the axis, mm. */
  readonly clearMm: number
  /** Between the surface's normal and the axis, degrees. */
  readonly maxTiltDeg: number
}

const STEP_MM = 4
/** Large parts are looked at more coarsely: so many rays along an edge at most. */
const MOST_STEPS = 64

const AXES: readonly Axis[] = [0, 1, 2]

/**
 * All places of a part with enough material below and air above, found by rays along the three axes of its frame, 4 mm apart or more.
 * They do not depend on how the part is meshed. Order: by axis, then by row and ray, then along the ray.
 */
export function sturdySites(local: Manifold, limits: SturdyLimits): Site[] {
  return AXES.flatMap((axis) => raysAlong(local, axis).flatMap((ray) => sitesOn(local, axis, ray, limits)))
}

interface Segment {
  readonly from: Vec3
  readonly to: Vec3
}

/** From outside of the part to outside. */
function raysAlong(local: Manifold, axis: Axis): Segment[] {
  const { min, max } = local.boundingBox()
  const [u, v] = sideways(axis)
  const across = (side: Axis) => {
    const extent = max[side] - min[side]
    const steps = Math.max(1, Math.min(MOST_STEPS, Math.floor(extent / STEP_MM)))
    return Array.from({ length: steps }, (_, n) => min[side] + ((n + 0.5) * extent) / steps)
  }
  const along = (p: number, q: number, w: number) => pointAt(axis, p, q, w)
  return across(v).flatMap((q) =>
    across(u).map((p) => ({ from: along(p, q, min[axis] - 1), to: along(p, q, max[axis] + 1) })),
  )
}

/** The two axes across another one. */
export const sideways = (axis: Axis): readonly [Axis, Axis] => [((axis + 1) % 3) as Axis, ((axis + 2) % 3) as Axis]

/** The point with coordinates p and q across an axis and w along it. */
export function pointAt(axis: Axis, p: number, q: number, w: number): Vec3 {
  const [u, v] = sideways(axis)
  const point: [number, number, number] = [0, 0, 0]
  point[axis] = w
  point[u] = p
  point[v] = q
  return point
}

function sitesOn(local: Manifold, axis: Axis, { from, to }: Segment, limits: SturdyLimits): Site[] {
  const hits = local.rayCast([...from], [...to])
  const leastCosine = Math.cos((limits.maxTiltDeg * Math.PI) / 180)
  const sites: Site[] = []
  hits.forEach((hit, n) => {
    const lean = hit.normal[axis]
    const sign = lean > 0 ? 1 : -1
    // Along the ray the part is left where it faces along it.
    const [inside, outside] = [hits[n - sign], hits[n + sign]]
    const gap = (other: typeof inside) =>
      other === undefined ? Number.POSITIVE_INFINITY : Math.abs(other.position[axis] - hit.position[axis])
    if (inside === undefined || inside.normal[axis] * lean >= 0) return
    if (Math.abs(lean) < leastCosine || gap(inside) < limits.sturdyMm || gap(outside) < limits.clearMm) return
    sites.push({ at: hit.position, axis, sign })
  })
  return sites
}

import { pacer, subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import { surfaceGrid } from '../prepare/surface-grid.ts'
import { insideOf } from './inside.ts'
import { triangleAreas } from './map-areas.ts'

/** Surfaces nearer than this face each other, as those of a joint or a guide do. */
export const FACING_MM = 2

/** How two parts lie to each other. */
export interface Fit {
  /** By part and vertex: distance to the other part in mm, negative inside of it. */
  readonly gapMm: readonly [Float32Array, Float32Array]
  /** The smallest; negative where they overlap. */
  readonly leastMm: number
  /** Where that is, LPS mm. */
  readonly leastAt: Vec3
  /** Of both surfaces, mm2: nearer than FACING_MM, and of that nearer than the clearance. */
  readonly facingMm2: number
  readonly tightMm2: number
}

/**
 * Gaps between two closed parts, both ways, at their vertices: exact there; between them a gap can be smaller by what a triangle
 * spans. Memory: about 100 bytes a triangle of both.
 */
export async function fitOf(a: Mesh, b: Mesh, clearanceMm: number, ctx: Context): Promise<Fit> {
  const gapA = await gaps(a, b, subContext(ctx, 0, 0.5))
  const gapB = await gaps(b, a, subContext(ctx, 0.5, 1))
  const [tightest, least] = [leastOf(a, gapA), leastOf(b, gapB)].sort((one, other) => one.mm - other.mm)
  if (!tightest || !least) throw new Error('two parts have two tightest places')
  const both = (mm: number) => areaBelow(a, gapA, mm) + areaBelow(b, gapB, mm)
  return {
    gapMm: [gapA, gapB],
    leastMm: tightest.mm,
    leastAt: tightest.at,
    facingMm2: both(FACING_MM),
    tightMm2: both(clearanceMm),
  }
}

async function gaps(from: Mesh, to: Mesh, ctx: Context): Promise<Float32Array> {
  const { positions: p } = from
  const near = surfaceGrid(to)
  const isInside = insideOf(to)
  const gapMm = new Float32Array(p.length / 3)
  const { breathe } = pacer(ctx)
  for (let v = 0; v < gapMm.length; v++) {
    if (v % 1024 === 0) await breathe(v / gapMm.length)
    const [x, y, z] = [p[3 * v] as number, p[3 * v + 1] as number, p[3 * v + 2] as number]
    const mm = near.distance(x, y, z)
    gapMm[v] = isInside(x, y, z) ? -mm : mm
  }
  return gapMm
}

function leastOf({ positions: p }: Mesh, gapMm: Float32Array): { readonly mm: number; readonly at: Vec3 } {
  let at = 0
  for (let v = 1; v < gapMm.length; v++) if ((gapMm[v] as number) < (gapMm[at] as number)) at = v
  return {
    mm: gapMm[at] ?? Number.POSITIVE_INFINITY,
    at: [p[3 * at] as number, p[3 * at + 1] as number, p[3 * at + 2] as number],
  }
}

/** A third of each triangle counts for each of its corners. */
function areaBelow(mesh: Mesh, gapMm: Float32Array, mm: number): number {
  let mm2 = 0
  triangleAreas(mesh).forEach((area, t) => {
    for (let k = 0; k < 3; k++) if ((gapMm[mesh.indices[3 * t + k] as number] as number) < mm) mm2 += area / 3
  })
  return mm2
}

import type { Place } from '../core/finding.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { deviation, type Spread } from '../qa/deviation.ts'
import { type RegisterParams, type Registration, register } from './icp.ts'
import { moved } from './rotation.ts'

export interface PartComparison {
  readonly registration: Registration
  /** The scan where it fits the design; its map is `signedMm`. */
  readonly placed: Mesh
  /** For each vertex of the scan, positive where there is more material than designed. */
  readonly signedMm: Float32Array
  /** Mean of `signedMm`. */
  readonly biasMm: number
  /** From the scan to the design. */
  readonly printed: Spread
  /** From the design to the scan: what is missing shows here. */
  readonly missing: Spread
  readonly places: readonly Place[]
}

/** Places are listed from this distance on: the largest error that acceptance allows. */
const PLACES_FROM_MM = 1

/** How a scan of the printed part differs from its design, after it was brought onto it. Errors: as register(). */
export async function comparePart(
  scan: Mesh,
  design: Mesh,
  params: RegisterParams,
  ctx: Context,
): Promise<PartComparison> {
  const registration = await register(scan, design, params, subContext(ctx, 0, 0.5))
  const placed = moved(scan, registration.transform)
  const away = await deviation(placed, design, PLACES_FROM_MM, subContext(ctx, 0.5, 1))
  const { signedMm } = away
  return {
    registration,
    placed,
    signedMm,
    biasMm: signedMm.reduce((sum, mm) => sum + mm, 0) / signedMm.length,
    printed: away.toReference,
    missing: away.fromReference,
    places: away.places,
  }
}

import { PipelineError } from '../core/errors.ts'
import type { Place } from '../core/finding.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { deviation, type Spread } from '../qa/deviation.ts'
import { type RegisterParams, type Registration, register } from './icp.ts'
import { moved } from './rotation.ts'
import { type Moments, momentsOf } from './surface-samples.ts'

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
  /** Of the surfaces that were compared. */
  readonly areaMm2: { readonly scan: number; readonly design: number }
}

/** Places are listed from this distance on: the largest error that acceptance allows. */
const PLACES_FROM_MM = 1
/** A scan this many times as large or as small as the design is not one of it. */
const MOST_TIMES = 2
/** Share of the size by which it may lie off after it was brought onto the design; a part 2 % too large lies off by 1 %. */
const MOST_OFF = 0.05

/**
 * How a scan of the printed part differs from its design, after it was brought onto it. Errors: as register(), print/other-size,
 * print/elsewhere when no way of laying it onto the design fits, nor onto its mirror image.
 */
export async function comparePart(
  scan: Mesh,
  design: Mesh,
  params: RegisterParams,
  ctx: Context,
): Promise<PartComparison> {
  const [ofScan, ofDesign] = [momentsOf(scan), momentsOf(design)]
  const sizeMm = radiusMm(ofDesign)
  refuseOtherSize(radiusMm(ofScan) / sizeMm)
  const registration = await register(scan, design, params, subContext(ctx, 0, 0.5))
  refuseElsewhere(registration, MOST_OFF * sizeMm)
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
    areaMm2: { scan: ofScan.areaMm2, design: ofDesign.areaMm2 },
  }
}

/** Root of the mean squared distance of a surface from its middle: the same however it lies. */
const radiusMm = ({ second }: Moments) => Math.sqrt(second[0] + second[4] + second[8])

/** Nothing to compare is told by register(). */
function refuseOtherSize(times: number): void {
  if (!(times > MOST_TIMES) && !(times > 0 && times < 1 / MOST_TIMES)) return
  const said =
    times > 1 ? `${times.toFixed(1)} times as large as the model` : `${(100 * times).toFixed(0)} % of the model`
  throw new PipelineError(
    'print/other-size',
    `What is in the scan is ${said}. It is not this part, or not in millimetres.`,
    {
      times,
    },
  )
}

function refuseElsewhere({ rmsMm, mirroredRmsMm }: Registration, mostMm: number): void {
  if (Math.min(rmsMm, mirroredRmsMm) <= mostMm) return
  throw new PipelineError(
    'print/elsewhere',
    `The scan does not lie on the model in any way: at best ${rmsMm.toFixed(1)} mm off. It is not this part, or not all of it.`,
    { rmsMm },
  )
}

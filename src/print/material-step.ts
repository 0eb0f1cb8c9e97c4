import { PipelineError } from '../core/errors.ts'
import { otsu } from '../segment/otsu.ts'
import type { Histogram } from '../volume/histogram.ts'

/** Where the surface of a printed part lies in a CT of it, real units of the scan. */
export interface MaterialStep {
  readonly airValue: number
  readonly materialValue: number
  /** Half way between the two: where a blurred edge lies. */
  readonly thresholdValue: number
}

/** Air is -1,000 HU; what lies below this is no noisy air but what scanners write outside of their picture. */
const PADDING_HU = -1200
/** The step is clear when it is this many times the noise of the air; noise alone gives 2.5, a ramp 2.9. */
const LEAST_CONTRAST = 6
/** Shares of a bell below one standard deviation under and over its middle. */
const [UNDER, OVER] = [0.16, 0.84]

/**
 * Parts the values by Otsu's threshold into air and material, and takes half the way between them. Air is the median of its
 * side. Material is the value that 84 % of its side lie below, less the noise of the air: thin walls and infill fill their side with
 * voxels that are only in part material, and its median would draw the surface outward (by 0.1 mm at voxels of 0.4 mm).
 * Errors: print/no-step when there are not two clear kinds of values.
 */
export function materialStep(counted: Histogram, unit: string): MaterialStep {
  const histogram = unit === 'HU' ? withoutPadding(counted) : counted
  const cut = otsuOrNone(histogram)
  if (cut === null) throw noStep()
  const { counts, binWidth, fromValue } = histogram
  const air = { counts: counts.subarray(0, cut), binWidth, fromValue }
  const material = { counts: counts.subarray(cut), binWidth, fromValue: fromValue + cut * binWidth }
  const airValue = valueAt(air, 0.5)
  const noise = (valueAt(air, OVER) - valueAt(air, UNDER)) / 2
  const materialValue = valueAt(material, OVER) - noise
  if (materialValue - airValue < LEAST_CONTRAST * noise) throw noStep()
  return { airValue, materialValue, thresholdValue: (airValue + materialValue) / 2 }
}

const noStep = () =>
  new PipelineError(
    'print/no-step',
    'There is no clear step from air to material in this scan, so no surface of a part.',
  )

/** First bin of the upper class; null when there are no two. */
function otsuOrNone(histogram: Histogram): number | null {
  try {
    const [value = 0] = otsu(histogram, 2)
    return Math.round((value - histogram.fromValue) / histogram.binWidth)
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'segment/empty') return null
    throw error
  }
}

function withoutPadding({ counts, fromValue, binWidth }: Histogram): Histogram {
  const below = Math.floor((PADDING_HU - fromValue) / binWidth)
  if (below <= 0 || below >= counts.length) return { counts, fromValue, binWidth }
  return { counts: counts.subarray(below), fromValue: fromValue + below * binWidth, binWidth }
}

/** The value below which a share of the voxels lies. */
function valueAt({ counts, fromValue, binWidth }: Histogram, share: number): number {
  const rank = share * counts.reduce((sum, n) => sum + n, 0)
  let below = 0
  let bin = 0
  while (bin < counts.length - 1 && below + (counts[bin] as number) < rank) below += counts[bin++] as number
  const inBin = counts[bin] as number
  return fromValue + (bin + (inBin === 0 ? 0.5 : (rank - below) / inBin)) * binWidth
}

import { PipelineError } from '../core/errors.ts'
import type { Grid, Vec3 } from '../core/types.ts'
import { cross, dot, matrixOf, norm, scaled, shearDeg, subtract } from './affine-grid.ts'
import { checkSize, checkSpacing, MIN_VOXELS_AN_AXIS } from './limits.ts'

/** Limits of the gates ("Scan fitness"). */
export const TILT_LIMIT_DEG = 0.05
export const GAP_LIMIT = 1.5
export const UNEVEN_NOTE = 0.01
/** A slice further from its place in an even stack than this share of the spacing would be drawn in the wrong place. */
export const UNEVEN_LIMIT = 0.25
/** Slices nearer than this share of the spacing lie on each other. */
const DUPLICATE_LIMIT = 0.02

/** Sideways shift that decimal rounding of positions explains. */
const ROUNDING_MM = 0.02

/** One slice before stacking. `position` is the centre of its first pixel, LPS mm. */
export interface SlicePlace {
  readonly position: Vec3
  readonly row: Vec3
  readonly column: Vec3
  /** Distance between columns, then between rows. */
  readonly spacingMm: readonly [number, number]
}

/** Slices in order, and what was measured of them. */
export interface Stack {
  /** order[k] is the index (in the input) of the slice at k. */
  readonly order: readonly number[]
  readonly grid: Grid
  readonly tiltDeg: number
  readonly sliceStepsMm: readonly number[]
  readonly worstStepDeviation: number
  readonly notes: readonly string[]
}

/**
 * Stacks parallel slices along their normal, from their positions alone (spacing and tilt tags are not asked). The k
 * axis is row x column, so the result is right-handed. `inPlane` is columns and rows. Errors: import/too-few-slices,
 * import/not-a-volume, import/duplicate-slices, import/missing-slices, import/uneven-slices, import/tilted,
 * import/inconsistent-series, import/bad-header, import/too-large.
 */
export function stackSlices(slices: readonly SlicePlace[], inPlane: readonly [number, number]): Stack {
  const first = slices[0]
  if (first === undefined || slices.length < MIN_VOXELS_AN_AXIS) {
    throw new PipelineError(
      'import/too-few-slices',
      `The series has ${slices.length === 1 ? 'one slice' : `${slices.length} slices`}; a volume needs at least ${MIN_VOXELS_AN_AXIS}. Open the whole series.`,
      { slices: slices.length },
    )
  }
  checkSize([inPlane[0], inPlane[1], slices.length], 2)
  checkSpacing(first.spacingMm)
  const { x, y, normal } = axesOf(first)
  const along = slices.map((s) => dot(s.position, normal))
  const order = slices.map((_, n) => n).sort((a, b) => (along[a] ?? 0) - (along[b] ?? 0))
  const sorted = order.map((n) => slices[n] ?? first)
  const heights = order.map((n) => along[n] ?? 0)
  const steps = heights.slice(1).map((h, n) => h - (heights[n] ?? 0))
  checkSteps(steps, heights)
  const tiltDeg = tiltOf(sorted, normal)
  checkDrift(sorted, normal, first.spacingMm)
  const spacing: Vec3 = [
    first.spacingMm[0],
    first.spacingMm[1],
    ((heights.at(-1) ?? 0) - (heights[0] ?? 0)) / steps.length,
  ]
  checkSpacing(spacing)
  const middle = median(steps)
  const worst = Math.max(...steps.map((s) => Math.abs(s - middle))) / middle
  return {
    order,
    grid: {
      size: [inPlane[0], inPlane[1], slices.length],
      spacing,
      origin: sorted[0]?.position ?? first.position,
      direction: matrixOf(x, y, normal),
    },
    tiltDeg,
    sliceStepsMm: steps,
    worstStepDeviation: worst,
    notes: worst > UNEVEN_NOTE ? ['uneven-slices'] : [],
  }
}

const DEG = 180 / Math.PI

/** Orthonormal slice axes; header decimals are rounded, so they are squared within the tilt limit. */
function axesOf(slice: SlicePlace): { x: Vec3; y: Vec3; normal: Vec3 } {
  const lengths = [norm(slice.row), norm(slice.column)]
  if (lengths.some((l) => Math.abs(l - 1) > 0.01)) throw badOrientation()
  const x = scaled(slice.row, 1 / norm(slice.row))
  const rawY = scaled(slice.column, 1 / norm(slice.column))
  const across = cross(x, rawY)
  if (norm(across) < 0.5 || shearDeg(x, rawY, scaled(across, 1 / norm(across))) > TILT_LIMIT_DEG) throw badOrientation()
  const normal = scaled(across, 1 / norm(across))
  return { x, y: cross(normal, x), normal }
}

const badOrientation = () =>
  new PipelineError(
    'import/bad-header',
    'The slice orientation in the DICOM header is not two perpendicular directions. Export the series again.',
  )

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

function checkSteps(steps: readonly number[], heights: readonly number[]): void {
  const largest = Math.max(...steps)
  const smallest = Math.min(...steps)
  const middle = median(steps)
  if (!(largest > 1e-3)) {
    throw new PipelineError(
      'import/not-a-volume',
      'All slices lie at one position (repeats or a time series of one slice): there is no volume to print. Open another series.',
      { slices: heights.length },
    )
  }
  const duplicates = steps.filter((s) => s < Math.max(1e-3, DUPLICATE_LIMIT * largest)).length
  if (duplicates > 0) {
    throw new PipelineError(
      'import/duplicate-slices',
      `${duplicates} slices lie at the position of another (several images of one place in a series). Export one image a position.`,
      { duplicates },
    )
  }
  if (largest > GAP_LIMIT * smallest) {
    const missing = steps.reduce(
      (n, s) => n + Math.max(0, Math.round(s / Math.min(middle, smallest * GAP_LIMIT)) - 1),
      0,
    )
    throw new PipelineError(
      'import/missing-slices',
      `Slices are missing: steps between slices run from ${smallest.toFixed(2)} to ${largest.toFixed(2)} mm. Export the series again in full.`,
      { missingSlices: Math.max(1, missing), smallestStepMm: smallest, largestStepMm: largest },
    )
  }
  const low = heights[0] ?? 0
  const even = ((heights.at(-1) ?? 0) - low) / steps.length
  const worst = Math.max(...heights.map((h, k) => Math.abs(h - low - k * even))) / even
  if (worst > UNEVEN_LIMIT) {
    throw new PipelineError(
      'import/uneven-slices',
      `Slices lie up to ${(worst * even).toFixed(2)} mm from an even stack of ${even.toFixed(2)} mm steps. Export a series with even spacing.`,
      { worstMm: worst * even, spacingMm: even },
    )
  }
}

/**
 * Angle between the slice normal and the line from the first to the last slice, in degrees. A sideways shift within
 * the rounding of the header's decimals is no tilt: in a thin stack it would look like one. Errors: import/tilted.
 */
function tiltOf(sorted: readonly SlicePlace[], normal: Vec3): number {
  const [low, high] = [sorted[0]?.position ?? normal, sorted.at(-1)?.position ?? normal]
  const line = subtract(high, low)
  const height = dot(line, normal)
  const sidewaysMm = norm(subtract(line, scaled(normal, height)))
  const tiltDeg = Math.atan2(sidewaysMm, Math.abs(height)) * DEG
  if (tiltDeg <= TILT_LIMIT_DEG || sidewaysMm <= ROUNDING_MM) return tiltDeg
  throw new PipelineError(
    'import/tilted',
    `The slices are tilted by ${tiltDeg.toFixed(2)} degrees against their direction of travel (gantry tilt). A model would come out sheared; export the series corrected for tilt.`,
    { tiltDeg, limitDeg: TILT_LIMIT_DEG },
  )
}

/** Refuses slices shifted sideways against the line of the others by more than half a pixel. */
function checkDrift(sorted: readonly SlicePlace[], normal: Vec3, pixelMm: readonly [number, number]): void {
  const start = sorted[0]?.position ?? normal
  const sideways = (s: SlicePlace) => {
    const from = subtract(s.position, start)
    return norm(subtract(from, scaled(normal, dot(from, normal))))
  }
  const worst = Math.max(...sorted.map(sideways))
  if (worst <= 0.5 * Math.min(...pixelMm)) return
  throw new PipelineError(
    'import/inconsistent-series',
    `Slices are shifted sideways against each other by up to ${worst.toFixed(2)} mm. Export the series again.`,
    { shiftMm: worst },
  )
}

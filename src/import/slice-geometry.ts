import { PipelineError } from '../core/errors.ts'
import type { Grid, Vec3 } from '../core/types.ts'
import { cross, dot, matrixOf, norm, scaled, shearDeg, subtract } from './affine-grid.ts'
import { evenStepMm, median, remedyOf, type Straightening } from './bend.ts'
import { checkSize, checkSpacing, MIN_VOXELS_AN_AXIS } from './limits.ts'
import type { Remedy } from './series.ts'

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
  /** Of a crooked stack: as if its slices lay straight and even. */
  readonly grid: Grid
  readonly tiltDeg: number
  readonly sliceStepsMm: readonly number[]
  readonly worstStepDeviation: number
  readonly missingSlices: number
  readonly notes: readonly string[]
  /** Null when the slices make an even, upright stack. */
  readonly crooked: Crooked | null
}

/** Why a stack cannot be used as it lies, and what would mend it. */
export interface Crooked {
  readonly problem: PipelineError
  readonly bend: Straightening
  readonly remedy: Remedy
}

/**
 * Stacks parallel slices along their normal, from their positions alone (spacing and tilt tags are not asked). The k
 * axis is row x column, so the result is right-handed. `inPlane` is columns and rows. A tilted stack, and one with gaps or
 * uneven steps, comes back with what would mend it. Errors: import/too-few-slices, import/not-a-volume,
 * import/duplicate-slices, import/inconsistent-series, import/bad-header, import/too-large.
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
  const heights = order.map((n) => (along[n] ?? 0) - (along[order[0] ?? 0] ?? 0))
  const steps = heights.slice(1).map((h, n) => h - (heights[n] ?? 0))
  checkRepeats(steps)
  const topMm = heights.at(-1) ?? 0
  const grid: Grid = {
    size: [inPlane[0], inPlane[1], slices.length],
    spacing: [first.spacingMm[0], first.spacingMm[1], topMm / steps.length],
    origin: sorted[0]?.position ?? first.position,
    direction: matrixOf(x, y, normal),
  }
  checkSpacing(grid.spacing)
  const line = subtract(sorted.at(-1)?.position ?? grid.origin, grid.origin)
  const shear = [dot(line, x) / topMm, dot(line, y) / topMm] as const
  const tiltDeg = Math.atan(Math.hypot(...shear)) * DEG
  // A sideways shift within the rounding of the header's decimals is no tilt: in a thin stack it would look like one.
  const isTilted = tiltDeg > TILT_LIMIT_DEG && Math.hypot(...shear) * topMm > ROUNDING_MM
  const uneven = unevenness(steps, heights)
  const problem = uneven ?? (isTilted ? tilted(tiltDeg) : null)
  checkDrift(sorted, isTilted ? scaled(line, 1 / topMm) : normal, normal, first.spacingMm, problem)
  const usual = median(steps)
  const worst = Math.max(...steps.map((s) => Math.abs(s - usual))) / usual
  return {
    order,
    grid,
    tiltDeg,
    sliceStepsMm: steps,
    worstStepDeviation: worst,
    missingSlices: missingIn(steps),
    notes: worst > UNEVEN_NOTE ? ['uneven-slices'] : [],
    crooked: problem && {
      problem,
      ...mended(grid, {
        // Steps that count as even are taken as even, as those of an upright stack.
        heightsMm: uneven ? heights : heights.map((_, k) => k * grid.spacing[2]),
        shear: isTilted ? shear : [0, 0],
        tiltDeg: isTilted ? tiltDeg : 0,
      }),
    },
  }
}

/** Errors: import/too-large when the even stack would not fit. */
function mended(grid: Grid, bent: Omit<Straightening, 'sliceMm'> & { readonly tiltDeg: number }) {
  const { tiltDeg, heightsMm, shear } = bent
  const sliceMm = evenStepMm(heightsMm.slice(1).map((height, k) => height - (heightsMm[k] ?? 0)))
  const bend: Straightening = { heightsMm, shear, sliceMm }
  const remedy = remedyOf(grid, bend, tiltDeg, GAP_LIMIT)
  checkSize(remedy.size, 2)
  return { bend, remedy }
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

/** Errors: import/not-a-volume, import/duplicate-slices. */
function checkRepeats(steps: readonly number[]): void {
  const largest = Math.max(...steps)
  if (!(largest > 1e-3)) {
    throw new PipelineError(
      'import/not-a-volume',
      'All slices lie at one position (repeats or a time series of one slice): there is no volume to print. Open another series.',
      { slices: steps.length + 1 },
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
}

/** Slices that would fill the gaps; 0 when no step is a gap. */
function missingIn(steps: readonly number[]): number {
  const smallest = Math.min(...steps)
  if (Math.max(...steps) <= GAP_LIMIT * smallest) return 0
  const usual = Math.min(median(steps), smallest * GAP_LIMIT)
  const missing = steps.reduce((n, s) => n + Math.max(0, Math.round(s / usual) - 1), 0)
  return Math.max(1, missing)
}

/** Why these steps make no even stack: import/missing-slices or import/uneven-slices; null when they do. */
function unevenness(steps: readonly number[], heights: readonly number[]): PipelineError | null {
  const [smallest, largest] = [Math.min(...steps), Math.max(...steps)]
  const missingSlices = missingIn(steps)
  if (missingSlices > 0) {
    return new PipelineError(
      'import/missing-slices',
      `Slices are missing: steps between slices run from ${smallest.toFixed(2)} to ${largest.toFixed(2)} mm. Export the series again in full.`,
      { missingSlices, smallestStepMm: smallest, largestStepMm: largest },
    )
  }
  const even = (heights.at(-1) ?? 0) / steps.length
  const worst = Math.max(...heights.map((h, k) => Math.abs(h - k * even))) / even
  if (worst <= UNEVEN_LIMIT) return null
  return new PipelineError(
    'import/uneven-slices',
    `Slices lie up to ${(worst * even).toFixed(2)} mm from an even stack of ${even.toFixed(2)} mm steps. Export a series with even spacing.`,
    { worstMm: worst * even, spacingMm: even },
  )
}

const tilted = (tiltDeg: number) =>
  new PipelineError(
    'import/tilted',
    `The slices are tilted by ${tiltDeg.toFixed(2)} degrees against their direction of travel (gantry tilt). A model would come out sheared; export the series corrected for tilt.`,
    { tiltDeg, limitDeg: TILT_LIMIT_DEG },
  )

/**
 * Refuses slices shifted sideways by more than half a pixel against the line they travel along (mm a mm of height), with
 * the problem they have already, or import/inconsistent-series.
 */
function checkDrift(
  sorted: readonly SlicePlace[],
  travel: Vec3,
  normal: Vec3,
  pixelMm: readonly [number, number],
  problem: PipelineError | null,
): void {
  const start = sorted[0]?.position ?? normal
  const sideways = (s: SlicePlace) => {
    const from = subtract(s.position, start)
    return norm(subtract(from, scaled(travel, dot(from, normal))))
  }
  const worst = Math.max(...sorted.map(sideways))
  if (worst <= 0.5 * Math.min(...pixelMm)) return
  if (problem) throw problem
  throw new PipelineError(
    'import/inconsistent-series',
    `Slices are shifted sideways against each other by up to ${worst.toFixed(2)} mm. Export the series again.`,
    { shiftMm: worst },
  )
}

import { ijkToLps } from '../core/affine.ts'
import type { Grid } from '../core/types.ts'
import type { Remedy } from './series.ts'

/** How parallel slices lie that make no even stack: what their positions say, not tag 0018,1120 or a spacing tag. */
export interface Bend {
  /** Height of each slice above the first along the normal, mm, rising from 0. */
  readonly heightsMm: readonly number[]
  /** How far slices move along their own rows and columns, mm a mm of height: the tangent of the tilt. */
  readonly shear: readonly [number, number]
}

/** A bend, and how far apart slices shall be once it is undone. */
export interface Straightening extends Bend {
  readonly sliceMm: number
}

/** A finest step this close to the usual one is jitter of the header, not a finer part of the scan. */
const JITTER = 0.9
/** The new slices are at most this many times finer than the usual step: two slices nearly on each other say little. */
const FINEST = 4

/** Distance between slices that keeps the detail of the finest part of the scan, mm. */
export function evenStepMm(stepsMm: readonly number[]): number {
  const usual = median(stepsMm)
  const finest = Math.min(...stepsMm)
  return finest < JITTER * usual ? Math.max(finest, usual / FINEST) : usual
}

/** The middle value; the upper one of two. */
export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/**
 * Upright grid that holds every slice of a bent stack: voxels in line with those of the first slice, as many rows and columns
 * more as the slices travel sideways, even slices from the first to the last. `lying` has the size, spacing, axes and origin
 * that the slices state; its third spacing is not used.
 */
export function straightGrid(lying: Grid, { heightsMm, shear, sliceMm }: Straightening): Grid {
  const topMm = heightsMm.at(-1) ?? 0
  const steps = Math.max(1, Math.round(topMm / sliceMm))
  const [columns, rows, sx, sy] = [...lying.size.slice(0, 2), ...lying.spacing] as [number, number, number, number]
  const [x, y] = [travel(shear[0] * topMm, sx), travel(shear[1] * topMm, sy)]
  return {
    size: [columns + Math.abs(x), rows + Math.abs(y), steps + 1],
    spacing: [sx, sy, topMm / steps],
    origin: ijkToLps(lying, [Math.min(0, x), Math.min(0, y), 0]),
    direction: lying.direction,
  }
}

/** Whole voxels that hold this way, with its sign; a millionth of a voxel is rounding. */
const travel = (mm: number, voxelMm: number) => Math.sign(mm) * Math.ceil(Math.abs(mm) / voxelMm - 1e-6)

/** What undoing a bend would do, for the person who decides. `gapLimit` is the ratio of steps from which one is a gap. */
export function remedyOf(lying: Grid, bend: Straightening, tiltDeg: number, gapLimit: number): Remedy {
  const steps = bend.heightsMm.slice(1).map((height, k) => height - (bend.heightsMm[k] as number))
  const { size, spacing } = straightGrid(lying, bend)
  return {
    tiltDeg,
    finestStepMm: Math.min(...steps),
    widestStepMm: Math.max(...steps),
    gaps: steps.filter((step) => step > gapLimit * spacing[2]).length,
    size,
    spacingMm: spacing,
  }
}

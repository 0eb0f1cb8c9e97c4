import { determinant } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import type { Grid, Mask, Vec3, Volume } from '../core/types.ts'
import { storedRange } from '../segment/threshold.ts'

/**
 * Positions are fixed-point voxel indices with 14 fractional bits until the last step, so that a kernel and the CPU
 * agree to the bit: WGSL division may be off by 2.5 ulp, integer division may not. 2^-14 voxel is finer than float32
 * resolves at a few hundred voxels.
 */
export const FRACTION_BITS = 14
export const ONE = 1 << FRACTION_BITS
/** A vertex keeps 1/1024 voxel from its grid points, so that no triangle collapses when a file welds positions. */
export const CLEARANCE = ONE >> 10
/** Larger axes would overflow the fixed point, or the 16-bit counts of a row (at most 5 triangles a cell). */
export const MAX_AXIS = 13_000

/** How vertices are placed, in stored integers. `from` and `to` are inclusive. */
export interface Placement {
  readonly from: number
  readonly to: number
}

/** The stored range of the inclusive limits in real units; null is unbounded. */
export function placementOf(
  volume: Pick<Volume, 'slope' | 'intercept'> | null,
  low: number | null,
  high: number | null,
): Placement {
  return volume === null ? { from: 0, to: 0 } : storedRange(volume, low, high)
}

/**
 * Distance of the surface from the inside voxel, in 2^-14 of the step to the outside one. The isovalue is half a stored
 * integer beyond the limit, so that no value lies on it; an edited mask whose values do not cross gets the middle.
 */
export function fractionFromInside(inside: number, outside: number, from: number, to: number): number {
  if (inside < from || inside > to) return ONE >> 1
  let beyond: number
  let step: number
  if (outside < from) {
    beyond = 2 * (inside - from) + 1
    step = 2 * (inside - outside)
  } else if (outside > to) {
    beyond = 2 * (to - inside) + 1
    step = 2 * (outside - inside)
  } else return ONE >> 1
  const t = ((beyond * ONE + (step >> 1)) / step) | 0
  return t < CLEARANCE ? CLEARANCE : t > ONE - CLEARANCE ? ONE - CLEARANCE : t
}

/** As fractionFromInside, from the upper of the two voxels downwards; `isIn` is 1 when the upper one is inside, else 0. */
export function depthBetween(upper: number, lower: number, isIn: number, from: number, to: number): number {
  return isIn === 1 ? fractionFromInside(upper, lower, from, to) : ONE - fractionFromInside(lower, upper, from, to)
}

/** Throws 'surface/too-large' for an axis beyond MAX_AXIS. */
export function checkSize(grid: Grid): void {
  if (grid.size.some((n) => n > MAX_AXIS))
    throw tooLarge('The volume is too long on one axis. Crop it to the region needed.')
}

/** As checkSize; also throws 'segment/grid-mismatch' for a volume of another size. */
export function checkInput(mask: Mask, volume: { readonly grid: Grid } | null): void {
  checkSize(mask.grid)
  if (volume?.grid.size.some((n, axis) => n !== mask.grid.size[axis])) {
    throw new PipelineError('segment/grid-mismatch', 'The mask and the scan differ in size. Make the mask again.')
  }
}

export const tooLarge = (sentence: string, detail: Record<string, number> = {}) =>
  new PipelineError('surface/too-large', sentence, detail)

export const nothingInside = () =>
  new PipelineError('surface/empty', 'Nothing is selected, so there is no surface. Widen the limits or pick a part.')

/** Fixed-point voxel positions, `offset` voxels from the grid's origin, to LPS mm, in the memory of the given array. */
export function toWorld(
  fixed: Int32Array<ArrayBuffer>,
  grid: Grid,
  offset: Vec3 = [0, 0, 0],
): Float32Array<ArrayBuffer> {
  const { spacing: s, origin: o, direction: d } = grid
  const positions = new Float32Array(fixed.buffer, fixed.byteOffset, fixed.length)
  const [sx, sy, sz] = [s[0] / ONE, s[1] / ONE, s[2] / ONE]
  const [fx, fy, fz] = [offset[0] * ONE, offset[1] * ONE, offset[2] * ONE]
  for (let n = 0; n < fixed.length; n += 3) {
    const x = (((fixed[n] as number) + fx) | 0) * sx
    const y = (((fixed[n + 1] as number) + fy) | 0) * sy
    const z = (((fixed[n + 2] as number) + fz) | 0) * sz
    positions[n] = o[0] + d[0] * x + d[1] * y + d[2] * z
    positions[n + 1] = o[1] + d[3] * x + d[4] * y + d[5] * z
    positions[n + 2] = o[2] + d[6] * x + d[7] * y + d[8] * z
  }
  return positions
}

/** A left-handed grid mirrors the surface: its triangles are turned round, in place. */
export function turnRound(indices: Uint32Array, grid: Grid): void {
  if (determinant(grid.direction) >= 0) return
  for (let t = 0; t < indices.length; t += 3) {
    const second = indices[t + 1] as number
    indices[t + 1] = indices[t + 2] as number
    indices[t + 2] = second
  }
}

import { PipelineError } from '../core/errors.ts'
import type { Grid, Mat3, Vec3 } from '../core/types.ts'

/** Axes further from a right angle than this are a sheared volume (the limit of gantry tilt). */
export const MAX_SHEAR_DEG = 0.05

export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
export const norm = (a: Vec3): number => Math.sqrt(dot(a, a))
export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
export const scaled = (a: Vec3, by: number): Vec3 => [a[0] * by, a[1] * by, a[2] * by]

/** Direction matrix from its three columns. */
export const matrixOf = (x: Vec3, y: Vec3, z: Vec3): Mat3 => [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]]

/** Largest deviation from a right angle among three unit vectors, in degrees. */
export function shearDeg(x: Vec3, y: Vec3, z: Vec3): number {
  const worst = Math.max(Math.abs(dot(x, y)), Math.abs(dot(x, z)), Math.abs(dot(y, z)))
  return (Math.asin(Math.min(1, worst)) * 180) / Math.PI
}

/**
 * Grid from voxel step vectors and the centre of voxel 0, all LPS mm. Tiny shear (below MAX_SHEAR_DEG, from single
 * precision headers) is removed. Errors: import/bad-header for steps that span no volume, volume/non-orthogonal.
 */
export function gridFromSteps(size: Vec3, steps: readonly [Vec3, Vec3, Vec3], origin: Vec3): Grid {
  const [sx, sy, sz] = [norm(steps[0]), norm(steps[1]), norm(steps[2])]
  if (![sx, sy, sz, ...origin].every(Number.isFinite) || Math.min(sx, sy, sz) <= 0) throw singular()
  const x = scaled(steps[0], 1 / sx)
  const y = scaled(steps[1], 1 / sy)
  const z = scaled(steps[2], 1 / sz)
  const turn = dot(cross(x, y), z)
  if (Math.abs(turn) < 0.01) throw singular()
  const shear = shearDeg(x, y, z)
  if (shear > MAX_SHEAR_DEG) {
    throw new PipelineError(
      'volume/non-orthogonal',
      `The axes of the scan are sheared by ${shear.toFixed(2)} degrees (gantry tilt or an affine registration). Resample it to right angles before opening.`,
      { shearDeg: shear, limitDeg: MAX_SHEAR_DEG },
    )
  }
  // The first axis is kept, the others are squared to it.
  const ySquare = unit(subtract(y, scaled(x, dot(x, y))))
  const zSquare = scaled(cross(x, ySquare), Math.sign(turn))
  return { size, spacing: [sx, sy, sz], origin, direction: matrixOf(x, ySquare, zSquare) }
}

const unit = (a: Vec3): Vec3 => scaled(a, 1 / norm(a))

const singular = () =>
  new PipelineError(
    'import/bad-header',
    'The placement matrix in the header is singular: two axes coincide. Export the scan again with its geometry.',
  )

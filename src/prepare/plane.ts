import { PipelineError } from '../core/errors.ts'
import type { Vec3 } from '../core/types.ts'

/** A plane in LPS mm. The normal has any length but zero. */
export interface Plane {
  readonly pointLps: Vec3
  readonly normalLps: Vec3
}

/** Right-handed axes on a plane: u and v lie in it, w is its unit normal. */
export interface Frame {
  readonly origin: Vec3
  readonly u: Vec3
  readonly v: Vec3
  readonly w: Vec3
}

export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const plus = (a: Vec3, b: Vec3, times = 1): Vec3 => [
  a[0] + times * b[0],
  a[1] + times * b[1],
  a[2] + times * b[2],
]
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

/** Of length one. Errors: app/bad-parameter for a direction without length. */
export function unit(v: Vec3): Vec3 {
  // No Math.hypot: engines differ in its last bit.
  const length = Math.sqrt(dot(v, v))
  if (!(length > 0 && Number.isFinite(length))) {
    throw new PipelineError('app/bad-parameter', 'A direction has no length. Choose the plane or the direction again.')
  }
  return [v[0] / length, v[1] / length, v[2] / length]
}

/** Axes on a plane, the same for the same plane: u is square to the axis of the body that the normal leans on least. */
export function frameOf({ pointLps, normalLps }: Plane): Frame {
  const w = unit(normalLps)
  const size = w.map(Math.abs)
  const least = Math.min(...size)
  const axis: Vec3 = size[0] === least ? [1, 0, 0] : size[1] === least ? [0, 1, 0] : [0, 0, 1]
  const u = unit(cross(axis, w))
  return { origin: pointLps, u, v: cross(w, u), w }
}

type Columns = [
  ...[number, number, number, number],
  ...[number, number, number, number],
  ...[number, number, number, number],
  ...[number, number, number, number],
]

/** From coordinates on the frame to LPS mm, column by column. */
export const toLps = ({ origin, u, v, w }: Frame): Columns => [...u, 0, ...v, 0, ...w, 0, ...origin, 1]

/** From LPS mm to coordinates on the frame, column by column. */
export function toFrame({ origin, u, v, w }: Frame): Columns {
  const rows = [u, v, w] as const
  const column = (axis: 0 | 1 | 2): [number, number, number, number] => [u[axis], v[axis], w[axis], 0]
  const [x, y, z] = rows.map((row) => -dot(row, origin)) as [number, number, number]
  return [...column(0), ...column(1), ...column(2), x, y, z, 1]
}

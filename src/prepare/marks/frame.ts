import { PipelineError } from '../../core/errors.ts'
import type { Vec3 } from '../../core/types.ts'
import { cross, dot, norm, scaled, subtract } from '../../import/affine-grid.ts'

/** A picked place on a part: where, which way is out, and which way is up for who reads it. LPS mm; lengths do not matter. */
export interface PickedPlace {
  readonly pointLps: Vec3
  readonly normalLps: Vec3
  readonly upLps: Vec3
}

/** Right-handed axes at a place: x to the reader's right, y up, z out of the part. Unit vectors, LPS. */
export interface Frame {
  readonly originLps: Vec3
  readonly x: Vec3
  readonly y: Vec3
  readonly z: Vec3
}

/** An up this near to the normal says nothing. */
const ALONG_NORMAL = 1e-3

/**
 * The frame of a picked place. Where `upLps` runs along the normal, up is the superior or, failing that, the anterior axis.
 * @throws app/bad-parameter for a place that is not finite or has no normal.
 */
export function frameAt({ pointLps, normalLps, upLps }: PickedPlace): Frame {
  const length = norm(normalLps)
  if (![...pointLps, ...upLps, length].every(Number.isFinite) || length === 0) {
    throw new PipelineError('app/bad-parameter', 'The picked place has no direction. Pick a place on the part again.')
  }
  const z = unit(normalLps)
  const candidates: readonly Vec3[] = [upLps, [0, 0, 1], [0, -1, 0]]
  const flat = candidates.map((up) => subtract(up, scaled(z, dot(up, z))))
  const y = unit(flat.find((up) => norm(up) > ALONG_NORMAL) as Vec3)
  return { originLps: pointLps, x: cross(y, z), y, z }
}

const unit = (a: Vec3) => scaled(a, 1 / norm(a))

/** From coordinates in a frame, mm, to LPS mm. */
export function toLps({ originLps: o, x, y, z }: Frame, u: number, v: number, w: number): Vec3 {
  return [
    o[0] + x[0] * u + y[0] * v + z[0] * w,
    o[1] + x[1] * u + y[1] * v + z[1] * w,
    o[2] + x[2] * u + y[2] * v + z[2] * w,
  ]
}

/** From LPS mm to coordinates in a frame, mm. */
export function toFrame({ originLps, x, y, z }: Frame, lps: Vec3): Vec3 {
  const away = subtract(lps, originLps)
  return [dot(away, x), dot(away, y), dot(away, z)]
}

/** Stands in parameters until a place is picked. */
export const UNPICKED: PickedPlace = { pointLps: [0, 0, 0], normalLps: [0, 0, 1], upLps: [0, 1, 0] }

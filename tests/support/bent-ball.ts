import { ijkToLps } from '../../src/core/affine.ts'
import type { Grid, Mat3, Vec3, Volume } from '../../src/core/types.ts'
import type { Bend } from '../../src/import/bend.ts'
import { gridOf, volumeOf } from './phantoms.ts'
import { dicomSlice } from './scan-files.ts'

export const TISSUE_HU = 40
export const BALL_HU = 1000
/** The edge is blurred by a Gaussian of this width, mm. */
export const EDGE_MM = 1.5

/** HU at a place: a ball around the origin with a soft edge, in tissue. Exact, so that it can be asked anywhere. */
export function softBallHu([x, y, z]: Vec3, radiusMm: number): number {
  const depth = (radiusMm - Math.hypot(x, y, z)) / EDGE_MM
  return TISSUE_HU + (BALL_HU - TISSUE_HU) * normalShare(depth)
}

/** Share of a normal distribution below x, to 1e-7 (Abramowitz and Stegun 26.2.17). */
function normalShare(x: number): number {
  if (x < 0) return 1 - normalShare(-x)
  const t = 1 / (1 + 0.2316419 * x)
  const sum = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * sum
}

/** Largest error of a linear interpolation over `stepMm` in this ball: step squared / 8 x the steepest bend of its edge. */
export function linearErrorHu(stepMm: number): number {
  const steepest = ((BALL_HU - TISSUE_HU) * 0.242) / EDGE_MM ** 2
  return (steepest * stepMm ** 2) / 8
}

/** Where pixel (i, j) of slice k really lies, LPS mm. */
export function bentPlace(lying: Grid, { heightsMm, shear }: Bend, i: number, j: number, k: number): Vec3 {
  const height = heightsMm[k] ?? 0
  const sideways = [(shear[0] * height) / lying.spacing[0], (shear[1] * height) / lying.spacing[1]] as const
  return ijkToLps(lying, [i + sideways[0], j + sideways[1], height / lying.spacing[2]])
}

/** The ball as these slices see it. */
export function bentBall(lying: Grid, bend: Bend, radiusMm: number): Volume {
  return volumeOf(lying, (i, j, k) => Math.round(softBallHu(bentPlace(lying, bend, i, j, k), radiusMm)))
}

/** Radius at which the ball has this value, mm. */
export function radiusAtMm(hu: number, radiusMm: number): number {
  let [low, high] = [0, 2 * radiusMm]
  for (let n = 0; n < 60; n++) {
    const middle = (low + high) / 2
    if (softBallHu([middle, 0, 0], radiusMm) > hu) low = middle
    else high = middle
  }
  return low
}

/** The slices of bentBall() as DICOM files, by name. Only their positions tell the bend. */
export function bentDicom(
  lying: Grid,
  bend: Bend,
  radiusMm: number,
): Readonly<Record<string, Uint8Array<ArrayBuffer>>> {
  const { data } = bentBall(lying, bend, radiusMm)
  const [columns, rows, slices] = lying.size
  const { direction, spacing } = lying
  const orientation = [0, 3, 6, 1, 4, 7].map((n) => direction[n] as number)
  const files = Array.from({ length: slices }, (_, k) => {
    const pixels = data.subarray(k * columns * rows, (k + 1) * columns * rows)
    const position = bentPlace(lying, bend, 0, 0, k)
    const slice = dicomSlice({ columns, rows, orientation, position, spacing: [spacing[1], spacing[0]], pixels })
    return [`IM${String(k).padStart(3, '0')}`, slice] as const
  })
  return Object.fromEntries(files)
}

/** A stack of this many slices whose middle lies on the origin once it is straight. */
export function aroundOrigin(size: Vec3, spacing: Vec3, bend: Bend, direction?: Mat3): Grid {
  const top = bend.heightsMm.at(-1) ?? 0
  const lying = gridOf(size, [spacing[0], spacing[1], top / (size[2] - 1)], direction ? { direction } : {})
  const middle = ijkToLps(lying, [
    (size[0] - 1) / 2 + (bend.shear[0] * top) / 2 / spacing[0],
    (size[1] - 1) / 2 + (bend.shear[1] * top) / 2 / spacing[1],
    (size[2] - 1) / 2,
  ])
  return { ...lying, origin: [-middle[0], -middle[1], -middle[2]] }
}

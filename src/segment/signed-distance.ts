import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Grid, Mask, Volume } from '../core/types.ts'
import { faceDistanceSlices, type SliceSink } from './distance.ts'
import { complement } from './logic.ts'

export interface SignedDistanceParams {
  /** Farther from the surface than this, inside or out, all is the same. */
  readonly bandMm: number
}

export const SIGNED_DISTANCE = {
  name: 'signed-distance',
  version: 1,
  defaults: { bandMm: 5 },
} as const satisfies StageSpec<SignedDistanceParams>

/** Stored value of the band; the step is the band / 32000. */
export const STORED_BAND = 32_000

/**
 * Signed distance in mm from each voxel's centre to the surface of the mask, positive inside, clamped to the band. The surface
 * is that of the voxels as cuboids: zero lies half a step from the centres on either side of a flat face, along every axis
 * of an anisotropic grid. Outside the volume is nothing, so the mask ends at the border as well.
 *
 * Exact to half a stored step (bandMm / 64000) for the cuboids. Against the shape that was sampled it errs by at most the half
 * diagonal of a voxel, wherever a ball of that radius fits beside the surface: no point of a cuboid lies farther than that from its
 * centre, and the ball holds the centre of the cuboid that its own centre lies in.
 * On slanted surfaces the corners of the cuboids are nearest, which makes distances short by a third of a step in the mean on a ball:
 * a wall made from them is thicker than asked for, not thinner.
 * Never 0, so stored >= 1 is the mask again, and marching cubes at 0 or at any depth has no ties.
 * Errors: app/bad-parameter. Memory: 2 bytes a voxel, one more mask, and a few slices.
 */
export function signedDistance(mask: Mask, params: SignedDistanceParams, ctx: Context): Promise<Volume> {
  return signedDistanceBy(mask, params, ctx, faceDistanceSlices)
}

/** faceDistanceSlices(), or its twin. */
type FaceSlices = typeof faceDistanceSlices

/** As signedDistance, with either twin of the distance. */
export async function signedDistanceBy(
  mask: Mask,
  params: SignedDistanceParams,
  ctx: Context,
  slices: FaceSlices,
): Promise<Volume> {
  const { bandMm } = params
  requireBand(bandMm)
  const { grid } = mask
  const area = grid.size[0] * grid.size[1]
  const data = new Int16Array(area * grid.size[2])
  const slope = bandMm / STORED_BAND
  const inside: SliceSink = (k, square) => store(square, data, k * area, 1 / slope)
  const outside: SliceSink = (k, square) => store(square, data, k * area, -1 / slope)
  await depthSlices(mask, bandMm, subContext(ctx, 0, 0.5), inside, slices)
  await slices(mask, bandMm, subContext(ctx, 0.5, 1), outside)
  return { grid, data, slope, intercept: 0, modality: 'other', unit: 'mm' }
}

export function requireBand(mm: number): void {
  if (Number.isFinite(mm) && mm > 0) return
  throw new PipelineError('app/bad-parameter', 'The distance must be a number of mm above 0.', { mm })
}

/** Voxels on the other side have distance 0 and keep what they hold. */
function store(square: Float32Array, data: Int16Array, from: number, perMm: number): void {
  const sign = Math.sign(perMm)
  for (let n = 0, at = from; n < square.length; n++, at++) {
    const own = square[n] as number
    if (own === 0) continue
    data[at] = own === Infinity ? sign * STORED_BAND : clamped(Math.round(Math.sqrt(own) * perMm), sign)
  }
}

const clamped = (stored: number, sign: number) => sign * Math.max(1, Math.min(STORED_BAND, sign * stored))

/**
 * Squared depth in mm2 of each set voxel's centre below the surface of the mask, slice by slice; 0 where not set, Infinity beyond
 * the band. The border of the volume is surface as well.
 */
export function depthSlices(
  mask: Mask,
  bandMm: number,
  ctx: Context,
  sink: SliceSink,
  slices: FaceSlices,
): Promise<void> {
  const atBorder = borderDepth(mask.grid, bandMm)
  return slices(complement(mask), bandMm, ctx, (k, square) => {
    atBorder(k, square)
    sink(k, square)
  })
}

/** Lowers the squared depths of a slice to those below the border of the volume. */
function borderDepth(grid: Grid, bandMm: number): SliceSink {
  const [nx, ny, nz] = grid.size
  const [sx, sy, sz] = grid.spacing
  const depth = (n: number, size: number, mm: number) => (Math.min(n, size - 1 - n) + 0.5) * mm
  const lower = (square: Float32Array, n: number, mm: number) => {
    if (mm <= bandMm && (square[n] as number) > mm * mm) square[n] = mm * mm
  }
  const reach = Math.min(nx >> 1, Math.floor(bandMm / sx + 0.5))
  return (k, square) => {
    const fromZ = depth(k, nz, sz)
    for (let j = 0; j < ny; j++) {
      const row = j * nx
      const fromRow = Math.min(fromZ, depth(j, ny, sy))
      if (fromRow <= bandMm) for (let i = 0; i < nx; i++) lower(square, row + i, fromRow)
      for (let i = 0; i <= reach && i < nx; i++) {
        lower(square, row + i, depth(i, nx, sx))
        lower(square, row + nx - 1 - i, depth(i, nx, sx))
      }
    }
  }
}

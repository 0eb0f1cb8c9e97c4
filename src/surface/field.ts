import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh, Volume } from '../core/types.ts'
import { type ThresholdParams, threshold } from '../segment/threshold.ts'
import { marchingCubes, type SurfaceParams } from './marching-cubes.ts'

/**
 * Surface of the voxels whose real value lies within the limits (both included, null is unbounded), straight from a scalar
 * field: a scan, or a signed distance in mm. With both limits the mesh holds both level sets at once, the one of the upper
 * limit wound the other way round: the material between two levels, made without a boolean. It has no other surface, and
 * the two never touch, as long as the field changes by less than the width of the range from one voxel to the next.
 * Reads 2 1/4 bytes a voxel and two values a vertex. Memory: 1/8 byte a voxel and what marchingCubes needs.
 * Errors: app/bad-parameter, surface/empty, surface/too-large.
 */
export async function fieldSurface(volume: Volume, params: SurfaceParams, ctx: Context): Promise<Mesh> {
  const mask = threshold(volume, closedLimits(params), subContext(ctx, 0, 0.2))
  return marchingCubes({ mask, volume }, params, subContext(ctx, 0.2, 1))
}

/** Surface of real value >= isoValue, in the field's unit (HU, or mm of a signed distance that is positive inside). */
export function isoSurface(volume: Volume, isoValue: number, ctx: Context): Promise<Mesh> {
  return fieldSurface(volume, { lowHu: isoValue, highHu: null }, ctx)
}

/** The limits for threshold(), which has no null. */
export function closedLimits(params: SurfaceParams): ThresholdParams {
  return { lowHu: params.lowHu ?? Number.NEGATIVE_INFINITY, highHu: params.highHu ?? Number.POSITIVE_INFINITY }
}

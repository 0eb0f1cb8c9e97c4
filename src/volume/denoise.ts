import { PipelineError } from '../core/errors.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Volume } from '../core/types.ts'
import { gaussian } from './gaussian.ts'
import { median } from './median.ts'

export interface DenoiseParams {
  /** 'median' of 3 x 3 x 3 voxels keeps edges; 'gaussian' smooths evenly in mm. */
  readonly method: 'gaussian' | 'median'
  /** Standard deviation of the Gaussian; the median does not use it. */
  readonly sigmaMm: number
}

export const DENOISE = {
  name: 'denoise',
  version: 1,
  defaults: { method: 'median', sigmaMm: 0.5 },
} as const satisfies StageSpec<DenoiseParams>

const MAX_SIGMA_MM = 10

/**
 * A smoothed copy of a scan. Exact and the same on CPU and GPU. Memory: the copy and a few slices. Measured on one of two
 * busy cores, slices of 512x512 at 0.7 mm: Gaussian of 0.5 mm 29, 1 mm 22, 2 mm 14 Mvox/s; median 12 Mvox/s.
 * Errors: app/bad-parameter.
 */
export async function denoise(volume: Volume, params: DenoiseParams, ctx: Context): Promise<Volume> {
  requireDenoise(params)
  const data = await (params.method === 'median' ? median(volume, ctx) : gaussian(volume, params.sigmaMm, ctx))
  return { ...volume, data }
}

/** Throws app/bad-parameter unless the parameters can be used. */
export function requireDenoise({ method, sigmaMm }: DenoiseParams): void {
  if (method === 'gaussian' && !(sigmaMm > 0 && sigmaMm <= MAX_SIGMA_MM)) {
    throw new PipelineError('app/bad-parameter', `Choose a width above 0 and up to ${MAX_SIGMA_MM} mm.`, { sigmaMm })
  }
}

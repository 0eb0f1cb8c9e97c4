import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Grid, Volume } from '../core/types.ts'
import { type Aligned, resampleAligned } from './resample-aligned.ts'
import { resampleOblique } from './resample-oblique.ts'
import { type Sampling, samplingOf } from './sampling.ts'
import { axisTaps, phaseTaps, type ResampleMethod } from './taps.ts'
import { type GridChange, perAxis, requireRoom, spaced, targetGrid } from './target-grid.ts'

/** How values between voxels are found, and what lies outside. */
export interface Interpolation {
  /** 'lanczos3' keeps edges sharp and may overshoot them; 'linear' does not; 'nearest' makes no new values. */
  readonly method: ResampleMethod
  /** Real value of voxels outside the scan; null is the lowest value of the scan. */
  readonly fillValue: number | null
}

export type ResampleParams = GridChange & Interpolation

export const RESAMPLE = {
  name: 'resample',
  version: 1,
  defaults: { spacingMm: null, size: null, orientation: null, method: 'linear', fillValue: null },
} as const satisfies StageSpec<ResampleParams>

/**
 * A scan at another spacing, size or orientation. A change of orientation alone moves voxels and changes none.
 * As resampleTo(). Errors: app/bad-parameter, volume/too-large.
 */
export function resample(volume: Volume, params: ResampleParams, ctx: Context): Promise<Volume> {
  return resampleTo(volume, targetGrid(volume.grid, params), params, ctx)
}

/**
 * A scan on any other grid, whose geometry is taken as it is given. Whole-number arithmetic, the same on every engine and
 * on the GPU to the bit. Each of the three sums is rounded to int16 (half a stored unit), and its weights are whole
 * 1 / 32768: together at most 1.5 units and 3 x taps x span / 65536 more, span = the range of the values under the taps
 * (0.4 HU of 4096 for 'linear'). Lanczos overshoot past int16 is cut at each sum. Places are exact to 1 / 131072 voxel, on oblique grids to 1 / 2048.
 *
 * A target coarser than the scan is anti-aliased: the curve is widened; for an oblique grid the scan first comes down to
 * the target's spacing along its own axes. A voxel whose centre is more than half a voxel outside is filled.
 * Reads 2 bytes a source voxel and target slice that needs it, writes 2 a target voxel. Memory: the result and a few slices
 * (oblique and coarser: also the scan at the target's spacing). Measured on one of two busy cores, 384x384x200, Mvox/s of the
 * result: 1.25 to 0.5 mm slices linear 71, Lanczos 58; axes swapped 150 to 240; oblique linear 6, Lanczos 1.5.
 * Errors: app/bad-parameter, volume/too-large.
 */
export async function resampleTo(volume: Volume, grid: Grid, how: Interpolation, ctx: Context): Promise<Volume> {
  requireInterpolation(how)
  requireRoom(grid.size)
  return resampleBy(volume, planOf(volume.grid, grid, how.method), how, ctx)
}

/** As resampleTo(), with the places of the target's voxels already found. */
export async function resampleBy(
  volume: Volume,
  plan: ResamplePlan,
  how: Interpolation,
  ctx: Context,
): Promise<Volume> {
  const grid = plan.sampling.target
  if (plan.through !== null) {
    const coarse = await resampleTo(volume, plan.through, how, subContext(ctx, 0, 0.5))
    return resampleTo(coarse, grid, { ...how, fillValue: realFill(volume, how) }, subContext(ctx, 0.5, 1))
  }
  const { sampling, aligned } = plan
  const data = new Int16Array(grid.size[0] * grid.size[1] * grid.size[2])
  if (mayFill(plan)) data.fill(storedFill(volume, how.fillValue))
  if (aligned !== null) await resampleAligned(volume, sampling, aligned, data, ctx)
  else await resampleOblique(volume, sampling, phaseTaps(how.method), data, ctx)
  return { ...volume, grid, data }
}

/** What a pair of grids asks for. */
export interface ResamplePlan {
  readonly sampling: Sampling
  /** Set when the axes are parallel. */
  readonly aligned: Aligned | null
  /** Set when the scan must come down to this grid first, along its own axes. */
  readonly through: Grid | null
}

export function planOf(source: Grid, target: Grid, method: ResampleMethod): ResamplePlan {
  const sampling = samplingOf(source, target)
  const { along, steps, ratios } = sampling
  if (along === null) {
    const isCoarser = method !== 'nearest' && ratios.some((ratio) => ratio > MOST_UNFILTERED)
    const through = isCoarser
      ? spaced(
          source,
          perAxis((a) => source.spacing[a] * Math.max(1, ratios[a])),
        )
      : null
    return { sampling, aligned: null, through }
  }
  const taps = ([0, 1, 2] as const).map((a) =>
    axisTaps(steps[a][along[a] as 0 | 1 | 2], ratios[a], source.size[a], method),
  )
  return {
    sampling,
    aligned: { along, taps: taps as unknown as Aligned['taps'] },
    through: null,
  }
}

/** A target this little coarser is not worth a pass of its own; it also keeps the second step from asking for a third. */
const MOST_UNFILTERED = 1.1

/** Whether some target voxels may lie outside the source. */
export function mayFill({ sampling, aligned }: ResamplePlan): boolean {
  if (aligned === null) return true
  return aligned.taps.some(({ from, end }, a) => from > 0 || end < sampling.target.size[aligned.along[a] as 0 | 1 | 2])
}

/** Throws app/bad-parameter unless the interpolation can be used. */
export function requireInterpolation({ fillValue }: Interpolation): void {
  if (fillValue === null || Number.isFinite(fillValue)) return
  throw new PipelineError('app/bad-parameter', 'The value outside the scan must be a number.')
}

/** The fill value as it is stored, rounded to the nearest that can be. */
export function storedFill(volume: Volume, fillValue: number | null): number {
  if (fillValue === null) return lowestStored(volume)
  const stored = Math.round((fillValue - volume.intercept) / volume.slope)
  return Math.max(-32768, Math.min(32767, stored))
}

function lowestStored({ data, slope }: Volume): number {
  let low = 32767
  let high = -32768
  for (let n = 0; n < data.length; n++) {
    const v = data[n] as number
    if (v < low) low = v
    if (v > high) high = v
  }
  return slope < 0 ? high : low
}

/** The fill value in real units. */
export const realFill = (volume: Volume, { fillValue }: Interpolation) =>
  fillValue ?? volume.slope * lowestStored(volume) + volume.intercept

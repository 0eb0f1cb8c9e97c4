import { PipelineError } from '../core/errors.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Grid, Volume } from '../core/types.ts'
import { type Straightening, straightGrid } from '../import/bend.ts'
import { type Interpolation, type ResamplePlan, resampleBy } from './resample.ts'
import { ONE_VOXEL, type Sampling, type Steps } from './sampling.ts'
import { axisTaps } from './taps.ts'
import { requireRoom } from './target-grid.ts'

// A type, not an interface: it goes into the trace as JSON.
export type StraightenParams = { readonly [K in keyof Straightening]: Straightening[K] }

export const STRAIGHTEN = {
  name: 'straighten',
  version: 1,
  defaults: { heightsMm: [], shear: [0, 0], sliceMm: 1 },
} as const satisfies StageSpec<StraightenParams>

/**
 * Linear: between slices no kernel wider than two neighbours holds when their distances differ. Outside the slices lies the
 * lowest value of the scan.
 */
export const STRAIGHTEN_HOW: Interpolation = { method: 'linear', fillValue: null }

/**
 * A scan whose slices lie tilted or unevenly, brought to straightGrid(): each voxel takes its value at its own place between
 * the two slices around it, along the line on which the slices travel. Where the new slices lie on scanned ones and there is no
 * tilt, the scanned values come back unchanged. As resampleTo(): the same on every engine and on the GPU, to the bit.
 * Memory: the result. Errors: app/bad-parameter, volume/too-large.
 */
export async function straighten(volume: Volume, params: StraightenParams, ctx: Context): Promise<Volume> {
  return resampleBy(volume, straightenPlan(volume.grid, params), STRAIGHTEN_HOW, ctx)
}

/** Where the voxels of the upright grid lie among the slices. Errors: app/bad-parameter, volume/too-large. */
export function straightenPlan(lying: Grid, bend: StraightenParams): ResamplePlan {
  requireBend(lying, bend)
  const target = straightGrid(lying, bend)
  requireRoom(target.size)
  const [nx, ny, nz] = target.size
  const heights = Float64Array.from({ length: nz }, (_, k) => k * target.spacing[2])
  const [offX, offY] = ([0, 1] as const).map((a) => (bend.shear[a] < 0 ? lying.size[a] - target.size[a] : 0)) as [
    number,
    number,
  ]
  const along = (count: number, off: number) => Int32Array.from({ length: count }, (_, n) => (n + off) * ONE_VOXEL)
  const sideways = (a: 0 | 1) =>
    Int32Array.from(heights, (height) => Math.round(((-bend.shear[a] * height) / lying.spacing[a]) * ONE_VOXEL))
  const still = (count: number) => new Int32Array(count)
  const between = Int32Array.from(placesBetween(bend.heightsMm, heights), (place) => Math.round(place * ONE_VOXEL))
  const steps: readonly [Steps, Steps, Steps] = [
    [along(nx, offX), still(ny), sideways(0)],
    [still(nx), along(ny, offY), sideways(1)],
    [still(nx), still(ny), between],
  ]
  const isUpright = bend.shear.every((tangent) => tangent === 0)
  const sampling: Sampling = { source: lying, target, steps, ratios: [1, 1, 1], along: isUpright ? [0, 1, 2] : null }
  if (!isUpright) return { sampling, aligned: null, through: null }
  const tapsOf = (a: 0 | 1 | 2) => axisTaps(steps[a][a], 1, lying.size[a], STRAIGHTEN_HOW.method)
  return { sampling, aligned: { along: [0, 1, 2], taps: [tapsOf(0), tapsOf(1), tapsOf(2)] }, through: null }
}

/** For each of some rising heights its place among the slices: slice index and the share of the way to the next. */
function placesBetween(slices: readonly number[], heights: Float64Array): Float64Array {
  let k = 0
  return heights.map((height) => {
    while (k < slices.length - 2 && (slices[k + 1] as number) <= height) k++
    const [low, high] = [slices[k] as number, slices[k + 1] as number]
    return k + Math.min(1, (height - low) / (high - low))
  })
}

function requireBend({ size }: Grid, { heightsMm, shear, sliceMm }: StraightenParams): void {
  const rises = heightsMm.every((height, k) => (k === 0 ? height === 0 : height > (heightsMm[k - 1] as number)))
  const numbers = [...heightsMm, ...shear, sliceMm]
  if (size[2] > 1 && heightsMm.length === size[2] && rises && numbers.every(Number.isFinite) && sliceMm > 0) return
  throw new PipelineError('app/bad-parameter', 'The heights of the slices must rise from 0, one for each slice.', {
    heights: heightsMm.length,
    slices: size[2],
  })
}

import { sameGrid } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { countVoxels, maskVolumeMm3, popcount } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mask, Vec3 } from '../core/types.ts'
import { cutToSharedBox } from './shared-box.ts'
import { areaWithin, maxMm, meanMm, quantileMm, type Spread, spreadsTo } from './surface-distances.ts'
import { surfelsOf } from './surfels.ts'

/**
 * How near a predicted mask is to the reference. Surfaces are area-weighted surfels (surfels.ts) in mm. When one side is
 * empty: Dice 0, NSD 0, both Hausdorff distances infinite.
 */
export interface Metrics {
  readonly dice: number
  /** Share of both surfaces that lies within the tolerance of the other (Nikolov et al. 2021, 10.2196/26151). */
  readonly nsd: number
  /** Larger of the two directed 95 % distances. */
  readonly hd95Mm: number
  readonly hausdorffMm: number
  /** Mean distance from the reference to the prediction, and back. One side empty: Infinity from the other, NaN from it. */
  readonly meanMm: readonly [toPredicted: number, toReference: number]
  /** Share of the reference's surface, and of the prediction's, within the tolerance. */
  readonly overlap: readonly [reference: number, predicted: number]
  readonly toleranceMm: number
  readonly referenceMm3: number
  readonly predictedMm3: number
  /** Signed, in percent of the reference; Infinity when that is empty. */
  readonly volumeErrorPercent: number
}

/** Share of twice the common voxels in all of both; NaN when both are empty. */
export function diceOf(a: Mask, b: Mask): number {
  let common = 0
  for (let n = 0; n < a.words.length; n++) common += popcount((a.words[n] as number) & (b.words[n] as number))
  return (2 * common) / (countVoxels(a) + countVoxels(b))
}

/** No tolerance below half the largest voxel edge: finer, a surface moved by rounding would count as wrong. */
export const toleranceFor = (toleranceMm: number, spacing: Vec3) => Math.max(toleranceMm, Math.max(...spacing) / 2)

/**
 * Metrics of one structure; null when both masks are empty (to be left out, and counted). `toleranceMm` is taken as
 * given: see toleranceFor(). Errors: segment/grid-mismatch. Works on the box around both. Memory: 21 bytes a surfel, two
 * masks of the box and some slices.
 */
export async function metricsOf(
  reference: Mask,
  predicted: Mask,
  toleranceMm: number,
  ctx: Context,
): Promise<Metrics | null> {
  if (!sameGrid(reference.grid, predicted.grid)) {
    throw new PipelineError(
      'segment/grid-mismatch',
      'The two masks lie on different grids, so they cannot be compared. Bring one onto the grid of the other first.',
    )
  }
  const cut = cutToSharedBox([reference, predicted])
  if (!cut) return null
  const [a, b] = cut as [Mask, Mask]
  const [ours, theirs] = [await surfelsOf(a, subContext(ctx, 0, 0.1)), await surfelsOf(b, subContext(ctx, 0.1, 0.2))]
  const [there] = (await spreadsTo([ours], theirs, 1, subContext(ctx, 0.2, 0.6))) as [Spread]
  const [back] = (await spreadsTo([theirs], ours, 1, subContext(ctx, 0.6, 1))) as [Spread]
  const near = areaWithin(there, toleranceMm)
  const nearBack = areaWithin(back, toleranceMm)
  const [referenceMm3, predictedMm3] = [maskVolumeMm3(a), maskVolumeMm3(b)]
  return {
    dice: diceOf(a, b),
    nsd: (near.within + nearBack.within) / (near.all + nearBack.all),
    hd95Mm: Math.max(quantileMm(there, 0.95), quantileMm(back, 0.95)),
    hausdorffMm: Math.max(maxMm(there), maxMm(back)),
    meanMm: [meanMm(there), meanMm(back)],
    overlap: [near.within / near.all, nearBack.within / nearBack.all],
    toleranceMm,
    referenceMm3,
    predictedMm3,
    volumeErrorPercent: (100 * (predictedMm3 - referenceMm3)) / referenceMm3,
  }
}

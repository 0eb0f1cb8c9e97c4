import { sameGrid } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { maskVolumeMm3 } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { LabelMap, Mask } from '../core/types.ts'
import type { Structure } from '../infer/card.ts'
import type { Agreement } from '../infer/outcome.ts'
import { labelsToMask } from '../segment/labels.ts'
import { diceOf } from './metrics.ts'
import { nearQuantileMm } from './near-quantile.ts'
import { cutToSharedBox } from './shared-box.ts'
import { meanOf, sdOf } from './statistics.ts'
import { quantileMm, type Spread, spreadsTo } from './surface-distances.ts'
import { type Surfels, surfelsOf } from './surfels.ts'

/** The robust share of a Hausdorff distance. */
const SHARE = 0.95

/** All empty: they agree that there is nothing. */
const NOTHING: Agreement = { pairwiseDice: 1, s95Mm: 0, cvPercent: 0, meanMm3: 0 }

/**
 * How far the members of a network agree on each structure, in the order of the structures: mean over all pairs of Dice and
 * of the 95 % Hausdorff distance (area-weighted, as in metrics.ts), and the spread of the volumes (sd over n - 1). Pairwise
 * Dice between members is the simplest measure of failure that held up over several data sets (arXiv 2406.03323).
 *
 * Both of a pair empty: they agree (1, 0 mm). One empty: 0 and Infinity. One member alone: agreement is not known, all
 * NaN but the volume. Errors: segment/grid-mismatch, app/bad-parameter without members. Exact, on the box around the
 * members. Memory: a mask a member, 24 bytes a surfel of each.
 */
export async function agreementOf(
  members: readonly LabelMap[],
  structures: readonly Structure[],
  ctx: Context,
): Promise<Agreement[]> {
  const [first] = members
  if (!first) throw new PipelineError('app/bad-parameter', 'There is no result to compare. Run the network first.')
  if (!members.every(({ grid }) => sameGrid(grid, first.grid))) {
    throw new PipelineError('segment/grid-mismatch', 'These results lie on different grids and cannot be compared.')
  }
  const agreements: Agreement[] = []
  for (const [n, { of }] of structures.entries()) {
    const part = subContext(ctx, n / structures.length, (n + 1) / structures.length)
    const masks = members.map((member) => labelsToMask(member, of, subContext(part, 0, 0)))
    agreements.push(await agreementOn(masks, part))
  }
  return agreements
}

/** A single member that found nothing. */
const NOT_KNOWN: Agreement = { pairwiseDice: Number.NaN, s95Mm: Number.NaN, cvPercent: Number.NaN, meanMm3: 0 }

/** Agreement of masks of one structure. */
async function agreementOn(members: readonly Mask[], ctx: Context): Promise<Agreement> {
  const masks = cutToSharedBox(members)
  if (!masks) return members.length > 1 ? NOTHING : NOT_KNOWN
  const volumes = masks.map(maskVolumeMm3)
  const directed = await directed95(masks, ctx)
  const pairs = masks.flatMap((_, a) => masks.slice(a + 1).map((_, n) => [a, a + 1 + n] as const))
  const between = pairs.map(([a, b]) => {
    const [left, right] = [masks[a] as Mask, masks[b] as Mask]
    if (volumes[a] === 0 && volumes[b] === 0) return { dice: 1, hd95Mm: 0 }
    const [there, back] = [directed[a]?.[b] as number, directed[b]?.[a] as number]
    return { dice: diceOf(left, right), hd95Mm: Math.max(there, back) }
  })
  const meanMm3 = meanOf(volumes)
  return {
    pairwiseDice: meanOf(between.map(({ dice }) => dice)),
    s95Mm: meanOf(between.map(({ hd95Mm }) => hd95Mm)),
    cvPercent: (100 * sdOf(volumes)) / meanMm3,
    meanMm3,
  }
}

/** The 95 % distance from each member (row) to each other (column). */
async function directed95(masks: readonly Mask[], ctx: Context): Promise<number[][]> {
  const surfels: Surfels[] = []
  for (const mask of masks) surfels.push(await surfelsOf(mask, subContext(ctx, 0, 0)))
  const directed = masks.map(() => masks.map(() => 0))
  for (const [b, to] of surfels.entries()) {
    const part = subContext(ctx, b / masks.length, (b + 1) / masks.length)
    const far: number[] = []
    for (const [a, from] of surfels.entries()) {
      if (a === b) continue
      const mm = nearQuantileMm(from, to, SHARE)
      if (mm === null) far.push(a)
      else (directed[a] as number[])[b] = mm
    }
    await measureFar(far, surfels, b, directed, part)
  }
  return directed
}

/** Distances of members that lie too far from member b to be looked for around each surfel: one field of distances for all. */
async function measureFar(
  far: readonly number[],
  surfels: readonly Surfels[],
  b: number,
  directed: readonly number[][],
  ctx: Context,
): Promise<void> {
  if (far.length === 0) return
  const from = far.map((a) => surfels[a] as Surfels)
  const spreads = await spreadsTo(from, surfels[b] as Surfels, SHARE, ctx)
  far.forEach((a, n) => {
    ;(directed[a] as number[])[b] = quantileMm(spreads[n] as Spread, SHARE)
  })
}

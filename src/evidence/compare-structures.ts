import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { LabelMap } from '../core/types.ts'
import { labelsToMask } from '../segment/labels.ts'
import { diceOf, type Metrics, metricsOf, toleranceFor } from './metrics.ts'

/** Labels that are one structure, in the truth and in what a network made. */
export interface LabelPair {
  readonly reference: readonly number[]
  readonly predicted: readonly number[]
}

/**
 * Metrics of each structure, in the order given; null where neither side has it. `toleranceMm` is raised to half of the largest
 * voxel edge. Errors: segment/grid-mismatch.
 */
export async function compareStructures(
  reference: LabelMap,
  predicted: LabelMap,
  pairs: readonly LabelPair[],
  toleranceMm: number,
  ctx: Context,
): Promise<(Metrics | null)[]> {
  const tolerance = toleranceFor(toleranceMm, reference.grid.spacing)
  const found: (Metrics | null)[] = []
  for (const [n, pair] of pairs.entries()) {
    const part = subContext(ctx, n / pairs.length, (n + 1) / pairs.length)
    const [truth, answer] = masksOf(reference, predicted, pair, part)
    found.push(await metricsOf(truth, answer, tolerance, part))
  }
  return found
}

/** The least Dice of the structures that either side has; 1 when there are none. */
export function leastDice(reference: LabelMap, predicted: LabelMap, pairs: readonly LabelPair[], ctx: Context): number {
  const dice = pairs.map((pair) => diceOf(...masksOf(reference, predicted, pair, ctx)))
  return Math.min(1, ...dice.filter((one) => !Number.isNaN(one)))
}

function masksOf(reference: LabelMap, predicted: LabelMap, pair: LabelPair, ctx: Context) {
  const quiet = subContext(ctx, 0, 0)
  return [labelsToMask(reference, pair.reference, quiet), labelsToMask(predicted, pair.predicted, quiet)] as const
}

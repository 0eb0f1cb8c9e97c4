import type { Grid, Mask } from '../../src/core/types.ts'
import { addLabel, type LabelSet, labelOf, noLabels, withMasks } from '../../src/segment/label-set.ts'

/** Labels 1, 2 ... that hold these masks. */
export function labelsOf(grid: Grid, masks: readonly Mask[]): LabelSet {
  const empty = masks.reduce((set) => addLabel(set, 'bone', 'none'), noLabels(grid))
  return withMasks(
    empty,
    masks.map((mask, n) => ({ id: n + 1, mask })),
  )
}

export const wordsOf = (set: LabelSet | undefined, id: number): Uint32Array | undefined =>
  set && labelOf(set, id).mask.words

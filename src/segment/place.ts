import { maskLength } from '../core/mask.ts'
import type { Mask } from '../core/types.ts'
import { editableLabel, type LabelChange, type LabelSet } from './label-set.ts'

/** What an edit does where another label is: both stay, it takes the voxel, or it leaves it. A locked label loses nothing. */
export type Overlap = 'allow' | 'take' | 'spare'

/** Where a label may change, and what becomes of the others. */
export interface PlaceRules {
  readonly others: Overlap
  /** Only voxels of this mask may change; null for all. */
  readonly within: Mask | null
}

/**
 * Puts what an edit proposes for a label into the set: the changed masks, the label's own first; a mask that stays as it is
 * is not listed. Throws 'segment/no-label', 'segment/locked'. Memory: one mask for each change. Time: a pass over the words of
 * each label that may change.
 */
export const place = (set: LabelSet, id: number, proposed: Mask, rules: PlaceRules): LabelChange[] =>
  placeAll(set, [{ id, mask: proposed }], rules)

/** As place(), for several labels that change at once: the rules hold against all others, not among them. */
export function placeAll(set: LabelSet, proposals: readonly LabelChange[], rules: PlaceRules): LabelChange[] {
  const others = set.labels.filter((other) => !proposals.some(({ id }) => id === other.id))
  const spared = rules.others === 'allow' ? [] : others.filter((o) => rules.others === 'spare' || o.locked)
  const isFree = rules.within === null && spared.length === 0
  const placed = proposals.map(({ id, mask }) => {
    const before = editableLabel(set, id).mask
    return { id, before, mask: isFree ? mask : allowed(before, mask, spared, rules) }
  })
  const giving = rules.others === 'take' ? others.filter((o) => !o.locked) : []
  const given = giving.map(({ id, mask }) => ({
    id,
    before: mask,
    mask: placed.reduce((left, own) => without(left, own.before, own.mask), mask),
  }))
  return [...placed, ...given].filter(({ before, mask }) => !same(before, mask)).map(({ id, mask }) => ({ id, mask }))
}

/** The proposal where it may be; as before elsewhere. */
function allowed(before: Mask, proposed: Mask, spared: readonly { mask: Mask }[], { within }: PlaceRules): Mask {
  const words = new Uint32Array(maskLength(before.grid))
  for (let w = 0; w < words.length; w++) {
    const was = before.words[w] as number
    let change = was ^ (proposed.words[w] as number)
    if (change === 0) {
      words[w] = was
      continue
    }
    if (within) change &= within.words[w] as number
    let taken = 0
    for (const { mask } of spared) taken |= mask.words[w] as number
    // What is taken away may go anywhere; what is added must not lie in a label that is spared.
    words[w] = was ^ (change & (was | ~taken))
  }
  return { grid: before.grid, words }
}

/** `mask` without the voxels that the label gained. */
function without(mask: Mask, before: Mask, after: Mask): Mask {
  const words = new Uint32Array(mask.words.length)
  for (let w = 0; w < words.length; w++) {
    words[w] = (mask.words[w] as number) & ~((after.words[w] as number) & ~(before.words[w] as number))
  }
  return { grid: mask.grid, words }
}

function same(a: Mask, b: Mask): boolean {
  if (a === b) return true
  for (let w = 0; w < a.words.length; w++) if (a.words[w] !== b.words[w]) return false
  return true
}

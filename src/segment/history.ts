import { sameGrid } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { emptyMask, wordsPerRow } from '../core/mask.ts'
import type { Grid, Mask } from '../core/types.ts'
import { infoOf, type Label, type LabelInfo, type LabelSet } from './label-set.ts'
import { applyDelta, deltaBytes, deltaOf, type MaskDelta } from './mask-delta.ts'

/** One edit of a label set: what changed in each mask, and the list of labels before and after. */
export interface Edit {
  /** Catalogue key of the edit, for "Undo fill holes". */
  readonly name: string
  readonly masks: readonly { readonly id: number; readonly delta: MaskDelta }[]
  readonly before: readonly LabelInfo[]
  readonly after: readonly LabelInfo[]
}

/** Edits of one label set in order. Those before `position` are done, the others undone and ready to redo. A plain value. */
export interface History {
  readonly edits: readonly Edit[]
  readonly position: number
  readonly limitBytes: number
}

/** Labels together with the history that leads to them. */
export interface Step {
  readonly set: LabelSet
  readonly history: History
}

/** No edits yet. `limitBytes` bounds the deltas kept: 200 edits of the whole surface of bone in 512^3 take less (docs/evidence/bench.md). */
export function emptyHistory(limitBytes: number = 200e6): History {
  return { edits: [], position: 0, limitBytes }
}

/**
 * The history after the edit that turned `before` into `after`. Undone edits are forgotten; so are the oldest ones when
 * the limit is passed, and the new one too if it alone is larger. A label that is new or gone counts as one that was or
 * became empty. Throws segment/grid-mismatch.
 */
export function record(history: History, name: string, before: LabelSet, after: LabelSet): History {
  if (!sameGrid(before.grid, after.grid)) {
    throw new PipelineError('segment/grid-mismatch', 'The mask before and after the edit belong to different scans.')
  }
  const edit = {
    name,
    masks: changedMasks(before, after),
    before: before.labels.map(infoOf),
    after: after.labels.map(infoOf),
  }
  const edits = [...history.edits.slice(0, history.position), edit]
  let bytes = historyBytes({ ...history, edits })
  let dropped = 0
  while (bytes > history.limitBytes) {
    const oldest = edits[dropped++]
    bytes -= oldest ? editBytes(oldest) : bytes
  }
  return { ...history, edits: edits.slice(dropped), position: edits.length - dropped }
}

/** The labels before the last edit; null when there is none. The given set is not changed. */
export function undo({ set, history }: Step): Step | null {
  const edit = history.edits[history.position - 1]
  if (!edit) return null
  return { set: moved(set, edit, edit.before), history: { ...history, position: history.position - 1 } }
}

/** The labels after the next undone edit; null when there is none. The given set is not changed. */
export function redo({ set, history }: Step): Step | null {
  const edit = history.edits[history.position]
  if (!edit) return null
  return { set: moved(set, edit, edit.after), history: { ...history, position: history.position + 1 } }
}

/** Name of the edit that undo would take back, and that redo would bring again. */
export function pendingNames(history: History): { undo: string | null; redo: string | null } {
  return {
    undo: history.edits[history.position - 1]?.name ?? null,
    redo: history.edits[history.position]?.name ?? null,
  }
}

const editBytes = (edit: Edit): number => edit.masks.reduce((bytes, { delta }) => bytes + deltaBytes(delta), 0)

/** Bytes held by the deltas. */
export function historyBytes(history: History): number {
  return history.edits.reduce((bytes, edit) => bytes + editBytes(edit), 0)
}

function changedMasks(before: LabelSet, after: LabelSet): Edit['masks'] {
  const sliceWords = wordsPerRow(before.grid) * before.grid.size[1]
  const ids = new Set([...before.labels, ...after.labels].map((label) => label.id))
  return [...ids].flatMap((id) => {
    const [from, to] = [maskIn(before, id), maskIn(after, id)]
    if (from === to) return []
    return [{ id, delta: deltaOf(wordsOf(from, before.grid), wordsOf(to, before.grid), sliceWords) }]
  })
}

const maskIn = (set: LabelSet, id: number): Mask | null => set.labels.find((label) => label.id === id)?.mask ?? null

const wordsOf = (mask: Mask | null, grid: Grid): Uint32Array => (mask ?? emptyMask(grid)).words

/** How a label is shown and how long was worked on it is not an edit: both stay as they are now. */
function moved(set: LabelSet, edit: Edit, infos: readonly LabelInfo[]): LabelSet {
  const labels = infos.map((info): Label => {
    const now = set.labels.find((label) => label.id === info.id)
    const delta = edit.masks.find((changed) => changed.id === info.id)?.delta
    const words = wordsOf(now?.mask ?? null, set.grid)
    const mask = delta || !now ? { grid: set.grid, words: delta ? applyDelta(words, delta) : words } : now.mask
    return now ? { ...info, visible: now.visible, secondsSpent: now.secondsSpent, mask } : { ...info, mask }
  })
  return { ...set, labels }
}

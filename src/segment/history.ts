import { sameGrid } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import type { Mask } from '../core/types.ts'

/** One edit: the words that changed, as XOR, so that the same delta undoes and redoes it. */
export interface Edit {
  /** Catalogue key of the edit, for "Undo fill holes". */
  readonly label: string
  /** Stretches of [unchanged words to skip, changed words that follow, the changed words XORed]. */
  readonly delta: Uint32Array
}

/** Edits of one mask in order. Those before `position` are done, the others undone and ready to redo. A plain value. */
export interface History {
  readonly edits: readonly Edit[]
  readonly position: number
  readonly limitBytes: number
}

/** A mask together with the history that leads to it. */
export interface Step {
  readonly mask: Mask
  readonly history: History
}

/** No edits yet. `limitBytes` bounds the deltas kept; 64 MiB holds dozens of edits of a 33 MB mask. */
export function emptyHistory(limitBytes: number = 64 * 2 ** 20): History {
  return { edits: [], position: 0, limitBytes }
}

/**
 * The history after the edit that turned `before` into `after`. Undone edits are forgotten; so are the oldest ones when
 * the limit is passed, and the new one too if it alone is larger. Throws segment/grid-mismatch.
 */
export function record(history: History, label: string, before: Mask, after: Mask): History {
  if (!sameGrid(before.grid, after.grid)) {
    throw new PipelineError('segment/grid-mismatch', 'The mask before and after the edit belong to different scans.')
  }
  const edits = [...history.edits.slice(0, history.position), { label, delta: deltaOf(before.words, after.words) }]
  let bytes = historyBytes({ ...history, edits })
  let dropped = 0
  while (bytes > history.limitBytes) bytes -= edits[dropped++]?.delta.byteLength ?? bytes
  return { ...history, edits: edits.slice(dropped), position: edits.length - dropped }
}

/** The mask before the last edit; null when there is none. The given mask is not changed. */
export function undo({ mask, history }: Step): Step | null {
  const edit = history.edits[history.position - 1]
  return edit ? { mask: applied(mask, edit), history: { ...history, position: history.position - 1 } } : null
}

/** The mask after the next undone edit; null when there is none. The given mask is not changed. */
export function redo({ mask, history }: Step): Step | null {
  const edit = history.edits[history.position]
  return edit ? { mask: applied(mask, edit), history: { ...history, position: history.position + 1 } } : null
}

/** Label of the edit that undo would take back, and that redo would bring again. */
export function pendingLabels(history: History): { undo: string | null; redo: string | null } {
  return {
    undo: history.edits[history.position - 1]?.label ?? null,
    redo: history.edits[history.position]?.label ?? null,
  }
}

/** Bytes held by the deltas. */
export function historyBytes(history: History): number {
  return history.edits.reduce((bytes, edit) => bytes + edit.delta.byteLength, 0)
}

function deltaOf(before: Uint32Array, after: Uint32Array): Uint32Array {
  // A first walk measures: growing an array of a whole volume's words would need twice the memory.
  const delta = new Uint32Array(walkChanges(before, after, null))
  walkChanges(before, after, delta)
  return delta
}

/** Writes the stretches to `delta` (or only counts when null) and returns the length. */
function walkChanges(before: Uint32Array, after: Uint32Array, delta: Uint32Array | null): number {
  const n = after.length
  let length = 0
  let at = 0
  while (at < n) {
    const start = at
    while (at < n && before[at] === after[at]) at++
    if (at === n) break
    const changed = at
    // A single unchanged word inside a stretch costs less kept than a new header of two.
    while (at < n && (before[at] !== after[at] || (at + 1 < n && before[at + 1] !== after[at + 1]))) at++
    if (delta) {
      delta[length] = changed - start
      delta[length + 1] = at - changed
      for (let w = changed; w < at; w++) delta[length + 2 + w - changed] = (before[w] as number) ^ (after[w] as number)
    }
    length += 2 + at - changed
  }
  return length
}

function applied(mask: Mask, { delta }: Edit): Mask {
  const words = mask.words.slice()
  let at = 0
  for (let n = 0; n < delta.length; ) {
    at += delta[n] as number
    const changed = delta[n + 1] as number
    n += 2
    for (const end = n + changed; n < end; n++, at++) words[at] = (words[at] as number) ^ (delta[n] as number)
  }
  return { grid: mask.grid, words }
}

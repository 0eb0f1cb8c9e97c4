import { countVoxels, emptyMask } from '../core/mask.ts'
import type { Mask, Volume } from '../core/types.ts'
import { emptyHistory, type History, pendingLabels, record, redo, undo } from '../segment/history.ts'

/** What an undo or redo gives back: the mask (null when it is empty) and the scan its edge is placed by. */
export interface EditPoint {
  readonly mask: Mask | null
  readonly field: Volume
}

/**
 * Undo and redo of a case's mask and of the denoised scan behind it. Masks are kept as compressed differences;
 * a scan is kept whole, and there are at most two (as read, denoised).
 */
export class MaskEdits {
  #history: History = emptyHistory()
  /** Scan before and after an edit that changed it, by edit. */
  readonly #fields = new WeakMap<object, { readonly from: Volume; readonly to: Volume }>()

  get labels(): { readonly undo: string | null; readonly redo: string | null } {
    return pendingLabels(this.#history)
  }

  clear(): void {
    this.#history = emptyHistory()
  }

  /** Notes the edit from one point to the next; `stage` names it. */
  note(stage: string, before: EditPoint, after: EditPoint): void {
    const grid = after.field.grid
    this.#history = record(this.#history, stage, before.mask ?? emptyMask(grid), after.mask ?? emptyMask(grid))
    const edit = this.#history.edits.at(-1)
    if (edit && before.field !== after.field) this.#fields.set(edit, { from: before.field, to: after.field })
  }

  /** The point before the last edit; null when there is none. */
  undo(now: EditPoint): EditPoint | null {
    const edit = this.#history.edits[this.#history.position - 1]
    return edit ? this.#move(undo, now, this.#fields.get(edit)?.from) : null
  }

  /** The point after the next undone edit; null when there is none. */
  redo(now: EditPoint): EditPoint | null {
    const edit = this.#history.edits[this.#history.position]
    return edit ? this.#move(redo, now, this.#fields.get(edit)?.to) : null
  }

  #move(move: typeof undo, now: EditPoint, field: Volume | undefined): EditPoint | null {
    const moved = move({ mask: now.mask ?? emptyMask(now.field.grid), history: this.#history })
    if (!moved) return null
    this.#history = moved.history
    return { mask: countVoxels(moved.mask) === 0 ? null : moved.mask, field: field ?? now.field }
  }
}

import type { Volume } from '../core/types.ts'
import { emptyHistory, type History, pendingNames, record, redo, undo } from '../segment/history.ts'
import type { LabelSet } from '../segment/label-set.ts'

/** What an undo or redo gives back: the labels and the scan their edges are placed by. */
export interface EditPoint {
  readonly labels: LabelSet
  readonly field: Volume
}

/**
 * Undo and redo of a case's labels and of the denoised scan behind them. Masks are kept as packed differences; a scan is kept
 * whole, and there are at most two (as read, denoised).
 */
export class LabelEdits {
  #history: History = emptyHistory()
  /** Scan before and after an edit that changed it, by edit. */
  readonly #fields = new WeakMap<object, { readonly from: Volume; readonly to: Volume }>()

  get names(): { readonly undo: string | null; readonly redo: string | null } {
    return pendingNames(this.#history)
  }

  clear(): void {
    this.#history = emptyHistory()
  }

  /** Notes the edit from one point to the next; `name` is that of its stage. */
  note(name: string, before: EditPoint, after: EditPoint): void {
    this.#history = record(this.#history, name, before.labels, after.labels)
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
    const moved = move({ set: now.labels, history: this.#history })
    if (!moved) return null
    this.#history = moved.history
    return { labels: moved.set, field: field ?? now.field }
  }
}

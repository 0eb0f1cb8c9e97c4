import type { Volume } from '../core/types.ts'
import { emptyHistory, type History, pendingNames, record, redo, undo } from '../segment/history.ts'
import type { LabelSet } from '../segment/label-set.ts'

/** The label that was worked on before and after an edit. */
interface ActiveLabels {
  readonly from: number | null
  readonly to: number | null
}

/** Where an undo or redo leads. `active` is the label to go on with, when the edit was one that changed it; null leaves it. */
export interface Moved extends EditPoint {
  readonly active: number | null
}

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

  /** For edits that moved on to another label. */
  readonly #active = new WeakMap<object, ActiveLabels>()

  get names(): { readonly undo: string | null; readonly redo: string | null } {
    return pendingNames(this.#history)
  }

  clear(): void {
    this.#history = emptyHistory()
  }

  /** Notes the edit from one point to the next; `name` is that of its stage, `active` the label before and after it. */
  note(name: string, before: EditPoint, after: EditPoint, active: ActiveLabels): void {
    this.#history = record(this.#history, name, before.labels, after.labels)
    const edit = this.#history.edits.at(-1)
    if (edit && before.field !== after.field) this.#fields.set(edit, { from: before.field, to: after.field })
    if (edit && active.from !== active.to) this.#active.set(edit, active)
  }

  /** The point before the last edit; null when there is none. */
  undo(now: EditPoint): Moved | null {
    const edit = this.#history.edits[this.#history.position - 1]
    return edit ? this.#move(undo, now, this.#fields.get(edit)?.from, this.#active.get(edit)?.from) : null
  }

  /** The point after the next undone edit; null when there is none. */
  redo(now: EditPoint): Moved | null {
    const edit = this.#history.edits[this.#history.position]
    return edit ? this.#move(redo, now, this.#fields.get(edit)?.to, this.#active.get(edit)?.to) : null
  }

  #move(move: typeof undo, now: EditPoint, field?: Volume, active: number | null = null): Moved | null {
    const moved = move({ set: now.labels, history: this.#history })
    if (!moved) return null
    this.#history = moved.history
    return { labels: moved.set, field: field ?? now.field, active }
  }
}

import type { Desk } from './desk.svelte.ts'
import { applyThreshold } from './edit-label.ts'
import { otsuThresholds, previewThreshold } from './queries.ts'
import type { Trial } from './trial.svelte.ts'

/** The live picture of a drafted range. */
export class ThresholdPreview {
  readonly #desk: Desk
  readonly #trial: Trial

  constructor(desk: Desk, trial: Trial) {
    this.#desk = desk
    this.#trial = trial
  }

  /** Shows what the template's range would mark, while nothing is marked yet; Otsu's range where it has none. */
  begin(): void {
    const { marked, field, draft, recipe } = this.#desk.data
    if (marked || !field) return
    const range = recipe.steps.find((s) => s.stage === 'threshold')?.params
    if (range?.lowHu === null) this.suggest()
    else this.draft(draft.lowHu, draft.highHu)
  }

  draft(lowHu: number, highHu: number): void {
    const limits = { lowHu, highHu }
    this.#desk.data.draft = limits
    const { workers } = this.#desk
    this.#trial
      .show(
        (field, signal) => previewThreshold(workers, field, limits, signal),
        () => applyThreshold(this.#desk),
      )
      .catch(this.#desk.report)
  }

  /** Drafts Otsu's value as the lower limit. */
  suggest(): void {
    const { field, draft } = this.#desk.data
    if (!field) return
    otsuThresholds(this.#desk.workers, field, 2, new AbortController().signal)
      .then(([low]) => low !== undefined && this.draft(Math.round(low), draft.highHu))
      .catch(this.#desk.report)
  }
}

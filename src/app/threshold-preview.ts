import type { Desk } from './desk.svelte.ts'
import { otsuThresholds, previewThreshold } from './queries.ts'
import { templateById } from './templates.ts'

/** The live picture of a drafted range: the newest draft wins, an older preview still under way is dropped. */
export class ThresholdPreview {
  readonly #desk: Desk
  #running: AbortController | null = null

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Shows what the template's range would mark, while nothing is marked yet; Otsu's range where it has none. */
  begin(): void {
    const { marked, field, draft, templateId } = this.#desk.data
    if (marked || !field) return
    const range = templateById(templateId).steps.find((s) => s.stage === 'threshold')?.params
    if (range?.lowHu === null) this.suggest()
    else this.draft(draft.lowHu, draft.highHu)
  }

  draft(lowHu: number, highHu: number): void {
    this.#desk.data.draft = { lowHu, highHu }
    this.#show().catch(this.#desk.report)
  }

  /** Drafts Otsu's value as the lower limit. */
  suggest(): void {
    const { field, draft } = this.#desk.data
    if (!field) return
    otsuThresholds(this.#desk.workers, field, 2, new AbortController().signal)
      .then(([low]) => low !== undefined && this.draft(Math.round(low), draft.highHu))
      .catch(this.#desk.report)
  }

  async #show(): Promise<void> {
    const { data, workers } = this.#desk
    const { field, draft } = data
    if (!field) return
    this.#running?.abort()
    const controller = new AbortController()
    this.#running = controller
    const mask = await previewThreshold(workers, field, draft, controller.signal).catch(() => null)
    if (mask && !controller.signal.aborted && field === data.field) data.preview = mask
  }
}

import type { Mask, Volume } from '../core/types.ts'
import type { Desk } from './desk.svelte.ts'
import { asPlaced } from './edit-label.ts'
import type { Problem } from './job-view.ts'
import { problemOf } from './jobs.svelte.ts'
import { Newest } from './newest.ts'

/** The live picture of an edit of the active label that a person is about to make. The newest draft wins. */
export class Trial {
  /** Why there is no picture; not in the way as a job's problem is. */
  problem = $state.raw<Problem | null>(null)
  readonly #desk: Desk
  readonly #newest = new Newest()
  #commit: (() => Promise<void>) | null = null
  #again: (() => Promise<void>) | null = null

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Shows what `make` gives of the scan as far as the rules let it be written; `commit` makes the same edit in earnest. */
  async show(make: (field: Volume, signal: AbortSignal) => Promise<Mask>, commit: () => Promise<void>): Promise<void> {
    const { data } = this.#desk
    const { field } = data
    if (!field) return
    this.#commit = commit
    this.#again = () => this.show(make, commit)
    try {
      const mask = await this.#newest.run(async (signal) => asPlaced(this.#desk, await make(field, signal), signal))
      if (!mask || field !== data.field) return
      this.problem = null
      data.preview = mask
    } catch (error) {
      data.preview = null
      this.problem = problemOf(error)
    }
  }

  /** Makes the edit that is shown. */
  async commit(): Promise<void> {
    this.#newest.cancel()
    await this.#commit?.()
  }

  /** Shows the same under other rules, or for another label; nothing without a picture. */
  async again(): Promise<void> {
    if (this.problem !== null || this.#desk.data.preview !== null) await this.#again?.()
  }

  /** Takes the picture away. */
  clear(): void {
    this.#newest.cancel()
    this.#commit = null
    this.#again = null
    this.problem = null
    this.#desk.data.preview = null
  }
}

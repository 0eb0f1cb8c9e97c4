import type { Params } from '../app/templates.ts'
import { PART_TOOLS, type PartTool } from './part-tools.ts'
import type { PickedPlace } from './viewer/stage-pick.ts'

/** The edit of the part at hand, and what each is set to. Belongs to no case and is never stored. */
export class PartTools {
  /** Stage name of the edit whose panel is open; null for none. */
  stage = $state<string | null>(null)
  /** The face that was picked on the part. */
  place = $state.raw<PickedPlace | null>(null)
  #chosen = $state.raw<Readonly<Record<string, Params>>>({})

  get tool(): PartTool | null {
    return PART_TOOLS.find(({ stage }) => stage === this.stage) ?? null
  }
  /** A click on the part picks a face. */
  get isPicking(): boolean {
    return this.tool?.wantsFace ?? false
  }

  /** Opens an edit's panel, or closes it when it is open. */
  toggle(stage: string): void {
    this.stage = this.stage === stage ? null : stage
    this.place = null
  }

  /** What the edit is set to, its defaults included. */
  paramsOf({ stage, defaults }: PartTool): Params {
    return { ...(defaults as Params), ...this.#chosen[stage] }
  }
  set({ stage }: PartTool, params: Params): void {
    this.#chosen = { ...this.#chosen, [stage]: { ...this.#chosen[stage], ...params } }
  }
}

import type { Params } from '../app/templates.ts'
import type { HalfSize } from '../prepare/marks/relief.ts'
import type { Plane } from '../prepare/plane.ts'
import type { Process } from '../qa/process.ts'
import type { PartTool } from './part-tool.ts'
import { PART_TOOLS } from './part-tools.ts'
import type { PickedPlace } from './viewer/stage-pick.ts'

/** The edit of the part at hand, and what each is set to. Belongs to no case and is never stored. */
export class PartTools {
  /** Stage name of the edit whose panel is open; null for none. */
  stage = $state<string | null>(null)
  /** The face that was picked on the part. */
  place = $state.raw<PickedPlace | null>(null)
  /** The plane of the edit at hand, drawn through the part. */
  plane = $state.raw<Plane | null>(null)
  /** Where the edit at hand will meet the part, drawn on it: line segments x0 y0 z0 x1 y1 z1, LPS mm. */
  outline = $state.raw<readonly number[] | null>(null)
  /** Half of the size of the text at hand, mm. */
  textHalf = $state.raw<HalfSize | null>(null)
  #chosen = $state.raw<Readonly<Record<string, Params>>>({})

  get tool(): PartTool | null {
    return PART_TOOLS.find(({ stage }) => stage === this.stage) ?? null
  }
  /** A click on the part picks a face. */
  get isPicking(): boolean {
    return this.tool !== null && this.wantsFace(this.tool)
  }
  wantsFace(tool: PartTool): boolean {
    const { wantsFace = false } = tool
    return typeof wantsFace === 'function' ? wantsFace(this.paramsOf(tool)) : wantsFace
  }

  /** Opens an edit's panel, or closes it when it is open. */
  toggle(stage: string): void {
    this.stage = this.stage === stage ? null : stage
    this.place = null
  }

  /** Opens an edit's panel, whatever was open. */
  open(stage: string): void {
    if (this.stage !== stage) this.toggle(stage)
  }

  /** What the edit is set to, its defaults included: those of a way of printing where there is one. */
  paramsOf({ stage, defaults, byProcess }: PartTool, process?: Process): Params {
    return { ...(defaults as Params), ...(process && byProcess?.(process)), ...this.#chosen[stage] }
  }
  /** Back to the defaults. */
  forget({ stage }: PartTool): void {
    this.#chosen = { ...this.#chosen, [stage]: {} }
  }
  set({ stage }: PartTool, params: Params): void {
    this.#chosen = { ...this.#chosen, [stage]: { ...this.#chosen[stage], ...params } }
  }
}

import type { ToolOrder } from '../app/part-view.ts'
import type { Params } from '../app/templates.ts'
import type { Plane } from '../prepare/plane.ts'
import type { Process } from '../qa/process.ts'
import type { ParamField } from './param-field.ts'
import type { IconName } from './parts/icons.ts'

/** What an edit of the part is for: the list shows one group after the other. */
export type PartToolGroup = 'place' | 'shape' | 'surface' | 'marks'
export const PART_TOOL_GROUPS: readonly PartToolGroup[] = ['place', 'shape', 'surface', 'marks']

/** What must be given before an edit can be made. */
export type Lack = 'initials' | 'reason' | 'factor'

/** An edit of the part as it is offered: its stage, what a person may set, its words in part.en.ts. */
export interface PartTool {
  /** Name of its stage, see app/part-edits.ts. */
  readonly stage: string
  readonly icon: IconName
  readonly group: PartToolGroup
  readonly fields: readonly ParamField[]
  readonly defaults: Readonly<Record<string, unknown>>
  /** Defaults that the way of printing decides. */
  readonly byProcess?: (process: Process) => Params
  /** Wants a face of the part, always or while it is set so: its place and normal become `pointLps` and `normalLps`. */
  readonly wantsFace?: true | ((values: Params) => boolean)
  /** Wants a plane through the part: at a face or across an axis. */
  readonly wantsPlane?: (values: Params) => PlaneWish | null
  /** Wants one body: it is not offered for all at once. */
  readonly wantsOneBody?: true
  /** Takes several bodies at once: the active one and another that is chosen, or all that are shown. */
  readonly takes?: 'pair' | 'shown'
  readonly lacks?: (values: Params) => Lack | null
  /** The edits to make, one on the other; else its own, with what is set and the face that was picked. */
  readonly orders?: (values: Params, plane: Plane | null, process: Process) => readonly ToolOrder[]
}

/** Where a plane lies: across an axis of the part at so many mm, or under the picked face; null for a middling place. */
export interface PlaneWish {
  readonly way: PlaneWay
  readonly atMm: number | null
}
export const PLANE_WAYS = ['x', 'y', 'z', 'face'] as const
export type PlaneWay = (typeof PLANE_WAYS)[number]

import { DECIMATE } from '../prepare/decimate.ts'
import { LAY_FLAT } from '../prepare/lay-flat.ts'
import { REPAIR } from '../prepare/repair.ts'
import { SMOOTH } from '../prepare/smooth.ts'
import type { ParamField } from './param-field.ts'
import type { IconName } from './parts/icons.ts'

/** What an edit of the part is for: the list shows one group after the other. */
export type PartToolGroup = 'place' | 'surface'
export const PART_TOOL_GROUPS: readonly PartToolGroup[] = ['place', 'surface']

/** An edit of the part as it is offered: its stage, what a person may set, its words in part.en.ts. */
export interface PartTool {
  /** Name of its stage, see app/part-edits.ts. */
  readonly stage: string
  readonly icon: IconName
  readonly group: PartToolGroup
  readonly fields: readonly ParamField[]
  readonly defaults: Readonly<Record<string, unknown>>
  /** Wants a face of the part: its place and normal become `pointLps` and `normalLps`. */
  readonly wantsFace?: true
  /** Wants one body: it is not offered for all at once. */
  readonly wantsOneBody?: true
}

/** In the order they are listed. */
export const PART_TOOLS: readonly PartTool[] = [
  {
    ...{ stage: 'lay-flat', icon: 'layFlat', group: 'place', wantsFace: true, wantsOneBody: true },
    fields: [],
    defaults: LAY_FLAT.defaults,
  },
  {
    ...{ stage: 'smooth', icon: 'smooth', group: 'surface' },
    fields: [
      { kind: 'number', key: 'iterations', unit: '', min: 1, max: 100, step: 1 },
      { kind: 'number', key: 'maxShiftMm', unit: 'mm', min: 0.01, max: 2, step: 0.01 },
    ],
    defaults: SMOOTH.defaults,
  },
  {
    ...{ stage: 'decimate', icon: 'decimate', group: 'surface' },
    fields: [
      { kind: 'number', key: 'maxErrorMm', unit: 'mm', min: 0.01, max: 2, step: 0.01 },
      { kind: 'number', key: 'targetRatio', unit: '%', min: 1, max: 99, step: 1, scale: 0.01 },
    ],
    defaults: DECIMATE.defaults,
  },
  {
    ...{ stage: 'repair', icon: 'repair', group: 'surface' },
    fields: [{ kind: 'number', key: 'sewMm', unit: 'mm', min: 0.001, max: 0.5, step: 0.005 }],
    defaults: REPAIR.defaults,
  },
]

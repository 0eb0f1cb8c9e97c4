import { DECIMATE } from '../prepare/decimate.ts'
import { LAY_FLAT } from '../prepare/lay-flat.ts'
import { REPAIR } from '../prepare/repair.ts'
import { SMOOTH } from '../prepare/smooth.ts'
import { MARK_TOOLS } from './mark-tools.ts'
import type { PartTool } from './part-tool.ts'
import { SHAPE_TOOLS } from './shape-tools.ts'

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
  ...SHAPE_TOOLS,
  ...MARK_TOOLS,
]

import { BLOCKS_STEP, CODE_STEP, HANGING_STEP, PLATE_STEP, STAND_STEP, TEXT_STEP, TOPS } from '../app/mark-steps.ts'
import { TEXT_WISH } from '../app/text-wish.ts'
import type { Process } from '../qa/process.ts'
import type { ParamField } from './param-field.ts'

const TOP: ParamField = { kind: 'choice', key: 'top', options: TOPS }
const RING_TOP: ParamField = { ...TOP, when: ({ how }) => how === 'ring' }
const mm = (key: string, min: number, max: number, step = 0.5): ParamField => ({
  ...{ kind: 'number', unit: 'mm' },
  ...{ key, min, max, step },
})
const BODY = { group: 'marks', wantsOneBody: true } as const
const FACE = { group: 'marks', wantsFace: true, wantsOneBody: true } as const

/** What is put on a part to be read, gripped, stood or hung by. */
export const MARK_TOOLS = [
  {
    stage: 'emboss',
    icon: 'text',
    ...FACE,
    fields: [
      { kind: 'choice', key: 'id', options: ['case', 'model'] },
      { kind: 'choice', key: 'how', options: ['emboss', 'engrave'] },
      mm('capHeightMm', 2, 50),
      mm('depthMm', 0.3, 5, 0.1),
      TOP,
      { kind: 'choice', key: 'rows', options: ['several', 'one'] },
      { kind: 'number', key: 'revision', unit: '', min: 1, max: 999, step: 1 },
    ],
    defaults: { ...TEXT_STEP.spec.defaults, ...TEXT_WISH },
  },
  {
    stage: 'code',
    icon: 'code',
    ...FACE,
    fields: [{ kind: 'choice', key: 'modules', options: ['raised', 'sunk'] }, mm('moduleMm', 0.5, 5, 0.1), TOP],
    defaults: CODE_STEP.spec.defaults,
    byProcess: ({ leastFeatureMm }: Process) => ({
      moduleMm: Math.max(CODE_STEP.spec.defaults.moduleMm, leastFeatureMm),
    }),
  },
  {
    stage: 'landing-blocks',
    icon: 'caliper',
    ...BODY,
    fields: [
      { kind: 'number', key: 'count', unit: '', min: 1, max: 9, step: 1 },
      mm('edgeMm', 9, 30),
      mm('apartMm', 10, 200, 5),
    ],
    defaults: BLOCKS_STEP.spec.defaults,
  },
  {
    stage: 'base-plate',
    icon: 'plate',
    ...BODY,
    fields: [mm('thicknessMm', 1, 20), mm('marginMm', 0, 50), mm('sinkMm', 0.1, 10, 0.1)],
    defaults: PLATE_STEP.spec.defaults,
  },
  {
    stage: 'stand',
    icon: 'stand',
    ...BODY,
    fields: [mm('gapMm', 4, 100), mm('postMm', 3, 40), mm('footMm', 10, 150, 1)],
    defaults: STAND_STEP.spec.defaults,
  },
  {
    stage: 'hanging-hole',
    icon: 'ring',
    ...FACE,
    fields: [
      { kind: 'choice', key: 'how', options: ['ring', 'hole'] },
      mm('diameterMm', 1, 20),
      mm('wallMm', 0.5, 10),
      RING_TOP,
    ],
    defaults: HANGING_STEP.spec.defaults,
  },
] as const

import { NETWORK_DEFAULTS } from '../app/networks.ts'
import type { Params, ParamValue, SegmentStepName, TemplateStep } from '../app/templates.ts'
import { AIRWAY } from '../segment/airway.ts'
import { FILL_HOLES } from '../segment/fill-holes.ts'
import { GROW_FROM_CORE } from '../segment/grow-from-core.ts'
import { ISLANDS } from '../segment/islands.ts'
import { LUNG } from '../segment/lung.ts'
import { MARGIN } from '../segment/margin.ts'
import { REMOVE_TABLE } from '../segment/remove-table.ts'
import { THRESHOLD } from '../segment/threshold.ts'
import { DENOISE } from '../volume/denoise.ts'
import type { ChoiceParam, NumberParam } from './param-field.ts'
import { NO_UPPER_LIMIT } from './range.ts'

const hu = (key: string, empty?: ParamValue): NumberParam => ({
  ...{ kind: 'number', key, unit: 'scan', min: -32768, max: NO_UPPER_LIMIT, step: 10 },
  ...(empty === undefined ? {} : { empty }),
})
const mm = (key: string, min: number, max: number, step = 0.5): NumberParam => {
  return { kind: 'number', key, unit: 'mm', min, max, step }
}
const cm3 = (key: string, max: number): NumberParam => {
  return { kind: 'number', key, unit: 'cm³', min: 0, max, step: 0.5, scale: 1000 }
}
const choice = (key: string, ...options: string[]): ChoiceParam => ({ kind: 'choice', key, options })

/** What a person may set in each step; the words stand in recipe.en.ts. */
export const RECIPE_FIELDS: Readonly<Record<SegmentStepName, readonly (NumberParam | ChoiceParam)[]>> = {
  denoise: [
    choice('method', 'gaussian', 'median'),
    { ...mm('sigmaMm', 0.1, 5, 0.1), when: ({ method }) => method !== 'median' },
  ],
  threshold: [hu('lowHu', null), hu('highHu', NO_UPPER_LIMIT)],
  airway: [mm('sealMm', 0, 30), hu('highHu')],
  lung: [hu('highHu'), cm3('minMm3', 1000)],
  network: [choice('structure', 'brain', 'grey-matter', 'white-matter', 'ventricles', 'csf', 'skull', 'skin')],
  'remove-table': [hu('airHu'), mm('radiusMm', 0.5, 50), mm('stickOutMm', 0, 300, 5)],
  'grow-from-core': [hu('lowHu'), hu('highHu', NO_UPPER_LIMIT), mm('reachMm', 0, 50)],
  open: [{ ...mm('radiusMm', 0.1, 20, 0.1), empty: null }],
  close: [{ ...mm('radiusMm', 0.1, 20, 0.1), empty: null }],
  islands: [
    choice('keep', 'largest', 'above'),
    { kind: 'number', key: 'count', unit: '', min: 1, max: 99, step: 1, when: ({ keep }) => keep === 'largest' },
    { ...cm3('minMm3', 1000), when: ({ keep }) => keep === 'above' },
  ],
  'fill-holes': [choice('mode', 'volume', 'slices'), { ...cm3('maxMm3', 10_000), empty: null }],
  margin: [mm('distanceMm', -20, 20, 0.1)],
}

const DEFAULTS: Readonly<Record<SegmentStepName, Readonly<Record<string, unknown>>>> = {
  denoise: DENOISE.defaults,
  threshold: THRESHOLD.defaults,
  airway: AIRWAY.defaults,
  lung: LUNG.defaults,
  network: NETWORK_DEFAULTS,
  'remove-table': REMOVE_TABLE.defaults,
  'grow-from-core': GROW_FROM_CORE.defaults,
  open: { radiusMm: null },
  close: { radiusMm: null },
  islands: ISLANDS.defaults,
  'fill-holes': FILL_HOLES.defaults,
  margin: MARGIN.defaults,
}

/** Whether a person edits this step here: those that mark; the part has its own station. */
export const isMarkingStep = (step: TemplateStep): step is TemplateStep & { readonly stage: SegmentStepName } =>
  step.stage in RECIPE_FIELDS

/** All values of a step, its stage's defaults where the template says nothing. */
export const valuesOf = ({ stage, params }: { readonly stage: SegmentStepName; readonly params: Params }): Params =>
  ({ ...DEFAULTS[stage], ...params }) as Params

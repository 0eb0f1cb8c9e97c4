import { PipelineError } from '../core/errors.ts'
import type { Modality } from '../core/types.ts'
import type { AnatomyId } from '../segment/anatomy.ts'

export type ParamValue = number | string | boolean | null | readonly number[] | readonly string[]
export type Params = Readonly<Record<string, ParamValue>>

/** Steps a recipe may hold, in the order of the line. */
export type StepName =
  | 'denoise'
  | 'threshold'
  | 'islands'
  | 'fill-holes'
  | 'margin'
  | 'surface'
  | 'smooth'
  | 'decimate'
  | 'repair'

export interface TemplateStep {
  readonly stage: StepName
  readonly enabled: boolean
  /** Values that differ from the stage's defaults; null where the line computes it from the scan (see line.ts). */
  readonly params: Params
}

/** An anatomy preset: which scan it is for and the recipe from scan to mesh. */
export interface Template {
  readonly id: string
  readonly name: string
  readonly modality: Modality
  /** What the label it marks is called. */
  readonly anatomy: AnatomyId
  readonly steps: readonly TemplateStep[]
}

const step = (stage: StepName, params: Params = {}): TemplateStep => ({ stage, enabled: true, params })
const off = (stage: StepName, params: Params = {}): TemplateStep => ({ stage, enabled: false, params })

const MODEL: readonly TemplateStep[] = [step('surface'), step('smooth'), step('decimate'), step('repair')]

/** Upper end of a 12-bit CT, 3071 HU: brighter voxels (metal) stay inside a bone mask. */
const CT_MAX_HU = 32767

export const TEMPLATES: readonly Template[] = [
  {
    id: 'ct-bone',
    name: 'CT bone',
    modality: 'CT',
    anatomy: 'bone',
    // 226 HU is the lower limit InVesalius ships for bone. One piece stays: the head rest and the table are as dense
    // as bone, and every further piece would be a loose part on the plate.
    steps: [
      off('denoise'),
      step('threshold', { lowHu: 226, highHu: CT_MAX_HU }),
      step('islands', { keep: 'largest', count: 1 }),
      step('fill-holes', { mode: 'volume' }),
      off('margin'),
      ...MODEL,
    ],
  },
  {
    id: 'ct-long-bone',
    name: 'CT long bone, solid',
    modality: 'CT',
    anatomy: 'femur',
    // Half-way between muscle (50 HU) and cortex (1150 HU): the place of a sharp edge blurred by the scanner.
    steps: [
      off('denoise'),
      step('threshold', { lowHu: 600, highHu: CT_MAX_HU }),
      step('islands', { keep: 'largest', count: 1 }),
      step('fill-holes', { mode: 'slices' }),
      off('margin'),
      ...MODEL,
    ],
  },
  {
    id: 'ct-skin',
    name: 'CT skin',
    modality: 'CT',
    anatomy: 'skin',
    steps: [
      off('denoise'),
      step('threshold', { lowHu: -300, highHu: CT_MAX_HU }),
      step('islands', { keep: 'largest', count: 1 }),
      step('fill-holes', { mode: 'slices' }),
      off('margin'),
      ...MODEL,
    ],
  },
  {
    id: 'ct-vessel',
    name: 'CT vessel with contrast',
    modality: 'CT',
    anatomy: 'vessels',
    steps: [
      off('denoise'),
      step('threshold', { lowHu: 150, highHu: 500 }),
      step('islands', { keep: 'largest', count: 1 }),
      step('fill-holes', { mode: 'volume' }),
      off('margin'),
      ...MODEL,
    ],
  },
  {
    id: 'mr-surface',
    name: 'MR surface by Otsu',
    modality: 'MR',
    anatomy: 'skin',
    // null: the line asks Otsu for the value.
    steps: [
      step('denoise', { method: 'gaussian', sigmaMm: 1 }),
      step('threshold', { lowHu: null, highHu: CT_MAX_HU }),
      step('islands', { keep: 'largest', count: 1 }),
      step('fill-holes', { mode: 'slices' }),
      off('margin'),
      ...MODEL,
    ],
  },
]

/** The template of this id. Throws 'app/bad-parameter' naming those that exist. */
export function templateById(id: string): Template {
  const found = TEMPLATES.find((t) => t.id === id)
  if (!found) {
    const known = TEMPLATES.map((t) => t.id).join(', ')
    throw new PipelineError('app/bad-parameter', `There is no template "${id}". Choose one of: ${known}.`)
  }
  return found
}

/** The template a scan of this modality starts with. */
export function defaultTemplate(modality: Modality): Template {
  return templateById(modality === 'CT' ? 'ct-bone' : 'mr-surface')
}

/** The template of the built-in sample. */
export const SAMPLE_TEMPLATE_ID = 'ct-long-bone'

const ENABLED = 'enabled'

/**
 * A template with single values replaced, keyed "stage.param"; "stage.enabled" switches a step on or off.
 * Setting a value of a step that is off switches it on. Throws 'app/bad-parameter' for an unknown stage.
 */
export function withOverrides(template: Template, overrides: Params): Template {
  const stages = new Map(template.steps.map((s) => [s.stage as string, s]))
  for (const [key, value] of Object.entries(overrides)) {
    const dot = key.indexOf('.')
    const stage = key.slice(0, dot)
    const param = key.slice(dot + 1)
    const found = stages.get(stage)
    if (!found || dot < 1 || param === '') {
      const known = template.steps.map((s) => s.stage).join(', ')
      throw new PipelineError('app/bad-parameter', `"${key}" names no step of ${template.id}. Steps: ${known}.`)
    }
    if (param === ENABLED && typeof value !== 'boolean') {
      throw new PipelineError('app/bad-parameter', `${key} is true or false.`)
    }
    stages.set(
      stage,
      param === ENABLED
        ? { ...found, enabled: value === true }
        : { ...found, enabled: true, params: { ...found.params, [param]: value } },
    )
  }
  return { ...template, steps: template.steps.map((s) => stages.get(s.stage) ?? s) }
}

/**
 * Fills in a stage's defaults and checks every value's type against them.
 * A default of null accepts a number. Throws 'app/bad-parameter' naming the value.
 */
export function completeParams<P extends object>(stage: string, defaults: P, given: Params): P {
  const shape = defaults as Readonly<Record<string, unknown>>
  for (const [key, value] of Object.entries(given)) {
    if (!(key in shape)) {
      const known = Object.keys(shape).join(', ')
      throw new PipelineError('app/bad-parameter', `${stage} has no parameter "${key}". It has: ${known}.`)
    }
    const model = shape[key]
    const wanted = model === null ? 'number' : typeof model
    const fits = value === null ? model === null : typeof value === wanted || typeof model === 'object'
    if (!fits) throw new PipelineError('app/bad-parameter', `${stage}.${key} must be a ${wanted}, not "${value}".`)
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new PipelineError('app/bad-parameter', `${stage}.${key} must be a finite number.`)
    }
  }
  return { ...defaults, ...given }
}

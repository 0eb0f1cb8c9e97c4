import type { AnatomyId } from '../core/anatomy.ts'
import { PipelineError } from '../core/errors.ts'
import { type Guard, hasFields, isCount, isFlag, isListOf, isOneOf, isRecord, isText } from '../core/shape.ts'
import type { Modality } from '../core/types.ts'

export type ParamValue =
  | number
  | string
  | boolean
  | null
  | readonly ParamValue[]
  | { readonly [key: string]: ParamValue }
export type Params = Readonly<Record<string, ParamValue>>

/** Steps that mark: the first kind prepares the scan, the second marks it, the third changes what is marked, in any order. */
export const PREPARING = ['denoise'] as const
export const MARKING = ['threshold', 'airway', 'lung', 'network'] as const
export const CHANGING = ['remove-table', 'grow-from-core', 'open', 'close', 'islands', 'fill-holes', 'margin'] as const
/** Steps from the mask to the part. */
export const MODELLING = ['surface', 'smooth', 'decimate', 'repair'] as const

export type ModelStepName = (typeof MODELLING)[number]
export type SegmentStepName = (typeof PREPARING)[number] | (typeof MARKING)[number] | (typeof CHANGING)[number]
/** Steps a recipe may hold, in the order of the line. */
export type StepName = SegmentStepName | ModelStepName

export interface TemplateStep {
  readonly stage: StepName
  readonly enabled: boolean
  /** Values that differ from the stage's defaults; null where the line computes it from the scan (see line.ts). */
  readonly params: Params
}

/** What one step of a recipe did to the mask. */
export type StepChange = {
  readonly stage: SegmentStepName
  readonly fromMm3: number
  readonly toMm3: number
  /** Pieces joined by voxel faces. */
  readonly pieces: number
}

/** An anatomy preset: which scan it is for and the recipe from scan to mesh. */
export interface Template {
  readonly id: string
  /** Goes up with every change of its steps. */
  readonly version: number
  readonly name: string
  readonly modality: Modality
  /** What the label it marks is called. */
  readonly anatomy: AnatomyId
  readonly steps: readonly TemplateStep[]
  /** Set when the steps are not those of this version: changed for one run. */
  readonly edited?: true
}

const hasTemplateFields = hasFields({
  id: isText,
  version: isCount,
  name: isText,
  modality: isOneOf(['CT', 'MR', 'other']),
  anatomy: isText,
  steps: isListOf(hasFields({ stage: isText, enabled: isFlag, params: isRecord })),
})

/** Whether a stored value is a template. Its stages and their values are looked at when it runs. */
export const isTemplate: Guard<Template> = (value): value is Template => hasTemplateFields(value)

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
  if (Object.keys(overrides).length === 0) return template
  return { ...template, steps: template.steps.map((s) => stages.get(s.stage) ?? s), edited: true }
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

import type { Params, ParamValue } from '../app/templates.ts'

interface Common {
  readonly key: string
  /** Shown only while the other values are such. */
  readonly when?: (params: Params) => boolean
}
export interface NumberParam extends Common {
  readonly kind: 'number'
  /** 'scan' is the unit of the scan's values. */
  readonly unit: 'mm' | 'cm³' | '%' | 'scan' | ''
  readonly min: number
  readonly max: number
  readonly step: number
  /** How many of the parameter's own unit one of the shown unit is. */
  readonly scale?: number
  /** What an empty field means to the step; without it the field cannot be emptied. */
  readonly empty?: ParamValue
}
export interface ChoiceParam extends Common {
  readonly kind: 'choice'
  readonly options: readonly string[]
}

export interface TextParam extends Common {
  readonly kind: 'text'
  readonly longest: number
  /** Written in capitals, as initials are. */
  readonly capitals?: true
}
export interface TickParam extends Common {
  readonly kind: 'tick'
}

/** A parameter of a step that a person may set. */
export type ParamField = NumberParam | ChoiceParam | TextParam | TickParam

/** Words of fields and of empty ones by `stage.key`, of choices by their id. */
export interface ParamWords {
  readonly field: Readonly<Record<string, string>>
  readonly empty: Readonly<Record<string, string>>
  readonly choice: Readonly<Record<string, string>>
}

/** What a field shows; null when it is empty. */
export function shownValue({ key, scale = 1, empty }: NumberParam, values: Params): number | null {
  const value = values[key]
  return typeof value !== 'number' || value === empty ? null : Number((value / scale).toPrecision(12))
}

/** The parameter's value of what a person typed; whole where only whole numbers are. */
export const typedValue = (value: number, { step, scale = 1 }: NumberParam): number =>
  step === 1 && scale === 1 ? Math.round(value) : Number((value * scale).toPrecision(12))

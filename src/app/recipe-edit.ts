import { CHANGING, type Params, type StepName, type Template, type TemplateStep } from './templates.ts'

const CHANGES: readonly StepName[] = CHANGING

/** Whether a step may change places: only those that change a mask, among themselves. */
export const isMovable = (stage: StepName): boolean => CHANGES.includes(stage)

const sameSteps = (a: readonly TemplateStep[], b: readonly TemplateStep[]) => JSON.stringify(a) === JSON.stringify(b)

/** `shipped` with other steps: marked as edited, or itself when nothing differs. */
export function withSteps(base: Template, steps: readonly TemplateStep[]): Template {
  return sameSteps(steps, base.steps) ? base : { ...base, steps, edited: true }
}

/** Switches a step on or off. */
export const switched = (steps: readonly TemplateStep[], stage: StepName, enabled: boolean): TemplateStep[] =>
  steps.map((step) => (step.stage === stage ? { ...step, enabled } : step))

/** Sets values of a step. */
export const adjusted = (steps: readonly TemplateStep[], stage: StepName, params: Params): TemplateStep[] =>
  steps.map((step) => (step.stage === stage ? { ...step, params: { ...step.params, ...params } } : step))

/** Moves a step up (-1) or down (1) past its neighbour; unchanged where it may not go. */
export function moved(steps: readonly TemplateStep[], stage: StepName, by: -1 | 1): TemplateStep[] {
  const from = steps.findIndex((step) => step.stage === stage)
  const [own, other] = [steps[from], steps[from + by]]
  const next = [...steps]
  if (!own || !other || !isMovable(own.stage) || !isMovable(other.stage)) return next
  next[from] = other
  next[from + by] = own
  return next
}

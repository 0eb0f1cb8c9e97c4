import type { Modality } from '../core/types.ts'
import type { StepChange, Template, TemplateStep } from './templates.ts'

export interface TemplateRow {
  readonly id: string
  readonly name: string
  readonly modality: Modality
}

export interface RecipeView {
  readonly template: Template
  readonly isOwn: boolean
  /** As saved, oldest first. */
  readonly versions: readonly Template[]
  readonly changes: readonly StepChange[]
}

/** The template at hand, its changes and its runs. */
export interface RecipeVerbs {
  /** Shipped ones, then the person's own. */
  readonly templates: readonly TemplateRow[]
  /** The template at hand with what was changed in it, and what its last run did. */
  readonly recipe: RecipeView

  /** The chosen template's whole recipe on the open scan, up to Check. */
  runTemplate(): Promise<void>
  /** The marking steps of the template alone. */
  runMarking(): Promise<void>
  /** Chooses a template, in its newest version when none is named. */
  setTemplate(id: string, version?: number): void
  /** Other steps for the next run. */
  changeSteps(steps: readonly TemplateStep[]): void
  /** Back to the template as saved or shipped. */
  resetRecipe(): void
  /** Keeps the recipe as an own template: the next version under the same name, else a new one. */
  saveTemplate(name: string): Promise<void>
  /** No longer offers the own template at hand. */
  removeTemplate(): Promise<void>
}

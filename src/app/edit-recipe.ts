import type { Desk } from './desk.svelte.ts'
import { withSteps } from './recipe-edit.ts'
import { defaultTemplate } from './shipped-templates.ts'
import type { Template, TemplateStep } from './templates.ts'

/** Makes this the recipe of the case. */
export function useRecipe(desk: Desk, recipe: Template): void {
  desk.data.setTemplate(recipe)
  desk.saveState()
}

/** Other steps for the next run; the template they come from stays as it is saved. */
export function changeSteps(desk: Desk, steps: readonly TemplateStep[]): void {
  const { recipe } = desk.data
  useRecipe(desk, withSteps(desk.templates.saved(recipe) ?? recipe, steps))
}

/** Back to the template as it is saved or shipped. */
export function resetRecipe(desk: Desk): void {
  const saved = desk.templates.saved(desk.data.recipe)
  if (saved) useRecipe(desk, saved)
}

/** Keeps the recipe as an own template, in the vault. */
export async function saveTemplate(desk: Desk, name: string): Promise<void> {
  await desk.jobs.run('save-template', async () => useRecipe(desk, await desk.templates.save(desk.data.recipe, name)))
}

/** No longer offers the own template at hand; the case goes on with what suits its scan. */
export async function removeTemplate(desk: Desk): Promise<void> {
  const { recipe, volume } = desk.data
  await desk.jobs.run('remove-template', async () => {
    await desk.templates.remove(recipe.id)
    useRecipe(desk, defaultTemplate(volume?.modality ?? 'CT'))
  })
}

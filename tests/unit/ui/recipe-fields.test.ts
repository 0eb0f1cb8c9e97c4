import { expect, test } from 'vitest'
import { TEMPLATES } from '../../../src/app/shipped-templates.ts'
import type { SegmentStepName } from '../../../src/app/templates.ts'
import { RECIPE, RECIPE_WORDS } from '../../../src/ui/recipe.en.ts'
import { isMarkingStep, RECIPE_FIELDS, valuesOf } from '../../../src/ui/recipe-fields.ts'

const all = Object.entries(RECIPE_FIELDS).flatMap(([stage, fields]) =>
  fields.map((field) => ({ stage: stage as SegmentStepName, field, id: `${stage}.${field.key}` })),
)

test('every field has words, for its choices and for being empty too', () => {
  expect(all.filter(({ id }) => RECIPE_WORDS.field[id] === undefined)).toEqual([])
  for (const { id, field } of all) {
    if (field.kind === 'choice') for (const option of field.options) expect(RECIPE_WORDS.choice[option]).toBeDefined()
    else if (field.empty !== undefined) expect(RECIPE_WORDS.empty[id]).toBeDefined()
  }
})
test('every field names a value that its stage has, and no shipped value lies out of its bounds', () => {
  for (const { stage, field, id } of all) expect(field.key in valuesOf({ stage, params: {} }), id).toBe(true)
  for (const step of TEMPLATES.flatMap(({ steps }) => steps.filter(isMarkingStep))) {
    for (const field of RECIPE_FIELDS[step.stage]) {
      const value = valuesOf(step)[field.key]
      if (field.kind === 'choice') expect(field.options).toContain(value)
      else if (typeof value === 'number') {
        const shown = value / (field.scale ?? 1)
        expect(shown >= field.min && shown <= field.max, `${step.stage}.${field.key} ${value}`).toBe(true)
      } else expect(value).toBe(null)
    }
  }
})
test('what the model station has is not edited here', () => {
  const [bone] = TEMPLATES
  expect(bone?.steps.filter((step) => !isMarkingStep(step)).map(({ stage }) => stage)).toEqual([
    'surface',
    'smooth',
    'decimate',
    'repair',
  ])
})
test('a change is told with both volumes and the pieces', () => {
  expect(RECIPE.change({ stage: 'close', fromMm3: 10_000, toMm3: 12_500, pieces: 1 })).toBe(
    '10.0\u2009cm³ → 12.5\u2009cm³, 1 piece',
  )
  expect(RECIPE.change({ stage: 'threshold', fromMm3: 0, toMm3: 12_500, pieces: 3 })).toBe('12.5\u2009cm³, 3 pieces')
})
test('suggested names fit', () => {
  expect(RECIPE.names.filter((name) => name.length > 24)).toEqual([])
})

import { expect, test } from 'vitest'
import { partEditOf } from '../../../src/app/part-edits.ts'
import type { TraceEntry } from '../../../src/trace/chain.ts'
import { recipeOf } from '../../../src/trace/recipe.ts'
import { PART_TOOLS } from '../../../src/ui/part-tools.ts'

const entry = (stage: string, params: TraceEntry['params']): TraceEntry => ({
  ...{ seq: 0, prev: '', hash: '', stage, version: 1, params, inputDigests: ['a'], outputDigest: 'b' },
  ...{ backend: 'cpu', adapter: '', ms: 1, at: '2026-11-26T00:00:00.000Z' },
})
const WRITTEN = 'Maria K., born 1961'

test('no recipe holds what a person typed for an edit: every field of free text of every tool', () => {
  const typed = PART_TOOLS.flatMap(({ stage, fields }) =>
    fields.filter(({ kind }) => kind === 'text').map(({ key }) => ({ stage, key })),
  )
  expect(typed.map(({ stage, key }) => `${stage}.${key}`)).toEqual(['mirror.signedBy', 'scale.reason'])
  for (const { stage, key } of typed) {
    expect(partEditOf(stage).kind).toBe('design')
    const { steps } = recipeOf([entry(stage, { [key]: WRITTEN, factor: 0.5 })])
    expect(steps[0]?.params).toEqual({ factor: 0.5 })
  }
})

test('nor what a reader of an AI mask wrote or signed with; other parameters stay as they are', () => {
  const reader = { label: 2, first: WRITTEN, who: WRITTEN, role: 'radiologist', reason: WRITTEN }
  const region = { region: 1, reason: 'artefact', text: WRITTEN, by: WRITTEN }
  const { steps } = recipeOf([entry('second-reader', reader), entry('review-region', region), entry('smooth', [1, 2])])
  expect(steps.map(({ params }) => params)).toEqual([
    { label: 2, role: 'radiologist' },
    { region: 1, reason: 'artefact' },
    [1, 2],
  ])
})

import { expect, test } from 'vitest'
import { partEditOf } from '../../../src/app/part-edits.ts'
import { bodyOfTriangle } from '../../../src/app/part-view.ts'
import { shownValue, typedValue } from '../../../src/ui/param-field.ts'
import { editChange, PART, PART_TOOL, PART_WORDS } from '../../../src/ui/part.en.ts'
import { PART_TOOL_GROUPS, type PartTool } from '../../../src/ui/part-tool.ts'
import { PartTools } from '../../../src/ui/part-tools.svelte.ts'
import { PART_TOOLS } from '../../../src/ui/part-tools.ts'
import { ViewState } from '../../../src/ui/view.svelte.ts'
import { bodyColours } from '../../../src/ui/viewer/colours.ts'

const toolOf = (stage: string): PartTool => {
  const tool = PART_TOOLS.find((one) => one.stage === stage)
  if (!tool) throw new Error(`no tool ${stage}`)
  return tool
}

test('every tool is an edit that can be made, in a group that is listed, with words for all it asks', () => {
  for (const { stage, group, fields, defaults } of PART_TOOLS) {
    expect(() => partEditOf(stage)).not.toThrow()
    expect(PART_TOOL_GROUPS).toContain(group)
    expect(Object.values(PART_TOOL[stage] ?? {})).toHaveLength(3)
    for (const field of fields) {
      expect(PART_WORDS.field[`${stage}.${field.key}`]).toBeDefined()
      expect(defaults).toHaveProperty(field.key)
      if (field.kind === 'choice') for (const id of field.options) expect(PART_WORDS.choice[id]).toBeDefined()
      if (field.kind === 'number') {
        const shown = shownValue(field, defaults as never)
        if (shown === null) {
          expect([defaults[field.key], PART_WORDS.empty[`${stage}.${field.key}`]]).toEqual([
            field.empty,
            expect.any(String),
          ])
          continue
        }
        expect(shown >= field.min && shown <= field.max).toBe(true)
        expect(typedValue(shown, field)).toBe(defaults[field.key])
      }
    }
  }
})

test('what an edit is set to stays when another is taken; the picked face does not', () => {
  const tools = new PartTools()
  const smooth = toolOf('smooth')
  tools.toggle('smooth')
  tools.set(smooth, { iterations: 30 })
  tools.place = { pointLps: [0, 0, 0], normalLps: [0, 0, 1], triangle: 0 }
  tools.toggle('lay-flat')
  expect([tools.isPicking, tools.place]).toEqual([true, null])
  tools.toggle('lay-flat')
  expect([tools.tool, tools.isPicking]).toEqual([null, false])
  expect(tools.paramsOf(smooth)).toMatchObject({ iterations: 30, passBand: 0.1 })
})

test('what an edit changed is told in mm and percent', () => {
  const row = { stage: 'smooth', meanMm: 0.02, p95Mm: 0.1, maxMm: 0.25, volumePercent: -1 }
  expect(editChange({ row, fromMm3: 10_000, toMm3: 9_000 })).toBe(
    '9.00\u2009cm³, −10.0\u2009%; now up to 0.25\u2009mm off the mask',
  )
  expect(editChange({ row, fromMm3: 10_000, toMm3: 10_001 })).toMatch(/^volume kept;/)
  expect(PART.body(2, '')).toBe('Body 2')
})

test('a picked triangle leads to its body, and the chosen body stands out', () => {
  const runs = [
    { id: 4, vertices: 2, triangles: 3 },
    { id: 7, vertices: 1, triangles: 2 },
  ]
  expect([0, 2, 3, 4, 5].map((triangle) => bodyOfTriangle(runs, triangle))).toEqual([4, 4, 7, 7, null])
  const colours = bodyColours(runs, 7)
  expect(colours).toHaveLength(9)
  const brightness = [0, 3, 6].map((at) => colours[at] ?? 0)
  expect(brightness[0]).toBe(brightness[1])
  expect(brightness[2]).toBeGreaterThan(1.5 * (brightness[0] ?? 1))
})

test('a place of a part that lies elsewhere turns the part and leaves the slices', () => {
  const view = new ViewState()
  view.fly('shells', 0, { at: [1, 2, 3], value: 1 }, false)
  expect([view.crosshair, view.centre, view.flights]).toEqual([[0, 0, 0], null, 1])
  view.fly('shells', 0, { at: [1, 2, 3], value: 1 }, true)
  expect([view.crosshair, view.centre, view.flights]).toEqual([[1, 2, 3], [1, 2, 3], 2])
})

test('what makes the model anew asks first only where there are edits to lose', () => {
  const view = new ViewState()
  let times = 0
  const work = () => void times++
  view.remake(0, work)
  expect([times, view.remaking]).toEqual([1, null])
  view.remake(2, work)
  expect([times, view.remaking]).toEqual([1, work])
})

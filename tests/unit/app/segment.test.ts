import { expect, test } from 'vitest'
import type { MarkingLine } from '../../../src/app/networks.ts'
import type { Step } from '../../../src/app/pipeline.ts'
import { segment } from '../../../src/app/segment.ts'
import { TEMPLATES, templateById } from '../../../src/app/shipped-templates.ts'
import { templateDigest } from '../../../src/app/template-digest.ts'
import { completeParams, type Params, withOverrides } from '../../../src/app/templates.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { gridOf, maskOf, volumeOf } from '../../support/phantoms.ts'

const GRID = gridOf([20, 20, 20], [1, 1, 2])
const SCAN = {
  volume: volumeOf(GRID, () => 0),
  passport: { modality: 'CT' as const, range: [0, 0] as const, notes: [] },
}

/** A line whose steps make a ball that grows by one voxel each time, and that notes what it was asked. */
function notingLine() {
  const asked: { stage: string; params: Params }[] = []
  let radius = 3
  const runStage = async (step: Step<unknown, object, unknown>, input: unknown, given: Params) => {
    asked.push({ stage: step.spec.name, params: completeParams(step.spec.name, step.spec.defaults, given) as Params })
    if (['template', 'denoise'].includes(step.spec.name)) return input
    radius++
    return maskOf(GRID, (i, j, k) => Math.hypot(i - 10, j - 10, k - 10) < radius)
  }
  const compute = { call: async () => 2 }
  const line = { pipeline: { runStage }, workers: { compute }, onStage: () => {} } as unknown as MarkingLine
  return { line, asked }
}

test.each(TEMPLATES.filter((t) => t.modality === 'CT'))(
  '$id runs its steps in order and says which recipe it was',
  async (template) => {
    const { line, asked } = notingLine()
    const made = await segment(line, SCAN, template, IDLE_CONTEXT)
    const names = { open: 'morphology', close: 'morphology' } as Record<string, string>
    const wanted = template.steps.filter(
      (s) => s.enabled && !['surface', 'smooth', 'decimate', 'repair'].includes(s.stage),
    )
    expect(asked.map(({ stage }) => stage)).toEqual(['template', ...wanted.map(({ stage }) => names[stage] ?? stage)])
    expect(asked[0]?.params).toEqual({
      id: template.id,
      version: template.version,
      digest: await templateDigest(template),
      edited: false,
    })
    expect(made.changes.map(({ stage }) => stage)).toEqual(wanted.map(({ stage }) => stage))
    for (const [n, change] of made.changes.entries()) {
      expect(change.fromMm3).toBe(n === 0 ? 0 : made.changes[n - 1]?.toMm3)
      expect(change.toMm3).toBeGreaterThan(change.fromMm3)
      expect(change.pieces).toBe(2)
    }
  },
)
test('a changed recipe is written down as one', async () => {
  const { line, asked } = notingLine()
  await segment(line, SCAN, withOverrides(templateById('ct-spine'), { 'close.enabled': false }), IDLE_CONTEXT)
  expect(asked[0]?.params).toMatchObject({ id: 'ct-spine', edited: true })
  expect(asked[0]?.params.digest).not.toBe(await templateDigest(templateById('ct-spine')))
})
test('a radius that is not given is one voxel at its widest', async () => {
  const { line, asked } = notingLine()
  await segment(line, SCAN, templateById('ct-spine'), IDLE_CONTEXT)
  expect(asked.find(({ stage }) => stage === 'morphology')?.params).toEqual({ op: 'close', radiusMm: 2 })
})
test('growing lowers the value at which the surface is placed', async () => {
  expect(await segment(notingLine().line, SCAN, templateById('ct-spine'), IDLE_CONTEXT)).toMatchObject({ lowHu: 110 })
  expect(await segment(notingLine().line, SCAN, templateById('ct-skull'), IDLE_CONTEXT)).toMatchObject({ lowHu: 226 })
})
test('steps that change nothing yet, or mark nothing, are refused by name', async () => {
  const bone = templateById('ct-spine')
  const refused = { code: 'app/bad-parameter' }
  const late = {
    ...bone,
    steps: bone.steps.toSorted((a, b) => Number(a.stage === 'threshold') - Number(b.stage === 'threshold')),
  }
  await expect(segment(notingLine().line, SCAN, late, IDLE_CONTEXT)).rejects.toMatchObject(refused)
  const nothing = { ...bone, steps: bone.steps.map((s) => ({ ...s, enabled: false })) }
  await expect(segment(notingLine().line, SCAN, nothing, IDLE_CONTEXT)).rejects.toMatchObject(refused)
})

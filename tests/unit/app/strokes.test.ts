import { beforeEach, expect, test, vi } from 'vitest'
import { CaseData } from '../../../src/app/case-data.svelte.ts'
import { Desk } from '../../../src/app/desk.svelte.ts'
import { PAINT_STEP, paintParams, type StrokeParams, strokeParams } from '../../../src/app/draw-steps.ts'
import type { Step } from '../../../src/app/pipeline.ts'
import { Strokes } from '../../../src/app/strokes.svelte.ts'
import { completeParams, type Params } from '../../../src/app/templates.ts'
import { countVoxels } from '../../../src/core/mask.ts'
import type { Context } from '../../../src/core/stage.ts'
import type { Mask, Vec3 } from '../../../src/core/types.ts'
import { type Brush, type PaintParams, paint } from '../../../src/segment/brush.ts'
import { addLabel, changeLabel, labelOf, noLabels } from '../../../src/segment/label-set.ts'
import type { WorkingMask } from '../../../src/segment/working-mask.ts'
import { gridOf, randomMask, volumeOf } from '../../support/phantoms.ts'

// The desk is the real one; only its pipeline is not: steps run here, on the page, without a vault.

const grid = gridOf([70, 40, 20], [0.8, 1, 2])
const volume = volumeOf(grid, (i, j, k) => 10 * i + j - k)
const BRUSH: Brush = { shape: 'disc', axis: 2, slice: 9, radiusMm: 4, mode: 'paint', gate: null }
const BALL: Brush = { ...BRUSH, shape: 'sphere', radiusMm: 6, gate: { lowHu: 100, highHu: 450 } }

let desk: Desk
let strokes: Strokes
/** Each stroke as it was written: its parameters and result. */
let written: { params: StrokeParams; output: Mask }[]
/** Steps wait for this. */
let gate: Promise<void>

const runStage = async <In, P extends object, Out>(step: Step<In, P, Out>, input: In, given: Params, ctx: Context) => {
  const params = completeParams(step.spec.name, step.spec.defaults, given)
  await gate
  ctx.signal.throwIfAborted()
  if (step.spec.name !== 'paint') return (await step.run(desk.workers, input, params, ctx)).output
  const stroke = params as unknown as StrokeParams
  const { mask, field } = input as { mask: Mask; field: typeof volume | null }
  const output = await paint(mask, paintParams(stroke), field, ctx)
  written.push({ params: stroke, output })
  return output as Out
}

beforeEach(() => {
  desk = new Desk()
  desk.data = new CaseData()
  desk.data.volume = volume
  desk.data.field = volume
  desk.data.setLabels(noLabels(grid))
  strokes = new Strokes(desk)
  written = []
  gate = Promise.resolve()
  vi.spyOn(desk, 'line').mockReturnValue({ pipeline: { runStage }, workers: desk.workers, onStage: () => {} })
})

function draw(brush: Brush, points: readonly Vec3[]): WorkingMask | undefined {
  const [first = [0, 0, 0] as const, ...rest] = points
  expect(strokes.begin(brush, first)).toBe(true)
  for (const point of rest) strokes.moveTo(point)
  const copy = strokes.painted.at(-1)?.working
  strokes.end()
  return copy
}

const WAY: readonly Vec3[] = [
  [10.123, 12.517, 9],
  [30.003, 20.111, 9],
  [45.5, 8.25, 9],
]
const BACK: readonly Vec3[] = [
  [50, 30, 7],
  [12, 5, 12],
]
const active = () => labelOf(desk.data.labels ?? noLabels(grid), desk.data.activeLabel ?? 0)

test('a stroke is one step, and what the step makes from its points is what was seen, to the byte', async () => {
  desk.data.setLabels(addLabel(noLabels(grid), 'bone', 'none'), 1)
  const mixed = randomMask(grid, 3, 0.3)
  desk.data.setLabels({ ...addLabel(noLabels(grid), 'bone', 'none'), labels: [{ ...active(), mask: mixed }] })
  for (const brush of [BRUSH, { ...BRUSH, mode: 'erase' as const }, BALL]) {
    const seen = draw(brush, WAY)
    await strokes.settled()
    expect(written.at(-1)?.output.words).toEqual(seen?.mask.words)
    expect(active().mask.words).toEqual(seen?.mask.words)
  }
  expect(written).toHaveLength(3)
  expect(written[0]?.params.pointsIjk).toEqual([10.12, 12.52, 9, 30, 20.11, 9, 45.5, 8.25, 9])
  expect(desk.edits.names.undo).toBe('paint')
  expect(strokes.painted).toEqual([])
})

test('strokes made while one is being written wait their turn, and none is lost', async () => {
  let open = () => {}
  gate = new Promise((resolve) => {
    open = resolve
  })
  draw(BRUSH, WAY)
  draw(BALL, BACK)
  const seen = draw({ ...BRUSH, mode: 'erase' }, [[30, 20, 9]])
  expect(written).toHaveLength(0)
  expect(strokes.painted).toHaveLength(1)
  open()
  await strokes.settled()
  expect(written.map(({ params }) => [params.shape, params.mode])).toEqual([
    ['disc', 'paint'],
    ['sphere', 'paint'],
    ['disc', 'erase'],
  ])
  expect(active().mask.words).toEqual(seen?.mask.words)
  expect(desk.data.labels?.labels).toHaveLength(1)
  expect(strokes.painted).toEqual([])
})

test('a stroke during other work waits for it, and one made on another label stays with that label', async () => {
  desk.data.setLabels(addLabel(addLabel(noLabels(grid), 'bone', 'none'), 'skin', 'none'), 1)
  let finish = () => {}
  const other = desk.jobs.run('denoise', () => new Promise<void>((resolve) => (finish = resolve)))
  draw(BRUSH, WAY)
  desk.data.activeLabel = 2
  expect(written).toHaveLength(0)
  finish()
  await other
  await strokes.settled()
  const [bone, skin] = (desk.data.labels?.labels ?? []).map(({ mask }) => countVoxels(mask))
  expect(bone).toBeGreaterThan(100)
  expect(skin).toBe(0)
  expect(desk.data.activeLabel).toBe(2)
})

test('Esc takes back the stroke in hand and leaves those that wait', async () => {
  const first = draw(BRUSH, WAY)?.mask.words.slice()
  strokes.begin(BALL, [50, 30, 9])
  strokes.moveTo([20, 10, 9])
  expect(strokes.cancel()).toBe(true)
  expect(strokes.cancel()).toBe(false)
  expect(strokes.painted[0]?.working.mask.words).toEqual(first)
  await strokes.settled()
  expect(active().mask.words).toEqual(first)
  expect(written).toHaveLength(1)
})

test('a locked label refuses by name, and nothing is drawn', () => {
  const labels = addLabel(noLabels(grid), 'bone', 'none')
  desk.data.setLabels(changeLabel(labels, 1, { locked: true }), 1)
  expect(strokes.begin(BRUSH, [10, 10, 9])).toBe(false)
  strokes.moveTo([20, 10, 9])
  strokes.end()
  expect(desk.jobs.problem?.code).toBe('segment/locked')
  expect(strokes.painted).toEqual([])
})

test('a hidden label that is drawn on is shown', () => {
  desk.data.setLabels(changeLabel(addLabel(noLabels(grid), 'bone', 'none'), 1, { visible: false }), 1)
  draw(BRUSH, WAY)
  expect(active().visible).toBe(true)
})

test('a stroke beside the scan is no step', async () => {
  draw(BRUSH, [[-50, 10, 9]])
  await strokes.settled()
  expect(written).toEqual([])
  expect(strokes.painted).toEqual([])
})

test('a cancelled stroke takes those drawn on it along, and the next one starts afresh', async () => {
  let open = () => {}
  gate = new Promise((resolve) => {
    open = resolve
  })
  draw(BRUSH, WAY)
  draw(BRUSH, BACK)
  await vi.waitFor(() => expect(desk.jobs.busy).toBe(true))
  desk.jobs.cancel()
  open()
  await strokes.settled()
  expect(written).toEqual([])
  expect([desk.data.labels?.labels, strokes.painted]).toEqual([[], []])
  const seen = draw(BRUSH, BACK)
  await strokes.settled()
  expect(active().mask.words).toEqual(seen?.mask.words)
})

test('the parameters of a stroke say all that its brush said', () => {
  const points = [1, 2, 3]
  for (const brush of [BRUSH, BALL]) {
    const params: PaintParams = { ...brush, pointsIjk: points }
    expect(paintParams(strokeParams(brush, points))).toEqual(params)
  }
  expect(() => completeParams('paint', PAINT_STEP.spec.defaults, { ...strokeParams(BALL, points) })).not.toThrow()
})

test('what was touched is known from each moment on', () => {
  draw(BRUSH, [[10, 10, 9]])
  strokes.begin(BRUSH, [40, 30, 9])
  const { working } = strokes.painted[0] ?? {}
  expect(working?.touchedSince(0)).toEqual({ min: [5, 6, 9], max: [45, 34, 9] })
  expect(working?.touchedSince(1)).toEqual({ min: [35, 26, 9], max: [45, 34, 9] })
  expect(working?.touchedSince(2)).toBeNull()
})

import { expect, test } from 'vitest'
import { PAINT_STEP, strokeParams } from '../../../src/app/draw-steps.ts'
import { PLACE_STEP, RESTORE_STEP } from '../../../src/app/label-steps.ts'
import type { Line } from '../../../src/app/line.ts'
import { GROW_SEEDS_STEP } from '../../../src/app/mask-steps.ts'
import { SURFACE_STEP } from '../../../src/app/mesh-steps.ts'
import { createPipeline } from '../../../src/app/pipeline.ts'
import { replay } from '../../../src/app/replay.ts'
import type { ReplayKept } from '../../../src/app/replay-at.ts'
import { digestVolume } from '../../../src/core/hash.ts'
import { emptyMask } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mask, Vec3 } from '../../../src/core/types.ts'
import type { Brush } from '../../../src/segment/brush.ts'
import { PAINT } from '../../../src/segment/brush.ts'
import { type LabelSet, labelOf, withMasks } from '../../../src/segment/label-set.ts'
import { inProcessWorkers } from '../../support/in-process-workers.ts'
import { labelsOf } from '../../support/labels.ts'
import { ballScan, memoryCase, scanStep } from '../../support/replay-case.ts'

const { pointsIjk: _, ...BRUSH } = PAINT.defaults
const brush: Brush = { ...BRUSH, radiusMm: 3, gate: null }

/** A case whose labels were painted, and what a person did next. */
async function painted() {
  const volume = ballScan()
  const { trace, kept, record } = memoryCase()
  const workers = inProcessWorkers()
  const line: Line = { workers, pipeline: createPipeline(workers, { record }), onStage: () => {} }
  const digest = await digestVolume(volume)
  await record(scanStep(digest))
  const set = labelsOf(volume.grid, [emptyMask(volume.grid), emptyMask(volume.grid)])
  const stroke = async (mask: Mask, at: Vec3) =>
    line.pipeline.runStage(PAINT_STEP, { mask, field: null }, { ...strokeParams(brush, at) }, IDLE_CONTEXT)
  const put = async (now: LabelSet, label: number, proposed: Mask, others: 'allow' | 'take') =>
    withMasks(
      now,
      await line.pipeline.runStage(PLACE_STEP, { set: now, proposed, within: null }, { label, others }, IDLE_CONTEXT),
    )
  const surface = (mask: Mask) => line.pipeline.runStage(SURFACE_STEP, { mask, field: null }, {}, IDLE_CONTEXT)
  const nothing: ReplayKept = {
    value: async (wanted) => kept.get(wanted) ?? null,
    network: async () => null,
    checked: async () => null,
    released: async () => null,
  }
  const again = () =>
    replay(
      inProcessWorkers(),
      {
        ...{ trace, outputs: [trace.at(-1)?.outputDigest ?? ''], kept: nothing, onStep: () => {} },
        scan: { volume, digest, taken: 'pieces' },
      },
      IDLE_CONTEXT,
    )
  return { volume, set, line, kept, stroke, put, surface, again }
}

const rows = (steps: Awaited<ReturnType<typeof replay>>) => steps.map(({ stage, outcome }) => `${stage} ${outcome}`)

test('strokes are drawn again from the points that the trace keeps; of one that took voxels from another label both are known', async () => {
  const { set, stroke, put, surface, again, kept } = await painted()
  const one = await put(set, 1, await stroke(labelOf(set, 1).mask, [15, 15, 15]), 'allow')
  const two = await put(one, 2, await stroke(labelOf(one, 2).mask, [17, 15, 15]), 'take')
  // The label that lost voxels: no step made it by itself.
  await surface(labelOf(two, 1).mask)
  kept.clear()
  expect(rows(await again())).toEqual(['scan equal', 'paint equal', 'paint equal', 'place equal', 'surface equal'])
})

test('labels grown from seeds are grown again together, and each is found among them', async () => {
  const { volume, set, line, stroke, put, surface, again, kept } = await painted()
  const one = await put(set, 1, await stroke(labelOf(set, 1).mask, [10, 15, 15]), 'allow')
  const two = await put(one, 2, await stroke(labelOf(one, 2).mask, [24, 15, 15]), 'allow')
  const layers = two.labels.map(({ id, mask }) => ({ label: id, mask }))
  const masks = await line.pipeline.runStage(
    GROW_SEEDS_STEP,
    { volume, seeds: { layers, allowed: null } },
    { labels: [1, 2] },
    IDLE_CONTEXT,
  )
  const grown = withMasks(
    two,
    masks.map((mask, n) => ({ id: n + 1, mask })),
  )
  await line.pipeline.runStage(RESTORE_STEP, { from: two, to: grown }, { label: 'grow-from-seeds' }, IDLE_CONTEXT)
  await surface(labelOf(grown, 2).mask)
  kept.clear()
  const steps = rows(await again())
  expect(steps).toContain('grow-from-seeds equal')
  expect(steps.at(-1)).toBe('surface equal')
  expect(steps.filter((row) => row.includes('differs'))).toEqual([])
})

test('a mask that came from a file is taken as it is kept, listed as not replayed; gone, what stands on it is too', async () => {
  const { set, line, surface, again, kept } = await painted()
  const read = withMasks(set, [{ id: 1, mask: ballMask(set) }])
  await line.pipeline.runStage(RESTORE_STEP, { from: set, to: read }, { label: 'read-labels' }, IDLE_CONTEXT)
  await surface(labelOf(read, 1).mask)
  expect(rows(await again())).toEqual(['scan equal', 'restore not-replayed', 'surface equal'])
  kept.clear()
  expect(rows(await again())).toEqual(['scan equal', 'restore not-replayed', 'surface not-replayed'])
})

function ballMask({ grid }: LabelSet): Mask {
  const mask = emptyMask(grid)
  mask.words.fill(0xff00, 40 * 20, 40 * 25)
  return mask
}

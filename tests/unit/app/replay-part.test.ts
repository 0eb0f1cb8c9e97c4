import { expect, test } from 'vitest'
import type { Line } from '../../../src/app/line.ts'
import { BLOCKS_STEP } from '../../../src/app/mark-steps.ts'
import { SURFACE_STEP } from '../../../src/app/mesh-steps.ts'
import { HOLLOW_STEP, MIRROR_STEP, PEGS_STEP } from '../../../src/app/part-geometry.ts'
import { LAY_FLAT_STEP, PIECE_STEP } from '../../../src/app/part-steps.ts'
import { createPipeline } from '../../../src/app/pipeline.ts'
import { replay } from '../../../src/app/replay.ts'
import { listener } from '../../../src/app/step-parts.ts'
import { THRESHOLD_STEP } from '../../../src/app/threshold-steps.ts'
import { digestVolume } from '../../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh } from '../../../src/core/types.ts'
import { inProcessWorkers } from '../../support/in-process-workers.ts'
import { ballScan, memoryCase, scanStep } from '../../support/replay-case.ts'

/** The surface of a ball, what a person then does with it, and the replay of that from the trace alone. */
async function edited(work: (line: Line, ball: Mesh) => Promise<unknown>) {
  const volume = ballScan()
  const { trace, record } = memoryCase()
  const workers = inProcessWorkers()
  const line: Line = { workers, pipeline: createPipeline(workers, { record }), onStage: () => {} }
  const digest = await digestVolume(volume)
  await record(scanStep(digest))
  const mask = await line.pipeline.runStage(THRESHOLD_STEP, volume, { lowHu: 0 }, IDLE_CONTEXT)
  const ball = await line.pipeline.runStage(SURFACE_STEP, { mask, field: volume }, { lowHu: 0 }, IDLE_CONTEXT)
  await work(line, ball)
  const steps = await replay(
    inProcessWorkers(),
    {
      ...{ trace, outputs: [trace.at(-1)?.outputDigest ?? ''], onStep: () => {} },
      scan: { volume, digest, taken: 'pieces' },
      kept: {
        ...{ value: async () => null, network: async () => null },
        ...{ checked: async () => null, released: async () => null },
      },
    },
    IDLE_CONTEXT,
  )
  return steps.slice(3).map(({ stage, outcome }) => `${stage} ${outcome}`)
}

test('designs on a body are made again: hollowed, turned and mirrored', async () => {
  const rows = await edited(async (line, ball) => {
    const hollow = await line.pipeline.runStage(HOLLOW_STEP, [ball], { wallMm: 3 }, IDLE_CONTEXT)
    const flat = await line.pipeline.runStage(LAY_FLAT_STEP, hollow, {}, IDLE_CONTEXT)
    await line.pipeline.runStage(MIRROR_STEP, flat, { signedBy: 'AB' }, IDLE_CONTEXT)
  })
  expect(rows).toEqual(['hollow equal', 'lay-flat equal', 'mirror equal'])
})

test('a body that was cut is cut again, and the piece that went on is found among what came of it', async () => {
  const rows = await edited(async (line, ball) => {
    const halves = await line.pipeline.runStage(PEGS_STEP, [ball], CUT_IN_HALF, IDLE_CONTEXT)
    expect(halves.length).toBeGreaterThan(1)
    const half = await line.pipeline.runStage(PIECE_STEP, halves, { index: 1 }, IDLE_CONTEXT)
    await line.pipeline.runStage(MIRROR_STEP, [half], { signedBy: 'AB' }, IDLE_CONTEXT)
  })
  expect(rows).toEqual(['pegs equal', 'piece equal', 'mirror equal'])
})

const CUT_IN_HALF = { plane: { pointLps: [12.4, 12.4, 12.4], normalLps: [0, 0, 1] }, connectors: [] }

test('a mark is made again from the body and put onto it', async () => {
  const rows = await edited(async (line, ball) => {
    const { workers } = line
    const set = { count: 1, edgeMm: 10 }
    const params = { ...BLOCKS_STEP.spec.defaults, ...set }
    const { mark } = await workers.mesh.call((api) =>
      BLOCKS_STEP.make(api, ball, params, IDLE_CONTEXT.signal, listener(IDLE_CONTEXT)),
    )
    await line.pipeline.runStage(BLOCKS_STEP, { mesh: ball, from: ball, mark }, set, IDLE_CONTEXT)
  })
  expect(rows).toEqual(['landing-blocks equal'])
})

import { expect, test } from 'vitest'
import { PROMOTE_STEP, type PromoteParams } from '../../../src/app/ai-steps.ts'
import { INFER_STEP, inferParams } from '../../../src/app/infer-steps.ts'
import type { Line } from '../../../src/app/line.ts'
import { SURFACE_STEP } from '../../../src/app/mesh-steps.ts'
import { createPipeline } from '../../../src/app/pipeline.ts'
import { replay } from '../../../src/app/replay.ts'
import type { ReplayKept } from '../../../src/app/replay-at.ts'
import type { Workers } from '../../../src/app/workers.ts'
import { digestVolume } from '../../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Volume } from '../../../src/core/types.ts'
import type { Outcome } from '../../../src/infer/outcome.ts'
import { inProcessWorkers } from '../../support/in-process-workers.ts'
import { networkCard } from '../../support/network-cards.ts'
import { ballScan, memoryCase, scanStep } from '../../support/replay-case.ts'

const SHA = 'b'.repeat(64)
const card = networkCard({ weights: { sha256: SHA, bytes: 3 } })
const weights = Uint8Array.of(1, 2, 3)

/** A network that marks what lies above a value, sure of all of it. */
function networkAbove(value: number): Workers {
  const run = (volume: Volume): Outcome => {
    const labels = Uint8Array.from(volume.data, (stored) => (stored > value ? 1 : 0))
    return {
      labels: { grid: volume.grid, labels },
      certainty: new Uint8Array(labels.length).fill(255),
      second: new Uint8Array(labels.length),
      secondCertainty: new Uint8Array(labels.length),
      agreement: [],
      features: [],
      provider: { backend: 'wasm', adapter: 'ONNX Runtime', threads: 1 },
    }
  }
  const api = { load: async () => undefined, run: async (volume: Volume) => run(volume) }
  return {
    ...inProcessWorkers(),
    infer: { call: async (work: (remote: typeof api) => unknown) => work(api) },
  } as unknown as Workers
}

/** A mask that a network made, and its surface. */
async function marked() {
  const volume = ballScan()
  const { trace, kept, record } = memoryCase()
  const workers = networkAbove(0)
  const line: Line = { workers, pipeline: createPipeline(workers, { record }), onStage: () => {} }
  const digest = await digestVolume(volume)
  await record(scanStep(digest))
  const input = { volume, card, weights, wanted: 'wasm', tested: null } as const
  const outcome = await line.pipeline.runStage(INFER_STEP, input, inferParams(card), IDLE_CONTEXT)
  const params: Partial<PromoteParams> = { sha256: SHA, channels: [1], filmMm: 1 }
  const { mask } = await line.pipeline.runStage(PROMOTE_STEP, outcome, params, IDLE_CONTEXT)
  await line.pipeline.runStage(SURFACE_STEP, { mask, field: null }, {}, IDLE_CONTEXT)
  return (network: ReplayKept['network'], on = networkAbove(0)) =>
    replay(
      on,
      {
        ...{ trace, outputs: [trace.at(-1)?.outputDigest ?? ''], onStep: () => {} },
        scan: { volume, digest, taken: 'pieces' },
        kept: {
          ...{ value: async (wanted) => kept.get(wanted) ?? null, network },
          ...{ checked: async () => null, released: async () => null },
        },
      },
      IDLE_CONTEXT,
    )
}

const onShelf = async (sha256: string) =>
  sha256 === SHA ? ({ card, weights, wanted: 'wasm', tested: null } as const) : null
const rows = (steps: Awaited<ReturnType<typeof replay>>) => steps.map(({ stage, outcome }) => `${stage} ${outcome}`)

test('a network of the same weights is run again, and what it marks is compared', async () => {
  const again = await marked()
  expect(rows(await again(onShelf))).toEqual(['scan equal', 'infer equal', 'promote equal', 'surface equal'])
})

test('a network that says something else is the first step that differs, and by how much is measured at the mask', async () => {
  const again = await marked()
  const steps = await again(onShelf, networkAbove(2000))
  expect(rows(steps).slice(0, 2)).toEqual(['scan equal', 'infer differs'])
  const voxels = steps.find(({ stage }) => stage === 'promote')?.difference?.voxels
  expect(voxels).toBeGreaterThan(100)
})

test('a network that is not here is named; what it marked is taken as it is kept', async () => {
  const again = await marked()
  const steps = await again(async () => null)
  expect(rows(steps)).toEqual(['scan equal', 'infer not-replayed', 'promote not-replayed', 'surface equal'])
  expect(steps.map(({ reason }) => reason)).toEqual([null, 'no-network', 'input-not-kept', null])
})

import { expect, test } from 'vitest'
import { INFER_STEP, inferParams, outcomeDigest, SELF_TEST_STEP } from '../../../src/app/infer-steps.ts'
import { createPipeline } from '../../../src/app/pipeline.ts'
import type { Workers } from '../../../src/app/workers.ts'
import { digestVolume } from '../../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Outcome } from '../../../src/infer/outcome.ts'
import type { SelfTest } from '../../../src/infer/self-test.ts'
import type { TraceStep } from '../../../src/trace/chain.ts'
import { networkCard } from '../../support/network-cards.ts'
import { gridOf, randomLabels, randomVolume } from '../../support/phantoms.ts'

const grid = gridOf([4, 3, 2])
const card = networkCard({ weights: { sha256: 'b'.repeat(64), bytes: 3 } })
const weights = Uint8Array.of(1, 2, 3)
const outcome: Outcome = {
  labels: randomLabels(grid, 1, 1),
  certainty: new Uint8Array(24).fill(200),
  second: new Uint8Array(24),
  secondCertainty: new Uint8Array(24).fill(50),
  agreement: [],
  features: [],
  provider: { backend: 'wasm', adapter: 'ONNX Runtime', threads: 2 },
}
const tested: SelfTest = {
  modelSha256: card.weights.sha256,
  provider: 'webgpu',
  adapter: 'a graphics device',
  voxels: 100,
  differing: 7,
  dice: 0.9,
  passed: false,
  at: '2026-01-02T03:04:05.000Z',
}

function traced() {
  const calls: string[] = []
  const api = {
    load: async () => calls.push('load'),
    run: async () => {
      calls.push('run')
      return outcome
    },
    selfTest: async () => [{ ...tested, provider: 'wasm', passed: true }, tested],
  }
  const infer = { call: (work: (remote: typeof api) => Promise<unknown>) => work(api) }
  const steps: TraceStep[] = []
  const recorder = { record: async (step: TraceStep) => void steps.push(step) }
  return { calls, steps, pipeline: createPipeline({ infer } as unknown as Workers, recorder) }
}

test('a run is written down with its network, its scan, what came out and where', async () => {
  const { calls, steps, pipeline } = traced()
  const volume = randomVolume(grid, 2)
  const input = { volume, card, weights, wanted: 'webgpu', tested: null } as const
  expect(await pipeline.runStage(INFER_STEP, input, inferParams(card), IDLE_CONTEXT)).toBe(outcome)
  expect(calls).toEqual(['load', 'run'])
  expect(steps).toMatchObject([
    {
      stage: 'infer',
      params: { model: 'two-tissues', version: '1.0.0', sha256: card.weights.sha256, members: 1, limitBytes: 2 ** 30 },
      inputDigests: [await digestVolume(volume), card.weights.sha256],
      outputDigest: await outcomeDigest(outcome),
      backend: 'wasm',
      adapter: 'ONNX Runtime',
    },
  ])
})
test('another certainty is another outcome', async () => {
  const other = { ...outcome, certainty: outcome.certainty.map((c, n) => (n === 5 ? c - 1 : c)) }
  expect(await outcomeDigest(other)).not.toBe(await outcomeDigest(outcome))
})
test('a self-test is written down with the network it was of', async () => {
  const { steps, pipeline } = traced()
  const { id: model, version } = card
  const params = { model, version, sha256: card.weights.sha256 }
  const results = await pipeline.runStage(SELF_TEST_STEP, { card, weights, stored: null }, params, IDLE_CONTEXT)
  expect(results.map(({ passed }) => passed)).toEqual([true, false])
  expect(steps).toMatchObject([{ stage: 'self-test', params, inputDigests: [card.weights.sha256], backend: 'webgpu' }])
})

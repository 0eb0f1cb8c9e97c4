import { expect, test } from 'vitest'
import { createPipeline, type KeptAsset, type Step } from '../../../src/app/pipeline.ts'
import type { Workers } from '../../../src/app/workers.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { TraceStep } from '../../../src/trace/chain.ts'

const workers = {} as Workers

function recorder() {
  const noted: { step: TraceStep; assets: KeptAsset[] }[] = []
  return {
    noted,
    async record(step: TraceStep, assets: KeptAsset[]) {
      noted.push({ step, assets })
    },
  }
}

const double: Step<number, { times: number }, number> = {
  spec: { name: 'double', version: 3, defaults: { times: 2 } },
  run: async (_workers, input, { times }) => ({ output: input * times, backend: 'cpu', adapter: 'JavaScript' }),
  inputDigests: async (input) => [`in ${input}`],
  outputDigest: async (output) => `out ${output}`,
  keep: (output, digest) => [{ role: 'mask', digest, meta: null, parts: [Uint8Array.of(output)] }],
}

test('a step is traced with parameters, digests, place and time, and its output kept', async () => {
  const book = recorder()
  expect(await createPipeline(workers, book).runStage(double, 4, { times: 3 }, IDLE_CONTEXT)).toBe(12)
  const [noted] = book.noted
  expect(noted?.step).toMatchObject({
    stage: 'double',
    version: 3,
    params: { times: 3 },
    inputDigests: ['in 4'],
    outputDigest: 'out 12',
    backend: 'cpu',
    adapter: 'JavaScript',
  })
  expect(noted?.step.ms).toBeGreaterThanOrEqual(0)
  expect(Date.parse(noted?.step.at ?? '')).not.toBeNaN()
  expect(noted?.assets).toEqual([{ role: 'mask', digest: 'out 12', meta: null, parts: [Uint8Array.of(12)] }])
})

test('a failed step leaves nothing behind', async () => {
  const book = recorder()
  const broken = { ...double, run: () => Promise.reject(new Error('no')) }
  await expect(createPipeline(workers, book).runStage(broken, 4, {}, IDLE_CONTEXT)).rejects.toThrow('no')
  expect(book.noted).toEqual([])
})

test('a step cancelled while it ran leaves nothing behind, even if it finished', async () => {
  const book = recorder()
  const controller = new AbortController()
  const slow = {
    ...double,
    run: async () => {
      controller.abort()
      return { output: 1, backend: 'cpu' as const, adapter: '' }
    },
  }
  const ctx = { signal: controller.signal, progress: () => {} }
  await expect(createPipeline(workers, book).runStage(slow, 4, {}, ctx)).rejects.toThrow(/abort/i)
  expect(book.noted).toEqual([])
})

test('bad parameters never reach the step', async () => {
  let ran = false
  const watched: typeof double = {
    ...double,
    run: async () => {
      ran = true
      return { output: 1, backend: 'cpu', adapter: '' }
    },
  }
  const run = createPipeline(workers, recorder()).runStage(watched, 4, { times: 'many' }, IDLE_CONTEXT)
  await expect(run).rejects.toMatchObject({ code: 'app/bad-parameter' })
  expect(ran).toBe(false)
})

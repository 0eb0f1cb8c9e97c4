import { beforeAll, expect, test } from 'vitest'
import type { ReplayOrder } from '../../../src/app/replay.ts'
import { replay } from '../../../src/app/replay.ts'
import { PipelineError } from '../../../src/core/errors.ts'
import { digestVolume } from '../../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mask } from '../../../src/core/types.ts'
import type { TraceEntry } from '../../../src/trace/chain.ts'
import {
  type ReplayedStep,
  type ReplayResult,
  replayFigures,
  replayStatement,
} from '../../../src/trace/replay-result.ts'
import { maskMethods } from '../../../workers/compute-masks.ts'
import { inProcessWorkers } from '../../support/in-process-workers.ts'
import { ballScan, type RecordedCase, releasedBall } from '../../support/replay-case.ts'

let made: RecordedCase
beforeAll(async () => {
  made = await releasedBall()
}, 120_000)

const LINE = [
  'scan',
  'threshold',
  'islands',
  'fill-holes',
  'surface',
  'smooth',
  'decimate',
  'repair',
  'check',
  'export',
]
const again = (order: Partial<ReplayOrder> = {}, workers = inProcessWorkers()) =>
  replay(workers, { ...made.order, ...order }, IDLE_CONTEXT)
const first = (steps: readonly ReplayedStep[]) => replayFigures({ steps }).firstDiffering
/** The trace with the parameters of one stage changed, as a hand might. */
const changed = (stage: string, params: Record<string, number>): readonly TraceEntry[] =>
  made.order.trace.map((entry) =>
    entry.stage === stage ? { ...entry, params: { ...(entry.params as object), ...params } } : entry,
  )

test('a released part run again gives every digest of its trace, from the scan to the file', async () => {
  const steps = await again()
  expect(steps.map(({ stage }) => stage)).toEqual(LINE)
  expect(steps.map(({ outcome }) => outcome)).toEqual(LINE.map(() => 'equal'))
  expect(replayFigures({ steps })).toMatchObject({
    ...{ verdict: 'same', compared: LINE.length, equal: LINE.length, notReplayed: 0, firstDiffering: null },
    ...{ voxels: 0, largestMm: 0, meanMm: 0, isSameBackend: true },
  })
})

test('it writes nothing: neither the trace nor what is kept has changed', async () => {
  const before = JSON.stringify([made.order.trace, [...made.kept.keys()]])
  await again()
  expect(JSON.stringify([made.order.trace, [...made.kept.keys()]])).toBe(before)
})

test('a parameter that was changed is found, and its step is the first that is named', async () => {
  const steps = await again({ trace: changed('threshold', { lowHu: 900 }) })
  expect(first(steps)?.stage).toBe('threshold')
  expect(steps.find(({ stage }) => stage === 'scan')?.outcome).toBe('equal')
  const later = await again({ trace: changed('decimate', { maxErrorMm: 0.4, targetRatio: 0.05 }) })
  expect(first(later)?.stage).toBe('decimate')
  expect(
    later.filter(({ stage }) => ['threshold', 'surface', 'smooth'].includes(stage)).map(({ outcome }) => outcome),
  ).toEqual(['equal', 'equal', 'equal'])
  // What was recorded is kept: how far the surface is off is measured.
  const figures = replayFigures({ steps: later })
  expect(figures.largestMm).toBeGreaterThan(0.01)
  expect(figures.largestMm).toBeLessThan(1)
  expect(figures.meanMm).toBeLessThanOrEqual(figures.largestMm ?? 0)
})

test('one changed voxel of the scan is found at the scan itself', async () => {
  const volume = ballScan()
  volume.data[15 * 40 * 40 + 15 * 40 + 15] = -1000
  const steps = await again({ scan: { ...made.order.scan, volume } })
  expect(first(steps)).toMatchObject({ stage: 'scan', outcome: 'differs' })
  expect(first(steps)?.digest).toBe(await digestVolume(volume))
  expect(steps.find(({ stage }) => stage === 'threshold')?.outcome).toBe('differs')
})

/** The islands step as another version of the app might do it: one voxel less. */
const otherIslands = {
  islands: async (mask: Mask, ...rest: never[]) => {
    const compute = maskMethods(
      async (ctx, _, cpu) => ({ output: await cpu(ctx), backend: 'cpu', adapter: '' }),
      {} as never,
    )
    const ran = await compute.islands(mask, ...(rest as unknown as [never, never, never]))
    const words = ran.output.words.slice()
    const at = words.findIndex((word) => word !== 0)
    words[at] = (words[at] as number) & ((words[at] as number) - 1)
    return { ...ran, output: { grid: mask.grid, words } }
  },
}

test('a step whose code does something else is found, though it changed nothing when it was recorded', async () => {
  made.kept.set(await lastMaskDigest(), { kind: 'mask', value: made.mask })
  const steps = await again({}, inProcessWorkers(otherIslands))
  expect(first(steps)).toMatchObject({ stage: 'islands', difference: { voxels: 1 } })
  expect(steps.find(({ stage }) => stage === 'threshold')?.outcome).toBe('equal')
  expect(replayFigures({ steps }).verdict).toBe('differs')
})

const lastMaskDigest = async () => made.order.trace.findLast(({ stage }) => stage === 'fill-holes')?.outputDigest ?? ''

test('a step that throws where it once gave a result is a difference, by the code of the error', async () => {
  const failing = { surface: () => Promise.reject(new PipelineError('surface/empty', 'Nothing is marked.')) }
  const steps = await again({}, inProcessWorkers(failing))
  expect(first(steps)).toMatchObject({ stage: 'surface', outcome: 'differs', failed: 'surface/empty' })
})

test('what is not kept any more is said to be so, and is no equal step', async () => {
  const nothing = { ...made.order.kept, checked: async () => null, released: async () => null }
  const steps = await again({ kept: nothing })
  const of = (stage: string) => steps.find((step) => step.stage === stage)
  expect(of('check')).toMatchObject({ outcome: 'not-replayed', reason: 'part-changed', digest: null })
  expect(of('export')).toMatchObject({ outcome: 'not-replayed', reason: 'input-not-kept' })
  expect(replayFigures({ steps })).toMatchObject({ verdict: 'partly', equal: LINE.length - 2, notReplayed: 2 })
})

test('a step that this version does not know is not counted as equal', async () => {
  const trace = made.order.trace.map((entry) => (entry.stage === 'threshold' ? { ...entry, stage: 'dream' } : entry))
  const steps = await again({ trace })
  expect(steps[1]).toMatchObject({ stage: 'dream', outcome: 'not-replayed', reason: 'unknown-step' })
  const odd = await again({ trace: changed('threshold', { someday: 1 }) })
  expect(odd[1]).toMatchObject({ stage: 'threshold', outcome: 'not-replayed', reason: 'other-version' })
})

test('cancelled, it ends at once and gives nothing', async () => {
  const controller = new AbortController()
  const onStep = (stage: string) => {
    if (stage === 'surface') controller.abort()
  }
  const ctx = { signal: controller.signal, progress: () => {} }
  await expect(replay(inProcessWorkers(), { ...made.order, onStep }, ctx)).rejects.toThrow(/abort/i)
})

test('the statement is plain data: what was replayed, the figures, and what was not replayed by name', async () => {
  const steps = await again({ kept: { ...made.order.kept, released: async () => null } })
  const result: ReplayResult = {
    ...{ format: 'proofprint-replay/1', traceId: null, scan: made.order.scan.digest, outputs: made.order.outputs },
    ...{ steps, appVersion: '0.0.0', at: '2026-11-26T00:00:00.000Z', ms: 5 },
  }
  const statement = replayStatement(result)
  expect(JSON.parse(JSON.stringify(statement))).toEqual(statement)
  expect(statement).toMatchObject({ verdict: 'partly', scan: made.order.scan.digest, firstDiffering: null })
  expect(statement.notReplayedSteps.map(({ stage, reason }) => [stage, reason])).toEqual([['export', 'part-changed']])
})

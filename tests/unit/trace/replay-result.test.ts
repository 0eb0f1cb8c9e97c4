import { expect, test } from 'vitest'
import { isReplayResult, type ReplayedStep, replayFigures } from '../../../src/trace/replay-result.ts'
import { REPLAY_RESULT as RESULT, REPLAYED_STEP as STEP } from '../../support/replay-result.ts'

const of = (...steps: Partial<ReplayedStep>[]) => replayFigures({ steps: steps.map((step) => ({ ...STEP, ...step })) })
const missed = { outcome: 'not-replayed', reason: 'no-network', digest: null, backend: null } as const

test('only a run of which every step is equal is the same', () => {
  expect(of({}, {}).verdict).toBe('same')
  expect(of({}, missed).verdict).toBe('partly')
  expect(of({}, missed, { outcome: 'differs' }).verdict).toBe('differs')
  expect(of(missed).verdict).toBe('nothing')
  expect(of().verdict).toBe('nothing')
})

test('a step that was not run is counted nowhere as compared, and no distance is said of it', () => {
  expect(of({}, missed)).toMatchObject({ compared: 1, equal: 1, notReplayed: 1 })
  expect(of(missed).voxels).toBeNull()
})

test('the largest difference counts; where one is not known there is none to tell', () => {
  const differs = (voxels: number) =>
    ({ outcome: 'differs', difference: { voxels, largestMm: null, meanMm: null } }) as const
  expect(of(differs(3), differs(8)).voxels).toBe(8)
  expect(of(differs(3), {}).voxels).toBe(3)
  expect(of(differs(3), { outcome: 'differs' }).voxels).toBeNull()
  // What was made on the way to another mask is no result.
  expect(of({ ...differs(8), isLast: false }, differs(3)).voxels).toBe(3)
})

test('another kind of processor is told', () => {
  expect(of({}).isSameBackend).toBe(true)
  expect(of({ backend: 'webgpu', adapter: 'a card' })).toMatchObject({ isSameBackend: false, isOnGraphics: true })
})

test('a stored result is known by its fields; one of another version is not', () => {
  const stored: unknown = JSON.parse(JSON.stringify(RESULT))
  expect(isReplayResult(stored)).toBe(true)
  expect(isReplayResult({ ...RESULT, format: 'proofprint-replay/2' })).toBe(false)
  expect(isReplayResult({ ...RESULT, steps: [{ ...STEP, reason: 'a mood' }] })).toBe(false)
  expect(isReplayResult({ ...RESULT, outputs: undefined })).toBe(false)
  expect(isReplayResult(null)).toBe(false)
})

import { expect, test } from 'vitest'
import type { TraceEntry } from '../../../src/trace/chain.ts'
import { replayPlan } from '../../../src/trace/replay-plan.ts'

const at = (seq: number, stage: string, inputDigests: string[], outputDigest: string): TraceEntry => ({
  ...{ seq, stage, version: 1, params: {}, inputDigests, outputDigest, backend: 'cpu', adapter: '', ms: 1 },
  ...{ at: '2026-11-26T00:00:00.000Z', prev: '' },
})
const stages = (entries: readonly TraceEntry[], ...outputs: string[]) =>
  replayPlan(entries, 'scan', outputs).map(({ seq, stage }) => `${seq} ${stage}`)

test('what led to an output is run, what was undone is not, and words about the scan are none of it', () => {
  const entries = [
    ...[at(0, 'scan', [], 'scan'), at(1, 'sign-side', ['scan'], 'scan'), at(2, 'template', ['scan'], 'scan')],
    ...[at(3, 'threshold', ['scan'], 'm1'), at(4, 'threshold', ['scan'], 'm2'), at(5, 'surface', ['m2', 'scan'], 's')],
  ]
  expect(stages(entries, 's')).toEqual(['0 scan', '4 threshold', '5 surface'])
})

test('the plan begins at the scan as it is stored: of a crooked one, where it was brought to an even stack', () => {
  const entries = [
    ...[at(0, 'scan', [], 'bent'), at(1, 'straighten', ['bent'], 'scan'), at(2, 'threshold', ['scan'], 'm')],
  ]
  expect(stages(entries, 'm')).toEqual(['1 straighten', '2 threshold'])
})

test('a step that changed nothing is run where its result went on, and not where nothing came of it', () => {
  const entries = [
    ...[at(0, 'scan', [], 'scan'), at(1, 'threshold', ['scan'], 'm'), at(2, 'islands', ['m'], 'm')],
    ...[at(3, 'place', ['e', 'm'], 'm'), at(4, 'surface', ['m', 'scan'], 's'), at(5, 'fill-holes', ['m'], 'm')],
  ]
  expect(stages(entries, 's')).toEqual(['0 scan', '1 threshold', '2 islands', '4 surface'])
})

test('for an input that no step made by itself, the steps before it that made several are run', () => {
  const entries = [
    ...[at(0, 'scan', [], 'scan'), at(1, 'threshold', ['scan'], 'm'), at(2, 'split-islands', ['m'], 'both')],
    ...[at(3, 'surface', ['one', 'scan'], 's'), at(4, 'split-islands', ['m'], 'later')],
  ]
  expect(stages(entries, 's')).toEqual(['0 scan', '1 threshold', '2 split-islands', '3 surface'])
})

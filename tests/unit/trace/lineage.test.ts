import { expect, test } from 'vitest'
import type { TraceEntry } from '../../../src/trace/chain.ts'
import { lineage } from '../../../src/trace/lineage.ts'

let seq = 0
const entry = (stage: string, inputDigests: string[], outputDigest: string): TraceEntry => ({
  seq: seq++,
  stage,
  version: 1,
  params: {},
  inputDigests,
  outputDigest,
  backend: 'cpu',
  adapter: '',
  ms: 0,
  at: '',
  prev: '',
})

const trace = [
  entry('scan', [], 'volume'),
  entry('threshold', ['volume'], 'mask-1'),
  entry('islands', ['mask-1'], 'mask-2'),
  entry('restore', ['mask-2'], 'mask-1'),
  entry('fill-holes', ['mask-1'], 'mask-3'),
  entry('surface', ['mask-3', 'volume'], 'mesh'),
]

test('follows the output back to the scan and leaves out what was undone', () => {
  expect(lineage(trace, 'mesh').map((e) => e.stage)).toEqual(['scan', 'threshold', 'fill-holes', 'surface'])
})
test('nothing made it: empty', () => {
  expect(lineage(trace, 'another')).toEqual([])
})
test('an undo back to where it began does not loop', () => {
  expect(lineage(trace, 'mask-1').map((e) => e.stage)).toEqual(['scan', 'threshold'])
})

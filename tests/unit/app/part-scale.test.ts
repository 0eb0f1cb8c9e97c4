import { expect, test } from 'vitest'
import { scaleOfBody } from '../../../src/app/part-scale.ts'
import { AS_SCANNED } from '../../../src/qa/checks/scale.ts'

const info = (id: number) => ({ id, name: '', mesh: '', reference: '', shells: 1 })
const edit = (stage: string, on: number[], after: number[], params = {}) => ({
  stage,
  on,
  params,
  after: after.map(info),
})
const half = { factor: 0.5, reason: 'fits the printer' }

test('factors multiply and reasons are told one after the other, on the body that was scaled alone', () => {
  const edits = [
    edit('pegs', [1], [1, 2]),
    edit('scale', [2], [1, 2], half),
    edit('scale', [2], [1, 2], { factor: 0.4, reason: 'for a desk' }),
  ]
  expect(scaleOfBody(edits, 2)).toEqual({ factor: 0.2, reason: 'fits the printer; for a desk' })
  expect(scaleOfBody(edits, 1)).toEqual(AS_SCANNED)
})

test('what is cut off a scaled body is as large as that; a body that is added is not', () => {
  const edits = [edit('scale', [1], [1], half), edit('pegs', [1], [1, 2]), edit('add', [], [1, 2, 3])]
  expect([1, 2, 3].map((id) => scaleOfBody(edits, id).factor)).toEqual([0.5, 0.5, 1])
})

test('without edits a part is as it was scanned', () => {
  expect(scaleOfBody([], 1)).toBe(AS_SCANNED)
})

import { expect, test } from 'vitest'
import { LabelEdits } from '../../../src/app/label-edits.ts'
import { maskFromBytes, maskToBytes } from '../../../src/core/mask.ts'
import type { Grid, Volume } from '../../../src/core/types.ts'
import { labelOf, noLabels } from '../../../src/segment/label-set.ts'
import { labelsOf } from '../../support/labels.ts'

const grid: Grid = { size: [3, 2, 1], spacing: [1, 1, 1], origin: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] }
const scan = (): Volume => ({ grid, data: new Int16Array(6), slope: 1, intercept: 0, modality: 'CT', unit: 'HU' })
const labels = (...bytes: number[]) => labelsOf(grid, [maskFromBytes(grid, bytes)])
const none = noLabels(grid)
const read = scan()
const smooth = scan()
const SAME = { from: 1, to: 1 }

test('undo and redo go through labels and the denoised scan in order', () => {
  const edits = new LabelEdits()
  const a = labels(1, 1, 1, 0, 0, 0)
  const b = labels(1, 0, 0, 0, 0, 0)
  edits.note('threshold', { labels: none, field: read }, { labels: a, field: read }, SAME)
  edits.note('denoise', { labels: a, field: read }, { labels: a, field: smooth }, SAME)
  edits.note('islands', { labels: a, field: smooth }, { labels: b, field: smooth }, SAME)
  expect(edits.names).toEqual({ undo: 'islands', redo: null })

  const one = edits.undo({ labels: b, field: smooth })
  expect(one && [...maskToBytes(labelOf(one.labels, 1).mask)]).toEqual([1, 1, 1, 0, 0, 0])
  expect(one?.field).toBe(smooth)
  const two = one && edits.undo(one)
  expect(two?.field).toBe(read)
  const three = two && edits.undo(two)
  expect(three?.labels.labels).toEqual([])
  expect(edits.names).toEqual({ undo: null, redo: 'threshold' })
  expect(three && edits.undo(three)).toBeNull()

  const again = three && edits.redo(three)
  const denoised = again && edits.redo(again)
  expect(denoised?.field).toBe(smooth)
  expect(denoised && [...maskToBytes(labelOf(denoised.labels, 1).mask)]).toEqual([1, 1, 1, 0, 0, 0])
})

test('a new edit forgets what was undone', () => {
  const edits = new LabelEdits()
  const a = labels(1, 1, 0, 0, 0, 0)
  edits.note('threshold', { labels: none, field: read }, { labels: a, field: read }, SAME)
  const back = edits.undo({ labels: a, field: read })
  edits.note('margin', back ?? { labels: none, field: read }, { labels: labels(0, 0, 1, 0, 0, 0), field: read }, SAME)
  expect(edits.names).toEqual({ undo: 'margin', redo: null })
})

test('an edit that moved on to another label goes back to the one before, and forth again', () => {
  const edits = new LabelEdits()
  const [a, b] = [labels(1, 1, 0, 0, 0, 0), labels(1, 1, 1, 0, 0, 0)]
  edits.note('copy-label', { labels: a, field: read }, { labels: b, field: read }, { from: 2, to: 3 })
  edits.note('margin', { labels: b, field: read }, { labels: a, field: read }, { from: 3, to: 3 })
  const margin = edits.undo({ labels: a, field: read })
  expect(margin?.active).toBeNull()
  const copy = margin && edits.undo(margin)
  expect(copy?.active).toBe(2)
  expect(copy && edits.redo(copy)?.active).toBe(3)
})

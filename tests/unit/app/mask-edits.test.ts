import { expect, test } from 'vitest'
import { MaskEdits } from '../../../src/app/mask-edits.ts'
import { maskFromBytes, maskToBytes } from '../../../src/core/mask.ts'
import type { Grid, Volume } from '../../../src/core/types.ts'

const grid: Grid = { size: [3, 2, 1], spacing: [1, 1, 1], origin: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] }
const scan = (): Volume => ({
  grid,
  data: new Int16Array(6),
  slope: 1,
  intercept: 0,
  modality: 'CT',
  unit: 'HU',
})
const mask = (...bytes: number[]) => maskFromBytes(grid, bytes)
const read = scan()
const smooth = scan()

test('undo and redo go through masks and the denoised scan in order', () => {
  const edits = new MaskEdits()
  const a = mask(1, 1, 1, 0, 0, 0)
  const b = mask(1, 0, 0, 0, 0, 0)
  edits.note('threshold', { mask: null, field: read }, { mask: a, field: read })
  edits.note('denoise', { mask: a, field: read }, { mask: a, field: smooth })
  edits.note('islands', { mask: a, field: smooth }, { mask: b, field: smooth })
  expect(edits.labels).toEqual({ undo: 'islands', redo: null })

  const one = edits.undo({ mask: b, field: smooth })
  expect(one?.mask && [...maskToBytes(one.mask)]).toEqual([1, 1, 1, 0, 0, 0])
  expect(one?.field).toBe(smooth)
  const two = one && edits.undo(one)
  expect(two?.field).toBe(read)
  const three = two && edits.undo(two)
  expect(three?.mask).toBeNull()
  expect(edits.labels).toEqual({ undo: null, redo: 'threshold' })
  expect(three && edits.undo(three)).toBeNull()

  const again = three && edits.redo(three)
  const denoised = again && edits.redo(again)
  expect(denoised?.field).toBe(smooth)
  expect(denoised?.mask && [...maskToBytes(denoised.mask)]).toEqual([1, 1, 1, 0, 0, 0])
})

test('a new edit forgets what was undone', () => {
  const edits = new MaskEdits()
  const a = mask(1, 1, 0, 0, 0, 0)
  edits.note('threshold', { mask: null, field: read }, { mask: a, field: read })
  const back = edits.undo({ mask: a, field: read })
  edits.note('margin', back ?? { mask: null, field: read }, { mask: mask(0, 0, 1, 0, 0, 0), field: read })
  expect(edits.labels).toEqual({ undo: 'margin', redo: null })
})

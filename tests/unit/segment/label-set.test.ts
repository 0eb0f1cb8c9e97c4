import { expect, test } from 'vitest'
import {
  addLabel,
  changeLabel,
  LABEL_COLOURS,
  labelOf,
  noLabels,
  noteMade,
  removeLabel,
  voxelsOf,
  withMasks,
} from '../../../src/segment/label-set.ts'
import { labelsOf } from '../../support/labels.ts'
import { gridOf, randomMask } from '../../support/phantoms.ts'

const grid = gridOf([20, 6, 4])

test('labels get numbers that do not come again, and colours that are used least', () => {
  let set = noLabels(grid)
  for (let n = 0; n < LABEL_COLOURS; n++) set = addLabel(set, 'bone', 'none')
  expect(set.labels.map((l) => l.colour)).toEqual(Array.from({ length: LABEL_COLOURS }, (_, n) => n + 1))
  set = addLabel(removeLabel(set, 3), 'skin', 'none')
  expect(set.labels.at(-1)).toMatchObject({ id: LABEL_COLOURS + 1, colour: 3 })
})

test('only what is paired has a side', () => {
  const femur = addLabel(noLabels(grid), 'femur', 'left')
  expect(femur.labels[0]?.laterality).toBe('left')
  expect(addLabel(noLabels(grid), 'skull', 'left').labels[0]?.laterality).toBe('none')
  expect(changeLabel(femur, 1, { anatomy: 'skin' }).labels[0]?.laterality).toBe('none')
})

test('a locked label is not removed, a full list refuses, another grid too', () => {
  const locked = changeLabel(labelsOf(grid, [randomMask(grid, 1, 0.5)]), 1, { locked: true })
  expect(() => removeLabel(locked, 1)).toThrow(expect.objectContaining({ code: 'segment/locked' }))
  expect(() => addLabel({ ...locked, nextId: 256 }, 'bone', 'none')).toThrow(
    expect.objectContaining({ code: 'segment/too-many-labels' }),
  )
  const other = randomMask(gridOf([20, 4, 6]), 1, 0.5)
  expect(() => withMasks(locked, [{ id: 1, mask: other }])).toThrow(
    expect.objectContaining({ code: 'segment/grid-mismatch' }),
  )
  expect(() => labelOf(locked, 7)).toThrow(expect.objectContaining({ code: 'segment/no-label' }))
})

test('empty labels share one mask', () => {
  const set = addLabel(addLabel(noLabels(grid), 'bone', 'none'), 'skin', 'none')
  expect(labelOf(set, 1).mask).toBe(labelOf(set, 2).mask)
  expect(voxelsOf(labelOf(set, 1).mask)).toBe(0)
})

test('what made a label is told once for steps in a row, without the points of a stroke', () => {
  const points = Array.from({ length: 30 }, (_, n) => n)
  const one = noteMade([], 'paint', { radiusMm: 3, points })
  const two = noteMade(one, 'paint', { radiusMm: 4, points })
  expect(two).toEqual([{ stage: 'paint', params: { radiusMm: 4 }, times: 2 }])
  expect(noteMade(two, 'margin', { distanceMm: 1 })).toHaveLength(2)
})

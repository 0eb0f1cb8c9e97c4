import { expect, test } from 'vitest'
import { hasVoxel } from '../../../src/core/mask.ts'
import { changeLabel, labelOf, withMasks } from '../../../src/segment/label-set.ts'
import { type Overlap, place, placeAll } from '../../../src/segment/place.ts'
import { labelsOf } from '../../support/labels.ts'
import { gridOf, randomMask } from '../../support/phantoms.ts'

const grid = gridOf([70, 9, 5])
const [first, second, third, proposed, range] = [1, 2, 3, 4, 5].map((seed) => randomMask(grid, seed, 0.4)) as [
  ReturnType<typeof randomMask>,
  ReturnType<typeof randomMask>,
  ReturnType<typeof randomMask>,
  ReturnType<typeof randomMask>,
  ReturnType<typeof randomMask>,
]
/** The third label is locked. */
const set = changeLabel(labelsOf(grid, [first, second, third]), 3, { locked: true })

test.each<[Overlap, boolean]>([
  ['allow', false],
  ['allow', true],
  ['take', false],
  ['take', true],
  ['spare', false],
  ['spare', true],
])('%s, within a range %s: every voxel by the rule', (others, limited) => {
  const after = withMasks(set, place(set, 1, proposed, { others, within: limited ? range : null }))
  for (let k = 0; k < 5; k++) {
    for (let j = 0; j < 9; j++) {
      for (let i = 0; i < 70; i++) {
        const [was, wanted, b, c] = [first, proposed, second, third].map((m) => hasVoxel(m, i, j, k)) as boolean[]
        const may = !limited || hasVoxel(range, i, j, k)
        const blocked = others === 'spare' ? b || c : others === 'take' ? c : false
        const now = may && (was || !blocked) ? wanted : was
        expect(hasVoxel(labelOf(after, 1).mask, i, j, k)).toBe(now)
        const loses = others === 'take' && now && !was
        expect(hasVoxel(labelOf(after, 2).mask, i, j, k)).toBe(b && !loses)
      }
    }
  }
  expect(labelOf(after, 3).mask).toBe(third)
})

test('what does not change is not listed, and a locked label is refused', () => {
  expect(place(set, 1, first, { others: 'take', within: null })).toEqual([])
  expect(place(set, 1, proposed, { others: 'allow', within: null })).toEqual([{ id: 1, mask: proposed }])
  expect(() => place(set, 3, proposed, { others: 'allow', within: null })).toThrow(
    expect.objectContaining({ code: 'segment/locked' }),
  )
  expect(() => place(set, 9, proposed, { others: 'allow', within: null })).toThrow(
    expect.objectContaining({ code: 'segment/no-label' }),
  )
})

test('several at once: no rule holds among them, each holds against the others', () => {
  const proposals = [
    { id: 1, mask: second },
    { id: 2, mask: first },
  ]
  // They change places: taken one after the other, each would be in the way of the other.
  const swapped = withMasks(set, placeAll(set, proposals, { others: 'take', within: range }))
  for (let k = 0; k < 5; k++) {
    for (let j = 0; j < 9; j++) {
      for (let i = 0; i < 70; i++) {
        const [a, b, locked, may] = [first, second, third, range].map((m) => hasVoxel(m, i, j, k)) as boolean[]
        expect(hasVoxel(labelOf(swapped, 1).mask, i, j, k)).toBe(may && (a || !locked) ? b : a)
        expect(hasVoxel(labelOf(swapped, 2).mask, i, j, k)).toBe(may && (b || !locked) ? a : b)
      }
    }
  }
  const open = changeLabel(set, 3, { locked: false })
  const taken = withMasks(open, placeAll(open, proposals, { others: 'take', within: null }))
  const gained = (i: number, j: number, k: number) => hasVoxel(first, i, j, k) !== hasVoxel(second, i, j, k)
  for (let i = 0; i < 70; i++) {
    expect(hasVoxel(labelOf(taken, 3).mask, i, 4, 2)).toBe(hasVoxel(third, i, 4, 2) && !gained(i, 4, 2))
  }
})

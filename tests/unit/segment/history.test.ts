import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import type { Mask } from '../../../src/core/types.ts'
import {
  emptyHistory,
  type History,
  historyBytes,
  pendingNames,
  record,
  redo,
  type Step,
  undo,
} from '../../../src/segment/history.ts'
import { changeLabel, type LabelSet, noLabels, removeLabel } from '../../../src/segment/label-set.ts'
import { labelsOf, wordsOf } from '../../support/labels.ts'
import { setVoxel } from '../../support/masks.ts'
import { gridOf, randomMask } from '../../support/phantoms.ts'

const grid = gridOf([70, 12, 9])

const one = (mask: Mask) => labelsOf(mask.grid, [mask])

/** A mask, and masks that follow from it by edits of very different size. */
function edits(): Mask[] {
  const random = seededRandom(7)
  const masks = [randomMask(grid, 1, 0), randomMask(grid, 2, 0.3)]
  for (let n = 0; n < 6; n++) {
    const mask = { grid, words: (masks.at(-1) as Mask).words.slice() }
    for (let v = 0; v < n * 4; v++)
      setVoxel(mask, ...([70, 12, 9].map((s) => Math.floor(random() * s)) as [number, number, number]))
    masks.push(mask)
  }
  return [...masks, randomMask(grid, 3, 1), randomMask(grid, 4, 0.5)]
}

function recordAll(masks: Mask[], history: History): History {
  return masks.slice(1).reduce((h, mask, n) => record(h, `edit-${n}`, one(masks[n] as Mask), one(mask)), history)
}

test('undo goes back to every mask bit for bit, redo forward again', () => {
  const masks = edits()
  let step: Step = { set: one(masks.at(-1) as Mask), history: recordAll(masks, emptyHistory()) }
  for (let n = masks.length - 2; n >= 0; n--) {
    expect(pendingNames(step.history).undo).toBe(`edit-${n}`)
    step = undo(step) as Step
    expect(wordsOf(step.set, 1)).toEqual(masks[n]?.words)
  }
  expect(undo(step)).toBeNull()
  for (let n = 1; n < masks.length; n++) {
    expect(pendingNames(step.history).redo).toBe(`edit-${n - 1}`)
    step = redo(step) as Step
    expect(wordsOf(step.set, 1)).toEqual(masks[n]?.words)
  }
  expect(redo(step)).toBeNull()
  expect(pendingNames(step.history)).toEqual({ undo: `edit-${masks.length - 2}`, redo: null })
})

test('a new edit forgets the undone ones', () => {
  const [a, b, c] = edits() as [Mask, Mask, Mask]
  const back = undo({ set: one(b), history: record(emptyHistory(), 'first', one(a), one(b)) }) as Step
  const history = record(back.history, 'second', one(a), one(c))
  expect(pendingNames(history)).toEqual({ undo: 'second', redo: null })
  expect(redo({ set: one(c), history })).toBeNull()
  const again = undo({ set: one(c), history }) as Step
  expect(wordsOf(again.set, 1)).toEqual(a.words)
  expect(undo(again)).toBeNull()
})

test('an edit of a 33 MB mask costs what it changed', () => {
  const large = gridOf([512, 512, 1000])
  const before = randomMask(gridOf([1, 1, 1]), 1, 0)
  const empty = { grid: large, words: new Uint32Array(8_192_000) }
  const after = { grid: large, words: empty.words.slice() }
  for (let n = 0; n < 100; n++) after.words[n * 81_000 + 5] = 1
  const history = record(emptyHistory(), 'paint', one(empty), one(after))
  // A word that changes alone: the words skipped, one, the word.
  expect(historyBytes(history)).toBeLessThanOrEqual(100 * 3 * 4)
  // Comparing by value what is this large takes the test runner half a minute.
  expect(wordsOf(undo({ set: one(after), history })?.set, 1)?.every((word) => word === 0)).toBe(true)
  expect(historyBytes(record(emptyHistory(), 'nothing', one(before), one(before)))).toBe(0)
})

test('a dense change costs hardly more than the mask', () => {
  const empty = randomMask(grid, 1, 0)
  const dense = randomMask(grid, 4, 0.5)
  expect(historyBytes(record(emptyHistory(), 'all', one(empty), one(dense)))).toBeLessThanOrEqual(
    dense.words.byteLength + 8,
  )
  const striped = { grid, words: dense.words.map((word, n) => (n % 2 === 0 ? word : 0)) }
  expect(historyBytes(record(emptyHistory(), 'stripes', one(empty), one(striped)))).toBeLessThanOrEqual(
    dense.words.byteLength + 8,
  )
})

test('the oldest edits are dropped when the limit is passed; later ones still undo', () => {
  const masks = edits()
  const all = recordAll(masks, emptyHistory())
  const limit = historyBytes(all) - 1
  const history = recordAll(masks, emptyHistory(limit))
  expect(historyBytes(history)).toBeLessThanOrEqual(limit)
  expect(history.edits[0]?.name).toBe('edit-1')
  expect(history.position).toBe(history.edits.length)
  let step: Step = { set: one(masks.at(-1) as Mask), history }
  for (let next = undo(step); next; next = undo(step)) step = next
  expect(wordsOf(step.set, 1)).toEqual(masks[1]?.words)
})

test('an edit larger than the limit leaves nothing to undo', () => {
  const [a, b] = edits() as [Mask, Mask]
  const history = record(emptyHistory(16), 'large', one(a), one(b))
  expect(history).toMatchObject({ edits: [], position: 0 })
  expect(undo({ set: one(b), history })).toBeNull()
})

test('masks of different scans are refused, and inputs stay untouched', () => {
  const [a, b] = edits() as [Mask, Mask]
  expect(() => record(emptyHistory(), 'x', one(a), one(randomMask(gridOf([70, 9, 12]), 1, 0.5)))).toThrow(
    expect.objectContaining({ code: 'segment/grid-mismatch' }),
  )
  const history = record(emptyHistory(), 'x', one(a), one(b))
  const copy = b.words.slice()
  undo({ set: one(b), history })
  expect(b.words).toEqual(copy)
  expect(history.position).toBe(1)
})

test('adding, describing and removing a label are undone with its voxels; how it is shown is not', () => {
  const mask = randomMask(grid, 5, 0.4)
  const none = noLabels(grid)
  const added = labelsOf(grid, [mask])
  const described = changeLabel(added, 1, { anatomy: 'femur', laterality: 'left' })
  const gone = removeLabel(described, 1)
  const names = ['add', 'describe', 'remove']
  const history = [added, described, gone].reduce(
    (h, set, n) => record(h, names[n] as string, [none, added, described][n] as LabelSet, set),
    emptyHistory(),
  )
  const back = undo({ set: gone, history }) as Step
  expect(back.set.labels[0]).toMatchObject({ anatomy: 'femur', laterality: 'left' })
  expect(wordsOf(back.set, 1)).toEqual(mask.words)
  const hidden = { ...back, set: changeLabel(back.set, 1, { visible: false, secondsSpent: 9 }) }
  const first = undo(hidden) as Step
  expect(first.set.labels[0]).toMatchObject({ anatomy: 'bone', visible: false, secondsSpent: 9 })
  expect((undo(first) as Step).set.labels).toEqual([])
  expect((redo(undo(first) as Step) as Step).set.labels).toHaveLength(1)
})

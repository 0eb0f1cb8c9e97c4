import { expect, test } from 'vitest'
import {
  type EditMade,
  editsOf,
  isStoredHistory,
  movedBy,
  NO_EDITS,
  type PartHistory,
  packedHistory,
  pendingActs,
  recordEdits,
  renamedBody,
  slotsOfHistory,
  unpackedHistory,
} from '../../../src/app/part-history.ts'

const edit = (stage: string): EditMade => ({
  ...{ stage, params: { mm: 1 }, on: [1], fromMm3: 10, toMm3: 9 },
  row: { stage, meanMm: 0, p95Mm: 0, maxMm: 0, volumePercent: 0 },
  after: [{ id: 1, name: '', mesh: `part/${stage}`, reference: 'reference-mesh', shells: 1 }],
})
/** Each edit after the one before. */
const made = (...stages: string[]) =>
  stages.reduce((history: PartHistory, stage) => {
    return recordEdits(history, stage, [...editsOf(history), edit(stage)])
  }, NO_EDITS)
const stages = (history: PartHistory) => editsOf(history).map(({ stage }) => stage)
const moved = (history: PartHistory, way: 'undo' | 'redo') => {
  const next = movedBy(history, way)
  if (!next) throw new Error(`there is nothing to ${way}`)
  return next
}

test('undo and redo go through the edits and name what they would do', () => {
  const two = made('cut', 'smooth')
  expect(pendingActs(two)).toEqual({ undo: 'smooth', redo: null })
  const one = moved(two, 'undo')
  expect([stages(one), pendingActs(one)]).toEqual([['cut'], { undo: 'cut', redo: 'smooth' }])
  const none = moved(one, 'undo')
  expect([stages(none), pendingActs(none)]).toEqual([[], { undo: null, redo: 'cut' }])
  expect(movedBy(none, 'undo')).toBeNull()
  expect(stages(moved(moved(none, 'redo'), 'redo'))).toEqual(['cut', 'smooth'])
  expect(movedBy(two, 'redo')).toBeNull()
})

test('an edit after an undo gives up what was undone', () => {
  const other = recordEdits(moved(made('cut', 'smooth'), 'undo'), 'scale', [edit('cut'), edit('scale')])
  expect([stages(other), pendingActs(other)]).toEqual([['cut', 'scale'], { undo: 'scale', redo: null }])
})

test('a name stays with a body through undo and redo, from the edit on that made it', () => {
  const [first, second] = [edit('smooth'), edit('cut')]
  const two = { ...second, after: [...second.after, { ...second.after[0], id: 2 }] as EditMade['after'] }
  const cut = recordEdits(recordEdits(NO_EDITS, 'smooth', [first]), 'cut', [first, two])
  const third = { ...two, stage: 'scale' }
  const history = renamedBody(recordEdits(cut, 'scale', [first, two, third]), 2, 'Head')
  const names = (of: PartHistory) => editsOf(of).map(({ after }) => after.map(({ name }) => name))
  expect(names(history)).toEqual([[''], ['', 'Head'], ['', 'Head']])
  const back = moved(history, 'undo')
  expect(names(back)).toEqual([[''], ['', 'Head']])
  expect(names(moved(moved(back, 'undo'), 'redo'))).toEqual([[''], ['', 'Head']])
  // Each edit is still kept once.
  expect(packedHistory(history).edits).toHaveLength(3)
  expect(renamedBody(history, 7, 'Nobody')).toBe(history)
  expect(renamedBody(NO_EDITS, 1, 'Whole')).toBe(NO_EDITS)
})

test('an edit that is taken out can be brought back', () => {
  const two = made('cut', 'smooth')
  const taken = recordEdits(two, 'remove-edit', editsOf(two).slice(1))
  expect(stages(taken)).toEqual(['smooth'])
  expect(stages(moved(taken, 'undo'))).toEqual(['cut', 'smooth'])
})

test('only so many moments are kept; the edits stay listed', () => {
  const many = made(...Array.from({ length: 30 }, (_, n) => `edit-${n}`))
  expect(many.versions).toHaveLength(21)
  expect(stages(many)).toHaveLength(30)
  let first = many
  for (let n = 0; n < 20; n++) first = moved(first, 'undo')
  expect(stages(first)).toHaveLength(10)
  expect(pendingActs(first).undo).toBeNull()
})

test('packed, each edit is there once, and it comes back the same through JSON', () => {
  const history = moved(made('cut', 'smooth', 'scale'), 'undo')
  const packed = packedHistory(history)
  expect(packed.edits).toHaveLength(3)
  const stored: unknown = JSON.parse(JSON.stringify(packed))
  expect(isStoredHistory(stored) && unpackedHistory(stored)).toEqual(history)
  expect([...slotsOfHistory(packed)].sort()).toEqual(['part/cut', 'part/scale', 'part/smooth', 'reference-mesh'])
})

test('a stored history that leads nowhere is none', () => {
  const packed = packedHistory(made('cut'))
  expect(isStoredHistory(packed)).toBe(true)
  const broken = [
    { ...packed, position: 2 },
    { ...packed, versions: [{ act: 'cut', edits: [1] }], position: 0 },
    { ...packed, edits: [{ ...edit('cut'), after: [{ id: 1 }] }] },
    { edits: [], versions: [], position: 0 },
  ]
  for (const value of broken) expect(isStoredHistory(value)).toBe(false)
})

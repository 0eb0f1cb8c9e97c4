import { afterEach, expect, test, vi } from 'vitest'
import type { SessionView } from '../../../src/app/session-view.ts'
import { KEYS, keyText } from '../../../src/ui/segment.en.ts'
import { pressShortcut, SHORTCUT_GROUPS, SHORTCUTS, shortcutOf } from '../../../src/ui/shortcuts.ts'
import { ViewState } from '../../../src/ui/view.svelte.ts'

afterEach(() => vi.unstubAllGlobals())

const NO_KEYS = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }
const press = (key: string, held: Partial<typeof NO_KEYS> = {}) => shortcutOf({ key, ...NO_KEYS, ...held })?.id ?? null

test('no two shortcuts share a key', () => {
  const all = SHORTCUTS.flatMap(({ chords }) => chords.map((chord) => JSON.stringify(chord)))
  expect(new Set(all).size).toBe(all.length)
})
test('every shortcut is in a group that is listed, and has words', () => {
  for (const { id, group, chords } of SHORTCUTS) {
    expect(SHORTCUT_GROUPS).toContain(group)
    expect(KEYS.does[id].length).toBeGreaterThan(2)
    expect(keyText(id, chords).every((text) => text.trim() !== '')).toBe(true)
  }
  expect(keyText('redo', [{ key: 'z', ctrl: true, shift: true }])).toEqual(['Ctrl + Shift + Z'])
})
test('keys are told apart by Ctrl, Cmd and Shift; Alt is for the system', () => {
  expect(press('z')).toBeNull()
  expect(press('z', { ctrlKey: true })).toBe('undo')
  expect(press('z', { metaKey: true })).toBe('undo')
  expect(press('Z', { ctrlKey: true, shiftKey: true })).toBe('redo')
  expect(press('y', { ctrlKey: true })).toBe('redo')
  expect(press('p')).toBe('paint')
  expect(press('P', { shiftKey: true })).toBeNull()
  expect(press('p', { ctrlKey: true })).toBeNull()
  expect(press('p', { altKey: true })).toBeNull()
})
test('a sign is found whether its keyboard needs Shift for it or not', () => {
  expect([press('?'), press('?', { shiftKey: true })]).toEqual(['sheet', 'sheet'])
  expect([press('['), press(']')]).toEqual(['smaller', 'larger'])
})
test('the brush keys set brush and tool; digits choose the labels in order', () => {
  const view = new ViewState()
  const chosen: number[] = []
  const session = { labels: [{ id: 4 }, { id: 2 }], chooseLabel: (id: number) => chosen.push(id) }
  const act = (key: string) => shortcutOf({ key, ...NO_KEYS })?.act?.(session as unknown as SessionView, view, key)
  act('e')
  expect([view.tool, view.draw.mode]).toEqual(['paint', 'erase'])
  act(']')
  expect(view.draw.radiusMm).toBe(6.25)
  act('[')
  expect(view.draw.radiusMm).toBe(5)
  act('b')
  expect(view.draw.shape).toBe('sphere')
  for (const digit of '129') act(digit)
  expect(chosen).toEqual([4, 2])
  act('v')
  expect(view.labelsShown).toBe(false)
})
test('the brush keeps to sizes that make sense', () => {
  const { draw } = new ViewState()
  draw.setRadius(0)
  expect(draw.radiusMm).toBe(0.1)
  for (let n = 0; n < 80; n++) draw.resize('larger')
  expect(draw.radiusMm).toBe(100)
})

test('undo and redo are those of the station: labels in Segment, the part in Model, nothing elsewhere', () => {
  vi.stubGlobal('Element', class {})
  const done: string[] = []
  const verbs = (of: string) => ({ undo: () => done.push(`${of} undo`), redo: () => done.push(`${of} redo`) })
  const pressIn = (place: string) => {
    const session = { place, ...verbs('labels'), part: verbs('part') } as unknown as SessionView
    const event = {
      key: 'z',
      ...NO_KEYS,
      ctrlKey: true,
      target: null,
      defaultPrevented: false,
    } as unknown as KeyboardEvent
    return pressShortcut(event, session, new ViewState())
  }
  expect(['segment', 'model', 'check'].map(pressIn)).toEqual([true, true, false])
  expect(done).toEqual(['labels undo', 'part undo'])
})

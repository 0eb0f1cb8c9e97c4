import type { PlaceId } from '../app/place.ts'
import type { SessionView } from '../app/session-view.ts'
import type { ToolId } from './segment-tools.ts'
import type { ViewState } from './view.svelte.ts'

export type ShortcutGroup = 'tools' | 'edit' | 'brush' | 'labels' | 'view'
export const SHORTCUT_GROUPS: readonly ShortcutGroup[] = ['tools', 'edit', 'brush', 'labels', 'view']

interface Chord {
  /** As the event names it, in lower case. */
  readonly key: string
  /** Ctrl, or Cmd on a Mac. */
  readonly ctrl?: true
  readonly shift?: true
}

type Act = (session: SessionView, view: ViewState, key: string) => void

interface Entry {
  readonly group: ShortcutGroup
  readonly chords: readonly Chord[]
  /** Null where the pane that has the focus acts on the key itself: then it is only listed. */
  readonly act: Act | null
  /** Where it works; null for everywhere, without it in Segment. */
  readonly places?: readonly PlaceId[] | null
}

const tool =
  (id: ToolId): Act =>
  (_, view) => {
    view.tool = id
  }
/** What is undone is that of the station: the labels, or the part. */
const step =
  (way: 'undo' | 'redo'): Act =>
  (session) =>
    session.place === 'model' ? session.part[way]() : session[way]()
const brush =
  (mode: 'paint' | 'erase'): Act =>
  (_, view) => {
    view.tool = 'paint'
    view.draw.mode = mode
  }
const plain = (...keys: string[]): Chord[] => keys.map((key) => ({ key }))

const TABLE = {
  paint: { group: 'tools', chords: plain('p'), act: brush('paint') },
  erase: { group: 'tools', chords: plain('e'), act: brush('erase') },
  scissors: { group: 'tools', chords: plain('s'), act: tool('scissors') },
  crop: { group: 'tools', chords: plain('c'), act: tool('crop') },
  threshold: { group: 'tools', chords: plain('t'), act: tool('threshold') },
  islands: { group: 'tools', chords: plain('i'), act: tool('islands') },
  holes: { group: 'tools', chords: plain('h'), act: tool('holes') },
  margin: { group: 'tools', chords: plain('m'), act: tool('margin') },
  denoise: { group: 'tools', chords: plain('n'), act: tool('denoise') },
  undo: { group: 'edit', chords: [{ key: 'z', ctrl: true }], act: step('undo'), places: ['segment', 'model'] },
  redo: {
    group: 'edit',
    chords: [
      { key: 'z', ctrl: true, shift: true },
      { key: 'y', ctrl: true },
    ],
    act: step('redo'),
    places: ['segment', 'model'],
  },
  finish: { group: 'edit', chords: plain('enter'), act: (_, view) => view.hand?.finish() },
  takeBack: { group: 'edit', chords: plain('escape'), act: (_, view) => view.hand?.cancel() },
  smaller: { group: 'brush', chords: plain('['), act: (_, view) => view.draw.resize('smaller') },
  larger: { group: 'brush', chords: plain(']'), act: (_, view) => view.draw.resize('larger') },
  shape: {
    group: 'brush',
    chords: plain('b'),
    act: (_, { draw }) => {
      draw.shape = draw.shape === 'disc' ? 'sphere' : 'disc'
    },
  },
  label: {
    group: 'labels',
    chords: plain(...'123456789'),
    act: (session, _, key) => {
      const label = session.labels[Number(key) - 1]
      if (label) session.chooseLabel(label.id)
    },
  },
  showLabels: {
    group: 'labels',
    chords: plain('v'),
    act: (_, view) => {
      view.labelsShown = !view.labelsShown
    },
  },
  pan: { group: 'view', chords: plain(' '), act: null },
  slice: { group: 'view', chords: plain('arrowup', 'arrowdown'), act: null },
  tenSlices: { group: 'view', chords: plain('pageup', 'pagedown'), act: null },
  zoom: { group: 'view', chords: plain('+', '-'), act: null },
  showAll: { group: 'view', chords: plain('0'), act: null },
  sheet: {
    group: 'view',
    chords: plain('?'),
    act: (_, view) => {
      view.keysShown = true
    },
    places: null,
  },
} as const satisfies Record<string, Entry>

export type ShortcutId = keyof typeof TABLE

export interface Shortcut extends Entry {
  readonly id: ShortcutId
}

/** Every key of the app: what it does, and how it is listed. */
export const SHORTCUTS: readonly Shortcut[] = Object.entries(TABLE).map(([id, entry]) => ({
  id: id as ShortcutId,
  ...(entry as Entry),
}))

/** Keys that a button or a tick box uses itself. */
const OWN_KEYS = new Set([' ', 'enter'])
const FIELD = 'input:not([type=checkbox], [type=range], [type=radio]), textarea, select, [contenteditable]'
const CONTROL = 'button, a, summary, label, input'

interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** The shortcut of a key press; null for none. */
export function shortcutOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): Shortcut | null {
  if (altKey) return null
  const ctrl = ctrlKey || metaKey
  // Where a sign needs Shift depends on the keyboard, so there it does not count.
  const fits = (chord: Chord) =>
    chord.key === key.toLowerCase() &&
    (chord.ctrl ?? false) === ctrl &&
    ((chord.shift ?? false) === shiftKey || !/^[a-z]$/i.test(key))
  return SHORTCUTS.find(({ chords }) => chords.some(fits)) ?? null
}

/** Whether the element that has the focus wants this key for itself. */
export function wantsKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false
  if (target.closest('[role=dialog], [role=alertdialog]') || target.closest(FIELD)) return true
  return OWN_KEYS.has(key.toLowerCase()) && target.closest(CONTROL) !== null
}

const worksIn = ({ places = ['segment'] }: Shortcut, place: PlaceId) => places === null || places.includes(place)

/** Acts on a key press, unless a field or dialog wants it. True when it was a shortcut's. */
export function pressShortcut(event: KeyboardEvent, session: SessionView, view: ViewState): boolean {
  if (event.defaultPrevented || wantsKey(event.target, event.key)) return false
  const shortcut = shortcutOf(event)
  if (!shortcut?.act || !worksIn(shortcut, session.place)) return false
  shortcut.act(session, view, event.key)
  return true
}

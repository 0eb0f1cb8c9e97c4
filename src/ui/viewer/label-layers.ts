import type { SessionView } from '../../app/session-view.ts'
import { LABEL_COLOURS } from '../../segment/label-set.ts'
import type { Layer } from './slice-scene.ts'

const NAMES = Array.from({ length: LABEL_COLOURS }, (_, n) => `--label-${n + 1}`)
let colours: readonly string[] = []

/** A label's colour as "#8fa2ff". The same in both themes, so it is read from the style sheet once. */
function hexOf(colour: number): string {
  if (colours.length === 0) {
    const style = getComputedStyle(document.documentElement)
    colours = NAMES.map((name) => style.getPropertyValue(name).trim())
  }
  return colours[colour - 1] ?? '#ffffff'
}

/** The labels that are shown, the active one on top; a range that is being tried stands in for it. */
export function layersOf(session: SessionView, trying: boolean): Layer[] {
  const { labels, activeLabel, preview } = session
  const tried = trying ? preview : null
  const shown = labels.filter((label) => label.visible && !(tried && label.id === activeLabel))
  const ordered = [...shown.filter((l) => l.id !== activeLabel), ...shown.filter((l) => l.id === activeLabel)]
  const layers = ordered.map(({ mask, colour }) => ({ mask, colour, hex: hexOf(colour), revision: 0 }))
  if (!tried) return layers
  const colour = labels.find((label) => label.id === activeLabel)?.colour ?? 1
  return [...layers, { mask: tried, colour, hex: hexOf(colour), revision: 0 }]
}

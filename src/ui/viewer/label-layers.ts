import type { PaintedView } from '../../app/segment-view.ts'
import type { SessionView } from '../../app/session-view.ts'
import { labelHex } from '../../segment/label-colours.ts'
import { LABEL_COLOURS } from '../../segment/label-set.ts'
import type { Layer } from './slice-scene.ts'

/** That of findings that need a look, as light as in the dark viewer. */
const UNSURE = '#f2b84b'
/** As findings that fail, and as nothing a label can have. */
const NOT_BELIEVED = '#f2706b'
const FOUND = '#4fd1c0'

/** What the AI marks of the chosen structure and is no label yet: a red result is shown so that a person sees why. */
export function foundLayers({ ai }: SessionView): Layer[] {
  const { found } = ai
  return found
    ? [{ mask: found.mask, colour: LABEL_COLOURS + 2, hex: found.band === 'red' ? NOT_BELIEVED : FOUND, revision: 0 }]
    : []
}

/** Where the AI was unsure of the active label; nothing for one that no network made. */
export function unsureLayers({ ai }: SessionView): Layer[] {
  return ai.unsure ? [{ mask: ai.unsure, colour: LABEL_COLOURS + 1, hex: UNSURE, revision: 0 }] : []
}

/**
 * The labels that are shown, the active one on top; an edit that is being tried stands in for it. What seeds grow to lies
 * below the seeds themselves.
 */
export function layersOf(session: SessionView, trying: boolean): Layer[] {
  const { labels, activeLabel, preview, painted } = session
  const tried = trying ? preview : null
  const shown = labels.filter((label) => label.visible && !(tried && label.id === activeLabel))
  const ordered = [...shown.filter((l) => l.id !== activeLabel), ...shown.filter((l) => l.id === activeLabel)]
  const own = ordered.map(({ id, mask, colour }) => {
    const drawn = painted.find(({ label }) => label === id)
    return drawn ? paintedLayer(drawn, colour) : { mask, colour, hex: labelHex(colour), revision: 0 }
  })
  // The first stroke makes the label that it is in.
  const unmade = painted.filter(({ label }) => !labels.some(({ id }) => id === label))
  const grown = trying ? grownLayers(session) : []
  const layers = [...grown, ...own, ...unmade.map((drawn) => paintedLayer(drawn, 1))]
  if (!tried) return layers
  const colour = labels.find((label) => label.id === activeLabel)?.colour ?? 1
  return [...layers, { mask: tried, colour, hex: labelHex(colour), revision: 0 }]
}

function paintedLayer({ working, revision }: PaintedView, colour: number): Layer {
  const touchedSince = (from: number) => working.touchedSince(from)
  return { mask: working.mask, colour, hex: labelHex(colour), revision, touchedSince }
}

function grownLayers({ labels, seeds }: SessionView): Layer[] {
  return (seeds.grown ?? []).flatMap(({ id, mask }) => {
    const label = labels.find((own) => own.id === id)
    return label ? [{ mask, colour: label.colour, hex: labelHex(label.colour), revision: 0 }] : []
  })
}

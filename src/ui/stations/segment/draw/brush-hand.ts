import type { SessionView } from '../../../../app/session-view.ts'
import type { ViewState } from '../../../view.svelte.ts'
import type { PanePoint, ToolHand } from '../../../viewer/pane-hand.ts'

/** The brush over the slices. */
export class BrushHand implements ToolHand {
  readonly #session: SessionView
  readonly #view: ViewState
  /** What the stroke in hand does; null without one. */
  #stroke: 'paint' | 'erase' | null = null

  constructor(session: SessionView, view: ViewState) {
    this.#session = session
    this.#view = view
  }

  down(point: PanePoint): boolean {
    const { shape, radiusMm, gate } = this.#view.draw
    const { axis } = point.plane.deep
    const mode = this.#modeAt(point)
    this.#view.labelsShown = true
    const brush = { shape, axis, slice: Math.round(point.ijk[axis]), radiusMm, mode, gate }
    this.#stroke = this.#session.beginStroke(brush, point.ijk) ? mode : null
    this.#show(point)
    return true
  }

  drag(point: PanePoint): void {
    this.#session.moveStroke(point.ijk)
    this.#show(point)
  }

  up(): void {
    this.#stroke = null
    this.#session.endStroke()
  }

  hover(point: PanePoint | null): void {
    this.#show(point)
  }

  cancel(): boolean {
    this.#stroke = null
    return this.#session.cancelStroke()
  }

  finish(): boolean {
    return false
  }

  #modeAt({ opposite }: PanePoint): 'paint' | 'erase' {
    return (this.#view.draw.mode === 'erase') === opposite ? 'paint' : 'erase'
  }

  #show(point: PanePoint | null): void {
    const erases = point !== null && (this.#stroke ?? this.#modeAt(point)) === 'erase'
    this.#view.draw.tip = point && { pane: point.plane.id, at: point.at, erases }
  }
}

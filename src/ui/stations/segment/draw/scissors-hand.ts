import type { SessionView } from '../../../../app/session-view.ts'
import type { Outline, Point } from '../../../draw.svelte.ts'
import type { ViewState } from '../../../view.svelte.ts'
import type { PanePoint, ToolHand, ViewPoint } from '../../../viewer/pane-hand.ts'
import { planeOf, sliceAt, toVoxel } from '../../../viewer/plane.ts'

/** A freehand corner is set each time the pointer has gone this far. */
const FREEHAND_PX = 3
/** A press this near to the first corner, or to the last within DOUBLE_MS, closes the outline. */
const NEAR_PX = 9
const DOUBLE_MS = 400

/** A pointer over either kind of picture. */
interface Spot {
  readonly pane: Outline['pane']
  readonly at: Point
  /** CSS pixels of a step along x and y. */
  readonly scale: Point
  readonly timeMs: number
}

/** The scissors: corners by press, or freehand by drag, on a slice or over the part in 3-D. */
export class ScissorsHand implements ToolHand {
  readonly #session: SessionView
  readonly #view: ViewState
  /** The view that an outline in 3-D is over. */
  #viewProjection: (() => readonly number[]) | null = null
  #lastDownMs = 0
  /** The drag in hand began the outline: lifting the pointer ends it. */
  #lasso = false

  constructor(session: SessionView, view: ViewState) {
    this.#session = session
    this.#view = view
  }

  down(point: PanePoint): boolean {
    this.#press(spotOf(point))
    return true
  }
  drag(point: PanePoint): void {
    this.#draw(spotOf(point))
  }
  up(): void {
    this.#lift()
  }
  hover(point: PanePoint | null): void {
    this.#point(point && spotOf(point))
  }

  readonly inView = {
    down: (point: ViewPoint) => {
      this.#viewProjection = point.viewProjection
      this.#press(spotInView(point))
    },
    drag: (point: ViewPoint) => this.#draw(spotInView(point)),
    up: () => this.#lift(),
    hover: (point: ViewPoint | null) => this.#point(point && spotInView(point)),
  }

  cancel(): boolean {
    const drawing = this.#view.draw.outline !== null
    this.#view.draw.outline = null
    return drawing
  }

  finish(): boolean {
    const { draw } = this.#view
    if (!draw.outline) return false
    if (draw.outline.corners.length < 3) return true
    const { pane, corners } = draw.outline
    draw.outline = null
    if (pane === 'part') this.#cutInView(corners)
    else this.#cutSlices(pane, corners)
    return true
  }

  #cutSlices(pane: Exclude<Outline['pane'], 'part'>, corners: readonly Point[]): void {
    const grid = this.#session.volume?.grid
    if (!grid) return
    const { draw, crosshair } = this.#view
    const plane = planeOf(grid, pane)
    const slice = sliceAt(grid, plane, crosshair)
    const { axis } = plane.deep
    const across = ([0, 1, 2] as const).filter((own) => own !== axis)
    const ijk = corners.map(([c, r]) => toVoxel(grid, plane, [c, r, slice]))
    const shown = toVoxel(grid, plane, [0, 0, slice])[axis]
    this.#session.cut({
      op: draw.op,
      axis,
      fromSlice: draw.through ? 0 : shown,
      toSlice: draw.through ? grid.size[axis] - 1 : shown,
      corners: ijk.flatMap((voxel) => across.map((own) => Math.round(voxel[own] * 100) / 100)),
    })
  }

  #cutInView(corners: readonly Point[]): void {
    const { op } = this.#view.draw
    const viewProjection = this.#viewProjection?.()
    // What lies inside an outline in 3-D is as deep as the scan: filling that would be no use.
    if (!viewProjection || op === 'add-inside') return
    this.#session.cutInView({ op, viewProjection, corners: corners.flat() })
  }

  #press(spot: Spot): void {
    const { draw } = this.#view
    const soon = spot.timeMs - this.#lastDownMs < DOUBLE_MS
    this.#lastDownMs = spot.timeMs
    this.#lasso = draw.outline?.pane !== spot.pane
    const corners = draw.outline && !this.#lasso ? draw.outline.corners : []
    const [first, last] = [corners[0], corners.at(-1)]
    const closes = (corner: Point | undefined) => corner !== undefined && apartPx(spot, corner) < NEAR_PX
    if ((soon && closes(last)) || (corners.length > 2 && closes(first))) {
      this.finish()
      return
    }
    draw.outline = { pane: spot.pane, corners: [...corners, spot.at], next: null }
  }

  #draw(spot: Spot): void {
    const { outline } = this.#view.draw
    const last = outline?.corners.at(-1)
    if (!outline || !last || outline.pane !== spot.pane || apartPx(spot, last) < FREEHAND_PX) return
    this.#view.draw.outline = { ...outline, corners: [...outline.corners, spot.at] }
  }

  #lift(): void {
    if (this.#lasso && (this.#view.draw.outline?.corners.length ?? 0) > 2) this.finish()
    this.#lasso = false
  }

  #point(spot: Spot | null): void {
    const { outline } = this.#view.draw
    if (outline && (spot === null || spot.pane === outline.pane)) {
      this.#view.draw.outline = { ...outline, next: spot?.at ?? null }
    }
  }
}

const apartPx = ({ at, scale }: Spot, corner: Point): number =>
  Math.hypot((at[0] - corner[0]) * scale[0], (at[1] - corner[1]) * scale[1])

const spotOf = ({ plane, at, pixelsPerMm, timeMs }: PanePoint): Spot => ({
  pane: plane.id,
  at,
  scale: [plane.columnMm * pixelsPerMm, plane.rowMm * pixelsPerMm],
  timeMs,
})

const spotInView = ({ at, size, timeMs }: ViewPoint): Spot => ({
  pane: 'part',
  at,
  scale: [size[0] / 2, size[1] / 2],
  timeMs,
})

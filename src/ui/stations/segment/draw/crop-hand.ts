import type { SessionView } from '../../../../app/session-view.ts'
import type { Grid, Vec3, VoxelBox } from '../../../../core/types.ts'
import type { ViewState } from '../../../view.svelte.ts'
import type { PanePoint, ToolHand } from '../../../viewer/pane-hand.ts'
import { boxInPicture, boxOfPicture } from '../../../viewer/plane.ts'

const NEAR_PX = 10
const FINGER_PX = 24

/** Which edges of the box are held: -1 the lower one of an axis of the picture, 1 the upper, 0 neither. */
type Held = readonly [columns: -1 | 0 | 1, rows: -1 | 0 | 1]

/** The whole scan: what crop starts from. */
export const wholeBox = ({ size }: Grid): VoxelBox => ({ min: [0, 0, 0], max: [size[0] - 1, size[1] - 1, size[2] - 1] })

/** Drags the edges of the box that crop keeps; away from them the crosshair moves as ever. */
export class CropHand implements ToolHand {
  readonly #session: SessionView
  readonly #view: ViewState
  #held: Held = [0, 0]
  #before: VoxelBox | null = null

  constructor(session: SessionView, view: ViewState) {
    this.#session = session
    this.#view = view
  }

  down(point: PanePoint): boolean {
    this.#held = this.#edgesAt(point)
    this.#before = this.#view.draw.box
    return this.#held.some((edge) => edge !== 0)
  }

  drag({ plane, at }: PanePoint): void {
    const grid = this.#session.volume?.grid
    if (!grid) return
    const { min, max } = boxInPicture(grid, plane, this.#view.draw.box ?? wholeBox(grid))
    const [low, high] = [[...min], [...max]] as [[number, number, number], [number, number, number]]
    const most = [plane.columns - 1, plane.rows - 1] as const
    for (const axis of [0, 1] as const) {
      // The edge lies half a voxel outside the last one that stays.
      if (this.#held[axis] < 0) low[axis] = Math.max(0, Math.min(high[axis], Math.round(at[axis] + 0.5)))
      if (this.#held[axis] > 0) high[axis] = Math.min(most[axis], Math.max(low[axis], Math.round(at[axis] - 0.5)))
    }
    this.#view.draw.box = boxOfPicture(grid, plane, { min: low, max: high })
  }

  up(): void {
    this.#before = null
  }

  hover(point: PanePoint | null): void {
    const [c, r] = point ? this.#edgesAt(point) : ([0, 0] as const)
    this.#view.draw.cursor =
      c === 0 ? (r === 0 ? null : 'ns-resize') : r === 0 ? 'ew-resize' : c === r ? 'nwse-resize' : 'nesw-resize'
  }

  cancel(): boolean {
    this.#view.draw.cursor = null
    if (!this.#before) return false
    this.#view.draw.box = this.#before
    this.#before = null
    return true
  }

  finish(): boolean {
    return false
  }

  #edgesAt({ plane, at, pixelsPerMm, finger }: PanePoint): Held {
    const grid = this.#session.volume?.grid
    if (!grid) return [0, 0]
    const { min, max } = boxInPicture(grid, plane, this.#view.draw.box ?? wholeBox(grid))
    const reach = (finger ? FINGER_PX : NEAR_PX) / pixelsPerMm
    const over = [reach / plane.columnMm, reach / plane.rowMm] as const
    const edge = (axis: 0 | 1): -1 | 0 | 1 => {
      const other = axis === 0 ? 1 : 0
      if (at[other] < min[other] - 0.5 - over[other] || at[other] > max[other] + 0.5 + over[other]) return 0
      const [toLow, toHigh] = [Math.abs(at[axis] - min[axis] + 0.5), Math.abs(at[axis] - max[axis] - 0.5)]
      if (Math.min(toLow, toHigh) > over[axis]) return 0
      return toLow < toHigh ? -1 : 1
    }
    return [edge(0), edge(1)]
  }
}

/** A box with one end along a voxel axis moved, kept within the scan and with at least one voxel. */
export function withFace(grid: Grid, box: VoxelBox, axis: 0 | 1 | 2, end: 'min' | 'max', to: number): VoxelBox {
  const [low, high] = end === 'min' ? [0, box.max[axis]] : [box.min[axis], grid.size[axis] - 1]
  const moved = [...box[end]] as [number, number, number]
  moved[axis] = Math.min(high, Math.max(low, to))
  return { ...box, [end]: moved as Vec3 }
}

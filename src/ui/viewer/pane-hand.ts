import type { Vec3 } from '../../core/types.ts'
import type { Plane } from './plane.ts'

/** Where a pointer is in a slice pane. */
export interface PanePoint {
  readonly plane: Plane
  readonly slice: number
  /** Column and row; fractional, voxel centres at whole numbers. */
  readonly at: readonly [number, number]
  /** The same place as a fractional voxel index. */
  readonly ijk: Vec3
  /** CSS pixels a mm. */
  readonly pixelsPerMm: number
  /** The key that turns a tool to its opposite is held. */
  readonly opposite: boolean
  /** A finger, which hits less exactly than a mouse or a pen. */
  readonly finger: boolean
  readonly timeMs: number
}

/** Where a pointer is over the 3-D view. */
export interface ViewPoint {
  /** x to the right and y up, -1 .. 1 over the view. */
  readonly at: readonly [number, number]
  /** Width and height of the view in CSS pixels. */
  readonly size: readonly [number, number]
  /** Row-major 4 x 4 from LPS mm to clip coordinates, as the view is now. */
  readonly viewProjection: () => readonly number[]
  readonly timeMs: number
}

/** What the tool at hand does with a pointer over the pictures. */
export interface ToolHand {
  /** True takes the pointer: until it is up, the crosshair stays and the part does not turn. */
  down(point: PanePoint): boolean
  drag(point: PanePoint): void
  up(point: PanePoint): void
  /** The pointer goes over a slice with nothing pressed; null when it leaves. */
  hover(point: PanePoint | null): void
  /** The same over the 3-D view; a tool without it leaves the part to be turned. */
  readonly inView?: {
    down(point: ViewPoint): void
    drag(point: ViewPoint): void
    up(point: ViewPoint): void
    hover(point: ViewPoint | null): void
  }
  /** Takes back what is in hand; false when nothing is. */
  cancel(): boolean
  /** Ends what wants an end, as an outline does; false when nothing does. */
  finish(): boolean
}

/** A slice pane as marks are drawn over it: CSS pixels of a column and a row. */
export interface PaneFrame {
  readonly plane: Plane
  readonly slice: number
  readonly pixelsPerMm: number
  readonly x: (column: number) => number
  readonly y: (row: number) => number
}

import type { VoxelBox } from '../core/types.ts'
import type { CutOp } from '../segment/cut.ts'
import type { PlaneId } from './viewer/plane.ts'

/** Column and row of a slice, or x and y in normalised device coordinates of the 3-D view. */
export type Point = readonly [number, number]

/** An outline that is being drawn. */
export interface Outline {
  readonly pane: PlaneId | 'part'
  readonly corners: readonly Point[]
  /** Where the next corner would be; null while the pointer is away. */
  readonly next: Point | null
}

export const SMALLEST_BRUSH_MM = 0.1
export const LARGEST_BRUSH_MM = 100
/** One press of [ or ] makes the brush this much smaller or larger. */
const BRUSH_STEP = 1.25

/** What the drawing tools are set to and what they hold; belongs to no case and is never stored. */
export class DrawState {
  mode = $state<'paint' | 'erase'>('paint')
  shape = $state<'disc' | 'sphere'>('disc')
  radiusMm = $state(5)
  /** Only these values change; null for all. */
  gate = $state.raw<{ readonly lowHu: number; readonly highHu: number } | null>(null)
  /** Where the brush is over a pane; null while it is over none. */
  tip = $state.raw<{ readonly pane: PlaneId; readonly at: Point; readonly erases: boolean } | null>(null)

  op = $state<CutOp>('remove-inside')
  /** Scissors cut through all slices, else the one that is shown. */
  through = $state(true)
  outline = $state.raw<Outline | null>(null)

  /** What crop keeps; null until it is chosen. */
  box = $state.raw<VoxelBox | null>(null)
  /** The slices that are cut along. */
  across = $state<PlaneId>('axial')

  /** Pointer shape over a part of the picture that can be dragged. */
  cursor = $state<string | null>(null)

  setRadius(mm: number): void {
    const kept = Math.min(LARGEST_BRUSH_MM, Math.max(SMALLEST_BRUSH_MM, mm))
    this.radiusMm = Math.round(kept * 100) / 100
  }

  resize(way: 'smaller' | 'larger'): void {
    this.setRadius(way === 'larger' ? this.radiusMm * BRUSH_STEP : this.radiusMm / BRUSH_STEP)
  }
}

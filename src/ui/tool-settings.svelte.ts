import type { HollowMaskParams } from '../segment/hollow-mask.ts'
import { REMOVE_TABLE, type RemoveTableParams } from '../segment/remove-table.ts'
import { SMOOTH_MASK, type SmoothMaskParams } from '../segment/smooth-mask.ts'
import type { PlaneId } from './viewer/plane.ts'

type Changeable<T> = { -readonly [Key in keyof T]: T[Key] }

/**
 * What the tools with a panel of their own are set to: it stays when another tool is taken and this one comes back. Belongs to
 * no case and is never stored.
 */
export class ToolSettings {
  readonly margin = $state({ distanceMm: 1, radiusMm: 1 })
  readonly hollow = $state<Changeable<HollowMaskParams>>({ thicknessMm: 2, side: 'inside' })
  readonly islands = $state({ pieces: 1, smallestCm3: 1, most: 20, leastCm3: 0.1 })
  readonly smooth = $state<Changeable<SmoothMaskParams>>({ ...SMOOTH_MASK.defaults, method: 'median' })
  readonly table = $state<Changeable<RemoveTableParams>>({ ...REMOVE_TABLE.defaults })
  readonly denoise = $state<{ method: 'gaussian' | 'median'; sigmaMm: number }>({ method: 'gaussian', sigmaMm: 0.8 })
  /** Across which slices is filled; null for those that were drawn on. */
  readonly between = $state<{ plane: PlaneId | null }>({ plane: null })
  /** Number of the label that is joined with; null for the first. */
  readonly logic = $state<{ other: string | null }>({ other: null })
}

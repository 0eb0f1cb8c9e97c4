import type { Vec3 } from '../core/types.ts'
import type { GrowAtClickParams } from '../segment/grow-at-click.ts'
import type { GrowParams } from '../segment/grow-state.ts'
import type { HollowMaskParams } from '../segment/hollow-mask.ts'
import type { LabelChange } from '../segment/label-set.ts'
import type { CombineOp } from '../segment/logic.ts'
import type { MorphologyParams } from '../segment/morphology.ts'
import type { SliceAxis } from '../segment/painted-slices.ts'
import type { RemoveTableParams } from '../segment/remove-table.ts'
import type { SmoothMaskParams } from '../segment/smooth-mask.ts'

/** Where a click grows, and whether the label keeps what it holds. */
export type Click = Pick<GrowAtClickParams, 'lowHu' | 'highHu' | 'toleranceHu' | 'maxDistanceMm'> & {
  readonly seedLps: Vec3
  readonly isAdded: boolean
}

/** What an interface may do with the masks of labels beside painting. Those without another label named act on the active one. */
export interface MaskVerbs {
  /** Shows what growing at a click would mark. */
  tryGrow(click: Click): void
  grow(click: Click): Promise<void>
  fillBetween(axis: SliceAxis): Promise<void>
  removeClicked(seedLps: Vec3): Promise<void>
  /** Each piece becomes a label of its own, the largest stays in the active one, the others are dropped. */
  split(most: number, minMm3: number): Promise<void>
  openOrClose(op: Extract<MorphologyParams['op'], 'open' | 'close'>, radiusMm: number): Promise<void>
  hollow(params: HollowMaskParams): Promise<void>
  smooth(params: SmoothMaskParams): Promise<void>
  /** All visible, unlocked labels at once: neighbours keep one common border. */
  smoothAll(sigmaMm: number): Promise<void>
  /** Of a label without voxels: marks the whole patient. */
  removeTable(params: RemoveTableParams): Promise<void>
  combine(op: CombineOp, other: number): Promise<void>
  invert(): Promise<void>
  clear(): Promise<void>
  copyToNew(): Promise<void>
  /** The other label holds what the active one holds, and nothing else. */
  copyTo(other: number): Promise<void>
}

/** Painted labels growing until they meet, live. */
export interface SeedsView {
  /** Whether the labels are watched, and grown again whenever they change. */
  readonly isLive: boolean
  readonly isGrowing: boolean
  /** What each seed grew to; null before the first time. */
  readonly grown: readonly LabelChange[] | null
  /** Why nothing is shown. */
  readonly reason: string | null
  readonly params: GrowParams
  /** Other parameters; what is shown follows. */
  setParams(params: GrowParams): void
  show(): void
  /** Writes what is shown into the labels, all at once. */
  apply(): Promise<void>
  discard(): void
}

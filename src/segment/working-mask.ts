import { boxAround } from '../core/mask.ts'
import type { Mask, Vec3, Volume, VoxelBox } from '../core/types.ts'
import { type Brush, dab } from './brush.ts'

/**
 * A label's voxels while they are being drawn: a copy that is changed in place, with what was touched when, so that a
 * picture redraws no more than that. Memory: one mask, and a box a dab.
 */
export class WorkingMask {
  readonly mask: Mask
  readonly #touched: VoxelBox[] = []

  constructor({ grid, words }: Mask) {
    this.mask = { grid, words: words.slice() }
  }

  /** Grows with every dab that touched the scan. */
  get revision(): number {
    return this.#touched.length
  }

  /** As dab(); false when the brush was outside the scan. */
  dab(from: Vec3, to: Vec3, brush: Brush, volume: Volume | null): boolean {
    const box = dab(this.mask, from, to, brush, volume)
    if (box) this.#touched.push(box)
    return box !== null
  }

  /** The box around all that was touched after this revision; null for nothing. */
  touchedSince(revision: number): VoxelBox | null {
    return this.#touched.slice(revision).reduce<VoxelBox | null>((all, box) => (all ? boxAround(all, box) : box), null)
  }
}

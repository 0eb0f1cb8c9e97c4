import type { Context } from '../core/stage.ts'
import type { Grid, Volume } from '../core/types.ts'
import { gaussian, gaussianTaps } from '../volume/gaussian.ts'
import { perAxis } from '../volume/target-grid.ts'

/** The stored value of a voxel that is inside; half of it is as near to being in as out. */
const INSIDE_SCORE = 16_384
export const HALF_SCORE = INSIDE_SCORE / 2

/** A Gaussian over stored values, on either twin. */
export type Blur = (volume: Volume, sigmaMm: number, ctx: Context) => Promise<Int16Array>

export const cpuBlur: Blur = gaussian

/** How much of the Gaussian around each voxel lies inside. Outside the part of the scan that is held, nothing does. */
export interface Scores {
  each(visit: (i: number, j: number, k: number, score: number) => void): void
}

/**
 * Blurs what is inside, 1 of `has`, within a box (iMin, jMin, kMin, iMax, jMax, kMax) and as far as the Gaussian reaches
 * beyond it: to the same scores as over the whole scan, when all within reach of the box but outside it is alike.
 * Null without a box. Memory: 4 bytes a voxel of that.
 */
export async function blurredIndicator(
  grid: Grid,
  box: readonly number[] | null,
  has: (i: number, j: number, k: number) => number,
  sigmaMm: number,
  ctx: Context,
  blur: Blur,
): Promise<Scores | null> {
  if (!box) return null
  const reach = perAxis((axis) => gaussianTaps(sigmaMm, grid.spacing[axis]).length - 1)
  const from = perAxis((axis) => Math.max(0, (box[axis] as number) - reach[axis]))
  const size = perAxis(
    (axis) => Math.min(grid.size[axis] - 1, (box[axis + 3] as number) + reach[axis]) + 1 - from[axis],
  )
  const data = new Int16Array(size[0] * size[1] * size[2])
  const over = (visit: (i: number, j: number, k: number, at: number) => void) => {
    let at = 0
    for (let k = from[2]; k < from[2] + size[2]; k++) {
      for (let j = from[1]; j < from[1] + size[1]; j++) {
        for (let i = from[0]; i < from[0] + size[0]; i++) visit(i, j, k, at++)
      }
    }
  }
  over((i, j, k, at) => {
    data[at] = has(i, j, k) * INSIDE_SCORE
  })
  const part: Volume = { grid: { ...grid, size }, data, slope: 1, intercept: 0, modality: 'other', unit: 'a.u.' }
  const scores = await blur(part, sigmaMm, ctx)
  return { each: (visit) => over((i, j, k, at) => visit(i, j, k, scores[at] as number)) }
}

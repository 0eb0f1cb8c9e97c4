import { PipelineError } from '../core/errors.ts'
import { emptyMask, popcount, wordsPerRow } from '../core/mask.ts'
import { pacer, subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask } from '../core/types.ts'
import { type Blur, blurredIndicator, cpuBlur, HALF_SCORE } from './indicator.ts'
import { complement } from './logic.ts'
import { type BallRow, ballRows, grow } from './margin.ts'

export interface SmoothMaskParams {
  /** 'median': each voxel goes with the majority of a ball. 'gaussian': with the Gaussian mean, at one half. */
  readonly method: 'median' | 'gaussian'
  /** Radius of the ball; the Gaussian does not use it. */
  readonly radiusMm: number
  /** Standard deviation of the Gaussian; the median does not use it. */
  readonly sigmaMm: number
}

export const SMOOTH_MASK = {
  name: 'smooth-mask',
  version: 1,
  defaults: { method: 'median', radiusMm: 2, sigmaMm: 1 },
} as const satisfies StageSpec<SmoothMaskParams>

const MOST_MM = 10

/**
 * A mask with steps and specks smoothed away, in mm whatever the spacing. Both methods take from points and edges and fill
 * notches; a wall thinner than about the radius goes. Where both sides are equal a voxel stays as it is. Outside the scan
 * nothing counts (median) or the border is repeated (Gaussian): a part cut by the border keeps its cut face.
 * Errors: app/bad-parameter; segment/empty when nothing is left. Memory: four masks (median); a mask and 4 bytes a voxel
 * of the box around it (Gaussian).
 */
export function smoothMask(mask: Mask, params: SmoothMaskParams, ctx: Context): Promise<Mask> {
  return smoothMaskBy(mask, params, ctx, majority, cpuBlur)
}

/** As smoothMask, with either twin of both methods. */
export async function smoothMaskBy(
  mask: Mask,
  params: SmoothMaskParams,
  ctx: Context,
  median: (mask: Mask, radiusMm: number, ctx: Context) => Promise<Mask>,
  blur: Blur,
): Promise<Mask> {
  checkSmoothMask(params)
  const { method, radiusMm, sigmaMm } = params
  const smooth = await (method === 'median' ? median(mask, radiusMm, ctx) : blurred(mask, sigmaMm, ctx, blur))
  if (smooth.words.some((word) => word !== 0)) return smooth
  throw new PipelineError('segment/empty', 'Nothing is thick enough to be left. Smooth by less.')
}

/** Throws app/bad-parameter unless the parameters can be used. */
export function checkSmoothMask({ method, radiusMm, sigmaMm }: SmoothMaskParams): void {
  const mm = method === 'median' ? radiusMm : sigmaMm
  if (mm > 0 && mm <= MOST_MM) return
  throw new PipelineError('app/bad-parameter', `Choose a size above 0 and up to ${MOST_MM} mm.`, { mm })
}

/**
 * The majority of the voxels within a radius, those in the scan. Only voxels with both kinds within the radius are counted;
 * growing the mask and what is around it finds them 32 at a time.
 */
export async function majority(mask: Mask, radiusMm: number, ctx: Context): Promise<Mask> {
  const { grid } = mask
  const [, ny, nz] = grid.size
  const ball = ballRows(grid, radiusMm)
  const reached = await grow(mask, radiusMm, subContext(ctx, 0, 0.15))
  const left = await grow(complement(mask), radiusMm, subContext(ctx, 0.15, 0.3))
  const smooth = emptyMask(grid)
  const perRow = wordsPerRow(grid)
  const pace = pacer(subContext(ctx, 0.3, 1))
  for (let k = 0; k < nz; k++) {
    for (let row = k * ny; row < (k + 1) * ny; row++) {
      for (let at = row * perRow; at < (row + 1) * perRow; at++) {
        const inside = reached.words[at] as number
        let bits = inside & ~(left.words[at] as number)
        for (let open = inside & (left.words[at] as number); open !== 0; open &= open - 1) {
          const bit = open & -open
          const i = (at - row * perRow) * 32 + 31 - Math.clz32(bit)
          const lead = leadAt(mask, ball, i, row - k * ny, k)
          if (lead > 0 || (lead === 0 && ((mask.words[at] as number) & bit) !== 0)) bits |= bit
        }
        smooth.words[at] = bits
      }
    }
    await pace.breathe((k + 1) / nz)
  }
  return smooth
}

/** By how many the set voxels of the ball outnumber the others. */
function leadAt({ grid, words }: Mask, ball: readonly BallRow[], i: number, j: number, k: number): number {
  const [nx, ny, nz] = grid.size
  const perRow = wordsPerRow(grid)
  let lead = 0
  for (let n = 0; n < ball.length; n++) {
    const { dj, dk, reach } = ball[n] as BallRow
    if (j + dj < 0 || j + dj >= ny || k + dk < 0 || k + dk >= nz) continue
    const first = Math.max(0, i - reach)
    const last = Math.min(nx - 1, i + reach)
    lead += 2 * setWithin(words, (j + dj + ny * (k + dk)) * perRow, first, last) - (last - first + 1)
  }
  return lead
}

/** Set bits first .. last of a row. */
function setWithin(words: Uint32Array, base: number, first: number, last: number): number {
  const end = last >> 5
  let count = 0
  for (let w = first >> 5; w <= end; w++) {
    let word = words[base + w] as number
    if (w === first >> 5) word &= -1 << (first & 31)
    if (w === end) word &= -1 >>> (31 - (last & 31))
    count += popcount(word)
  }
  return count
}

async function blurred(mask: Mask, sigmaMm: number, ctx: Context, blur: Blur): Promise<Mask> {
  const { grid, words } = mask
  const perRow = wordsPerRow(grid)
  const ny = grid.size[1]
  const has = (i: number, j: number, k: number) =>
    ((words[(j + ny * k) * perRow + (i >> 5)] as number) >>> (i & 31)) & 1
  const smooth = emptyMask(grid)
  const scores = await blurredIndicator(grid, boxOf(mask), has, sigmaMm, ctx, blur)
  scores?.each((i, j, k, score) => {
    if (score < HALF_SCORE || (score === HALF_SCORE && has(i, j, k) === 0)) return
    const at = (j + ny * k) * perRow + (i >> 5)
    smooth.words[at] = (smooth.words[at] as number) | (1 << (i & 31))
  })
  return smooth
}

/** iMin, jMin, kMin, iMax, jMax, kMax of the set words, along x to whole words; null when empty. */
function boxOf({ grid, words }: Mask): number[] | null {
  const perRow = wordsPerRow(grid)
  const [nx, ny] = grid.size
  let box: number[] | null = null
  for (let at = 0; at < words.length; at++) {
    if (words[at] === 0) continue
    const w = at % perRow
    const row = (at - w) / perRow
    const [j, k] = [row % ny, Math.floor(row / ny)]
    box ??= [nx, ny, k, 0, 0, k]
    box[0] = Math.min(box[0] as number, w * 32)
    box[1] = Math.min(box[1] as number, j)
    box[3] = Math.max(box[3] as number, Math.min(nx - 1, w * 32 + 31))
    box[4] = Math.max(box[4] as number, j)
    box[5] = k
  }
  return box
}

import { voxelCount } from '../core/affine.ts'
import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, LabelMap } from '../core/types.ts'
import { HALF_VOXEL, ONE_VOXEL, PLACE_BITS, type Sampling, samplingOf } from '../volume/sampling.ts'
import type { MeanProbability } from './mean.ts'

/** The winning channel of every voxel, and its mean probability, 0 to 255 for 0 to 1. */
export interface Winners {
  readonly labels: LabelMap
  readonly certainty: Uint8Array
  /** The channel that comes second, background where nothing does, and its mean probability. */
  readonly second: Uint8Array
  readonly secondCertainty: Uint8Array
}

/** Where the voxels of one target axis lie along the one axis of the source that it is parallel to. */
interface Line {
  readonly axis: 0 | 1 | 2
  /** Source index at or below, that after it, and the share of the latter; low is -1 outside. */
  readonly low: Int32Array
  readonly high: Int32Array
  readonly share: Float32Array
}

/**
 * Brings mean probabilities to a grid whose axes are those of the conformed one in any order: each class by linear
 * interpolation, then the largest wins, the lower channel among equals. So a boundary runs where the classes are level, and
 * not along the steps of the coarser grid as with nearest labels. A place on a voxel keeps its value: on the conformed
 * grid itself, and wherever a scan of the card's spacing was only turned or cut, nothing is interpolated. Further than half a
 * voxel outside all is background, certainty 255: there is no scan, or no head (see head-box.ts).
 * Memory: the result, and one target slice a class. Errors: app/bad-parameter.
 */
export async function restore(mean: MeanProbability, grid: Grid, ctx: Context): Promise<Winners> {
  const labels = new Uint8Array(voxelCount(grid))
  const certainty = new Uint8Array(labels.length).fill(255)
  const second = new Uint8Array(labels.length)
  const secondCertainty = new Uint8Array(labels.length)
  const sampling = samplingOf(mean.grid, grid)
  const [x, y, z] = [lineOf(sampling, 0), lineOf(sampling, 1), lineOf(sampling, 2)]
  const [nx, ny, nz] = grid.size
  const size = mean.grid.size
  const slice = new Float32Array(size[x.axis] * size[y.axis])
  const row = new Float64Array(nx)
  const ranks = { best: new Float32Array(nx * ny), next: new Float32Array(nx * ny) }
  const pace = pacer(ctx)
  for (let k = 0; k < nz; k++) {
    if ((z.low[k] as number) >= 0) {
      ranks.best.fill(-1)
      ranks.next.fill(-1)
      const [from, end] = [k * nx * ny, (k + 1) * nx * ny]
      const into = { best: labels.subarray(from, end), next: second.subarray(from, end) }
      for (const [channel, sums] of mean.sums.entries()) {
        sliceAt(sums, mean.grid, [x, y, z], k, slice)
        for (let j = 0; j < ny; j++) {
          if ((y.low[j] as number) < 0) continue
          rowAt(slice, size[x.axis], x, y, j, row)
          compete(row, j * nx, channel, ranks, into)
        }
      }
      keepCertainty(ranks.best, 255 / mean.full, certainty.subarray(from, end))
      keepCertainty(ranks.next, 255 / mean.full, secondCertainty.subarray(from, end))
    }
    await pace.breathe((k + 1) / nz)
  }
  return { labels: { grid, labels }, certainty, second, secondCertainty }
}

/** The source axis that target axis t runs along; what it moves along the others is rounding of the headers. */
function lineOf({ source, steps, target }: Sampling, t: 0 | 1 | 2): Line {
  const moves = steps.map((axis) => Math.abs((axis[t][target.size[t] - 1] as number) - (axis[t][0] as number)))
  const axis = moves.indexOf(Math.max(...moves)) as 0 | 1 | 2
  const places = steps[axis][t]
  const last = source.size[axis] - 1
  const isInside = (place: number) => place >= -HALF_VOXEL && place < (last + 1) * ONE_VOXEL - HALF_VOXEL
  const clamped = (n: number) => Math.min(last, Math.max(0, n))
  return {
    axis,
    low: places.map((place) => (isInside(place) ? clamped(place >> PLACE_BITS) : -1)),
    high: places.map((place) => clamped((place >> PLACE_BITS) + 1)),
    share: Float32Array.from(places, (place) => (place & (ONE_VOXEL - 1)) / ONE_VOXEL),
  }
}

/** One class between two planes of the source, laid out along the target's x, then y. */
function sliceAt(
  sums: Uint16Array,
  { size }: Grid,
  [x, y, z]: readonly [Line, Line, Line],
  k: number,
  slice: Float32Array,
): void {
  const strides = [1, size[0], size[0] * size[1]] as const
  const [sx, sy] = [strides[x.axis], strides[y.axis]]
  const [low, high] = [(z.low[k] as number) * strides[z.axis], (z.high[k] as number) * strides[z.axis]]
  const share = z.share[k] as number
  for (let b = 0, at = 0; b < size[y.axis]; b++) {
    for (let a = 0, from = b * sy; a < size[x.axis]; a++, at++, from += sx) {
      const below = sums[low + from] as number
      slice[at] = below + share * ((sums[high + from] as number) - below)
    }
  }
}

/** Row j of a target slice, -1 outside. */
function rowAt(slice: Float32Array, width: number, x: Line, y: Line, j: number, row: Float64Array): void {
  const [low, high] = [(y.low[j] as number) * width, (y.high[j] as number) * width]
  const share = y.share[j] as number
  for (let i = 0; i < row.length; i++) {
    const left = x.low[i] as number
    const right = x.high[i] as number
    const between = x.share[i] as number
    if (left < 0) row[i] = -1
    else if (share === 0 && between === 0) row[i] = slice[low + left] as number
    else {
      const near = mix(slice[low + left] as number, slice[low + right] as number, between)
      const far = mix(slice[high + left] as number, slice[high + right] as number, between)
      row[i] = mix(near, far, share)
    }
  }
}

/** Of a target slice: the largest value of each voxel so far and the next, or the channels they belong to. */
interface Ranks<A> {
  readonly best: A
  readonly next: A
}

/** Lets a class win the voxels of a row, from `start` of its slice, where it is larger than those before it, or come second. */
function compete(
  row: Float64Array,
  start: number,
  channel: number,
  values: Ranks<Float32Array>,
  channels: Ranks<Uint8Array>,
): void {
  const { best, next } = values
  const { best: bestChannel, next: nextChannel } = channels
  for (let i = 0, at = start; i < row.length; i++, at++) {
    const value = row[i] as number
    if (value <= (next[at] as number)) continue
    if (value > (best[at] as number)) {
      next[at] = best[at] as number
      nextChannel[at] = bestChannel[at] as number
      best[at] = value
      bestChannel[at] = channel
    } else {
      next[at] = value
      nextChannel[at] = channel
    }
  }
}

const mix = (a: number, b: number, share: number) => a + share * (b - a)

function keepCertainty(best: Float32Array, scale: number, certainty: Uint8Array): void {
  for (let n = 0; n < best.length; n++) {
    if ((best[n] as number) >= 0) certainty[n] = Math.round((best[n] as number) * scale)
  }
}

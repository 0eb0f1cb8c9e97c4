import { PipelineError } from '../core/errors.ts'
import type { Histogram } from '../volume/histogram.ts'

/**
 * Thresholds in real units that part the values into 2 or 3 classes with the greatest variance between them (Otsu 1979;
 * sums over prefixes as in Liao, Chen and Chung 2001). A value at or above a threshold belongs to the upper class.
 * Among equal cuts the lowest stretch of empty bins wins, and its middle is taken: between two clear peaks the first
 * empty bin would hug the lower one. Time: bins for 2 classes, bins squared for 3. Throws segment/empty when there are
 * fewer different values than classes.
 */
export function otsu(histogram: Histogram, classes: 2 | 3): number[] {
  const prefix = prefixSums(histogram.counts)
  const cuts = classes === 2 ? bestOne(prefix) : bestTwo(prefix)
  if (!cuts) {
    throw new PipelineError(
      'segment/empty',
      'The scan has too few different values to be parted. Set a range by hand.',
      {
        classes,
      },
    )
  }
  return cuts.map((bin) => histogram.fromValue + middleOfGap(histogram.counts, bin) * histogram.binWidth)
}

/** Moving a cut over empty bins changes no class. */
function middleOfGap(counts: Uint32Array, cut: number): number {
  let end = cut
  while (counts[end] === 0) end++
  return cut + ((end - cut) >> 1)
}

interface Prefix {
  /** Voxels below bin b. */
  readonly voxels: Float64Array
  /** Sum of bin numbers of the voxels below bin b. */
  readonly sum: Float64Array
}

function prefixSums(counts: Uint32Array): Prefix {
  const voxels = new Float64Array(counts.length + 1)
  const sum = new Float64Array(counts.length + 1)
  for (let b = 0; b < counts.length; b++) {
    const n = counts[b] as number
    voxels[b + 1] = (voxels[b] as number) + n
    sum[b + 1] = (sum[b] as number) + n * b
  }
  return { voxels, sum }
}

/**
 * Sum squared over count of the class of bins from..to-1; -Infinity when it holds no voxel. Their total over the
 * classes is the variance between classes but for a constant and a factor.
 */
function weight({ voxels, sum }: Prefix, from: number, to: number): number {
  const n = (voxels[to] as number) - (voxels[from] as number)
  const s = (sum[to] as number) - (sum[from] as number)
  return n > 0 ? (s * s) / n : -Infinity
}

function bestOne(prefix: Prefix): number[] | null {
  const bins = prefix.voxels.length - 1
  let best = -Infinity
  let cut: number[] | null = null
  for (let t = 1; t < bins; t++) {
    const between = weight(prefix, 0, t) + weight(prefix, t, bins)
    if (between > best) {
      best = between
      cut = [t]
    }
  }
  return cut
}

function bestTwo(prefix: Prefix): number[] | null {
  const bins = prefix.voxels.length - 1
  let best = -Infinity
  let cuts: number[] | null = null
  for (let t = 1; t < bins - 1; t++) {
    const lower = weight(prefix, 0, t)
    if (lower === -Infinity) continue
    for (let u = t + 1; u < bins; u++) {
      const between = lower + weight(prefix, t, u) + weight(prefix, u, bins)
      if (between > best) {
        best = between
        cuts = [t, u]
      }
    }
  }
  return cuts
}

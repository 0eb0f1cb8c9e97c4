import { orientationLetters } from '../core/affine.ts'
import type { LabelMap } from '../core/types.ts'
import type { Calibration, Structure } from './card.ts'

/**
 * What is measured of each structure, in this order, along the patient's axes whatever the order of the voxels:
 * - log-ml: log10(1 + volume in ml)
 * - left-mm, posterior-mm, superior-mm: its centroid less that of the first structure; of the first, less the centroid of
 *   everything that is not background. Measured from everything, they depend on how much of the neck a scan shows, and a head
 *   back to front passed.
 * - left-sd-mm, posterior-sd-mm, superior-sd-mm: standard deviation of its voxel centres (divided by n, not n - 1)
 * - border: share of its voxels in the outermost layer of the grid, 0 to 1: high when the scan cuts it off
 *
 * All eight are 0 for a structure without voxels.
 */
export const SCOPE_FEATURES: readonly string[] = [
  'log-ml',
  'left-mm',
  'posterior-mm',
  'superior-mm',
  'left-sd-mm',
  'posterior-sd-mm',
  'superior-sd-mm',
  'border',
]

/** Narrower spreads are taken for these: no calibration set is so alike that a voxel more or less would be strange. */
const LEAST_SD: readonly number[] = [0.02, 1, 1, 1, 1, 1, 1, 0.005]

/** Beyond this many standard deviations one feature says nothing more. */
const MOST_Z = 10

/** Names of the features of a card: 'brain.log-ml', structure by structure, each with all of SCOPE_FEATURES. */
export const scopeFeatureNames = (structures: readonly Structure[]): readonly string[] =>
  structures.flatMap(({ anatomy }) => SCOPE_FEATURES.map((feature) => `${anatomy}.${feature}`))

/** Voxels of one channel by their place along each axis of the grid, and in the outermost layer. */
interface Marginals {
  readonly along: readonly [Float64Array, Float64Array, Float64Array]
  readonly border: number
}

/** Count, centroid and standard deviation of a set of voxels, in mm from voxel 0 along left, posterior and superior. */
interface Moments {
  readonly voxels: number
  readonly border: number
  readonly meanMm: readonly number[]
  readonly sdMm: readonly number[]
}

/**
 * Where the structures of a card lie in what a network made of a scan, how large and how wide they are: numbers that a scan
 * upside down or back to front, of another organ, cut off or empty changes. A left-right mirrored scan keeps them nearly:
 * the body is too alike on both sides for content to tell, so the side is signed by a person (side-verified) and never
 * found here. `labels` is the winning channel in the conformed grid; along an axis that points to R, A or I the sign of
 * the centroid turns. Memory: 8 bytes times the sum of the edges a channel. One pass.
 */
export function scopeFeatures(labels: LabelMap, structures: readonly Structure[]): readonly number[] {
  const channels = marginals(labels)
  const foreground = moments(labels, [...channels.values()])
  const mm3 = labels.grid.spacing[0] * labels.grid.spacing[1] * labels.grid.spacing[2]
  const found = structures.map(({ of }) =>
    moments(
      labels,
      of.flatMap((channel) => channels.get(channel) ?? []),
    ),
  )
  const first = found[0] && found[0].voxels > 0 ? found[0] : foreground
  return found.flatMap(({ voxels, border, meanMm, sdMm }, n) => {
    if (voxels === 0) return SCOPE_FEATURES.map(() => 0)
    const centre = n === 0 ? foreground : first
    const fromCentre = meanMm.map((mm, axis) => mm - (centre.meanMm[axis] as number))
    return [Math.log10(1 + (voxels * mm3) / 1000), ...fromCentre, ...sdMm, border / voxels]
  })
}

/** Counts of every channel but the background. */
function marginals({ grid, labels }: LabelMap): Map<number, Marginals> {
  const [nx, ny, nz] = grid.size
  const found = new Map<number, { along: [Float64Array, Float64Array, Float64Array]; border: number }>()
  const start = (channel: number) => {
    const along: [Float64Array, Float64Array, Float64Array] = [
      new Float64Array(nx),
      new Float64Array(ny),
      new Float64Array(nz),
    ]
    const counts = { along, border: 0 }
    found.set(channel, counts)
    return counts
  }
  for (let row = 0, at = 0; row < ny * nz; row++) {
    const j = row % ny
    const k = (row - j) / ny
    const outer = j === 0 || j === ny - 1 || k === 0 || k === nz - 1
    for (let i = 0; i < nx; i++, at++) {
      const channel = labels[at] as number
      if (channel === 0) continue
      const counts = found.get(channel) ?? start(channel)
      const [x, y, z] = counts.along
      x[i] = (x[i] as number) + 1
      y[j] = (y[j] as number) + 1
      z[k] = (z[k] as number) + 1
      if (outer || i === 0 || i === nx - 1) counts.border++
    }
  }
  return found
}

/** Of several channels together. Sums of whole numbers, so the order of voxels changes nothing. */
function moments({ grid }: LabelMap, channels: readonly Marginals[]): Moments {
  const letters = orientationLetters(grid.direction)
  const sum = (axis: 0 | 1 | 2, power: number) =>
    channels.reduce((total, { along }) => total + along[axis].reduce((s, n, at) => s + n * at ** power, 0), 0)
  const voxels = sum(0, 0)
  const border = channels.reduce((total, channel) => total + channel.border, 0)
  const perAxis = (['LR', 'PA', 'SI'] as const).map((ends) => {
    const axis = ([0, 1, 2] as const).find((a) => ends.includes(letters[a] ?? ' ')) ?? 0
    const sign = letters[axis] === ends[0] ? 1 : -1
    const mm = grid.spacing[axis]
    const mean = voxels === 0 ? 0 : sum(axis, 1) / voxels
    const variance = voxels === 0 ? 0 : Math.max(0, sum(axis, 2) / voxels - mean * mean)
    return { meanMm: sign * mm * mean, sdMm: mm * Math.sqrt(variance) }
  })
  return { voxels, border, meanMm: perAxis.map((a) => a.meanMm), sdMm: perAxis.map((a) => a.sdMm) }
}

/**
 * How strange features are among those of known scans: z = |x - mean| / max(sd, least sd), at most 10; then the root mean
 * square of the n / 8 largest of the n. A turn along one axis moves one feature in eight (the centroids along it): the mean
 * over all would drown that, the largest alone would rest on one measurement. Infinite for features that are not finite
 * or not as many as the calibration's.
 */
export function scopeScore(features: readonly number[], { mean, sd }: Calibration): number {
  const fits = features.length === mean.length && features.length === sd.length && features.length > 0
  if (!fits || !features.every(Number.isFinite)) return Number.POSITIVE_INFINITY
  const z = features.map((value, n) => {
    const least = LEAST_SD[n % LEAST_SD.length] as number
    return Math.min(MOST_Z, Math.abs(value - (mean[n] as number)) / Math.max(sd[n] as number, least))
  })
  const largest = z.sort((a, b) => b - a).slice(0, Math.ceil(z.length / SCOPE_FEATURES.length))
  return Math.sqrt(largest.reduce((sum, value) => sum + value * value, 0) / largest.length)
}

/**
 * Conformal p of a score: (1 + number of calibration scores at least as high) / (n + 1). Never below 1 / (n + 1).
 * (V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World", 2005.)
 */
export function conformalP(score: number, { scores }: Calibration): number {
  if (Number.isNaN(score)) return Number.NaN
  return (1 + scores.filter((known) => known >= score).length) / (scores.length + 1)
}

/** How a body may lie that a header calls otherwise. */
export type Turn = 'back-to-front' | 'upside-down'

/**
 * Whether what was found fits the known scans better when it is turned round: then the header has an axis the wrong way. Squared z
 * of the structures' places along the axis, as they are against negated; null when they fit best as they are. Left and
 * right are too alike to be compared so.
 */
export function fitsTurned(features: readonly number[], { mean, sd }: Calibration): Turn | null {
  const strangeness = (feature: Turn, sign: 1 | -1) => {
    const offset = SCOPE_FEATURES.indexOf(feature === 'upside-down' ? 'superior-mm' : 'posterior-mm')
    let sum = 0
    for (let n = offset; n < features.length; n += SCOPE_FEATURES.length) {
      const spread = Math.max(sd[n] as number, LEAST_SD[offset] as number)
      sum += ((sign * (features[n] as number) - (mean[n] as number)) / spread) ** 2
    }
    return sum
  }
  const turns = ['upside-down', 'back-to-front'] as const
  return turns.find((turn) => strangeness(turn, 1) > strangeness(turn, -1)) ?? null
}

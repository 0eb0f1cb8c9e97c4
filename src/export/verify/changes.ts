import type { Place } from '../../core/finding.ts'
import type { Vec3 } from '../../core/types.ts'
import { linearOf, type Similarity } from './align.ts'
import { angleDegrees, mirrorAlong, times, transposed, turned } from './linear.ts'

/** What a factor looks like it came from. */
export type ScaleCause = 'inch-taken-as-mm' | 'mm-taken-as-inch' | 'metre' | 'centimetre' | 'other'

/** One thing that was done to a released part. */
export type Change =
  /** Size of the file's part over that of the release. */
  | { readonly kind: 'rescaled'; readonly factor: number; readonly cause: ScaleCause }
  /** Along this axis of the release, then turned as little as may be. */
  | { readonly kind: 'mirrored'; readonly axis: 'x' | 'y' | 'z' }
  | { readonly kind: 'turned'; readonly degrees: number }
  /** How far the middle of the part lies from where it was, after the rest. */
  | { readonly kind: 'moved'; readonly mm: number }
  /** The same surface by other triangles, as far as `maxMm`. */
  | { readonly kind: 'retriangulated'; readonly triangles: number; readonly before: number; readonly maxMm: number }
  /** The surface itself is another in places, worst first; in mm of the release. */
  | { readonly kind: 'reshaped'; readonly maxMm: number; readonly percent: number; readonly places: readonly Place[] }

const CAUSES: readonly (readonly [factor: number, cause: ScaleCause])[] = [
  [25.4, 'inch-taken-as-mm'],
  [1 / 25.4, 'mm-taken-as-inch'],
  [1000, 'metre'],
  [0.001, 'metre'],
  [10, 'centimetre'],
  [0.1, 'centimetre'],
]
const SAME_FACTOR = 0.002

/** A factor is taken for a known one when it is within a fifth of a percent of it. */
function rescaled(factor: number): Change {
  const known = CAUSES.find(([at]) => Math.abs(factor / at - 1) < SAME_FACTOR)
  return { kind: 'rescaled', factor: known?.[0] ?? factor, cause: known?.[1] ?? 'other' }
}

const AXES = ['x', 'y', 'z'] as const
const LEAST_DEGREES = 0.01
const LEAST_MM = 0.01

/** The mirror axis of the release that leaves the least to turn, and what it leaves. */
function sideOf(similarity: Similarity): { readonly axis: 'x' | 'y' | 'z' | null; readonly degrees: number } {
  const back = transposed(linearOf(similarity))
  if (!similarity.mirrored) return { axis: null, degrees: angleDegrees(back) }
  const turns = AXES.map((axis, k) => ({ axis, degrees: angleDegrees(times(back, mirrorAlong(k as 0 | 1 | 2))) }))
  return turns.reduce((least, turn) => (turn.degrees < least.degrees - 1e-9 ? turn : least))
}

/** What lays the release onto the file's part, said as changes. `centre` is the middle of the release. */
export function placementChanges(similarity: Similarity, centre: Vec3): Change[] {
  const changes: Change[] = []
  const factor = 1 / similarity.scale
  const isRescaled = similarity.scale !== 1
  if (isRescaled) changes.push(rescaled(factor))
  const { axis, degrees } = sideOf(similarity)
  if (axis) changes.push({ kind: 'mirrored', axis })
  if (degrees > LEAST_DEGREES) changes.push({ kind: 'turned', degrees })
  const mm = shiftOf(similarity, centre, axis)
  if (mm > LEAST_MM * (isRescaled ? factor : 1)) changes.push({ kind: 'moved', mm })
  return changes
}

/**
 * Where the middle of the release has gone, against where its factor and its mirroring about the origin alone would have
 * put it.
 */
function shiftOf(similarity: Similarity, centre: Vec3, axis: 'x' | 'y' | 'z' | null): number {
  const factor = 1 / similarity.scale
  const back = transposed(linearOf(similarity))
  const from = centre.map((c, k) => c - (similarity.shift[k] as number)) as unknown as Vec3
  const now = turned(back, from).map((v) => v * factor)
  const expected = centre.map((c, k) => factor * (axis === AXES[k] ? -c : c))
  return Math.hypot(...now.map((v, k) => v - (expected[k] as number)))
}

import type { Modality, Vec3, Volume } from '../core/types.ts'
import type { Scope } from './card.ts'
import type { Reason, ScopeRule } from './reason.ts'

/** What a scan says of itself before any network has seen it. */
export interface ScanFacts {
  readonly modality: Modality
  readonly size: Vec3
  readonly spacingMm: Vec3
  /** Real values of the darkest and the brightest voxel. */
  readonly range: readonly [number, number]
  /** Null when it is not known, as in most de-identified scans: then it is not judged. */
  readonly ageYears: number | null
}

/** The facts of a volume. Reads every voxel unless its range is given. */
export function scanFacts(volume: Volume, ageYears: number | null, range = valueRange(volume)): ScanFacts {
  const { size, spacing } = volume.grid
  return { modality: volume.modality, size, spacingMm: spacing, range, ageYears }
}

function valueRange({ data, slope, intercept }: Volume): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const ends = [slope * low + intercept, slope * high + intercept] as const
  return [Math.min(...ends), Math.max(...ends)]
}

/** A millimetre is told to 0.1 um: spacings from slice positions carry rounding. */
const rounded = (value: number) => Math.round(value * 1e4) / 1e4

/**
 * Everything by which a scan lies outside what a network was made for; empty when it may run. A value at a limit is
 * inside. Each is RED and nothing is run. What only the content tells (another organ, upside down, back to front, cut
 * off) is found afterwards by the scope features; left and right by neither, see scope-features.ts.
 */
export function scopeBreaches(scope: Scope, facts: ScanFacts): readonly Reason[] {
  const sides = facts.size.map((n, axis) => rounded(n * (facts.spacingMm[axis] as number)))
  const spacings = facts.spacingMm.map(rounded)
  const [finest, coarsest] = [Math.min(...spacings), Math.max(...spacings)]
  const slices = Math.min(...facts.size)
  const [low, high] = facts.range
  return [
    ...(scope.modalities.includes(facts.modality)
      ? []
      : [breach('modality', facts.modality, scope.modalities.join(', '))]),
    ...within('spacing', [finest, coarsest], scope.spacingMm),
    ...most('anisotropy', rounded(coarsest / finest), scope.anisotropy),
    ...within('field-of-view', [Math.min(...sides), Math.max(...sides)], scope.fieldOfViewMm),
    ...(slices >= LEAST_SLICES ? [] : [breach('slices', slices, LEAST_SLICES)]),
    ...(high > low ? [] : [breach('contrast', high - low, 0)]),
    ...(facts.ageYears === null ? [] : within('age', [facts.ageYears, facts.ageYears], scope.ageYears)),
  ]
}

/** A single slice has no third dimension to learn from. */
const LEAST_SLICES = 2

const breach = (rule: ScopeRule, value: number | string, limit: number | string): Reason => ({
  rule,
  band: 'red',
  value: typeof value === 'string' || Number.isFinite(value) ? value : null,
  limit,
})

/** NaN is no value within anything. */
const most = (rule: ScopeRule, value: number, limit: number) => (value <= limit ? [] : [breach(rule, value, limit)])

function within(rule: ScopeRule, values: readonly [number, number], limits: readonly [number, number]): Reason[] {
  if (!(values[0] >= limits[0])) return [breach(rule, values[0], limits[0])]
  return most(rule, values[1], limits[1])
}

import type { AnatomyId } from '../core/anatomy.ts'
import type { Modality, Vec3 } from '../core/types.ts'

/**
 * What a network says of itself: `card.json` beside its weights (docs/formats.md). Plain JSON, no patient data. A site that
 * brings its own network writes one.
 */
export interface ModelCard {
  readonly format: 'proofprint-model/1'
  /** Lower-case words joined by hyphens. */
  readonly id: string
  /** Three numbers, "1.0.0". */
  readonly version: string
  readonly name: string
  /** Of the .onnx file, checked before a session is made. */
  readonly weights: { readonly sha256: string; readonly bytes: number }
  readonly licence: string
  readonly origin: string
  readonly training: { readonly data: string; readonly licence: string }
  readonly intendedUse: string
  readonly knownFailures: readonly string[]
  readonly input: ModelInput
  readonly output: ModelOutput
  readonly tiling: Tiling
  /** At least one; four or more for a confidence. The first is the plain run. */
  readonly members: readonly Member[]
  readonly scope: Scope
  readonly bands: BandLimits
  /** Null: never calibrated; then the case is never better than AMBER. */
  readonly calibration: Calibration | null
  readonly evaluation: readonly EvaluationRow[]
}

export interface ModelInput {
  readonly name: string
  /** Where the buffer's x, y and z axes point, as letters of L R P A S I: 'LIA' is x to the left, y down, z forward. */
  readonly orientation: string
  /** The grid it was trained on, the same along all axes. */
  readonly spacingMm: number
  /** Voxels along every axis of the conformed grid, centred on the scan; null: as many as the scan fills. */
  readonly sizeVoxels: number | null
  readonly intensity: Normalisation
}

/** How values become the network's: `low` to 0 and `high` to 1. `clip` cuts what lies beyond. */
export type Normalisation =
  | { readonly kind: 'min-max' }
  | { readonly kind: 'quantiles'; readonly low: number; readonly high: number; readonly clip: boolean }
  | { readonly kind: 'window'; readonly low: number; readonly high: number; readonly clip: boolean }

export interface ModelOutput {
  readonly name: string
  /** In the order of the network's channels; the first is the background. */
  readonly labels: readonly string[]
  /** What a person may take from it: one label, or several joined. */
  readonly structures: readonly Structure[]
}

export interface Structure {
  readonly anatomy: AnatomyId
  /** Channels, 1 to 255. */
  readonly of: readonly number[]
}

export interface Tiling {
  /** Edge lengths of a tile in voxels; null runs the whole conformed grid at once. */
  readonly tileVoxels: Vec3 | null
  readonly overlapVoxels: number
  /**
   * Next to a cut the network sees too little: so many voxels of a tile are left to its neighbour. As far as the network looks,
   * a cut changes nothing. At most half the overlap; 0 lets tiles fade into one another.
   */
  readonly edgeVoxels: number
  /** Edge lengths must be multiples of this (networks that halve the grid). */
  readonly multipleOf: number
  /** Memory of all activations alive at the widest place, per voxel of the tile. */
  readonly bytesPerVoxel: number
}

/** One test-time view of the scan: mirrored along conformed axes, moved by whole voxels, and undone in the output. */
export interface Member {
  readonly flip: readonly [boolean, boolean, boolean]
  readonly shiftVoxels: Vec3
}

/** What it was made for; a scan beyond any of these is out of scope. */
export interface Scope {
  readonly modalities: readonly Modality[]
  readonly spacingMm: readonly [number, number]
  /** Largest to smallest voxel edge. */
  readonly anisotropy: number
  /** Shortest and longest side of what the scan covers. */
  readonly fieldOfViewMm: readonly [number, number]
  readonly ageYears: readonly [number, number]
}

/** GREEN holds all of `green`; RED breaks any of `amber`; AMBER lies between. */
export interface BandLimits {
  readonly green: BandLimit
  readonly amber: BandLimit
}

export interface BandLimit {
  /** Mean pairwise Dice between members, at least. */
  readonly pairwiseDice: number
  /** Mean pairwise 95 % Hausdorff distance, at most. */
  readonly s95Mm: number
  /** sd / mean of the members' volumes, at most. */
  readonly cvPercent: number
  /** Conformal p of the scope features, at least. */
  readonly p: number
}

/** Where the features of scans that the network knows lie (see scope-features.ts). */
export interface Calibration {
  readonly features: readonly string[]
  readonly mean: readonly number[]
  readonly sd: readonly number[]
  /** Scores of n cases that the mean was not taken from. */
  readonly scores: readonly number[]
  /** What they were: how many cases of how many people, from where. */
  readonly from: string
}

export interface EvaluationRow {
  readonly structure: AnatomyId
  readonly stratum: string
  readonly n: number
  readonly dice: { readonly median: number; readonly low: number; readonly high: number }
  readonly nsd: { readonly toleranceMm: number; readonly median: number } | null
  readonly worstDice: number
}

/** Defaults of the shipped policies. Proposals, to be calibrated: pairwise Dice as the measure is from arXiv 2406.03323. */
export const DEFAULT_BANDS: BandLimits = {
  green: { pairwiseDice: 0.95, s95Mm: 1, cvPercent: 3, p: 0.05 },
  amber: { pairwiseDice: 0.85, s95Mm: 2, cvPercent: 8, p: 0.01 },
}

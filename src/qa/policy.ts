import type { CheckId, PolicyId } from '../core/finding.ts'

/** A value above `warn` is shown, above `fail` it refuses. Null: no such step. */
export interface Limit {
  readonly warn: number | null
  readonly fail: number | null
}

/**
 * The limits for one intended use. Plain JSON with a version, so that its canonical form can be digested into a release.
 * Lengths in mm, volumes in mm3, areas in mm2, shares in percent.
 */
export interface Policy {
  readonly id: PolicyId
  readonly version: number
  readonly sliceSpacingMm: Limit
  /** Largest to smallest voxel spacing. */
  readonly anisotropy: Limit
  readonly sideMustBeVerified: boolean
  readonly selfIntersections: Limit
  /** Undeclared shells above this volume are refused. */
  readonly looseShellMm3: number
  readonly surfaceMeanMm: Limit
  /** Warning for the 95th percentile as a fraction of the smallest voxel spacing. */
  readonly surfaceP95WarnVoxels: number
  readonly surfaceP95FailMm: number
  readonly surfaceMaxMm: Limit
  readonly volumeChangePercent: Limit
  readonly boundingBoxMm: Limit
  /** A solid of the mask above this volume is missed when nothing of it is left; a part no larger than this is none. */
  readonly droppedMm3: number
  /** Handles and tunnels that came or went. */
  readonly genusChange: Limit
  readonly belowAdvisedWallPercent: number
  readonly belowHardWallMm2: number
  readonly buildVolumePercent: Limit
  /** Whether the part must carry its case ID and its side. */
  readonly marksNeeded: boolean
  /** Lower text is hard to read at the table. */
  readonly textHeightMm: number
  /** Root-sum-square of what is expected to be off from scan to print. */
  readonly errorBudgetMm: Limit
  readonly fileRereadMm: number
  /** Refuses parts that rest on a network nobody has measured. */
  readonly modelMustBeEvaluated: boolean
  /** A failing check that is not in this list can be waived by nobody. */
  readonly acknowledgeable: readonly CheckId[]
  /** Under teaching the person who made the part may acknowledge; otherwise a reviewer must. */
  readonly designerMayAcknowledge: boolean
}

const ACKNOWLEDGEABLE: readonly CheckId[] = [
  'slice-spacing',
  'shells',
  'self-intersections',
  'genus',
  'wall-thickness',
  'ai-review',
]

/**
 * Planning aid: the strictest set, from which the others are derived.
 * Sources of the numbers: tolerance below 1 mm for anatomical models (PMC9156585); slice spacing 1 and 2 mm (published
 * acquisition guidance of print services); marks on the part, because models are switched by mistake (PubMed 31676423); the
 * rest are this project's proposals, to be calibrated with phantom runs.
 */
const PLANNING: Policy = {
  id: 'planning',
  version: 3,
  sliceSpacingMm: { warn: 1, fail: 2 },
  anisotropy: { warn: 2, fail: null },
  sideMustBeVerified: true,
  selfIntersections: { warn: 0, fail: 0 },
  looseShellMm3: 1,
  surfaceMeanMm: { warn: null, fail: 0.25 },
  surfaceP95WarnVoxels: 0.25,
  surfaceP95FailMm: 0.5,
  surfaceMaxMm: { warn: null, fail: 1 },
  volumeChangePercent: { warn: 1, fail: 2 },
  boundingBoxMm: { warn: 0.1, fail: 0.3 },
  droppedMm3: 1,
  genusChange: { warn: null, fail: 0 },
  belowAdvisedWallPercent: 0.5,
  belowHardWallMm2: 1,
  buildVolumePercent: { warn: 95, fail: 100 },
  marksNeeded: true,
  textHeightMm: 7.5,
  errorBudgetMm: { warn: 1, fail: null },
  fileRereadMm: 1e-3,
  modelMustBeEvaluated: true,
  acknowledgeable: ACKNOWLEDGEABLE,
  designerMayAcknowledge: false,
}

/** For talking with a patient: measured as strictly as planning, but coarse scans and crossings are only shown. */
const COMMUNICATION: Policy = {
  ...PLANNING,
  id: 'communication',
  sliceSpacingMm: { warn: 1, fail: null },
  modelMustBeEvaluated: false,
  selfIntersections: { warn: 0, fail: null },
}

const TEACHING: Policy = {
  ...COMMUNICATION,
  id: 'teaching',
  sideMustBeVerified: false,
  surfaceMeanMm: { warn: null, fail: 0.5 },
  surfaceP95FailMm: 1,
  surfaceMaxMm: { warn: null, fail: 2 },
  volumeChangePercent: { warn: 1, fail: 5 },
  marksNeeded: false,
  designerMayAcknowledge: true,
}

export const POLICIES: Readonly<Record<PolicyId, Policy>> = {
  teaching: TEACHING,
  communication: COMMUNICATION,
  planning: PLANNING,
}

import type { Passport } from '../../src/core/passport.ts'

/** Of a fine, upright, whole CT. */
export const SAMPLE_PASSPORT: Passport = {
  source: 'sample',
  modality: 'CT',
  size: [64, 64, 64],
  spacingMm: [0.8, 0.8, 0.8],
  orientation: 'LPS',
  rightHanded: true,
  tiltDeg: 0,
  sliceStepsMm: [],
  worstStepDeviation: 0,
  missingSlices: 0,
  resampled: false,
  range: [-1000, 1500],
  tagsKept: 0,
  tagsTotal: 0,
  notes: [],
}

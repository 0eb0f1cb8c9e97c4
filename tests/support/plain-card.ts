import { DEFAULT_BANDS, type ModelCard } from '../../src/infer/card.ts'
import { OUTPUT_PORT, TINY_INPUT } from './tiny-onnx.ts'

/** A card with nothing wrong in it, every optional part filled. */
export const plainCard = (weights: ModelCard['weights'] = { sha256: 'a'.repeat(64), bytes: 1234 }): ModelCard => ({
  format: 'proofprint-model/1',
  id: 'two-tissues',
  version: '1.0.0',
  name: 'Two tissues',
  weights,
  licence: 'MIT',
  origin: 'Made for this test',
  training: { data: 'Balls of random size', licence: 'CC0' },
  intendedUse: 'Tests of the registry',
  knownFailures: ['Anything that is no ball'],
  input: {
    name: TINY_INPUT,
    orientation: 'LIA',
    spacingMm: 1,
    sizeVoxels: 64,
    intensity: { kind: 'quantiles', low: 0.02, high: 0.98, clip: true },
  },
  output: {
    name: OUTPUT_PORT,
    labels: ['background', 'grey matter', 'white matter'],
    structures: [
      { anatomy: 'grey-matter', of: [1] },
      { anatomy: 'brain', of: [1, 2] },
    ],
  },
  tiling: { tileVoxels: [32, 32, 32], overlapVoxels: 8, edgeVoxels: 0, multipleOf: 8, bytesPerVoxel: 80 },
  members: [
    { flip: [false, false, false], shiftVoxels: [0, 0, 0] },
    { flip: [true, false, false], shiftVoxels: [0, 0, 0] },
    { flip: [false, false, false], shiftVoxels: [2, 0, 0] },
    { flip: [true, false, false], shiftVoxels: [0, 2, 0] },
  ],
  scope: {
    modalities: ['MR'],
    spacingMm: [0.5, 3],
    anisotropy: 4,
    fieldOfViewMm: [120, 300],
    ageYears: [18, 90],
  },
  bands: DEFAULT_BANDS,
  calibration: {
    features: ['mean', 'spread'],
    mean: [0.4, 0.1],
    sd: [0.1, 0.02],
    scores: Array.from({ length: 20 }, (_, n) => n / 10),
    from: '20 painted heads of 4 people',
  },
  evaluation: [
    {
      structure: 'brain',
      stratum: 'T1, adults',
      n: 12,
      dice: { median: 0.95, low: 0.94, high: 0.96 },
      nsd: { toleranceMm: 2, median: 0.92 },
      worstDice: 0.88,
    },
  ],
})

import type { ModelCard } from '../../src/infer/card.ts'
import { DEFAULT_BANDS } from '../../src/infer/card.ts'

/** A card of a network with two structures, for tests that never run it. */
export const TINY_CARD: ModelCard = {
  format: 'proofprint-model/1',
  id: 'tiny',
  version: '1.0.0',
  name: 'Tiny',
  weights: { sha256: 'a'.repeat(64), bytes: 10 },
  licence: 'none',
  origin: 'made for tests',
  training: { data: 'none', licence: 'none' },
  intendedUse: 'tests',
  knownFailures: [],
  input: {
    name: 'in',
    orientation: 'LPS',
    spacingMm: 1,
    sizeVoxels: null,
    intensity: { kind: 'min-max' },
  },
  output: {
    name: 'out',
    labels: ['background', 'brain', 'skull'],
    structures: [
      { anatomy: 'brain', of: [1] },
      { anatomy: 'skull', of: [2] },
    ],
  },
  tiling: { tileVoxels: null, overlapVoxels: 0, edgeVoxels: 0, multipleOf: 1, bytesPerVoxel: 8 },
  members: Array.from({ length: 4 }, (_, n) => ({ flip: [n > 0, n > 1, n > 2], shiftVoxels: [0, 0, 0] }) as const),
  scope: {
    modalities: ['MR'],
    spacingMm: [0.5, 3],
    anisotropy: 4,
    fieldOfViewMm: [20, 300],
    ageYears: [0, 120],
  },
  bands: DEFAULT_BANDS,
  calibration: null,
  evaluation: [],
}

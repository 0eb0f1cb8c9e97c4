import { DEFAULT_BANDS, type Member, type ModelCard } from '../../src/infer/card.ts'

export const PLAIN_MEMBER: Member = { flip: [false, false, false], shiftVoxels: [0, 0, 0] }

/** A card of a network that marks one structure on a 1 mm grid, tile of 16 voxels; anything else as a test wants it. */
export function networkCard(over: Partial<ModelCard> = {}): ModelCard {
  return {
    format: 'proofprint-model/1',
    id: 'made-up',
    version: '1.0.0',
    name: 'Made up for a test',
    weights: { sha256: '', bytes: 0 },
    licence: 'MIT',
    origin: 'a test',
    training: { data: 'none', licence: 'none' },
    intendedUse: 'tests',
    knownFailures: [],
    input: {
      name: 'input',
      orientation: 'LPS',
      spacingMm: 1,
      sizeVoxels: null,
      intensity: { kind: 'window', low: 0, high: 100, clip: false },
    },
    output: { name: 'logits', labels: ['background', 'inside'], structures: [{ anatomy: 'brain', of: [1] }] },
    tiling: { tileVoxels: [16, 16, 16], overlapVoxels: 4, multipleOf: 1, bytesPerVoxel: 16 },
    members: [PLAIN_MEMBER],
    scope: { modalities: ['MR'], spacingMm: [0.5, 2], anisotropy: 4, fieldOfViewMm: [10, 300], ageYears: [0, 120] },
    bands: DEFAULT_BANDS,
    calibration: null,
    evaluation: [],
    ...over,
  }
}

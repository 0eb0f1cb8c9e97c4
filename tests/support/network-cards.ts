import type { Member, ModelCard } from '../../src/infer/card.ts'
import { plainCard } from './plain-card.ts'

export const PLAIN_MEMBER: Member = { flip: [false, false, false], shiftVoxels: [0, 0, 0] }

/** A card of a network that marks one structure, one member, 1 mm, tiles of 16 voxels; anything else as a test wants it. */
export function networkCard(over: Partial<ModelCard> = {}): ModelCard {
  return {
    ...plainCard(),
    input: {
      name: 'input',
      orientation: 'LPS',
      spacingMm: 1,
      sizeVoxels: null,
      intensity: { kind: 'window', low: 0, high: 100, clip: false },
    },
    output: { name: 'logits', labels: ['background', 'inside'], structures: [{ anatomy: 'brain', of: [1] }] },
    tiling: { tileVoxels: [16, 16, 16], overlapVoxels: 4, edgeVoxels: 0, multipleOf: 1, bytesPerVoxel: 16 },
    members: [PLAIN_MEMBER],
    calibration: null,
    evaluation: [],
    ...over,
  }
}

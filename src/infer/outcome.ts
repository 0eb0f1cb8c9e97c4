import type { Backend } from '../core/stage.ts'
import type { LabelMap, Volume } from '../core/types.ts'

/** What a network made of one scan. Plain values that cross worker borders. */
export interface Outcome {
  /** The winning channel of every voxel, in the scan's own grid. */
  readonly labels: LabelMap
  /** Mean probability of the winning channel over the members, 0 to 255 for 0 to 1, in the scan's own grid. */
  readonly certainty: Uint8Array
  /** The channel that comes second in every voxel, and its mean probability: together they tell how sure a joined structure is. */
  readonly second: Uint8Array
  readonly secondCertainty: Uint8Array
  /** One entry per structure of the card, in its order. */
  readonly agreement: readonly Agreement[]
  /** Values of the scope features, in the order of SCOPE_FEATURES. */
  readonly features: readonly number[]
  readonly provider: Provider
}

/** How far the members agree on one structure (numbers of the conformed grid). */
export interface Agreement {
  /** Mean Dice over all pairs of members; 1 when all are empty. */
  readonly pairwiseDice: number
  /** Mean 95 % Hausdorff distance over all pairs; infinite when one side of a pair is empty. */
  readonly s95Mm: number
  /** 100 sd / mean of the members' volumes. */
  readonly cvPercent: number
  readonly meanMm3: number
}

/** Where a network ran. */
export interface Provider {
  readonly backend: Extract<Backend, 'wasm' | 'webgpu'>
  readonly adapter: string
  readonly threads: number
}

export type Band = 'green' | 'amber' | 'red'

/** What a run will take, known before it starts. */
export interface RunPlan {
  /** Voxels along x, y and z of the conformed grid. */
  readonly size: Volume['grid']['size']
  readonly tiles: number
  readonly members: number
  readonly peakBytes: number
}

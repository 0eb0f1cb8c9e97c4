import type { AnatomyId } from '../../src/core/anatomy.ts'
import type { CaseResult, StructureResult } from '../../src/evidence/case-result.ts'
import type { Metrics } from '../../src/evidence/metrics.ts'

const METRICS: Metrics = {
  dice: 0.9,
  nsd: 0.95,
  hd95Mm: 2,
  hausdorffMm: 4,
  meanMm: [0.5, 0.5],
  overlap: [0.95, 0.95],
  toleranceMm: 2,
  referenceMm3: 1000,
  predictedMm3: 1000,
  volumeErrorPercent: 0,
}

/** A structure of a case on the bench; null: neither side has it. */
export const benchStructure = (anatomy: AnatomyId, metrics: Partial<Metrics> | null = {}): StructureResult => ({
  anatomy,
  agreement: { pairwiseDice: 0.97, s95Mm: 0.5, cvPercent: 1, meanMm3: 1000 },
  metrics: metrics && { ...METRICS, ...metrics },
})

/** A case of one structure, brain, unless given. */
export const benchCase = (row: number, rest: Partial<CaseResult> = {}): CaseResult => ({
  row,
  patient: row,
  groups: {},
  band: 'green',
  structures: [benchStructure('brain')],
  seconds: 10,
  modelSha256: 'ab'.repeat(32),
  seed: 1,
  ...rest,
})

import type { ReplayedStep, ReplayResult } from '../../src/trace/replay-result.ts'

export const REPLAYED_STEP: ReplayedStep = {
  ...{ seq: 1, stage: 'threshold', made: 'mask', isLast: true, outcome: 'equal', recorded: 'a', digest: 'a' },
  ...{ recordedBackend: 'cpu', backend: 'cpu', adapter: 'JavaScript', reason: null, failed: null, difference: null },
}

/** Of one step that came out equal. */
export const REPLAY_RESULT: ReplayResult = {
  ...{ format: 'proofprint-replay/1', traceId: null, scan: 's', outputs: ['a'], steps: [REPLAYED_STEP] },
  ...{ appVersion: '0.1.0', at: '2026-11-26T00:00:00.000Z', ms: 5 },
}

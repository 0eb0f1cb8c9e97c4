import type { SmoothChoice } from '../app/smooth-choice.ts'
import type { PolicyId } from '../core/finding.ts'
import { SMOOTH } from '../prepare/smooth.ts'
import { mm } from './format.ts'
import { POLICY } from './terms.en.ts'

// The words of the station Model and of its error ledger.

export const MODEL = {
  title: 'Model',
  lead: 'Turn the mask into a closed surface, and see what each step moves.',
  smoothing: 'Smoothing',
  strengths: { none: 'None', light: 'Light', medium: 'Medium', strong: 'Strong' } satisfies Record<
    SmoothChoice['strength'],
    string
  >,
  smoothWhy: `Keeps the volume. No point moves more than half a voxel or ${mm(SMOOTH.defaults.maxShiftMm)}.`,
  simplify: 'Largest simplification error',
  simplifyWhy: 'Fewer triangles where the surface is flat. 0 keeps every triangle.',
  result: 'Result',
  triangles: 'Triangles',
  volume: 'Volume',
  size: 'Size',
  make: 'Make the model',
  again: 'Make it again',
  check: 'Check',
  checkWhy: 'Measures the model against the limits of its use and process.',
  noMask: 'There is no mask yet. Mark something in Segment first.',
  toSegment: 'Go to Segment',
  changed: 'The choices differ from the model shown. Make it again to use them.',
}

export const LEDGER = {
  title: 'Error ledger: surface against mask',
  short: 'Surface against mask',
  limitShort: 'Limit',
  after: 'After',
  mean: 'mean, mm',
  p95: '95th, mm',
  max: 'max, mm',
  volume: 'volume, %',
  limit: (policy: PolicyId) => `Limit, ${POLICY[policy].toLowerCase()}`,
  chart: 'Distance after each edit',
  chartLabel: 'Largest, 95th percentile and mean distance after each edit, with limits',
  series: { mean: 'mean', p95: '95th', max: 'max' },
  limitName: { mean: 'mean limit', p95: '95th limit', max: 'max limit' },
  how: 'Measured at a sample of points of the model, to follow the edits. Check measures all points of both surfaces, so its figures differ.',
  empty: 'After each edit this table says how far the surface is from the mask.',
}

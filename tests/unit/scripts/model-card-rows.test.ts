import { expect, test } from 'vitest'
import { cardRows } from '../../../scripts/lib/model-card-rows.mjs'
import type { ModelRow, StructureRow } from '../../support/model-row.ts'

const structure = (anatomy: StructureRow['anatomy'], dice: number, nsd: number): StructureRow => ({
  ...{ anatomy, band: 'green', reasons: [], agreement: null },
  metrics: { dice, nsd, hd95Mm: 1, toleranceMm: 2, volumeErrorPercent: 0 },
})

const row = (id: string, structures: readonly StructureRow[]): ModelRow => ({
  ...{
    case: id,
    network: 'head-tissues',
    provider: { backend: 'wasm', adapter: 'Node', threads: 1 },
    size: [1, 1, 1],
    spacingMm: [1, 1, 1],
    tiles: 1,
    tile: [1, 1, 1],
    members: 4,
  },
  ...{ limitMiB: 1024, passSeconds: 1, runSeconds: 1, structures, error: null },
})

test('by stratum and structure: median, lowest and highest, of the scans that have a reference', () => {
  const cases = [
    ...['a', 'b', 'c', 'd'].map((id) => ({ id, stratum: 'T1' })),
    { id: 'other', stratum: null },
    { id: 'not-run', stratum: 'T2' },
  ]
  const rows = [
    row('a', [structure('brain', 0.9, 0.8)]),
    row('b', [structure('brain', 0.95, 0.9)]),
    row('c', [structure('brain', 0.5, 0.7), { ...structure('skull', 0, 0), metrics: null }]),
    row('d', [structure('brain', 0.91, 0.6)]),
    row('other', [structure('brain', 0.1, 0.1)]),
  ]
  expect(cardRows(rows, cases)).toEqual([
    {
      ...{ structure: 'brain', stratum: 'T1', n: 4, worstDice: 0.5 },
      dice: { median: 0.905, low: 0.5, high: 0.95 },
      nsd: { toleranceMm: 2, median: 0.75 },
    },
  ])
})

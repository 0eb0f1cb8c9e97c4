import { describe, expect, test } from 'vitest'
import { buildReport, type ReportInput } from '../../../src/export/report.ts'
import { reportHtml } from '../../../src/export/report-html.ts'
import { errorBudget } from '../../../src/qa/error-budget.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { type ReportParts, reportPage } from '../../../src/ui/stations/print/report-page.ts'
import { passingFindings } from '../../support/findings.ts'
import { AMBER_LABEL, SIGNED } from '../../support/label-ai.ts'
import { SAMPLE_PASSPORT } from '../../support/passport.ts'

const HEAD = 'e'.repeat(64)
const INPUT: ReportInput = {
  traceId: '7K3MQ-2XA9B',
  templateId: 'femur',
  policy: POLICIES.teaching,
  process: 'sls',
  passport: SAMPLE_PASSPORT,
  trace: [
    {
      seq: 0,
      stage: 'scan',
      version: 1,
      params: {},
      inputDigests: [],
      outputDigest: 'c'.repeat(64),
      backend: 'cpu',
      adapter: '',
      ms: 3,
      at: '2026-05-01T10:00:00.000Z',
      prev: '0'.repeat(64),
    },
  ],
  traceHead: HEAD,
  ai: [{ label: 1, ai: { ...AMBER_LABEL, firstReader: 'AB', secondReader: SIGNED } }],
  findings: passingFindings().map((f) => (f.check === 'shells' ? { ...f, level: 'fail', value: 3 } : f)),
  acknowledgements: [{ check: 'shells', reason: 'two bones on purpose' }],
  approval: null,
  outcome: 'released',
  refusedBy: [],
  files: [{ name: '7K3MQ.3mf', digest: 'd'.repeat(64), bytes: 12 }],
  versions: { proofprint: '0.1.0' },
  peakMemoryBytes: null,
}
const PARTS: ReportParts = {
  report: buildReport(INPUT),
  ledger: [{ stage: 'smooth', meanMm: 0.05, p95Mm: 0.12, maxMm: 0.4, volumePercent: -0.3 }],
  budget: errorBudget({ ai: null, editsP95Mm: 0.12, process: 'sls', printerMm: null }),
  sizeMm: [40, 30, 20],
  sides: [],
  sections: [],
  note: '',
}
const words = (change: Partial<ReportParts> = {}) => reportHtml(reportPage({ ...PARTS, ...change }))

describe('the report for people', () => {
  test('tells findings, ledger, budget, trace, files, and who accepted what and why', () => {
    const text = words()
    for (const said of [
      '7K3MQ-2XA9B',
      'Loose pieces',
      'two bones on purpose',
      'The person who made the part',
      'AB',
      'CD, surgeon: looked at it',
      '0.12',
      'Assumed: published for other cases',
      '0.82',
      HEAD,
      'c'.repeat(64),
      '2026-05-01 10:00:00',
      'd'.repeat(64),
    ])
      expect(text).toContain(said)
  })
  test('has a line of its own for what a person typed, and none when nothing was', () => {
    expect(words({ note: ' Smith, knee ' })).toContain('<td>Smith, knee</td>')
    expect(words()).not.toContain('Written by the person')
  })
  test('stands without a model, findings and acceptances', () => {
    const bare = buildReport({ ...INPUT, findings: [], acknowledgements: [], ai: [], files: [], outcome: 'stopped' })
    const text = words({ report: bare, ledger: [], budget: null, sizeMm: null })
    expect(text).toContain('Not checked')
    expect(text).toContain('Nothing was accepted')
    expect(text).not.toContain('Error budget')
  })
})

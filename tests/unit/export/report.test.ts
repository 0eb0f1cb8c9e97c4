import { expect, test } from 'vitest'
import type { Passport } from '../../../src/core/passport.ts'
import { buildReport, type ReportInput, reportText } from '../../../src/export/report.ts'
import { chainHead, nextEntry } from '../../../src/trace/chain.ts'
import { passingFindings } from '../../support/findings.ts'
import { AMBER_LABEL } from '../../support/label-ai.ts'
import { SAMPLE_PASSPORT } from '../../support/passport.ts'

const passport: Passport = {
  ...SAMPLE_PASSPORT,
  size: [192, 192, 256],
  spacingMm: [0.5, 0.5, 0.6],
  range: [-1024, 1800],
}
const entry = await nextEntry([], {
  stage: 'threshold',
  version: 1,
  params: { lowHu: 226, highHu: 3071 },
  inputDigests: ['a'.repeat(64)],
  outputDigest: 'b'.repeat(64),
  backend: 'cpu',
  adapter: 'none',
  ms: 41,
  at: '2026-05-01T10:00:00.000Z',
})
const input: ReportInput = {
  traceId: '7K3MQ-2XA9B',
  templateId: 'ct-bone',
  policy: { id: 'teaching', version: 1 },
  process: 'sla',
  passport,
  trace: [entry],
  traceHead: await chainHead([entry]),
  ai: [{ label: 2, ai: AMBER_LABEL }],
  findings: passingFindings(),
  acknowledgements: [{ check: 'shells', reason: 'a separate fragment is wanted' }],
  approval: null,
  outcome: 'released',
  refusedBy: [],
  files: [{ name: '7K3MQ-2XA9B.3mf', digest: 'c'.repeat(64), bytes: 1234 }],
  versions: { proofprint: '0.1.0' },
  peakMemoryBytes: null,
}

test('holds every trace entry whole, the head of the chain, and every finding', () => {
  const report = JSON.parse(reportText(buildReport(input)))
  expect(report.trace).toEqual({ head: input.traceHead, entries: [entry] })
  expect(report.findings).toEqual(input.findings)
  expect(report.ai).toEqual([{ label: 2, ai: AMBER_LABEL }])
  expect(report).toMatchObject({ format: 'proofprint-report/1', outcome: 'released', traceId: input.traceId, passport })
})
test('a field that does not belong there stays out', () => {
  const careless = {
    ...input,
    patientName: 'Doe^Jane',
    passport: { ...passport, patientId: 'Doe-17' },
    files: input.files.map((f) => ({ ...f, path: '/home/doe/scan' })),
    acknowledgements: input.acknowledgements.map((a) => ({ ...a, by: 'doe' })),
    policy: { ...input.policy, note: 'doe' },
    ai: input.ai.map((one) => ({ ...one, name: 'doe', ai: { ...one.ai, patient: 'doe' } })),
  }
  expect(reportText(buildReport(careless))).not.toMatch(/doe/i)
})
test('an acceptance is told with the initials of who signed it, and without where nobody did', () => {
  const [first] = input.acknowledgements
  const signed = { ...input, acknowledgements: [{ check: 'shells', reason: first?.reason ?? '', by: 'AB' } as const] }
  expect(buildReport(signed).acknowledgements).toEqual(signed.acknowledgements)
  expect(buildReport(input).acknowledgements).toEqual(input.acknowledgements)
})
test('a limit that does not exist becomes null, not a broken file', () => {
  const findings = [{ ...passingFindings()[0], limit: Number.POSITIVE_INFINITY }] as ReportInput['findings']
  expect(JSON.parse(reportText(buildReport({ ...input, findings }))).findings[0].limit).toBeNull()
})

test('who approved is named by number and role alone, key by key', () => {
  const approval = {
    staff: '0103',
    role: 'reviewer' as const,
    at: '2026-05-01T00:00:00.000Z',
    revision: 9,
    digests: ['ab'],
  }
  expect(buildReport({ ...input, approval }).approval).toEqual(approval)
  const more = { ...approval, staff: 'Jane Doe', name: 'Doe' }
  expect(buildReport({ ...input, approval: more }).approval).toEqual({ ...approval, staff: null })
  const reviewer = { check: 'shells' as const, reason: 'a separate fragment is wanted', role: 'reviewer' as const }
  expect(buildReport({ ...input, acknowledgements: [reviewer] }).acknowledgements).toEqual([reviewer])
})

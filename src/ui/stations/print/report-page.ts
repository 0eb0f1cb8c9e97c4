import type { LedgerRow } from '../../../app/ledger-row.ts'
import type { Finding } from '../../../core/finding.ts'
import type { Vec3 } from '../../../core/types.ts'
import type { Report, ReportApproval } from '../../../export/report.ts'
import type { PageBlock, PagePicture, ReportPage } from '../../../export/report-page.ts'
import type { ErrorBudget } from '../../../qa/error-budget.ts'
import { POLICIES } from '../../../qa/policy.ts'
import { APPROVE } from '../../approve.en.ts'
import { BUDGET, findingText, gatePassed, gateTitle, passedValue } from '../../check.en.ts'
import { decimal, findingValue, signed, size3, spacing3 } from '../../format.ts'
import { LEDGER } from '../../model.en.ts'
import { REPORT } from '../../report.en.ts'
import { stepText } from '../../steps.en.ts'
import { POLICY, PROCESS_LONG } from '../../terms.en.ts'

/** All that a report for people is made of. */
export interface ReportParts {
  readonly report: Report
  readonly ledger: readonly LedgerRow[]
  /** Null before there is a model. */
  readonly budget: ErrorBudget | null
  /** Of the part, mm; null before there is a model. */
  readonly sizeMm: Vec3 | null
  readonly sides: readonly PagePicture[]
  readonly sections: readonly PagePicture[]
  /** What the person typed; empty adds nothing. */
  readonly note: string
}

/** The report in words. Only what is named here is in it. */
export function reportPage(parts: ReportParts): ReportPage {
  const { report, sides, sections } = parts
  return {
    language: REPORT.language,
    title: REPORT.title(report.traceId),
    blocks: [
      { kind: 'facts', rows: factsOf(parts) },
      { kind: 'text', text: REPORT.noPatient },
      ...picturesOf(REPORT.sides, sides, null),
      ...picturesOf(REPORT.sections, sections, REPORT.sectionsSay),
      heading(REPORT.findings),
      { kind: 'table', columns: REPORT.findingColumns, rows: report.findings.map((f) => findingRow(f, report)) },
      heading(REPORT.accepted),
      ...acceptedOf(report),
      ...aiOf(report),
      ...ledgerOf(parts),
      ...budgetOf(parts),
      ...traceOf(report),
    ],
  }
}

const heading = (text: string): PageBlock => ({ kind: 'heading', text })

function factsOf({ report, sizeMm, note }: ReportParts): (readonly [string, string])[] {
  const { passport, policy } = report
  const rows: (readonly [string, string])[] = [
    [REPORT.facts.outcome, REPORT.outcome[report.outcome]],
    [REPORT.facts.use, POLICY[policy.id]],
    [REPORT.facts.policy, String(policy.version)],
    [REPORT.facts.process, PROCESS_LONG[report.process]],
    [REPORT.facts.template, report.templateId],
    [REPORT.facts.scan, `${passport.modality}, ${passport.size.join(' x ')}, ${spacing3(passport.spacingMm)}`],
    [REPORT.facts.program, Object.entries(report.versions).flat().join(' ')],
  ]
  if (report.approval) rows.push([REPORT.facts.approval, approvedText(report.approval)])
  if (sizeMm) rows.push([REPORT.facts.size, size3(sizeMm)])
  if (note.trim() !== '') rows.push([REPORT.facts.note, note.trim()])
  return rows
}

const approvedText = ({ at, revision, digests, ...who }: ReportApproval): string =>
  REPORT.approved(APPROVE.by(who), at.slice(0, 16).replace('T', ' '), revision, digests.join(', '))

function picturesOf(title: string, pictures: readonly PagePicture[], said: string | null): PageBlock[] {
  if (pictures.length === 0) return []
  const text: PageBlock[] = said === null ? [] : [{ kind: 'text', text: said }]
  return [heading(title), ...text, { kind: 'pictures', perRow: 3, pictures }]
}

function findingRow(f: Finding, { process }: Report): string[] {
  const isPassed = f.level === 'pass'
  return [
    isPassed ? gatePassed(f.check) : gateTitle(f.check),
    REPORT.level[f.level],
    isPassed ? passedValue(f) : findingValue(f.value, f.unit),
    Number.isFinite(f.limit) && f.check !== 'side-verified' ? findingValue(f.limit, f.unit) : REPORT.noLimit,
    isPassed ? '' : findingText(f, process, []),
  ]
}

function acceptedOf({ acknowledgements }: Report): PageBlock[] {
  if (acknowledgements.length === 0) return [{ kind: 'text', text: REPORT.nothingAccepted }]
  const rows = acknowledgements.map(({ check, reason, by, role }) => [
    gateTitle(check),
    by ?? (role ? REPORT.reviewer : REPORT.designer),
    reason,
  ])
  return [{ kind: 'table', columns: REPORT.acceptedColumns, rows }]
}

function aiOf({ ai }: Report): PageBlock[] {
  if (ai.length === 0) return []
  const rows = ai.map(({ ai: { model, band, firstReader, secondReader } }) => [
    `${model.id} ${model.version}`,
    band,
    firstReader ?? REPORT.nobody,
    secondReader ? `${secondReader.who}, ${secondReader.role}: ${secondReader.reason}` : REPORT.nobody,
  ])
  return [heading(REPORT.ai), { kind: 'table', columns: REPORT.aiColumns, rows }]
}

function ledgerOf({ ledger }: ReportParts): PageBlock[] {
  if (ledger.length === 0) return []
  const columns = [LEDGER.after, LEDGER.mean, LEDGER.p95, LEDGER.max, LEDGER.volume]
  const rows = ledger.map((row) => [
    stepText(row.stage),
    ...[row.meanMm, row.p95Mm, row.maxMm].map((mm) => decimal(mm, 2)),
    signed(row.volumePercent, 1),
  ])
  return [heading(REPORT.ledger), { kind: 'table', columns, rows }]
}

function budgetOf({ budget, report }: ReportParts): PageBlock[] {
  if (!budget) return []
  const limitMm = POLICIES[report.policy.id].errorBudgetMm.warn ?? 0
  const rows = [
    ...budget.parts.map(({ id, mm, basis }) => [BUDGET.parts[id], decimal(mm, 2), BUDGET.basis[basis]]),
    [BUDGET.total, decimal(budget.totalMm, 2), BUDGET.limit(limitMm)],
  ]
  return [heading(REPORT.budget), { kind: 'table', columns: [BUDGET.part, BUDGET.mm, BUDGET.from], rows }]
}

function traceOf({ trace, files }: Report): PageBlock[] {
  const rows = trace.entries.map((entry) => [
    String(entry.seq + 1),
    stepText(entry.stage),
    entry.at.slice(0, 19).replace('T', ' '),
    entry.outputDigest,
  ])
  const saved: PageBlock[] =
    files.length === 0
      ? []
      : [
          heading(REPORT.files),
          { kind: 'table', columns: REPORT.fileColumns, rows: files.map(({ name, digest }) => [name, digest]) },
        ]
  return [
    heading(REPORT.trace),
    { kind: 'facts', rows: [[REPORT.head, trace.head]] },
    { kind: 'table', columns: REPORT.traceColumns, rows },
    ...saved,
  ]
}

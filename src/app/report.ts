import { APP_VERSION } from '../core/app-version.ts'
import type { Acknowledgement, CheckId, Finding, PolicyId, ProcessId } from '../core/finding.ts'
import type { Passport } from '../core/passport.ts'
import { buildReport, type Report, type ReportApproval, type ReportFile } from '../export/report.ts'
import { POLICIES } from '../qa/policy.ts'
import type { LabelInfo } from '../segment/label-set.ts'
import { chainHead, type TraceEntry } from '../trace/chain.ts'

export interface ReportOrder {
  readonly traceId: string | null
  readonly templateId: string
  readonly policy: PolicyId
  readonly process: ProcessId
  readonly passport: Passport
  readonly trace: readonly TraceEntry[]
  readonly labels: readonly Pick<LabelInfo, 'id' | 'ai'>[]
  readonly findings: readonly Finding[]
  readonly acknowledgements: readonly Acknowledgement[]
  readonly approval?: ReportApproval | null
  readonly outcome: Report['outcome']
  readonly refusedBy: readonly CheckId[]
  readonly files: readonly ReportFile[]
}

/** The report of a case as it stands. */
export async function caseReport(order: ReportOrder): Promise<Report> {
  return buildReport({
    ...order,
    traceId: order.traceId ?? '',
    approval: order.approval ?? null,
    ai: order.labels.flatMap(({ id, ai }) => (ai ? [{ label: id, ai }] : [])),
    policy: POLICIES[order.policy],
    traceHead: await chainHead(order.trace),
    versions: { proofprint: APP_VERSION },
    peakMemoryBytes: null,
  })
}

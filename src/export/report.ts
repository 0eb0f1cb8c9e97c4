import type { Acknowledgement, CheckId, Finding, PolicyId, ProcessId } from '../core/finding.ts'
import type { JsonValue } from '../core/json.ts'
import type { Passport } from '../core/passport.ts'
import { isInitials, type LabelAi } from '../segment/label-ai.ts'
import type { TraceEntry } from '../trace/chain.ts'

export interface ReportFile {
  readonly name: string
  readonly digest: string
  readonly bytes: number
}

/** A label that came from a network, by its number in the case. */
export interface ReportAi {
  readonly label: number
  readonly ai: LabelAi
}

/** Who approved the part: a number of the site, no name. */
export interface ReportApproval {
  /** Null for the designer of a vault without people. */
  readonly staff: string | null
  readonly role: 'designer' | 'reviewer'
  readonly at: string
  /** Of the case. */
  readonly revision: number
  /** Of the meshes that were checked. */
  readonly digests: readonly string[]
}

export interface ReportInput {
  readonly traceId: string
  readonly templateId: string
  readonly policy: { readonly id: PolicyId; readonly version: number }
  readonly process: ProcessId
  readonly passport: Passport
  readonly trace: readonly TraceEntry[]
  /** Digest of the last trace entry. */
  readonly traceHead: string
  /** Every label made by AI; empty where none was. */
  readonly ai: readonly ReportAi[]
  readonly findings: readonly Finding[]
  readonly acknowledgements: readonly Acknowledgement[]
  /** Of the part as it stands; null when nobody did. */
  readonly approval: ReportApproval | null
  /** 'stopped' when the run was asked to end before the gate, 'needs-review' when only the review of the AI refuses. */
  readonly outcome: 'released' | 'refused' | 'needs-review' | 'stopped'
  readonly refusedBy: readonly CheckId[]
  readonly files: readonly ReportFile[]
  /** Name to version: the app and what ran inside it. */
  readonly versions: Readonly<Record<string, string>>
  readonly peakMemoryBytes: number | null
}

/** The content of report.json. Only the keys named here can be in it. */
export interface Report extends Omit<ReportInput, 'trace' | 'traceHead'> {
  readonly format: 'proofprint-report/1'
  /** The template of the last run as the trace has it: its digest tells whether steps were changed. Null before any run. */
  readonly template: JsonValue
  readonly trace: { readonly head: string; readonly entries: readonly TraceEntry[] }
}

/** Key by key, so that a field added to a scan's description elsewhere cannot slip into a file that leaves. */
function passportOf(p: Passport): Passport {
  return {
    source: p.source,
    modality: p.modality,
    size: p.size,
    spacingMm: p.spacingMm,
    orientation: p.orientation,
    rightHanded: p.rightHanded,
    tiltDeg: p.tiltDeg,
    sliceStepsMm: p.sliceStepsMm,
    worstStepDeviation: p.worstStepDeviation,
    missingSlices: p.missingSlices,
    resampled: p.resampled,
    range: p.range,
    tagsKept: p.tagsKept,
    tagsTotal: p.tagsTotal,
    notes: p.notes,
  }
}

/** Key by key, as the passport. */
const aiOf = ({ label, ai }: ReportAi): ReportAi => ({
  label,
  ai: {
    source: ai.source,
    model: ai.model,
    structure: ai.structure,
    band: ai.band,
    reasons: ai.reasons,
    members: ai.members,
    run: ai.run,
    p: ai.p,
    regions: ai.regions,
    aiMm3: ai.aiMm3,
    editedMm3: ai.editedMm3,
    firstReader: ai.firstReader,
    secondReader: ai.secondReader,
  },
})

/** Key by key; of who accepted it no more than initials. */
const acceptanceOf = ({ check, reason, by, role }: Acknowledgement): Acknowledgement => ({
  ...{ check, reason },
  ...(by !== undefined && isInitials(by) ? { by } : {}),
  ...(role ? { role } : {}),
})

const approvalOf = ({ staff, role, at, revision, digests }: ReportApproval): ReportApproval => ({
  ...{ staff: staff !== null && /^\d{4}$/.test(staff) ? staff : null },
  ...{ role, at, revision, digests },
})

/** Everything a reader needs to follow and repeat the case, and nothing about the patient. */
export function buildReport(input: ReportInput): Report {
  return {
    format: 'proofprint-report/1',
    traceId: input.traceId,
    versions: input.versions,
    templateId: input.templateId,
    template: input.trace.findLast(({ stage }) => stage === 'template')?.params ?? null,
    policy: { id: input.policy.id, version: input.policy.version },
    process: input.process,
    outcome: input.outcome,
    refusedBy: input.refusedBy,
    files: input.files.map(({ name, digest, bytes }) => ({ name, digest, bytes })),
    passport: passportOf(input.passport),
    ai: input.ai.map(aiOf),
    findings: input.findings,
    acknowledgements: input.acknowledgements.map(acceptanceOf),
    approval: input.approval ? approvalOf(input.approval) : null,
    trace: { head: input.traceHead, entries: input.trace },
    peakMemoryBytes: input.peakMemoryBytes,
  }
}

/** The report as text. A number that JSON cannot hold (a limit that does not exist) becomes null. */
export function reportText(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}

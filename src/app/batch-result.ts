import type { CheckId, Finding, ProcessId } from '../core/finding.ts'
import type { JsonValue } from '../core/json.ts'
import { maskVolumeMm3 } from '../core/mask.ts'
import { meshVolumeMm3, triangleCount } from '../core/mesh.ts'
import { processesThatPass } from '../qa/advice.ts'
import { gateVerdict } from '../qa/gate.ts'
import { POLICIES } from '../qa/policy.ts'
import type { CaseStore } from './case-store.svelte.ts'
import type { Checked } from './check-codec.ts'
import type { Modelled, Segmented } from './line.ts'
import { caseReport } from './report.ts'
import type { RefusingGate, RunOptions, RunResult } from './run-result.ts'
import type { Scanned } from './scan-steps.ts'
import type { Template } from './templates.ts'

/** What was asked for, and who says in words what refuses it. */
export interface RunAsked {
  readonly options: RunOptions
  /** What refuses and what to try; `ways` are processes under which the part passes. */
  readonly advise: (finding: Finding, process: ProcessId, ways: readonly ProcessId[]) => string
}

/** Everything made so far; a run may end after any part. */
export interface Progress {
  store: CaseStore | null
  template: Template | null
  scanned: Scanned | null
  segmented: Segmented | null
  modelled: Modelled | null
  checked: Checked | null
  traceId: string | null
  readonly exports: { name: string; digest: string; bytes: number }[]
  readonly files: Map<string, Blob>
}

function refusingGate({ options, advise }: RunAsked, finding: Finding, ways: readonly ProcessId[]): RefusingGate {
  const { check: id, value, limit, unit, hard } = finding
  const { acknowledgeable, designerMayAcknowledge } = POLICIES[options.policy]
  const mayBeAccepted = !hard && designerMayAcknowledge && acknowledgeable.includes(id)
  const orAccept = mayBeAccepted ? ` Or accept it: --acknowledge ${id}=REASON.` : ''
  return { check: id, value, limit, unit, advice: advise(finding, options.process, ways) + orAccept }
}

/** What a run came to. */
export async function resultOf(
  input: RunAsked,
  made: Progress,
  outcome: RunResult['outcome'],
  error: RunResult['error'],
): Promise<RunResult> {
  const { options } = input
  const findings = made.checked?.findings ?? []
  const refusedBy = made.checked ? gateVerdict(findings, options.acknowledge, POLICIES[options.policy]).refusedBy : []
  const ways = processesThatPass(findings)
  const isRefused = outcome === 'refused' || outcome === 'needs-review'
  const refusing = findings.filter((f) => isRefused && refusedBy.includes(f.check))
  return {
    outcome,
    gates: refusing.map((f) => refusingGate(input, f, ways)),
    error,
    report: made.scanned ? await reportOf(options, made, outcome, refusedBy) : {},
    files: [...made.files].map(([name, blob]) => ({ name, size: blob.size })),
  }
}

/** A headless run marks one label. */
const ONLY_LABEL = 1

async function reportOf(
  options: RunOptions,
  made: Progress,
  outcome: RunResult['outcome'],
  refusedBy: readonly CheckId[],
): Promise<JsonValue> {
  const { scanned, store, template, checked, modelled, segmented } = made
  if (!scanned || !store || !template) return {}
  const report = await caseReport({
    traceId: made.traceId,
    templateId: template.id,
    policy: options.policy,
    process: options.process,
    passport: scanned.passport,
    trace: store.trace,
    labels: segmented?.fromAi ? [{ id: ONLY_LABEL, ai: segmented.fromAi.ai }] : [],
    findings: checked?.findings ?? [],
    acknowledgements: options.acknowledge,
    outcome: outcome === 'error' ? 'stopped' : outcome,
    refusedBy,
    files: made.exports,
  })
  return {
    ...(report as unknown as Record<string, JsonValue>),
    measures: measuresOf(segmented, modelled),
    ledger: (modelled?.ledger ?? []) as unknown as JsonValue,
  }
}

/** Sizes a reader compares with other programs. */
function measuresOf(segmented: Segmented | null, modelled: Modelled | null): JsonValue {
  return {
    ...(segmented && !segmented.fromAi ? { lowHu: segmented.lowHu, highHu: segmented.highHu } : {}),
    ...(segmented ? { maskMm3: maskVolumeMm3(segmented.mask) } : {}),
    ...(modelled
      ? {
          surfaceMm3: modelled.referenceMm3,
          surfaceTriangles: triangleCount(modelled.reference),
          modelMm3: meshVolumeMm3(modelled.mesh),
          modelTriangles: triangleCount(modelled.mesh),
        }
      : {}),
  }
}

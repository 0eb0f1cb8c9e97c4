import type { Acknowledgement, PolicyId, ProcessId } from '../core/finding.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import type { ExportFormat } from '../export/file-parts.ts'
import { gateVerdict, refuse } from '../qa/gate.ts'
import { mergeFindings } from '../qa/merge-findings.ts'
import { POLICIES } from '../qa/policy.ts'
import type { TraceEntry } from '../trace/chain.ts'
import { lineage } from '../trace/lineage.ts'
import { recipeOf } from '../trace/recipe.ts'
import { exportFileName, type FileOfPart, traceId } from '../trace/trace-id.ts'
import { type Checked, checkDigest } from './check-codec.ts'
import type { Line } from './line.ts'
import { keptIn } from './pipeline.ts'
import type { ExportRow } from './session-view.ts'
import { EXPORT_STEP } from './steps.ts'

/** A body and what was measured of it. */
export interface CheckedBody {
  readonly mesh: Mesh
  readonly check: Checked
}

export interface ExportOrder {
  readonly bodies: readonly CheckedBody[]
  readonly acknowledgements: readonly Acknowledgement[]
  readonly policy: PolicyId
  readonly process: ProcessId
  readonly trace: readonly TraceEntry[]
  readonly format: ExportFormat
}

export interface ExportedModel {
  readonly traceId: string
  readonly files: readonly { readonly row: ExportRow; readonly file: Blob }[]
}

/** The name of a checked part: from the recipe that leads from the scan to its findings, so the same line gives it again. */
export async function partTraceId(trace: readonly TraceEntry[], checks: readonly Checked[]): Promise<string> {
  return traceId(recipeOf(lineage(trace, ...(await Promise.all(checks.map(checkDigest))))))
}

/**
 * Writes the released files, one for each body, read back and compared, under one trace id. All bodies are released or none is.
 * Throws qa/refused, qa/stale, export/mismatch.
 */
export async function exportModel(line: Line, order: ExportOrder, ctx: Context): Promise<ExportedModel> {
  const { bodies, acknowledgements, policy, format } = order
  const checks = bodies.map(({ check }) => check)
  requireReleased(order)
  const id = await partTraceId(order.trace, checks)
  line.onStage('export')
  const accepted = acknowledgements.map((a) => `${a.check}: ${a.reason}`)
  const files: ExportedModel['files'][number][] = []
  for (const [n, { mesh, check }] of bodies.entries()) {
    const which: FileOfPart = { n: n + 1, of: bodies.length }
    const input = { mesh, check, policy, acknowledgements }
    const part = subContext(ctx, n / bodies.length, (n + 1) / bodies.length)
    // Several files of one kind do not take each other's place in the vault.
    const step = bodies.length === 1 ? EXPORT_STEP : keptIn(EXPORT_STEP, (role) => `${role}/${n + 1}`)
    const { file, digest } = await line.pipeline.runStage(step, input, { format, traceId: id, accepted }, part)
    files.push({ row: { format, fileName: exportFileName(id, format, which), digest, bytes: file.size }, file })
  }
  return { traceId: id, files }
}

/** Each file earns its release by its own findings; this says at once what refuses any of them. */
function requireReleased({ bodies, acknowledgements, policy }: ExportOrder): void {
  const findings = mergeFindings(bodies.map(({ check }, n) => ({ body: n + 1, findings: check.findings })))
  const verdict = gateVerdict(findings, acknowledgements, POLICIES[policy])
  if (!verdict.released) throw refuse(verdict.refusedBy, POLICIES[policy])
}

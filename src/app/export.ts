import type { Acknowledgement, PolicyId, ProcessId } from '../core/finding.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import type { ExportFormat } from '../export/file-parts.ts'
import type { TraceEntry } from '../trace/chain.ts'
import { lineage } from '../trace/lineage.ts'
import { recipeOf } from '../trace/recipe.ts'
import { exportFileName, traceId } from '../trace/trace-id.ts'
import { type Checked, checkDigest } from './check-codec.ts'
import type { Line } from './line.ts'
import type { ExportRow } from './session-view.ts'
import { EXPORT_STEP } from './steps.ts'

export interface ExportOrder {
  readonly mesh: Mesh
  readonly check: Checked
  readonly acknowledgements: readonly Acknowledgement[]
  readonly policy: PolicyId
  readonly process: ProcessId
  readonly trace: readonly TraceEntry[]
  readonly format: ExportFormat
}

export interface ExportedModel {
  readonly traceId: string
  readonly row: ExportRow
  readonly file: Blob
}

/** The name of a checked part: from the recipe that leads from the scan to its findings, so the same line gives it again. */
export async function partTraceId(trace: readonly TraceEntry[], check: Checked): Promise<string> {
  return traceId(recipeOf(lineage(trace, await checkDigest(check))))
}

/** Writes the released file, read back and compared, under its trace id. Throws qa/refused, qa/stale, export/mismatch. */
export async function exportModel(line: Line, order: ExportOrder, ctx: Context): Promise<ExportedModel> {
  const { mesh, check, acknowledgements, policy, format } = order
  const id = await partTraceId(order.trace, check)
  line.onStage('export')
  const input = { mesh, check, policy, acknowledgements }
  const accepted = acknowledgements.map((a) => `${a.check}: ${a.reason}`)
  const { file, digest } = await line.pipeline.runStage(EXPORT_STEP, input, { format, traceId: id, accepted }, ctx)
  return { traceId: id, row: { format, fileName: exportFileName(id, format), digest, bytes: file.size }, file }
}

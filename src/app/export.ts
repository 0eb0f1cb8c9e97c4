import { shownSide } from '../core/anatomy.ts'
import type { Acknowledgement, PolicyId, ProcessId } from '../core/finding.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import type { DicomModel } from '../export/dicom-model.ts'
import { PLAIN_MODEL } from '../export/dicom-model.ts'
import { PLAIN_COLOUR } from '../export/file-notes.ts'
import { EXTENSION, type ExportFormat, MANY_BODIES } from '../export/file-parts.ts'
import type { PartName } from '../export/part-name.ts'
import type { VertexValues } from '../export/ply.ts'
import type { SealRecipient } from '../export/secure-content/recipient.ts'
import { gateVerdict, refuse, requireUnder } from '../qa/gate.ts'
import { mergeFindings } from '../qa/merge-findings.ts'
import { POLICIES } from '../qa/policy.ts'
import type { TraceEntry } from '../trace/chain.ts'
import { lineage } from '../trace/lineage.ts'
import { type Recipe, recipeOf } from '../trace/recipe.ts'
import { exportFileName, type FileOfPart, traceId } from '../trace/trace-id.ts'
import { type Checked, checkDigest } from './check-codec.ts'
import type { ExportRow } from './export-row.ts'
import { EXPORT_STEP } from './export-step.ts'
import type { Line } from './line.ts'
import { keptIn } from './pipeline.ts'

/** A body and what was measured of it. */
export interface CheckedBody {
  readonly mesh: Mesh
  readonly check: Checked
  /** A number a vertex, for a PLY. */
  readonly values?: VertexValues | null
  /** Of what it is, where that is not what the order says. */
  readonly name?: ExportOrder['name']
  /** As `#RRGGBB`, in a file that knows colours; absent for that of bone. */
  readonly colour?: string
  /** Whether it shows the other side of the scan; absent when not. */
  readonly isMirrored?: boolean
}

export interface ExportOrder {
  readonly bodies: readonly CheckedBody[]
  /** Of what they are, on the side that was scanned. */
  readonly name: Pick<PartName, 'anatomy' | 'laterality'>
  readonly acknowledgements: readonly Acknowledgement[]
  readonly policy: PolicyId
  readonly process: ProcessId
  readonly trace: readonly TraceEntry[]
  readonly format: ExportFormat
  /** What a DICOM file says of the model; without it, that it is for teaching and of nobody. */
  readonly dicom?: DicomModel
  /** Who a 3MF is sealed for as well; absent for nobody. */
  readonly recipients?: readonly SealRecipient[]
}

/** What is written once its recipe is known: by who releases it, without the trace that led to it. */
export type WriteOrder = Omit<ExportOrder, 'trace'> & { readonly recipe: Recipe }

export interface ExportedPart {
  readonly row: ExportRow
  readonly file: Blob
  /** The same, sealed for the recipients of the order; null without any. */
  readonly sealed: Blob | null
}

export interface ExportedModel {
  readonly traceId: string
  readonly files: readonly ExportedPart[]
}

/** What leads from the scan to the findings of all bodies. */
export const partRecipe = async (trace: readonly TraceEntry[], checks: readonly Checked[]): Promise<Recipe> =>
  recipeOf(lineage(trace, ...(await Promise.all(checks.map(checkDigest)))))

/** The name of a checked part: from its recipe, so the same line gives it again. */
export async function partTraceId(trace: readonly TraceEntry[], checks: readonly Checked[]): Promise<string> {
  return traceId(await partRecipe(trace, checks))
}

/**
 * Writes the released files, read back and compared, under one trace id: all bodies in one where such a file holds several, else
 * one file each. All bodies are released or none is.
 * Throws qa/refused, qa/stale, export/mismatch.
 */
export async function exportModel(line: Line, order: ExportOrder, ctx: Context): Promise<ExportedModel> {
  const checks = order.bodies.map(({ check }) => check)
  return writeModel(line, { ...order, recipe: await partRecipe(order.trace, checks) }, ctx)
}

/** What a sealed 3MF is called beside its plain one. */
export const sealedName = (fileName: string): string => fileName.replace(/\.3mf$/, '.sealed.3mf')

/** As exportModel. */
export async function writeModel(line: Line, order: WriteOrder, ctx: Context): Promise<ExportedModel> {
  const { bodies, acknowledgements, policy, format, recipe, dicom = PLAIN_MODEL, recipients = [] } = order
  requireReleased(order)
  const id = await traceId(recipe)
  line.onStage('export')
  const accepted = acknowledgements.map(({ check, by, role, reason }) => `${check}${wordOf(by ?? role)}: ${reason}`)
  const named = bodies.map((body, n) => ({
    ...body,
    name: { ...nameOf(body.name ?? order.name, body), part: n + 1, of: bodies.length },
    colour: body.colour ?? PLAIN_COLOUR,
  }))
  const inFiles = MANY_BODIES.includes(format) ? [named] : named.map((body) => [body])
  const files: ExportedModel['files'][number][] = []
  for (const [n, held] of inFiles.entries()) {
    const which: FileOfPart = { n: n + 1, of: inFiles.length }
    const values = held.length === 1 ? (held[0]?.values ?? null) : null
    // A DICOM file holds one body.
    const model = { ...dicom, mirrored: held.some((body) => body.isMirrored === true) }
    const input = { bodies: held, policy, acknowledgements, recipe, values, dicom: model, recipients }
    const sealedFor = recipients.map(({ fingerprint }) => fingerprint)
    const params = { format, traceId: id, accepted, ...said(format, values, model), sealedFor }
    const part = subContext(ctx, n / inFiles.length, (n + 1) / inFiles.length)
    // Several files of one kind do not take each other's place in the vault.
    const step = inFiles.length === 1 ? EXPORT_STEP : keptIn(EXPORT_STEP, (role) => `${role}/${n + 1}`)
    const { file, digest, sealed } = await line.pipeline.runStage(step, input, params, part)
    const fileName = exportFileName(id, EXTENSION[format], which)
    const row = {
      ...{ format, fileName, digest, bytes: file.size },
      ...(params.namesPatient ? { isNamed: true } : {}),
      ...(sealed ? { isSealed: true } : {}),
    }
    files.push({ row, file, sealed })
  }
  return { traceId: id, files }
}

const wordOf = (by: string | undefined) => (by === undefined ? '' : ` by ${by}`)

const nameOf = ({ anatomy, laterality }: ExportOrder['name'], { isMirrored = false }: CheckedBody) =>
  isMirrored ? { anatomy, laterality: shownSide(laterality, true), isMirrored } : { anatomy, laterality }

/** What the trace keeps of what was added to a file: of the patient only that he is named. */
function said(format: ExportFormat, values: VertexValues | null, { patient }: DicomModel) {
  const isDicom = format === 'dicom-stl' || format === 'dicom-obj'
  return { values: format === 'ply' && values ? values.name : '', namesPatient: isDicom && patient !== null } as const
}

/** Each file earns its release by its own findings; this says at once what refuses any of them. */
function requireReleased({ bodies, acknowledgements, policy }: WriteOrder): void {
  const findings = mergeFindings(bodies.map(({ check }, n) => ({ body: n + 1, findings: check.findings })))
  requireUnder(findings, POLICIES[policy])
  const verdict = gateVerdict(findings, acknowledgements, POLICIES[policy])
  if (!verdict.released) throw refuse(verdict.refusedBy, POLICIES[policy])
}

import type { Acknowledgement, PolicyId } from '../core/finding.ts'
import type { Mesh } from '../core/types.ts'
import type { DicomModel } from '../export/dicom-model.ts'
import type { ExportedFile } from '../export/export.io.ts'
import type { ExportFormat } from '../export/file-parts.ts'
import type { PartName } from '../export/part-name.ts'
import type { VertexValueName, VertexValues } from '../export/ply.ts'
import type { SealRecipient } from '../export/secure-content/recipient.ts'
import { POLICIES } from '../qa/policy.ts'
import type { Recipe } from '../trace/recipe.ts'
import { type Checked, checkDigest } from './check-codec.ts'
import { checkedNow, meshDigest } from './digests.ts'
import type { Step } from './pipeline.ts'
import { cpu, listener } from './step-parts.ts'

/** A body that was checked by itself, and what it is called in the file. */
export interface CheckedPart {
  readonly mesh: Mesh
  readonly check: Checked
  readonly name: PartName
  /** sRGB as `#RRGGBB`. */
  readonly colour: string
}

export interface ExportRequest {
  /** More than one only for formats that hold several. */
  readonly bodies: readonly CheckedPart[]
  readonly policy: PolicyId
  readonly acknowledgements: readonly Acknowledgement[]
  /** What made the meshes and their findings. */
  readonly recipe: Recipe
  /** A number a vertex of the only body, for a PLY. */
  readonly values: VertexValues | null
  /** What a DICOM file says of the model. */
  readonly dicom: DicomModel
  /** Who a 3MF is sealed for as well. */
  readonly recipients: readonly SealRecipient[]
}

interface ExportParams {
  readonly format: ExportFormat
  readonly traceId: string
  /** Accepted findings with their reasons, as the trace keeps them. */
  readonly accepted: readonly string[]
  /** The numbers that a PLY has for each vertex; empty for none. */
  readonly values: VertexValueName | ''
  /** Whether a person added who the patient is. */
  readonly namesPatient: boolean
  /** Fingerprints of whom it was sealed for. */
  readonly sealedFor: readonly string[]
}

/** Earns the release again in the mesh worker, writes the file, reads it back and compares. */
export const EXPORT_STEP: Step<ExportRequest, ExportParams, ExportedFile> = {
  spec: {
    name: 'export',
    version: 5,
    defaults: { format: '3mf', traceId: '', accepted: [], values: '', namesPatient: false, sealedFor: [] },
  },
  run: async ({ mesh: worker }, request, { format, traceId }, ctx) => {
    const { bodies, policy, acknowledgements, recipe, values, dicom, recipients } = request
    const named = bodies.map(async ({ mesh, check, name, colour }) => ({
      ...{ mesh, checkedDigest: await checkedNow(mesh, check.meshDigest), findings: check.findings, acknowledgements },
      ...{ name, colour },
    }))
    const bodiesNamed = await Promise.all(named)
    const order = { bodies: bodiesNamed, policy: POLICIES[policy], format, traceId, recipe, values, dicom, recipients }
    return cpu(await worker.call((api) => api.write(order, ctx.signal, listener(ctx)), ctx.signal))
  },
  inputDigests: async ({ bodies }) => {
    const digests = bodies.map(async ({ mesh, check }) => [await meshDigest(mesh), await checkDigest(check)])
    return (await Promise.all(digests)).flat()
  },
  outputDigest: async (file) => file.digest,
  keep: (file, digest) => [
    {
      role: `export-${file.format}` as const,
      digest,
      meta: null,
      parts: file.file,
    },
  ],
}

import { type Acknowledgement, POLICY_IDS, type PolicyId, PROCESS_IDS, type ProcessId } from '../core/finding.ts'
import type { JsonValue } from '../core/json.ts'
import { hasFields, isAbsentOr, isFlag, isListOf, isNullOr, isOneOf, isRecord, isText } from '../core/shape.ts'
import type { Mesh } from '../core/types.ts'
import type { ExportFormat } from '../export/file-parts.ts'
import type { PartName } from '../export/part-name.ts'
import type { Recipe } from '../trace/recipe.ts'
import { traceId } from '../trace/trace-id.ts'
import { isMirrored } from './body-past.ts'
import type { CaseData } from './case-data.svelte.ts'
import { isFinding, type StoredFinding } from './check-codec.ts'
import { partRecipe, type WriteOrder } from './export.ts'
import { appearanceOf } from './file-facts.ts'
import { editsOf } from './part-history.ts'

/** What a reviewer signs with a file: all that its release needs, so that whoever releases needs nothing else of the case. */
export type Said = {
  readonly format: 'proofprint-approval/1'
  readonly policy: PolicyId
  readonly process: ProcessId
  readonly traceId: string
  readonly recipe: Recipe
  readonly acknowledgements: readonly Acknowledgement[]
  readonly bodies: readonly SaidBody[]
}

export type SaidBody = {
  readonly meshDigest: string
  readonly findings: readonly StoredFinding[]
  readonly name: Pick<PartName, 'anatomy' | 'laterality'> | null
  readonly colour: string | null
  readonly isMirrored: boolean
}

const isAccepted = hasFields({
  check: isText,
  reason: isText,
  by: isAbsentOr(isText),
  role: isAbsentOr(isOneOf(['reviewer'])),
})
const isBody = hasFields({
  meshDigest: isText,
  findings: isListOf(isFinding),
  name: isNullOr(hasFields({ anatomy: isText, laterality: isText })),
  colour: isNullOr(isText),
  isMirrored: isFlag,
})
const hasSaidFields = hasFields({
  format: isOneOf(['proofprint-approval/1']),
  policy: isOneOf(POLICY_IDS),
  process: isOneOf(PROCESS_IDS),
  traceId: isText,
  recipe: hasFields({ format: isOneOf(['proofprint-recipe/1']), steps: isListOf(isRecord) }),
  acknowledgements: isListOf(isAccepted),
  bodies: isListOf(isBody),
})

/** What a reviewer signed; null for what this version did not make. */
export const saidOf = (value: JsonValue): Said | null => (hasSaidFields(value) ? (value as unknown as Said) : null)

/** What is to be signed of a part as it was checked. */
export async function saidNow(data: CaseData, trace: Parameters<typeof partRecipe>[0]): Promise<Said> {
  const { policy, process, bodies, checks, acknowledgements, reviewed } = data
  const recipe = await partRecipe(trace, checks)
  const edits = editsOf(data.part)
  return {
    format: 'proofprint-approval/1',
    ...{ policy, process, recipe, traceId: await traceId(recipe) },
    acknowledgements: [...acknowledgements, ...reviewed],
    bodies: bodies.flatMap((body, n) => {
      const check = checks[n]
      if (!check) return []
      const { name = null, colour = null } = appearanceOf(data, body)
      const findings = check.findings.map((found) => ({ ...found, places: [] }))
      return [{ meshDigest: check.meshDigest, findings, name, colour, isMirrored: isMirrored(edits, body.id) }]
    }),
  }
}

/** Kinds that an approval is enough for: what a DICOM file says of the patient, or a PLY of each point, lies in the case. */
export const RELEASE_FORMATS = ['3mf', 'stl', 'obj', 'ply'] as const satisfies readonly ExportFormat[]
export type ReleaseFormat = (typeof RELEASE_FORMATS)[number]

/** What the file of an approval is written from; `meshes` by their digest. Null when one of them is missing. */
export function orderOf(said: Said, meshes: ReadonlyMap<string, Mesh>, format: ReleaseFormat): WriteOrder | null {
  const bodies: WriteOrder['bodies'][number][] = []
  for (const { meshDigest, findings, name, colour, isMirrored: turned } of said.bodies) {
    const mesh = meshes.get(meshDigest)
    if (!mesh) return null
    const none = { thicknessMm: new Float32Array(), deviationMm: new Float32Array() }
    const stated = findings.map((found) => ({
      ...found,
      policy: found.policy ?? { id: 'teaching' as const, version: 0 },
    }))
    const check = { ...none, findings: stated, meshDigest }
    bodies.push({ mesh, check, isMirrored: turned, ...(name ? { name } : {}), ...(colour ? { colour } : {}) })
  }
  const { acknowledgements, policy, process, recipe } = said
  const name = { anatomy: 'other', laterality: 'none' } as const
  return { bodies, name, acknowledgements, policy, process, recipe, format }
}

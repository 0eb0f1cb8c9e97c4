import { type Laterality, shownSide } from '../core/anatomy.ts'
import type { Context } from '../core/stage.ts'
import type { DicomModel } from '../export/dicom-model.ts'
import type { PartName } from '../export/part-name.ts'
import type { VertexValues } from '../export/ply.ts'
import { DECIMATE } from '../prepare/decimate.ts'
import { LAY_FLAT } from '../prepare/lay-flat.ts'
import { MIRROR } from '../prepare/mirror.ts'
import { REPAIR } from '../prepare/repair.ts'
import { SMOOTH } from '../prepare/smooth.ts'
import { labelHex } from '../segment/label-colours.ts'
import { bodyConfidence } from './body-confidence.ts'
import { isMirrored } from './body-past.ts'
import type { CaseData } from './case-data.svelte.ts'
import type { Checked } from './check-codec.ts'
import type { Desk } from './desk.svelte.ts'
import type { DicomFacts, FileChoice } from './file-choice.ts'
import type { Body } from './part-body.ts'
import { editsOf } from './part-history.ts'
import { labelOfBody, labelsShown } from './part-labels.ts'

/** Edits that leave the anatomy what it was; mirroring is said by itself. */
const SAME_ANATOMY: readonly string[] = [LAY_FLAT, SMOOTH, DECIMATE, REPAIR, MIRROR].map(({ name }) => name)
const NOTHING_ELSE = { birthDate: '', sex: '', studyUid: '', frameOfReferenceUid: '', sources: [] } as const

/** The side as a person signed it against the pictures; else as the label is called. */
export function lateralityOf(side: CaseData['side'], ofLabel: Laterality): Laterality {
  return side === 'left' || side === 'right' ? side : ofLabel
}

/** What a body is called in a file, and its colour there: that of its label where the part is of several. */
export function appearanceOf(
  data: Pick<CaseData, 'label' | 'modelLabel' | 'bodies' | 'side'>,
  body: Body,
): { readonly name?: Pick<PartName, 'anatomy' | 'laterality'>; readonly colour?: string } {
  const label = labelOfBody(data, body)
  if (!label) return {}
  const name = { anatomy: label.anatomy, laterality: lateralityOf(data.side, label.laterality) }
  return labelsShown(data).length > 1 ? { name, colour: labelHex(label.colour).toUpperCase() } : { name }
}

/** The side that the bodies show: not all the same when only some are mirrored. */
export function sideOfBodies(data: Pick<CaseData, 'part' | 'bodies'>, scanned: Laterality): Laterality | 'several' {
  const edits = editsOf(data.part)
  const [first = scanned, ...others] = new Set(data.bodies.map(({ id }) => shownSide(scanned, isMirrored(edits, id))))
  return others.length === 0 ? first : 'several'
}

/** What the case itself says in a DICOM file. */
export function dicomFacts(
  data: Pick<CaseData, 'policy' | 'volume' | 'part' | 'bodies' | 'label' | 'modelLabel'>,
): DicomFacts {
  const edits = editsOf(data.part)
  return {
    usage: data.policy,
    source: data.volume?.modality ?? 'other',
    modified: edits.some(({ stage }) => !SAME_ANATOMY.includes(stage)),
    mirrored: data.bodies.some(({ id }) => isMirrored(edits, id)),
    byNetwork: labelsShown(data).some(({ ai }) => ai !== null),
  }
}

/** What stands in a DICOM file of the case, with what a person added. */
export function dicomModel(facts: DicomFacts, { patient, namesPatient }: FileChoice): DicomModel {
  const name = patient?.name.trim() ?? ''
  const id = patient?.id.trim() ?? ''
  return { ...facts, namesPatient, patient: name + id === '' ? null : { name, id, ...NOTHING_ELSE } }
}

/** The numbers that were asked for, a vertex of this body; null for none, and where no network marked it. */
export async function valuesFor(
  desk: Pick<Desk, 'data' | 'workers'>,
  body: Body,
  { thicknessMm }: Checked,
  values: FileChoice['values'],
  { signal }: Context,
): Promise<VertexValues | null> {
  if (values === 'thickness_mm') return { name: values, values: thicknessMm }
  const sure = values === null ? null : await bodyConfidence(desk, body, signal)
  return values && sure ? { name: values, values: Float32Array.from(sure, (byte) => byte / 255) } : null
}

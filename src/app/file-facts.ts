import type { Laterality } from '../core/anatomy.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import type { DicomModel } from '../export/dicom-model.ts'
import type { VertexValues } from '../export/ply.ts'
import { DECIMATE } from '../prepare/decimate.ts'
import { LAY_FLAT } from '../prepare/lay-flat.ts'
import { MIRROR } from '../prepare/mirror.ts'
import { REPAIR } from '../prepare/repair.ts'
import { SMOOTH } from '../prepare/smooth.ts'
import type { CaseData } from './case-data.svelte.ts'
import type { Checked } from './check-codec.ts'
import type { Desk } from './desk.svelte.ts'
import type { DicomFacts, FileChoice } from './file-choice.ts'
import { editsOf } from './part-history.ts'
import { confidenceOf } from './queries.ts'

/** Edits that leave the anatomy what it was; mirroring is said by itself. */
const SAME_ANATOMY: readonly string[] = [LAY_FLAT, SMOOTH, DECIMATE, REPAIR, MIRROR].map(({ name }) => name)
const NOTHING_ELSE = { birthDate: '', sex: '', studyUid: '', frameOfReferenceUid: '', sources: [] } as const

/** The side as a person signed it against the pictures; else as the label is called. */
export function lateralityOf(side: CaseData['side'], ofLabel: Laterality): Laterality {
  return side === 'left' || side === 'right' ? side : ofLabel
}

/** What the case itself says in a DICOM file. */
export function dicomFacts(data: Pick<CaseData, 'policy' | 'volume' | 'part' | 'label' | 'modelLabel'>): DicomFacts {
  const stages = editsOf(data.part).map(({ stage }) => stage)
  return {
    usage: data.policy,
    source: data.volume?.modality ?? 'other',
    modified: stages.some((stage) => !SAME_ANATOMY.includes(stage)),
    mirrored: stages.includes(MIRROR.name),
    byNetwork: data.label(data.modelLabel)?.ai != null,
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
  { data, workers }: Pick<Desk, 'data' | 'workers'>,
  mesh: Mesh,
  { thicknessMm }: Checked,
  values: FileChoice['values'],
  { signal }: Context,
): Promise<VertexValues | null> {
  if (values === 'thickness_mm') return { name: values, values: thicknessMm }
  const label = data.label(data.modelLabel)
  const source = label?.ai ? data.aiSources.get(label.ai.source) : undefined
  if (values === null || !label?.ai || !source) return null
  const { spacingMm } = label.ai.model
  const sure = await confidenceOf(workers, mesh, label.mask.grid, source.certainty, spacingMm, signal)
  return { name: values, values: Float32Array.from(sure, (byte) => byte / 255) }
}

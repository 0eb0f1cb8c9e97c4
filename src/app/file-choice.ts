import type { DicomModel, DicomPatient } from '../export/dicom-model.ts'

/** What a person asks of a file beside the triangles; other kinds than the one named pass it over. */
export interface FileChoice {
  /** A number for each vertex of a PLY. */
  readonly values: 'thickness_mm' | 'confidence' | null
  /** What stands in a DICOM file about the patient; null, or both empty, leaves it out. */
  readonly patient: Pick<DicomPatient, 'name' | 'id'> | null
  /** Whether something on the part itself names the patient; said in a DICOM file. */
  readonly namesPatient: boolean
  /** Fingerprints of whom a 3MF is sealed for; with any it leaves sealed and not plain. */
  readonly sealFor: readonly string[]
}

export const PLAIN_CHOICE: FileChoice = { values: null, patient: null, namesPatient: false, sealFor: [] }

/** What the case itself says in a DICOM file. */
export type DicomFacts = Omit<DicomModel, 'patient' | 'namesPatient'>

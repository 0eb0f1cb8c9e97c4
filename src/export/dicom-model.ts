import type { PolicyId } from '../core/finding.ts'
import { sha256 } from '../core/hash.ts'
import type { Modality } from '../core/types.ts'
import { type FileNotes, uuidOf } from './file-notes.ts'
import { mismatch } from './file-parts.ts'
import { partText } from './part-name.ts'

// PS3.3 A.85.1 and A.85.2 (Encapsulated STL and OBJ), C.24.2 (Encapsulated Document), C.35.1 (Manufacturing 3D Model).

export type DicomDocument = 'stl' | 'obj'

/** What a person adds on purpose; a file without it names nobody. */
export interface DicomPatient {
  readonly name: string
  readonly id: string
  /** YYYYMMDD or empty. */
  readonly birthDate: string
  readonly sex: 'M' | 'F' | 'O' | ''
  /** Empty: one of the part's own. */
  readonly studyUid: string
  /** Empty: one of the part's own. */
  readonly frameOfReferenceUid: string
  /** The images that the model was made from. */
  readonly sources: readonly { readonly classUid: string; readonly instanceUid: string }[]
}

/** What a DICOM file says of its model beside the triangles. */
export interface DicomModel {
  readonly usage: PolicyId
  readonly source: Modality
  /** Whether the anatomy was changed on purpose, other than by mirroring: cut, scaled, thickened, joined with a guide. */
  readonly modified: boolean
  /** Whether it was made by mirroring the other side. */
  readonly mirrored: boolean
  /** Whether something embossed or engraved on the part names the patient. */
  readonly namesPatient: boolean
  /** Whether a network took part in the segmentation. */
  readonly byNetwork: boolean
  readonly patient: DicomPatient | null
}

export const PLAIN_MODEL: DicomModel = {
  usage: 'teaching',
  source: 'other',
  modified: false,
  mirrored: false,
  namesPatient: false,
  byNetwork: false,
  patient: null,
}

export const SOP_CLASS: Readonly<Record<DicomDocument, string>> = {
  stl: '1.2.840.10008.5.1.4.1.1.104.3',
  obj: '1.2.840.10008.5.1.4.1.1.104.4',
}
const MIME: Readonly<Record<DicomDocument, string>> = { stl: 'model/stl', obj: 'model/obj' }

interface Code {
  readonly CodeValue: string
  readonly CodingSchemeDesignator: string
  readonly CodeMeaning: string
}
const code = (CodeValue: string, CodingSchemeDesignator: string, CodeMeaning: string): Code => ({
  CodeValue,
  CodingSchemeDesignator,
  CodeMeaning,
})

/** CID 7063. */
const MILLIMETRE = code('mm', 'UCUM', 'mm')
/** CID 7064; showing a patient what will be done is teaching. */
const USAGE: Readonly<Record<PolicyId, Code>> = {
  teaching: code('129012', 'DCM', 'Educational Intent'),
  communication: code('129012', 'DCM', 'Educational Intent'),
  planning: code('129013', 'DCM', 'Planning Intent'),
}
/** CID 7061; a model of another source has no title of its own there. */
const TITLE: Readonly<Record<Modality, readonly Code[]>> = {
  CT: [code('85040-4', 'LN', 'CT 3D CAM model')],
  MR: [code('85041-2', 'LN', 'MR 3D CAM model')],
  other: [],
}
/** CID 7162. */
const FAMILY = {
  network: code('123110', 'DCM', 'Artificial Intelligence'),
  own: code('123104', 'DCM', 'Morphological Operations'),
}
/** Raised when the same model would be written in other bytes. */
const WRITER_VERSION = '1'
/** What is left to PS3.15 by leaving out: nothing is copied from a scan. */
const METHOD = 'No attribute of a scan is copied'

/** A UID of a UUID (PS3.5 B.2): `2.25.` and its number. */
export const uidOf = (uuid: string): string => `2.25.${BigInt(`0x${uuid.replaceAll('-', '')}`)}`

/** A UID that the same part gets again, for each role another. */
async function uidFor(role: string, notes: FileNotes): Promise<string> {
  const about = ['proofprint-dicom/1', role, notes.traceId, ...notes.ids.objects].join('\n')
  return uidOf(uuidOf(await sha256(new TextEncoder().encode(about))))
}

const UID = /^(?=.{1,64}$)[0-2](\.(0|[1-9]\d*))+$/
const TEXT = /^[^\\\p{Cc}]{0,64}$/u

function requirePatient({ name, id, birthDate, studyUid, frameOfReferenceUid, sources }: DicomPatient): void {
  const own = [studyUid, frameOfReferenceUid].filter((uid) => uid !== '')
  const uids = [...own, ...sources.flatMap((s) => [s.classUid, s.instanceUid])]
  const lawful = TEXT.test(name) && TEXT.test(id) && /^(\d{8})?$/.test(birthDate) && uids.every((uid) => UID.test(uid))
  if (!lawful)
    throw mismatch('What was added about the patient cannot stand in a DICOM file. Correct it, or leave it out.')
}

/** Elements of a DICOM file by their names in PS3.6, as dcmjs takes them. */
export type Elements = Readonly<Record<string, unknown>>

/**
 * All elements of the file but the document itself, `bytes` long. UIDs are derived from the part, so the same part gives the
 * same file; dates and times stay empty. Throws 'export/mismatch' when what was added about the patient is not lawful.
 */
export async function dicomElements(
  document: DicomDocument,
  bytes: number,
  model: DicomModel,
  notes: FileNotes,
): Promise<Elements> {
  const { patient } = model
  if (patient) requirePatient(patient)
  const [label] = notes.parts
  if (!label || notes.parts.length > 1) throw mismatch('A DICOM file holds one part.')
  const { laterality } = label.name
  const uid = (role: string) => uidFor(role, notes)
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: SOP_CLASS[document],
    SOPInstanceUID: await uid(`instance ${document}`),
    PatientName: patient?.name ?? '',
    PatientID: patient?.id ?? '',
    PatientBirthDate: patient?.birthDate ?? '',
    PatientSex: patient?.sex ?? '',
    PatientIdentityRemoved: patient ? 'NO' : 'YES',
    ...(patient ? {} : { DeidentificationMethod: METHOD }),
    StudyInstanceUID: patient?.studyUid || (await uid('study')),
    StudyDate: '',
    StudyTime: '',
    ReferringPhysicianName: '',
    StudyID: '',
    AccessionNumber: '',
    Modality: 'M3D',
    SeriesInstanceUID: await uid('series'),
    SeriesNumber: '1',
    FrameOfReferenceUID: patient?.frameOfReferenceUid || (await uid('frame of reference')),
    PositionReferenceIndicator: '',
    Manufacturer: 'Proofprint',
    ManufacturerModelName: 'Proofprint',
    DeviceSerialNumber: notes.traceId,
    SoftwareVersions: WRITER_VERSION,
    InstanceNumber: '1',
    ContentDate: '',
    ContentTime: '',
    AcquisitionDateTime: '',
    ...(laterality === 'none' ? {} : { ImageLaterality: laterality === 'left' ? 'L' : 'R' }),
    BurnedInAnnotation: model.namesPatient ? 'YES' : 'NO',
    DocumentTitle: partText(label.name),
    ConceptNameCodeSequence: TITLE[model.source],
    ...(patient && patient.sources.length > 0 ? { SourceInstanceSequence: patient.sources.map(sourceOf) } : {}),
    MIMETypeOfEncapsulatedDocument: MIME[document],
    EncapsulatedDocumentLength: bytes,
    MeasurementUnitsCodeSequence: [MILLIMETRE],
    ModelModification: model.modified ? 'YES' : 'NO',
    ModelMirroring: model.mirrored ? 'YES' : 'NO',
    ModelUsageCodeSequence: [USAGE[model.usage]],
    ContentDescription: `Trace ${notes.traceId}`,
    DerivationAlgorithmSequence: [
      {
        AlgorithmFamilyCodeSequence: [model.byNetwork ? FAMILY.network : FAMILY.own],
        AlgorithmName: 'Proofprint',
        AlgorithmVersion: WRITER_VERSION,
      },
    ],
  }
}

const sourceOf = ({ classUid, instanceUid }: DicomPatient['sources'][number]) => ({
  ReferencedSOPClassUID: classUid,
  ReferencedSOPInstanceUID: instanceUid,
})

import type { DicomDocument, DicomModel, Elements } from './dicom-model.ts'
import { dicomElements, uidOf } from './dicom-model.ts'
import type { FileNotes } from './file-notes.ts'
import { type FilePart, mismatch } from './file-parts.ts'

/** What a DICOM file holds before and after its document. */
export interface DicomFrame {
  readonly head: Uint8Array
  readonly tail: Uint8Array
}

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'
/** Of this writer, a UUID drawn once. */
const IMPLEMENTATION = uidOf('6d1f5b0e-8a53-4c1e-9f0b-0b6a7c2d9e41')
/** Stands for the document while dcmjs writes what is around it; found nowhere else. */
const MARK = new TextEncoder().encode('\u0001proofprint-document\u0001')
/** An OB value has at most this length (PS3.5 7.1.2, the last number means undefined). */
const LONGEST_DOCUMENT = 2 ** 32 - 2

function indexOf(bytes: Uint8Array, mark: Uint8Array): number {
  for (let at = bytes.indexOf(mark[0] as number); at >= 0; at = bytes.indexOf(mark[0] as number, at + 1))
    if (mark.every((byte, n) => bytes[at + n] === byte)) return at
  throw mismatch('The DICOM file could not be written.')
}

/** The whole file around the mark, as dcmjs writes it. */
async function written(elements: Elements): Promise<Uint8Array> {
  // A megabyte with its dictionary: loaded when a DICOM file is wanted.
  const { default: dcmjs } = await import('dcmjs')
  const { DicomDict, DicomMetaDictionary } = dcmjs.data
  const file = new DicomDict(
    DicomMetaDictionary.denaturalizeDataset({
      FileMetaInformationVersion: Uint8Array.of(0, 1).buffer,
      MediaStorageSOPClassUID: elements.SOPClassUID,
      MediaStorageSOPInstanceUID: elements.SOPInstanceUID,
      TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
      ImplementationClassUID: IMPLEMENTATION,
      ImplementationVersionName: 'PROOFPRINT_1',
      _vrMap: { FileMetaInformationVersion: 'OB' },
    }),
  )
  file.dict = DicomMetaDictionary.denaturalizeDataset({
    ...elements,
    EncapsulatedDocument: MARK.slice().buffer,
    _vrMap: { EncapsulatedDocument: 'OB' },
  })
  return new Uint8Array(file.write())
}

/**
 * The bytes around a document of `bytes` bytes (PS3.10 with Explicit VR Little Endian). dcmjs writes them around a mark, so
 * that the document itself never lies in memory. Throws 'export/mismatch' when the document is too long for DICOM.
 */
export async function dicomFrame(
  document: DicomDocument,
  bytes: number,
  model: DicomModel,
  notes: FileNotes,
): Promise<DicomFrame> {
  if (bytes > LONGEST_DOCUMENT) throw mismatch('The part is too large for a DICOM file. Decimate it first.', { bytes })
  const all = await written(await dicomElements(document, bytes, model, notes))
  const at = indexOf(all, MARK)
  const head = all.slice(0, at)
  const padded = bytes + (bytes % 2)
  new DataView(head.buffer).setUint32(at - 4, padded, true)
  const rest = all.subarray(at + MARK.length + (MARK.length % 2))
  const tail = new Uint8Array(padded - bytes + rest.length)
  tail.set(rest, padded - bytes)
  return { head, tail }
}

/** Bytes of a file, counted by writing it and keeping nothing. */
export function countBytes(parts: Iterable<FilePart>): number {
  let bytes = 0
  for (const part of parts) bytes += part.bytes.length
  return bytes
}

/** The file: its frame around the parts of the document. */
export function* writeDicom({ head, tail }: DicomFrame, document: Iterable<FilePart>): Generator<FilePart> {
  yield { bytes: head, done: 0 }
  yield* document
  yield { bytes: tail, done: 1 }
}

import { type DataSet, parseDicom } from 'dicom-parser'
import type { DicomFrame } from './dicom-write.ts'
import { mismatch } from './file-parts.ts'

/** The document of a DICOM file and what is around it. */
export interface DicomFile extends DicomFrame {
  readonly document: Blob
  /** Every element, the document as if it were empty. */
  readonly elements: DataSet
  readonly mime: string
}

const DOCUMENT = 'x00420011'
const MIME = 'x00420012'
const LENGTH = 'x00420015'
/** What is around the document is a page or two. */
const MOST_AROUND = 65_536

const unreadable = (detail: string) => mismatch('The DICOM file cannot be read back.', { reason: detail })

function headOf(bytes: Uint8Array): { readonly from: number; readonly padded: number } {
  try {
    const element = parseDicom(bytes, { untilTag: DOCUMENT }).elements[DOCUMENT]
    if (element) return { from: element.dataOffset, padded: element.length }
  } catch {
    throw unreadable('head')
  }
  throw unreadable('document')
}

/** All elements of the file, the document as if it were empty. */
function elementsOf(head: Uint8Array, after: Uint8Array): DataSet {
  const bytes = new Uint8Array(head.length + after.length)
  bytes.set(head)
  bytes.set(after, head.length)
  new DataView(bytes.buffer).setUint32(head.length - 4, 0, true)
  try {
    return parseDicom(bytes)
  } catch {
    throw unreadable('tail')
  }
}

/**
 * Finds the encapsulated document of a DICOM file with dicom-parser, which shares no code with what wrote it. Memory: what is
 * around the document. Throws 'export/mismatch'.
 */
export async function readDicom(file: Blob): Promise<DicomFile> {
  const { from, padded } = headOf(new Uint8Array(await file.slice(0, MOST_AROUND).arrayBuffer()))
  const end = from + padded
  if (end > file.size || file.size - end > MOST_AROUND) throw unreadable('length')
  const head = new Uint8Array(await file.slice(0, from).arrayBuffer())
  const set = elementsOf(head, new Uint8Array(await file.slice(end).arrayBuffer()))
  const bytes = set.uint32(LENGTH) ?? -1
  if (bytes < 0 || bytes > padded || padded - bytes > 1) throw unreadable('length')
  return {
    head,
    tail: new Uint8Array(await file.slice(from + bytes).arrayBuffer()),
    document: file.slice(from, from + bytes),
    elements: set,
    mime: set.string(MIME) ?? '',
  }
}

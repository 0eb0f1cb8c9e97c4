import { missingHead } from './bare-dicom.ts'
import { looksLikeNifti } from './nifti-header.ts'

/** What the first bytes say a file is. The name is never asked. */
export type FileKind =
  | 'empty'
  | 'dicom'
  | 'bare-dicom'
  | 'nifti'
  | 'nrrd'
  | 'mha'
  | 'gzip'
  | 'zip'
  | 'pdf'
  | 'picture'
  | 'archive'
  | 'mesh'
  | 'text'
  | 'unknown'

/** Bytes wanted by sniff. */
export const SNIFF_BYTES = 1024

const ascii = (bytes: Uint8Array, from: number, length: number) =>
  String.fromCharCode(...bytes.subarray(from, from + length))

const STARTS: readonly (readonly [string, FileKind])[] = [
  ['NRRD000', 'nrrd'],
  ['PK\x03\x04', 'zip'],
  ['PK\x05\x06', 'zip'],
  ['\x1f\x8b', 'gzip'],
  ['%PDF', 'pdf'],
  ['\x89PNG', 'picture'],
  ['\xff\xd8\xff', 'picture'],
  ['GIF8', 'picture'],
  ['BM', 'picture'],
  ['Rar!', 'archive'],
  ['7z\xbc\xaf', 'archive'],
  ['BZh', 'archive'],
  ['\xfd7zXZ', 'archive'],
  ['solid ', 'mesh'],
  ['ply', 'mesh'],
]

/** Kind of a file from its first SNIFF_BYTES bytes. */
export function sniff(head: Uint8Array): FileKind {
  if (head.length === 0) return 'empty'
  if (ascii(head, 128, 4) === 'DICM') return 'dicom'
  if (looksLikeNifti(head)) return 'nifti'
  if (missingHead(head)) return 'bare-dicom'
  const start = ascii(head, 0, 8)
  const found = STARTS.find(([mark]) => start.startsWith(mark))
  if (found) return found[1]
  if (/^\s*(ObjectType|Comment|NDims)\s*=/.test(ascii(head, 0, 256))) return 'mha'
  if (head.every((b) => b >= 9 && b < 127 && (b < 14 || b > 31))) return 'text'
  return 'unknown'
}

const NAMES: Readonly<Record<FileKind, string>> = {
  empty: 'an empty file',
  dicom: 'DICOM',
  'bare-dicom': 'DICOM',
  nifti: 'NIfTI',
  nrrd: 'NRRD',
  mha: 'MHA',
  gzip: 'a gzip file',
  zip: 'a zip',
  pdf: 'a PDF document',
  picture: 'a picture',
  archive: 'an archive of another kind',
  mesh: 'a surface model',
  text: 'a text file',
  unknown: 'a file of unknown kind',
}

/** The kind in words, with its article where it needs one. */
export const kindName = (kind: FileKind): string => NAMES[kind]

/** The sentence that follows every refusal of a kind of file. */
export const WHAT_IS_READ = 'Open a DICOM series (files, folder or zip), a NIfTI, an NRRD or an MHA file.'

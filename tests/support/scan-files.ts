import { gzipSync, zipSync } from 'fflate'
import type { Vec3 } from '../../src/core/types.ts'

/** Makers of small scan files for tests: the smallest valid file, and ways to break it. */

export interface NiftiOptions {
  size?: readonly number[]
  spacing?: readonly number[]
  /** Rows of the sform (RAS); null for no sform. */
  srow?: readonly number[] | null
  /** Quaternion b, c, d and offset; null for no qform. */
  quatern?: readonly number[] | null
  qfac?: number
  slope?: number
  intercept?: number
  littleEndian?: boolean
  version?: 1 | 2
  units?: number
  /** int16 voxels; default 0, 1, 2, ... */
  values?: readonly number[]
  /** Breaks the finished file. */
  patch?: (view: DataView) => void
}

const IDENTITY_ROWS = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]

/** An int16 NIfTI file (4 x 3 x 3 unless told). */
export function niftiFile(o: NiftiOptions = {}): Uint8Array<ArrayBuffer> {
  const { size = [4, 3, 3], spacing = [1, 1, 1], littleEndian: le = true, version = 1, srow = IDENTITY_ROWS } = o
  const count = size.reduce((a, b) => a * Math.max(1, b), 1)
  const values = o.values ?? Array.from({ length: Math.min(count, 100_000) }, (_, n) => n)
  const head = version === 1 ? 352 : 544
  const bytes = new Uint8Array(head + 2 * values.length)
  const view = new DataView(bytes.buffer)
  const quatern = o.quatern ?? null
  const pixdim = [o.qfac ?? 1, ...spacing]
  const rows = srow ?? IDENTITY_ROWS
  view.setInt32(0, version === 1 ? 348 : 540, le)
  if (version === 1) {
    for (const [n, v] of [size.length, ...size].entries()) view.setInt16(40 + 2 * n, v, le)
    view.setInt16(70, 4, le)
    view.setInt16(72, 16, le)
    for (const [n, v] of pixdim.entries()) view.setFloat32(76 + 4 * n, v, le)
    view.setFloat32(108, head, le)
    view.setFloat32(112, o.slope ?? 0, le)
    view.setFloat32(116, o.intercept ?? 0, le)
    view.setUint8(123, o.units ?? 2)
    view.setInt16(252, quatern ? 1 : 0, le)
    view.setInt16(254, srow ? 1 : 0, le)
    for (const [n, v] of (quatern ?? []).entries()) view.setFloat32(256 + 4 * n, v, le)
    for (const [n, v] of rows.entries()) view.setFloat32(280 + 4 * n, v, le)
    bytes.set([0x6e, 0x2b, 0x31], 344)
  } else {
    for (const [n, v] of [size.length, ...size].entries()) view.setBigInt64(16 + 8 * n, BigInt(v), le)
    view.setInt16(12, 4, le)
    view.setInt16(14, 16, le)
    for (const [n, v] of pixdim.entries()) view.setFloat64(104 + 8 * n, v, le)
    view.setBigInt64(168, BigInt(head), le)
    view.setFloat64(176, o.slope ?? 0, le)
    view.setFloat64(184, o.intercept ?? 0, le)
    view.setInt32(500, o.units ?? 2, le)
    view.setInt32(344, quatern ? 1 : 0, le)
    view.setInt32(348, srow ? 1 : 0, le)
    for (const [n, v] of (quatern ?? []).entries()) view.setFloat64(352 + 8 * n, v, le)
    for (const [n, v] of rows.entries()) view.setFloat64(400 + 8 * n, v, le)
    bytes.set([0x6e, 0x2b, 0x32], 4)
  }
  for (const [n, v] of values.entries()) view.setInt16(head + 2 * n, v, le)
  o.patch?.(view)
  return bytes
}

export interface DicomOptions {
  seriesUid?: string
  studyUid?: string
  /** SOP instance UID of the picture. */
  instanceUid?: string
  instance?: number
  position?: Vec3 | null
  orientation?: readonly number[]
  columns?: number
  rows?: number
  spacing?: readonly [number, number] | null
  modality?: string
  imageType?: string
  slope?: number
  intercept?: number
  samples?: number
  acquisition?: number
  /** Stored int16 pixels; default all the slice number times ten. */
  pixels?: ArrayLike<number>
}

const CT_STORAGE = '1.2.840.10008.5.1.4.1.1.2'

/** One CT slice, explicit little endian, 16 bits (4 x 4 unless told), with a patient name that must never come out. */
export function dicomSlice(o: DicomOptions = {}): Uint8Array<ArrayBuffer> {
  const { columns = 4, rows = 4, position = [0, 0, 0], spacing = [1, 1], samples = 1 } = o
  const pixels = o.pixels ?? Array.from({ length: columns * rows * samples }, (_, n) => n)
  const body = [
    str(0x0008, 0x0008, 'CS', o.imageType ?? 'ORIGINAL\\PRIMARY\\AXIAL'),
    ...(o.instanceUid ? [str(0x0008, 0x0016, 'UI', CT_STORAGE), str(0x0008, 0x0018, 'UI', o.instanceUid)] : []),
    str(0x0008, 0x0060, 'CS', o.modality ?? 'CT'),
    str(0x0010, 0x0010, 'PN', 'SECRET^PATIENT'),
    ...(o.studyUid ? [str(0x0020, 0x000d, 'UI', o.studyUid)] : []),
    str(0x0020, 0x000e, 'UI', o.seriesUid ?? '1.2.3'),
    str(0x0020, 0x0012, 'IS', String(o.acquisition ?? 1)),
    ...(o.instance ? [str(0x0020, 0x0013, 'IS', String(o.instance))] : []),
    ...(position ? [str(0x0020, 0x0032, 'DS', position.join('\\'))] : []),
    str(0x0020, 0x0037, 'DS', (o.orientation ?? [1, 0, 0, 0, 1, 0]).join('\\')),
    short(0x0028, 0x0002, samples),
    str(0x0028, 0x0004, 'CS', 'MONOCHROME2'),
    short(0x0028, 0x0010, rows),
    short(0x0028, 0x0011, columns),
    ...(spacing ? [str(0x0028, 0x0030, 'DS', spacing.join('\\'))] : []),
    short(0x0028, 0x0100, 16),
    short(0x0028, 0x0101, 16),
    short(0x0028, 0x0102, 15),
    short(0x0028, 0x0103, 1),
    str(0x0028, 0x1052, 'DS', String(o.intercept ?? 0)),
    str(0x0028, 0x1053, 'DS', String(o.slope ?? 1)),
    element(0x7fe0, 0x0010, 'OW', new Uint8Array(Int16Array.from(pixels).buffer)),
  ]
  const meta = joined([
    str(0x0002, 0x0002, 'UI', CT_STORAGE),
    ...(o.instanceUid ? [str(0x0002, 0x0003, 'UI', o.instanceUid)] : []),
    str(0x0002, 0x0010, 'UI', '1.2.840.10008.1.2.1'),
  ])
  const length = element(0x0002, 0x0000, 'UL', new Uint8Array(Uint32Array.of(meta.length).buffer))
  return joined([new Uint8Array(128), ascii('DICM'), length, meta, ...body])
}

/** A straight stack of slices along z. */
export function dicomStack(count: number, stepMm: number, o: DicomOptions = {}): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: count }, (_, k) =>
    dicomSlice({ position: [0, 0, k * stepMm], pixels: Array.from({ length: 16 }, (_, n) => 100 * k + n), ...o }),
  )
}

function element(group: number, tag: number, vr: string, value: Uint8Array): Uint8Array {
  const long = ['OB', 'OW', 'SQ', 'UN', 'UT'].includes(vr)
  const head = new Uint8Array(long ? 12 : 8)
  const view = new DataView(head.buffer)
  view.setUint16(0, group, true)
  view.setUint16(2, tag, true)
  head.set(ascii(vr), 4)
  if (long) view.setUint32(8, value.length, true)
  else view.setUint16(6, value.length, true)
  return joined([head, value])
}

const str = (group: number, tag: number, vr: string, text: string) =>
  element(group, tag, vr, ascii(text.length % 2 ? `${text}${vr === 'UI' ? '\0' : ' '}` : text))
const short = (group: number, tag: number, v: number) =>
  element(group, tag, 'US', new Uint8Array(Uint16Array.of(v).buffer))

export const ascii = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (c) => c.charCodeAt(0))

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const VOXELS = new Uint8Array(Int16Array.from({ length: 36 }, (_, n) => n).buffer)

/** A 4 x 3 x 3 int16 NRRD file; fields given replace or add to the usual ones, '' removes one. */
export function nrrdFile(
  fields: Readonly<Record<string, string>> = {},
  voxels: Uint8Array = VOXELS,
): Uint8Array<ArrayBuffer> {
  const all = {
    type: 'short',
    dimension: '3',
    space: 'left-posterior-superior',
    sizes: '4 3 3',
    'space directions': '(1,0,0) (0,1,0) (0,0,2)',
    'space origin': '(0,0,0)',
    encoding: 'raw',
    endian: 'little',
    ...fields,
  }
  const lines = Object.entries(all).filter(([, v]) => v !== '')
  return joined([ascii(`NRRD0004\n${lines.map(([k, v]) => `${k}: ${v}\n`).join('')}\n`), voxels])
}

/** A 4 x 3 x 3 int16 MHA file; fields as in nrrdFile. */
export function mhaFile(
  fields: Readonly<Record<string, string>> = {},
  voxels: Uint8Array = VOXELS,
): Uint8Array<ArrayBuffer> {
  const all = {
    ObjectType: 'Image',
    NDims: '3',
    BinaryData: 'True',
    BinaryDataByteOrderMSB: 'False',
    TransformMatrix: '1 0 0 0 1 0 0 0 1',
    Offset: '0 0 0',
    ElementSpacing: '1 1 2',
    DimSize: '4 3 3',
    ElementType: 'MET_SHORT',
    ...fields,
    ElementDataFile: fields.ElementDataFile ?? 'LOCAL',
  }
  const lines = Object.entries(all).filter(([, v]) => v !== '')
  return joined([ascii(lines.map(([k, v]) => `${k} = ${v}\n`).join('')), voxels])
}

export const gzipped = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(bytes))

/** A zip of these files. */
export function zipped(files: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(zipSync(files))
}

import { gzipSync, zipSync } from 'fflate'
import type { Vec3 } from '../../src/core/types.ts'
import type { NiftiType } from '../../src/import/nifti-header.ts'

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
  /** Voxels; default 0, 1, 2, ... */
  values?: readonly number[]
  /** int16 unless told. */
  type?: NiftiType
  /** Seconds from one frame to the next, as the fourth voxel size. */
  stepSeconds?: number
  /** Breaks the finished file. */
  patch?: (view: DataView) => void
}

/** Code of nifti1.h, bytes, and how a value is written. */
const NIFTI_TYPES: Readonly<
  Record<
    NiftiType,
    readonly [code: number, bytes: number, write: (v: DataView, at: number, value: number, le: boolean) => void]
  >
> = {
  u8: [2, 1, (v, at, value) => v.setUint8(at, value)],
  i8: [256, 1, (v, at, value) => v.setInt8(at, value)],
  u16: [512, 2, (v, at, value, le) => v.setUint16(at, value, le)],
  i16: [4, 2, (v, at, value, le) => v.setInt16(at, value, le)],
  u32: [768, 4, (v, at, value, le) => v.setUint32(at, value, le)],
  i32: [8, 4, (v, at, value, le) => v.setInt32(at, value, le)],
  u64: [1280, 8, (v, at, value, le) => v.setBigUint64(at, BigInt(value), le)],
  i64: [1024, 8, (v, at, value, le) => v.setBigInt64(at, BigInt(value), le)],
  f32: [16, 4, (v, at, value, le) => v.setFloat32(at, value, le)],
  f64: [64, 8, (v, at, value, le) => v.setFloat64(at, value, le)],
}
export const NIFTI_TYPE_NAMES = Object.keys(NIFTI_TYPES) as readonly NiftiType[]

const IDENTITY_ROWS = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]

/** A NIfTI file (int16, 4 x 3 x 3 unless told). */
export function niftiFile(o: NiftiOptions = {}): Uint8Array<ArrayBuffer> {
  const { size = [4, 3, 3], spacing = [1, 1, 1], littleEndian: le = true, version = 1, srow = IDENTITY_ROWS } = o
  const count = size.reduce((a, b) => a * Math.max(1, b), 1)
  const values = o.values ?? Array.from({ length: Math.min(count, 100_000) }, (_, n) => n)
  const head = version === 1 ? 352 : 544
  const [code, voxelBytes, write] = NIFTI_TYPES[o.type ?? 'i16']
  const bytes = new Uint8Array(head + voxelBytes * values.length)
  const view = new DataView(bytes.buffer)
  const quatern = o.quatern ?? null
  const pixdim = [o.qfac ?? 1, ...spacing, ...(o.stepSeconds === undefined ? [] : [o.stepSeconds])]
  const units = (o.units ?? 2) | (o.stepSeconds === undefined ? 0 : 8)
  const rows = srow ?? IDENTITY_ROWS
  view.setInt32(0, version === 1 ? 348 : 540, le)
  if (version === 1) {
    for (const [n, v] of [size.length, ...size].entries()) view.setInt16(40 + 2 * n, v, le)
    view.setInt16(70, code, le)
    view.setInt16(72, 8 * voxelBytes, le)
    for (const [n, v] of pixdim.entries()) view.setFloat32(76 + 4 * n, v, le)
    view.setFloat32(108, head, le)
    view.setFloat32(112, o.slope ?? 0, le)
    view.setFloat32(116, o.intercept ?? 0, le)
    view.setUint8(123, units)
    view.setInt16(252, quatern ? 1 : 0, le)
    view.setInt16(254, srow ? 1 : 0, le)
    for (const [n, v] of (quatern ?? []).entries()) view.setFloat32(256 + 4 * n, v, le)
    for (const [n, v] of rows.entries()) view.setFloat32(280 + 4 * n, v, le)
    bytes.set([0x6e, 0x2b, 0x31], 344)
  } else {
    for (const [n, v] of [size.length, ...size].entries()) view.setBigInt64(16 + 8 * n, BigInt(v), le)
    view.setInt16(12, code, le)
    view.setInt16(14, 8 * voxelBytes, le)
    for (const [n, v] of pixdim.entries()) view.setFloat64(104 + 8 * n, v, le)
    view.setBigInt64(168, BigInt(head), le)
    view.setFloat64(176, o.slope ?? 0, le)
    view.setFloat64(184, o.intercept ?? 0, le)
    view.setInt32(500, units, le)
    view.setInt32(344, quatern ? 1 : 0, le)
    view.setInt32(348, srow ? 1 : 0, le)
    for (const [n, v] of (quatern ?? []).entries()) view.setFloat64(352 + 8 * n, v, le)
    for (const [n, v] of rows.entries()) view.setFloat64(400 + 8 * n, v, le)
    bytes.set([0x6e, 0x2b, 0x32], 4)
  }
  for (const [n, v] of values.entries()) write(view, head + voxelBytes * n, v, le)
  o.patch?.(view)
  return bytes
}

export interface DicomOptions {
  seriesUid?: string
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
  /** Left out unless given. */
  studyUid?: string
  instanceUid?: string
  instance?: number
  echoTime?: number
  photometric?: string
  /** Stored bits a pixel; 16 by default. Signed unless told. */
  bits?: 8 | 16 | 32
  signed?: boolean
  /** Stored pixels; default their own number. */
  pixels?: ArrayLike<number>
  /** Further elements, or others in the place of the usual ones; null leaves one out. Keys: '0028,0301'. */
  also?: Readonly<Record<string, Uint8Array | null>>
  preamble?: Uint8Array
  syntax?: string
  /** Further elements of the meta header. */
  meta?: readonly Uint8Array[]
  /** Replaces what follows the meta header: packs it, or breaks it. */
  body?: (body: Uint8Array) => Uint8Array
}

const LITTLE_ENDIAN = '1.2.840.10008.1.2.1'
const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2'

/** One CT slice, explicit little endian, 16 bits (4 x 4 unless told), with a patient name that must never come out. */
export function dicomSlice(o: DicomOptions = {}): Uint8Array<ArrayBuffer> {
  const { columns = 4, rows = 4, position = [0, 0, 0], spacing = [1, 1], samples = 1, bits = 16 } = o
  const pixels = o.pixels ?? Array.from({ length: columns * rows * samples }, (_, n) => n)
  const elements: Record<string, Uint8Array | null> = {
    '0008,0008': str(0x0008, 0x0008, 'CS', o.imageType ?? 'ORIGINAL\\PRIMARY\\AXIAL'),
    '0008,0016': o.instanceUid ? str(0x0008, 0x0016, 'UI', CT_IMAGE) : null,
    '0008,0018': o.instanceUid ? str(0x0008, 0x0018, 'UI', o.instanceUid) : null,
    '0008,0060': str(0x0008, 0x0060, 'CS', o.modality ?? 'CT'),
    '0010,0010': str(0x0010, 0x0010, 'PN', 'SECRET^PATIENT'),
    '0018,0081': o.echoTime === undefined ? null : str(0x0018, 0x0081, 'DS', String(o.echoTime)),
    '0020,000d': o.studyUid ? str(0x0020, 0x000d, 'UI', o.studyUid) : null,
    '0020,000e': str(0x0020, 0x000e, 'UI', o.seriesUid ?? '1.2.3'),
    '0020,0012': str(0x0020, 0x0012, 'IS', String(o.acquisition ?? 1)),
    '0020,0013': o.instance ? str(0x0020, 0x0013, 'IS', String(o.instance)) : null,
    '0020,0032': position && str(0x0020, 0x0032, 'DS', position.join('\\')),
    '0020,0037': str(0x0020, 0x0037, 'DS', (o.orientation ?? [1, 0, 0, 0, 1, 0]).join('\\')),
    '0028,0002': short(0x0028, 0x0002, samples),
    '0028,0004': str(0x0028, 0x0004, 'CS', o.photometric ?? 'MONOCHROME2'),
    '0028,0010': short(0x0028, 0x0010, rows),
    '0028,0011': short(0x0028, 0x0011, columns),
    '0028,0030': spacing && str(0x0028, 0x0030, 'DS', spacing.join('\\')),
    '0028,0100': short(0x0028, 0x0100, bits),
    '0028,0101': short(0x0028, 0x0101, bits),
    '0028,0102': short(0x0028, 0x0102, bits - 1),
    '0028,0103': short(0x0028, 0x0103, o.signed === false ? 0 : 1),
    '0028,1052': str(0x0028, 0x1052, 'DS', String(o.intercept ?? 0)),
    '0028,1053': str(0x0028, 0x1053, 'DS', String(o.slope ?? 1)),
    '7fe0,0010': element(0x7fe0, 0x0010, 'OW', storedPixels(pixels, bits)),
    ...o.also,
  }
  const body = Object.keys(elements)
    .sort()
    .flatMap((key) => elements[key] ?? [])
  return dicomFile(joined(body), o)
}

/** Preamble, mark and meta header before a data set that is written as the syntax says. */
export function dicomFile(
  body: Uint8Array,
  o: Pick<DicomOptions, 'preamble' | 'syntax' | 'meta' | 'body' | 'instanceUid'> = {},
): Uint8Array<ArrayBuffer> {
  const meta = joined([
    str(0x0002, 0x0002, 'UI', CT_IMAGE),
    ...(o.instanceUid ? [str(0x0002, 0x0003, 'UI', o.instanceUid)] : []),
    str(0x0002, 0x0010, 'UI', o.syntax ?? LITTLE_ENDIAN),
    ...(o.meta ?? []),
  ])
  const length = element(0x0002, 0x0000, 'UL', new Uint8Array(Uint32Array.of(meta.length).buffer))
  const preamble = new Uint8Array(128)
  preamble.set(o.preamble ?? [])
  return joined([preamble, ascii('DICM'), length, meta, o.body ? o.body(body) : body])
}

function storedPixels(pixels: ArrayLike<number>, bits: 8 | 16 | 32): Uint8Array {
  if (bits === 8) return Uint8Array.from(pixels)
  return new Uint8Array((bits === 16 ? Int16Array.from(pixels) : Int32Array.from(pixels)).buffer)
}

/** One frame of an enhanced image. */
export interface EnhancedFrame {
  position: Vec3
  orientation?: readonly number[]
  slope?: number
  intercept?: number
  temporal?: number
  echoTime?: number
  bValue?: number
  pixels?: ArrayLike<number>
}

/** An enhanced multi-frame image: its frames in the order given, geometry and rescale in the functional groups. */
export function enhancedImage(frames: readonly EnhancedFrame[], o: DicomOptions = {}): Uint8Array<ArrayBuffer> {
  const { spacing = [1, 1], columns = 4, rows = 4 } = o
  const group = (tag: number, ...elements: Uint8Array[]) => sequence(tag >>> 16, tag & 0xffff, [elements])
  const perFrame = frames.map((f) => [
    ...(f.echoTime === undefined ? [] : [group(0x00189114, double(0x0018, 0x9082, f.echoTime))]),
    ...(f.bValue === undefined ? [] : [group(0x00189117, double(0x0018, 0x9087, f.bValue))]),
    group(0x00209111, long(0x0020, 0x9128, f.temporal ?? 1)),
    group(0x00209113, str(0x0020, 0x0032, 'DS', f.position.join('\\'))),
    ...(f.orientation ? [group(0x00209116, str(0x0020, 0x0037, 'DS', f.orientation.join('\\')))] : []),
    group(
      0x00289145,
      str(0x0028, 0x1052, 'DS', String(f.intercept ?? 0)),
      str(0x0028, 0x1053, 'DS', String(f.slope ?? 1)),
    ),
  ])
  const shared = [
    group(0x00209116, str(0x0020, 0x0037, 'DS', (o.orientation ?? [1, 0, 0, 0, 1, 0]).join('\\'))),
    ...(spacing ? [group(0x00289110, str(0x0028, 0x0030, 'DS', spacing.join('\\')))] : []),
  ]
  const plain = Array.from({ length: columns * rows }, (_, n) => n)
  return dicomSlice({
    ...o,
    position: null,
    spacing: null,
    pixels: frames.flatMap((f) => Array.from(f.pixels ?? plain)),
    also: {
      '0020,0037': null,
      '0028,1052': null,
      '0028,1053': null,
      '0028,0008': str(0x0028, 0x0008, 'IS', String(frames.length)),
      '5200,9229': sequence(0x5200, 0x9229, [shared]),
      '5200,9230': sequence(0x5200, 0x9230, perFrame),
      ...o.also,
    },
  })
}

/** A straight stack of slices along z. */
export function dicomStack(count: number, stepMm: number, o: DicomOptions = {}): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: count }, (_, k) =>
    dicomSlice({ position: [0, 0, k * stepMm], pixels: Array.from({ length: 16 }, (_, n) => 100 * k + n), ...o }),
  )
}

/** One element, explicit little endian. `stated` is a length that lies. */
export function element(group: number, tag: number, vr: string, value: Uint8Array, stated = value.length): Uint8Array {
  const long = ['OB', 'OF', 'OW', 'SQ', 'UN', 'UT'].includes(vr)
  const head = new Uint8Array(long ? 12 : 8)
  const view = new DataView(head.buffer)
  view.setUint16(0, group, true)
  view.setUint16(2, tag, true)
  head.set(ascii(vr), 4)
  if (long) view.setUint32(8, stated, true)
  else view.setUint16(6, stated, true)
  return joined([head, value])
}

/** A sequence of items, each of some elements, with stated lengths. */
export function sequence(group: number, tag: number, items: readonly (readonly Uint8Array[])[]): Uint8Array {
  return element(group, tag, 'SQ', joined(items.map((elements) => item(joined(elements)))))
}

/** An item of a sequence, or a fragment of packed pixels. */
export function item(value: Uint8Array, stated = value.length): Uint8Array {
  const head = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0)
  new DataView(head.buffer).setUint32(4, stated, true)
  return joined([head, value])
}

/** Pixel data in fragments, behind an offset table. */
export function fragmented(fragments: readonly Uint8Array[], table: readonly number[] = []): Uint8Array {
  const offsets = item(new Uint8Array(Uint32Array.from(table).buffer))
  const end = Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)
  const value = joined([offsets, ...fragments.map((f) => item(f)), end])
  return element(0x7fe0, 0x0010, 'OB', value, 0xffffffff)
}

export const str = (group: number, tag: number, vr: string, text: string) =>
  element(group, tag, vr, ascii(text.length % 2 ? `${text}${vr === 'UI' ? '\0' : ' '}` : text))
export const short = (group: number, tag: number, v: number) =>
  element(group, tag, 'US', new Uint8Array(Uint16Array.of(v).buffer))
const long = (group: number, tag: number, v: number) =>
  element(group, tag, 'UL', new Uint8Array(Uint32Array.of(v).buffer))
export const double = (group: number, tag: number, v: number) =>
  element(group, tag, 'FD', new Uint8Array(Float64Array.of(v).buffer))

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

/** A 4 x 3 x 3 int16 NRRD file; fields given replace or add to the usual ones, '' removes one; 'key:=' is a key of its own. */
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
  const text = lines.map(([k, v]) => `${k}${k.endsWith(':=') ? '' : ': '}${v}\n`).join('')
  return joined([ascii(`NRRD0004\n${text}\n`), voxels])
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

import { type DataSet, parseDicom } from 'dicom-parser'
import { PipelineError } from '../core/errors.ts'
import type { Modality, Vec3 } from '../core/types.ts'

/** Bytes of a file that usually hold its whole header. */
export const DICOM_HEAD_BYTES = 131_072

/**
 * The only tags ever read out of a file: geometry, intensity, and what tells one series from another. No name, date,
 * place or free text. SeriesInstanceUID is replaced by a running number before anything leaves the worker.
 */
const ALLOWED = {
  transferSyntax: 'x00020010',
  imageType: 'x00080008',
  sopClass: 'x00080016',
  modality: 'x00080060',
  echoTime: 'x00180081',
  echoNumber: 'x00180086',
  seriesUid: 'x0020000e',
  acquisition: 'x00200012',
  position: 'x00200032',
  orientation: 'x00200037',
  temporal: 'x00200100',
  samples: 'x00280002',
  frames: 'x00280008',
  rows: 'x00280010',
  columns: 'x00280011',
  spacing: 'x00280030',
  bitsAllocated: 'x00280100',
  intercept: 'x00281052',
  slope: 'x00281053',
  lossy: 'x00282110',
  sharedGroups: 'x52009229',
  frameGroups: 'x52009230',
  pixels: 'x7fe00010',
} as const

/** Sequences of the functional groups of an enhanced multi-frame image. */
const GROUPS = {
  frameContent: 'x00209111',
  position: 'x00209113',
  orientation: 'x00209116',
  measures: 'x00289110',
  transformation: 'x00289145',
  temporalIndex: 'x00209128',
} as const

/** Where one slice lies, LPS mm, and how its stored numbers become real values. */
export interface FrameTags {
  readonly position: Vec3 | null
  /** Unit vectors along a row (growing column) and along a column (growing row). */
  readonly row: Vec3 | null
  readonly column: Vec3 | null
  /** Distance between columns, then between rows. */
  readonly spacingMm: readonly [number, number] | null
  readonly slope: number
  readonly intercept: number
  /** Position in time within the frames of one file. */
  readonly temporal: string
}

/** What is kept of one DICOM image file. */
export interface ImageTags {
  readonly seriesUid: string
  readonly modality: Modality
  /** The modality as written, two to four capitals. */
  readonly modalityName: string
  readonly columns: number
  readonly rows: number
  readonly samples: number
  readonly bitsAllocated: number
  readonly imageType: string
  readonly echo: string
  readonly acquisition: string
  readonly temporal: string
  readonly frames: readonly FrameTags[]
  /** True when the pixels have been compressed with loss at some time. */
  readonly lossy: boolean
  /** False when the file is shorter than its pixel data. */
  readonly pixelsComplete: boolean
  readonly tagsKept: number
  readonly tagsTotal: number
}

/** A file that is DICOM but no image (a directory, a report, a structure set): set apart, no fault. */
export type NotAnImage = 'not-an-image'

export interface ParseOptions {
  /** Bytes of the whole file, of which `bytes` may be the beginning. */
  readonly fileBytes: number
  /** Inflates a deflated data set (raw deflate); must bound its own output. */
  readonly inflate: (deflated: Uint8Array) => Uint8Array
}

/**
 * Reads the allowed tags of one file. `null` when `bytes` is a beginning that does not reach the pixel data: call again
 * with the whole file. Errors: import/truncated, import/corrupt.
 */
export function readImageTags(bytes: Uint8Array, options: ParseOptions): ImageTags | NotAnImage | null {
  const whole = bytes.length >= options.fileBytes
  let data: DataSet
  try {
    data = parseDicom(bytes, {
      untilTag: ALLOWED.pixels,
      inflater: (all: Uint8Array, from: number) => joined(all.subarray(0, from), options.inflate(all.subarray(from))),
    })
  } catch (error) {
    if (!whole) return null
    if (error instanceof PipelineError) throw error
    throw new PipelineError('import/corrupt', 'A DICOM file is damaged or cut off inside its header. Copy it again.')
  }
  const pixels = data.elements[ALLOWED.pixels]
  if (pixels === undefined) return whole ? 'not-an-image' : null
  const columns = data.uint16(ALLOWED.columns) ?? 0
  const rows = data.uint16(ALLOWED.rows) ?? 0
  if (columns === 0 || rows === 0) return 'not-an-image'
  const frames = framesOf(data)
  const bitsAllocated = data.uint16(ALLOWED.bitsAllocated) ?? 0
  const samples = data.uint16(ALLOWED.samples) ?? 1
  const encapsulated = pixels.length === 0xffffffff || pixels.hadUndefinedLength === true
  const length = encapsulated ? 0 : (columns * rows * frames.length * samples * bitsAllocated) / 8
  const reach = encapsulated || data.byteArray.length !== bytes.length ? 0 : pixels.dataOffset + length
  const modalityName = /^[A-Z]{2,8}$/.exec(text(data, ALLOWED.modality))?.[0] ?? ''
  return {
    seriesUid: text(data, ALLOWED.seriesUid),
    modality: modalityName === 'CT' || modalityName === 'MR' ? modalityName : 'other',
    modalityName,
    columns,
    rows,
    samples,
    bitsAllocated,
    imageType: text(data, ALLOWED.imageType).toUpperCase(),
    echo: `${text(data, ALLOWED.echoNumber)}/${text(data, ALLOWED.echoTime)}`,
    acquisition: text(data, ALLOWED.acquisition),
    temporal: text(data, ALLOWED.temporal),
    frames,
    lossy: text(data, ALLOWED.lossy) === '01',
    pixelsComplete: reach <= options.fileBytes && (encapsulated || pixels.length >= length),
    tagsKept: Object.values(ALLOWED).filter((tag) => data.elements[tag] !== undefined).length,
    tagsTotal: Object.keys(data.elements).length,
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

const text = (data: DataSet, tag: string): string => (data.elements[tag] ? (data.string(tag) ?? '').trim() : '')

/** Numbers of a DS value; empty when absent, NaN where it is no number. */
function decimals(data: DataSet | null, tag: string): number[] {
  const value = data === null ? '' : text(data, tag)
  return value === '' ? [] : value.split('\\').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
}

const triple = (v: readonly number[], at = 0): Vec3 | null => {
  const [x, y, z] = [v[at], v[at + 1], v[at + 2]]
  return x !== undefined && y !== undefined && z !== undefined && [x, y, z].every(Number.isFinite) ? [x, y, z] : null
}

function framesOf(data: DataSet): FrameTags[] {
  const count = Math.trunc(Number(text(data, ALLOWED.frames) || '1'))
  const items = data.elements[ALLOWED.frameGroups]?.items ?? []
  if (!(count >= 1) || count > 100_000) {
    throw new PipelineError('import/bad-header', 'A DICOM file states an impossible number of frames.')
  }
  const shared = data.elements[ALLOWED.sharedGroups]?.items?.[0]?.dataSet ?? null
  return Array.from({ length: count }, (_, n) => frameOf(data, shared, items[n]?.dataSet ?? null))
}

/** One frame: its own functional group counts, then the shared one, then the tags of a plain image. */
function frameOf(data: DataSet, shared: DataSet | null, own: DataSet | null): FrameTags {
  const inGroup = (group: string, tag: string): number[] => {
    for (const level of [own, shared]) {
      const found = decimals(level?.elements[group]?.items?.[0]?.dataSet ?? null, tag)
      if (found.length > 0) return found
    }
    return decimals(data, tag)
  }
  const orientation = inGroup(GROUPS.orientation, ALLOWED.orientation)
  const [betweenRows, betweenColumns] = inGroup(GROUPS.measures, ALLOWED.spacing)
  const content = own?.elements[GROUPS.frameContent]?.items?.[0]?.dataSet
  return {
    position: triple(inGroup(GROUPS.position, ALLOWED.position)),
    row: triple(orientation),
    column: triple(orientation, 3),
    spacingMm: betweenRows !== undefined && betweenColumns !== undefined ? [betweenColumns, betweenRows] : null,
    slope: inGroup(GROUPS.transformation, ALLOWED.slope)[0] ?? 1,
    intercept: inGroup(GROUPS.transformation, ALLOWED.intercept)[0] ?? 0,
    temporal: content?.elements[GROUPS.temporalIndex] ? String(content.uint32(GROUPS.temporalIndex) ?? '') : '',
  }
}

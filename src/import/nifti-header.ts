import { PipelineError } from '../core/errors.ts'
import type { Grid, Vec3 } from '../core/types.ts'
import { checkSize, checkSpacing, MAX_FILE_BYTES } from './limits.ts'
import { type NiftiPlacement, type NiftiPlaces, placesOfNifti } from './nifti-placement.ts'
import type { Frames } from './series.ts'

/** Bytes needed to read a header: 348 (NIfTI-1) or 540 (NIfTI-2) and the four extension bytes. */
export const NIFTI_HEAD_BYTES = 544

/** What a NIfTI file says, checked. Grid is LPS. */
export interface NiftiHeader {
  readonly version: 1 | 2
  readonly littleEndian: boolean
  readonly type: NiftiType
  readonly bytesPerVoxel: number
  /** Where the voxels start. */
  readonly offset: number
  /** Real value = slope * stored + intercept. */
  readonly slope: number
  readonly intercept: number
  readonly grid: Grid
  /** Both places where the file states two that differ; `grid` is the sform then. */
  readonly places: NiftiPlaces['both']
  /** Whether the file says that its values are labels (intent 1002). */
  readonly statesLabels: boolean
  /** Set when the file holds several images; `offset` is that of the first. */
  readonly frames: Frames | null
  readonly notes: readonly string[]
}

export type NiftiType = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'f32' | 'f64'

// Data type codes of nifti1.h.
const TYPES: Readonly<Record<number, readonly [NiftiType, number]>> = {
  2: ['u8', 1],
  4: ['i16', 2],
  8: ['i32', 4],
  16: ['f32', 4],
  64: ['f64', 8],
  256: ['i8', 1],
  512: ['u16', 2],
  768: ['u32', 4],
  1024: ['i64', 8],
  1280: ['u64', 8],
}
const NOT_SCALAR: Readonly<Record<number, string>> = {
  1: 'single bits',
  32: 'complex numbers',
  128: 'colours (RGB)',
  1536: 'quadruple precision numbers',
  1792: 'complex numbers',
  2048: 'complex numbers',
  2304: 'colours (RGBA)',
}

/** Where the fields lie in each version. */
const FIELDS = {
  1: {
    magic: 344,
    dim: 40,
    intent: 68,
    type: 70,
    bits: 72,
    pixdim: 76,
    offset: 108,
    slope: 112,
    units: 123,
    forms: 252,
    quatern: 256,
    srow: 280,
  },
  2: {
    magic: 4,
    dim: 16,
    intent: 504,
    type: 12,
    bits: 14,
    pixdim: 104,
    offset: 168,
    slope: 176,
    units: 500,
    forms: 344,
    quatern: 352,
    srow: 400,
  },
} as const

/** Reads numbers of one version and byte order by field name. */
interface Reader {
  readonly version: 1 | 2
  readonly littleEndian: boolean
  readonly at: (typeof FIELDS)[1 | 2]
  int(offset: number): number
  long(offset: number): number
  wide(offset: number, n: number): number
  real(offset: number, n: number): number
}

function readerOf(view: DataView, version: 1 | 2, le: boolean): Reader {
  return {
    version,
    littleEndian: le,
    at: FIELDS[version],
    int: (offset) => view.getInt16(offset, le),
    long: (offset) => view.getInt32(offset, le),
    wide: (offset, n) =>
      version === 1 ? view.getInt16(offset + 2 * n, le) : Number(view.getBigInt64(offset + 8 * n, le)),
    real: (offset, n) => (version === 1 ? view.getFloat32(offset + 4 * n, le) : view.getFloat64(offset + 8 * n, le)),
  }
}

/** True when the bytes start like NIfTI-1 or NIfTI-2 (or Analyze), whatever their magic. */
export function looksLikeNifti(head: Uint8Array): boolean {
  return versionOf(head) !== null
}

function versionOf(head: Uint8Array): { version: 1 | 2; littleEndian: boolean } | null {
  if (head.length < 4) return null
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian)
    if (size === 348) return { version: 1, littleEndian }
    if (size === 540) return { version: 2, littleEndian }
  }
  return null
}

/**
 * Reads and checks a header from the first bytes of a single-file NIfTI. Errors: import/truncated,
 * import/unsupported (two files, colours, complex, vectors), import/bad-header, import/too-large,
 * import/too-few-slices, volume/non-orthogonal. Standard: NIfTI-1.1 and NIfTI-2 (nifti.nimh.nih.gov).
 */
export function readNiftiHeader(head: Uint8Array): NiftiHeader {
  const kind = versionOf(head)
  if (kind === null) throw new PipelineError('import/unsupported', 'This is not a NIfTI file.')
  const bytes = kind.version === 1 ? 348 : 540
  if (head.length < bytes) {
    throw new PipelineError('import/truncated', 'The NIfTI file ends inside its header. Copy it again.')
  }
  const r = readerOf(new DataView(head.buffer, head.byteOffset, head.byteLength), kind.version, kind.littleEndian)
  checkMagic(head, r)
  const [type, bytesPerVoxel] = typeOf(r)
  const { size, count } = sizeOf(r)
  checkSize(size, bytesPerVoxel)
  const notes: string[] = []
  const { grid, both: places } = placesOfNifti(size, placementOf(r, head), notes)
  checkSpacing(grid.spacing)
  const offset = offsetOf(r)
  const frames = count > 1 ? { count, stepSeconds: stepSecondsOf(r, unitsOf(r, head)) } : null
  const statesLabels = (r.version === 1 ? r.int(r.at.intent) : r.long(r.at.intent)) === INTENT_LABEL
  return { ...kind, type, bytesPerVoxel, offset, ...scaleOf(r, notes), grid, places, statesLabels, frames, notes }
}

/** Bytes of one image. */
export const frameBytes = ({ grid: { size }, bytesPerVoxel }: NiftiHeader): number =>
  size[0] * size[1] * size[2] * bytesPerVoxel

/** Bytes of the whole file, header included. */
export const niftiBytes = (h: NiftiHeader): number => h.offset + (h.frames?.count ?? 1) * frameBytes(h)

function checkMagic(head: Uint8Array, r: Reader): void {
  const magic = String.fromCharCode(...head.subarray(r.at.magic, r.at.magic + 3))
  if (magic === (r.version === 1 ? 'n+1' : 'n+2')) return
  if (magic === 'ni1' || magic === 'ni2') {
    throw new PipelineError(
      'import/unsupported',
      'This is half of a two-file NIfTI (.hdr and .img). Convert it to one .nii file.',
    )
  }
  throw new PipelineError(
    'import/bad-header',
    'The file starts like NIfTI or Analyze but lacks the NIfTI mark. Convert it to .nii first.',
  )
}

function typeOf(r: Reader): readonly [NiftiType, number] {
  const code = r.int(r.at.type)
  const found = TYPES[code]
  const bits = r.int(r.at.bits)
  if (found && (bits === 0 || bits === found[1] * 8)) return found
  const named = NOT_SCALAR[code]
  if (named !== undefined) {
    throw new PipelineError(
      'import/unsupported',
      `The voxels of this NIfTI file are ${named}. Export a scalar image (one number a voxel).`,
      { datatype: code },
    )
  }
  throw new PipelineError('import/bad-header', 'The NIfTI header names no known voxel type. Export the scan again.', {
    datatype: code,
    bitpix: bits,
  })
}

/** Size of one image, and how many there are. */
function sizeOf(r: Reader): { size: Vec3; count: number } {
  const dimensions = r.wide(r.at.dim, 0)
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 7) {
    throw new PipelineError('import/bad-header', 'The NIfTI header states an impossible number of dimensions.', {
      dimensions,
    })
  }
  const dim = (n: number) => (n <= dimensions ? r.wide(r.at.dim, n) : 1)
  const further = [dim(4), dim(5), dim(6), dim(7)]
  if (further.some((n) => n < 0)) {
    throw new PipelineError('import/bad-header', 'The NIfTI header states a negative size. Export the scan again.')
  }
  const [count = 1, ...vectors] = further.map((n) => Math.max(1, n))
  const numbers = vectors.reduce((a, n) => a * n, 1)
  const size: Vec3 = [dim(1), dim(2), dim(3)]
  if (numbers > 1 && size.every((n) => n > 0)) {
    throw new PipelineError(
      'import/unsupported',
      `The file holds ${numbers} numbers a voxel (vectors or colours). Export a scalar image.`,
      { numbers },
    )
  }
  return { size, count }
}

/** NIFTI_INTENT_LABEL of nifti1.h. */
const INTENT_LABEL = 1002

/** Seconds by the code of a time unit: seconds, milliseconds, microseconds. */
const SECONDS: Readonly<Record<number, number>> = { 8: 1, 16: 1e-3, 24: 1e-6 }

/** Time from one image to the next; null when it is not stated, or absurd. */
function stepSecondsOf(r: Reader, units: number): number | null {
  const seconds = r.real(r.at.pixdim, 4) * (SECONDS[units & 0x38] ?? 0)
  return seconds > 0 && seconds < 1e6 ? seconds : null
}

const unitsOf = (r: Reader, head: Uint8Array): number =>
  r.version === 1 ? (head[r.at.units] ?? 0) : r.long(r.at.units)

function offsetOf(r: Reader): number {
  const least = r.version === 1 ? 352 : 544
  const stated = r.version === 1 ? r.real(r.at.offset, 0) : r.wide(r.at.offset, 0)
  // Zero is written by some tools for "right after the header".
  const offset = stated === 0 ? least : stated
  if (!Number.isInteger(offset) || offset < least || offset > MAX_FILE_BYTES) {
    throw new PipelineError('import/bad-header', 'The NIfTI header points outside the file for its voxels.', {
      offset: String(stated),
    })
  }
  return offset
}

/** The standard: slope 0 means the values are not scaled. A slope that is no number is taken as 0, and noted. */
function scaleOf(r: Reader, notes: string[]): { slope: number; intercept: number } {
  const slope = r.real(r.at.slope, 0)
  const intercept = r.real(r.at.slope, 1)
  if (slope === 0) return { slope: 1, intercept: 0 }
  if (!Number.isFinite(slope)) {
    notes.push('scale-not-a-number')
    return { slope: 1, intercept: 0 }
  }
  const sane = (v: number) => v === 0 || (Math.abs(v) > 1e-20 && Math.abs(v) < 1e20)
  if (!sane(slope) || !sane(intercept)) {
    throw new PipelineError('import/bad-header', 'The NIfTI header scales its voxels absurdly. Export the scan again.')
  }
  return { slope, intercept }
}

function placementOf(r: Reader, head: Uint8Array): NiftiPlacement {
  const reals = (offset: number, count: number) => Array.from({ length: count }, (_, n) => r.real(offset, n))
  const code = (n: number) => (r.version === 1 ? r.int(r.at.forms + 2 * n) : r.long(r.at.forms + 4 * n))
  return {
    pixdim: reals(r.at.pixdim, 4),
    qformCode: code(0),
    sformCode: code(1),
    quatern: reals(r.at.quatern, 6),
    srow: reals(r.at.srow, 12),
    unit: unitsOf(r, head) & 7,
  }
}

/** Bytes of plainNiftiHeader; no file's voxels start earlier. */
export const PLAIN_HEADER_BYTES = 352

/**
 * A new NIfTI-1 header for the voxel decoder: same voxels, type, byte order and scale, but unit voxels and nothing
 * else. The decoder's own reading of placement, intent or extensions can then neither fail nor mislead, and NIfTI-2,
 * which it does not know, is read too. Errors: import/too-large for more than 32,767 voxels an axis.
 */
export function plainNiftiHeader(h: NiftiHeader): Uint8Array {
  if (h.grid.size.some((n) => n > 32_767)) {
    throw new PipelineError('import/too-large', 'The scan has more than 32,767 voxels along one axis. Crop it first.')
  }
  const bytes = new Uint8Array(PLAIN_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  const le = h.littleEndian
  const at = FIELDS[1]
  const code = Number(Object.entries(TYPES).find(([, [type]]) => type === h.type)?.[0])
  view.setInt32(0, 348, le)
  for (const [n, v] of [3, ...h.grid.size, 1, 1, 1, 1].entries()) view.setInt16(at.dim + 2 * n, v, le)
  view.setInt16(at.type, code, le)
  view.setInt16(at.bits, h.bytesPerVoxel * 8, le)
  for (let n = 0; n < 8; n++) view.setFloat32(at.pixdim + 4 * n, 1, le)
  view.setFloat32(at.offset, h.offset, le)
  view.setFloat32(at.slope, h.slope, le)
  view.setFloat32(at.slope + 4, h.intercept, le)
  view.setInt16(at.forms, 1, le)
  bytes.set([0x6e, 0x2b, 0x31], at.magic)
  return bytes
}

/** Real value of one voxel, read straight from the file: to check a decoder. */
export function niftiVoxel(file: DataView, h: NiftiHeader, index: number): number {
  const p = h.offset + index * h.bytesPerVoxel
  const le = h.littleEndian
  const stored = {
    u8: () => file.getUint8(p),
    i8: () => file.getInt8(p),
    u16: () => file.getUint16(p, le),
    i16: () => file.getInt16(p, le),
    u32: () => file.getUint32(p, le),
    i32: () => file.getInt32(p, le),
    u64: () => Number(file.getBigUint64(p, le)),
    i64: () => Number(file.getBigInt64(p, le)),
    f32: () => file.getFloat32(p, le),
    f64: () => file.getFloat64(p, le),
  }[h.type]()
  return stored * h.slope + h.intercept
}

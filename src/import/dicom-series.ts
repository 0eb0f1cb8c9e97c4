import { PipelineError } from '../core/errors.ts'
import { norm, subtract } from './affine-grid.ts'
import type { FrameTags, ImageTags } from './dicom-tags.ts'
import { MIN_VOXELS_AN_AXIS } from './limits.ts'
import { isBigEndian, isReadable } from './pixel-data.ts'
import { type SlicePlace, type Stack, stackSlices } from './slice-geometry.ts'

/** One image file of a scan: its number in the list of files, and its tags. */
export interface ImageFile {
  readonly file: number
  readonly tags: ImageTags
}

/** One slice: a frame of a file. */
export interface Slice {
  readonly file: number
  readonly frame: number
  readonly tags: ImageTags
  readonly at: FrameTags
}

/** Slices that belong together, before their order is known. */
export interface SeriesGroup {
  readonly slices: readonly Slice[]
  /** True when the same series held other sizes, directions or echoes, that were parted from this one. */
  readonly parted: boolean
}

// Modalities whose objects hold pixels but no scan to segment.
const PROJECTIONS = new Set(['CR', 'DX', 'MG', 'XA', 'RF', 'RG', 'PX', 'IO', 'US', 'ES', 'XC', 'GM', 'SM', 'OP'])
const NOT_SCANS = new Set([
  'SEG',
  'RTSTRUCT',
  'RTPLAN',
  'RTDOSE',
  'RTIMAGE',
  'SR',
  'PR',
  'KO',
  'ECG',
  'REG',
  'DOC',
  'HC',
])

/** True for objects that accompany a scan (segmentations, plans, reports): set apart without a word. */
export const accompanies = (tags: ImageTags): boolean => NOT_SCANS.has(tags.modalityName)

const isLocalizer = ({ slices: [first] }: SeriesGroup) =>
  /(^|\\)(LOCALIZER|SCOUT)(\\|$)/.test(first?.tags.imageType ?? '')

/** True for images a workstation made of a scan (reformats, projections, maps). */
export const isDerived = ({ slices: [first] }: SeriesGroup): boolean =>
  first?.tags.imageType.startsWith('DERIVED') ?? false

/**
 * Groups images into series: by series, size, pixel size, direction, echo and kind of image. Localizers, and groups with one
 * or two slices, are left out beside a real one.
 */
export function groupSeries(files: readonly ImageFile[]): SeriesGroup[] {
  const slices = files.flatMap(({ file, tags }) => tags.frames.map((at, frame): Slice => ({ file, frame, tags, at })))
  const groups: Slice[][] = []
  const byKey = new Map<string, Slice[][]>()
  for (const slice of slices) {
    const key = keyOf(slice)
    const candidates = byKey.get(key) ?? []
    byKey.set(key, candidates)
    const home = candidates.find((group) => group[0] !== undefined && parallel(group[0].at, slice.at))
    if (home) {
      home.push(slice)
      continue
    }
    const fresh = [slice]
    candidates.push(fresh)
    groups.push(fresh)
  }
  const uidCount = new Map<string, number>()
  for (const [first] of groups)
    if (first) uidCount.set(first.tags.seriesUid, (uidCount.get(first.tags.seriesUid) ?? 0) + 1)
  const all = groups
    .flatMap(partRepeats)
    .map((group) => ({ slices: group, parted: (uidCount.get(group[0]?.tags.seriesUid ?? '') ?? 1) > 1 }))
  const real = all.filter((group) => group.slices.length >= MIN_VOXELS_AN_AXIS && !isLocalizer(group))
  return real.length > 0 ? real : all
}

const rounded = (values: readonly number[] | null) => (values ?? []).map((v) => v.toFixed(4)).join(' ')

function keyOf(slice: Slice): string {
  const { tags, at } = slice
  // Several enhanced files are several volumes; plain images are slices of one.
  const own = tags.frames.length > 1 ? slice.file : ''
  return JSON.stringify([
    tags.seriesUid,
    tags.modalityName,
    tags.format.columns,
    tags.format.rows,
    tags.format.samples,
    tags.format.bitsAllocated,
    tags.format.signed,
    tags.format.photometric,
    tags.imageType,
    at.frameType,
    tags.echo,
    at.echo,
    rounded(at.spacingMm),
    own,
  ])
}

/** Radians: 0.05 degrees, the limit of tilt. */
const SAME_DIRECTION = 8.7e-4

/** Whether two slices have one direction; slices without a whole direction match each other. */
function parallel(a: FrameTags, b: FrameTags): boolean {
  const isKnown = ({ row, column }: FrameTags) => row !== null && column !== null
  if (a.row === null || a.column === null || b.row === null || b.column === null) return isKnown(a) === isKnown(b)
  return norm(subtract(a.row, b.row)) < SAME_DIRECTION && norm(subtract(a.column, b.column)) < SAME_DIRECTION
}

/** Where positions repeat, parts by time or acquisition when every part is then a stack without repeats. */
function partRepeats(group: Slice[]): Slice[][] {
  if (!repeats(group)) return [group]
  const keys: readonly ((s: Slice) => string)[] = [
    (s) => s.tags.temporal,
    (s) => s.at.temporal,
    (s) => s.tags.triggerTime,
    (s) => s.at.bValue,
    (s) => s.tags.acquisition,
  ]
  for (const key of keys) {
    const parts = partsBy(group, key)
    const whole = parts.every((part) => part.length >= MIN_VOXELS_AN_AXIS && !repeats(part))
    if (parts.length > 1 && whole) return parts
  }
  return [group]
}

function partsBy(group: readonly Slice[], key: (s: Slice) => string): Slice[][] {
  const parts = new Map<string, Slice[]>()
  for (const slice of group) {
    const part = parts.get(key(slice))
    if (part) part.push(slice)
    else parts.set(key(slice), [slice])
  }
  return [...parts.values()]
}

const repeats = (group: readonly Slice[]) => new Set(group.map((s) => rounded(s.at.position))).size < group.length

/**
 * Stack of a group, crooked or not, or the reason why it is none. Errors: import/unsupported (colour, mosaic, bits),
 * import/wrong-modality, import/not-a-volume, import/bad-header, import/truncated and those of stackSlices.
 */
export function stackGroup(group: SeriesGroup): Stack {
  const first = group.slices[0]
  if (first === undefined) throw new PipelineError('import/too-few-slices', 'The series is empty.')
  refuseKind(first.tags)
  group.slices.forEach(refuseNumbers)
  if (group.slices.some((s) => !s.tags.pixelsComplete)) {
    throw new PipelineError(
      'import/truncated',
      'A DICOM file of the series is cut off inside its pixels. Copy it again.',
    )
  }
  if (group.slices.length < MIN_VOXELS_AN_AXIS && group.parted) {
    throw new PipelineError(
      'import/inconsistent-series',
      'The slices of this series differ in size or direction: no three fit together. Open a series of parallel slices.',
    )
  }
  return stackSlices(group.slices.map(placeOf), [first.tags.format.columns, first.tags.format.rows])
}

function refuseKind(tags: ImageTags): void {
  const { samples, photometric, bitsAllocated, syntax } = tags.format
  const unsupported = (sentence: string, detail = {}) => new PipelineError('import/unsupported', sentence, detail)
  if (samples !== 1 || !photometric.startsWith('MONOCHROME')) {
    throw unsupported('The images are in colour. Open the original grey series of the scanner.')
  }
  if (PROJECTIONS.has(tags.modalityName)) {
    throw new PipelineError(
      'import/wrong-modality',
      `These are ${tags.modalityName} images, not slices of a CT or MR scan. Open the CT or MR series.`,
      { modality: tags.modalityName },
    )
  }
  if (/(^|\\)MOSAIC(\\|$)/.test(tags.imageType)) {
    throw unsupported('Each image is a mosaic of slices. Export the series as single slices.')
  }
  // The codec swaps 32-bit pixels of big-endian files by halves (measured on a dose grid): better none than wrong ones.
  if (![8, 16, 32].includes(bitsAllocated) || (bitsAllocated === 32 && isBigEndian(syntax))) {
    throw unsupported(`Images with ${bitsAllocated} bits a pixel stored like this are not read.`, {
      bits: bitsAllocated,
    })
  }
  if (tags.hasModalityTable) {
    throw unsupported('Values are given by a table instead of a scale. Export the series without a modality table.')
  }
  if (!isReadable(tags)) {
    throw unsupported('The pixels are compressed in a way that is not read. Export the series uncompressed.')
  }
}

function refuseNumbers({ tags, at }: Slice): void {
  const { bitsAllocated, bitsStored, highBit } = tags.format
  const isLawful =
    bitsStored >= 1 && bitsStored <= bitsAllocated && highBit >= bitsStored - 1 && highBit < bitsAllocated
  if (isLawful && Math.abs(at.slope) > 1e-12 && Math.abs(at.slope) < 1e12 && Number.isFinite(at.intercept)) return
  throw new PipelineError(
    'import/bad-header',
    'The header does not say how stored numbers become values: its bits or its scale are impossible. Export the series again.',
    { bitsStored, slope: String(at.slope), intercept: String(at.intercept) },
  )
}

function placeOf(slice: Slice): SlicePlace {
  const { position, row, column, spacingMm } = slice.at
  if (position === null || row === null || column === null) {
    throw new PipelineError(
      'import/not-a-volume',
      'The images do not say where they lie in the body, so their order and distance are unknown. Export them with position and orientation.',
    )
  }
  if (spacingMm === null) {
    throw new PipelineError('import/bad-header', 'The images do not state the size of a pixel. Export them with it.')
  }
  return { position, row, column, spacingMm }
}

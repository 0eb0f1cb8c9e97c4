import { PipelineError } from '../core/errors.ts'
import { frameBytes, type ImageTags } from './dicom-tags.ts'

/** Pixels of one frame as they lie in the file: one piece, or the fragments of a compressed frame. Views, no copies. */
export type FramePieces = readonly Uint8Array[]

const NONE = 0xffffffff
const ITEM = 0xfffee000
const END = 0xfffee0dd

/** Transfer syntaxes whose pixels are not compressed. */
const NATIVE = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.2'])
/** JPEG baseline to lossless, JPEG-LS, JPEG 2000, RLE: what the wasm codecs read. Video and HTJ2K are not among them. */
const COMPRESSED = /^1\.2\.840\.10008\.1\.2\.(5|4\.(5\d|6[0-6]|70|80|81|90|91))$/

export const isBigEndian = (syntax: string): boolean => syntax === '1.2.840.10008.1.2.2'

/** True when pixels stored this way can be decoded. */
export const isReadable = ({ format, place }: Pick<ImageTags, 'format' | 'place'>): boolean =>
  place.encapsulated ? COMPRESSED.test(format.syntax) : NATIVE.has(format.syntax)

/** First and last byte (exclusive) of a frame that is not compressed. */
export function nativeRange({ format, place }: ImageTags, frame: number): readonly [number, number] {
  const bytes = frameBytes(format)
  return [place.at + frame * bytes, place.at + (frame + 1) * bytes]
}

/**
 * Fragments of each frame of a compressed image. `file` is the whole file. Several frames are told apart by the offset
 * table, else by one fragment each, else by the mark a compressed picture begins with. Errors: import/truncated,
 * import/corrupt.
 */
export function compressedFrames(file: Uint8Array, tags: ImageTags): FramePieces[] {
  const { table, fragments } = itemsOf(file, tags.place.at)
  const count = tags.frames.length
  if (fragments.length === 0) throw damaged()
  const pieces = (of: readonly Fragment[]) => of.map(({ from, to }) => file.subarray(from, to))
  if (count === 1) return [pieces(fragments)]
  const starts = frameStarts(file, table, fragments, count)
  return starts.map((from, n) => pieces(fragments.slice(from, starts[n + 1] ?? fragments.length)))
}

interface Fragment {
  /** Offset of its item from the end of the offset table, as the table counts. */
  readonly offset: number
  readonly from: number
  readonly to: number
}

/** The items of an encapsulated value: the offset table, then the fragments. */
function itemsOf(file: Uint8Array, at: number): { table: number[]; fragments: Fragment[] } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const tagAt = (p: number) => ((view.getUint16(p, true) << 16) | view.getUint16(p + 2, true)) >>> 0
  const items: { start: number; from: number; to: number }[] = []
  let p = at
  // A file may end after its last fragment without the mark of the end: the fragment itself is whole then.
  while (p + 8 <= file.length && tagAt(p) !== END) {
    const length = view.getUint32(p + 4, true)
    if (tagAt(p) !== ITEM || length === NONE) throw damaged()
    if (p + 8 + length > file.length) throw cutOff()
    items.push({ start: p, from: p + 8, to: p + 8 + length })
    p += 8 + length
  }
  const [first, ...rest] = items
  if (!first) throw cutOff()
  const table: number[] = []
  for (let q = first.from; q + 4 <= first.to; q += 4) table.push(view.getUint32(q, true))
  return { table, fragments: rest.map(({ start, from, to }) => ({ offset: start - first.to, from, to })) }
}

/** Index of the first fragment of each frame. */
function frameStarts(
  file: Uint8Array,
  table: readonly number[],
  fragments: readonly Fragment[],
  count: number,
): number[] {
  if (fragments.length === count) return fragments.map((_, n) => n)
  const byTable = table.map((offset) => fragments.findIndex((f) => f.offset === offset))
  const marked = fragments.flatMap(({ from }, n) => (beginsPicture(file, from) ? [n] : []))
  const starts = table.length === count && !byTable.includes(-1) ? byTable : marked
  const rising = starts.every((start, n) => n === 0 || start > (starts[n - 1] ?? 0))
  if (starts.length === count && starts[0] === 0 && rising) return starts
  if (fragments.length < count) throw cutOff()
  throw damaged()
}

/** The marks of JPEG and JPEG-LS (FF D8 FF) and of JPEG 2000 (FF 4F FF 51). */
function beginsPicture(file: Uint8Array, at: number): boolean {
  const [a, b, c, d] = file.subarray(at, at + 4)
  return a === 0xff && c === 0xff && (b === 0xd8 || (b === 0x4f && d === 0x51))
}

const cutOff = () =>
  new PipelineError('import/truncated', 'A DICOM file of the series is cut off inside its pixels. Copy it again.')
const damaged = () =>
  new PipelineError(
    'import/corrupt',
    'The compressed pixels of a DICOM file are not in order: it is damaged. Export it again.',
  )

import type { PixelFormat, PixelPlace } from './dicom-tags.ts'
import { type FramePieces, isBigEndian } from './pixel-data.ts'

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'
const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2'
const UNDEFINED = 0xffffffff
const META_BYTES = 128 + 4

/**
 * A DICOM file that holds the pixels of one frame and how they are stored, and nothing else of the file they came from: all
 * that the wasm codec ever sees of a person's scan. No rescale and MONOCHROME2, so that it gives back stored integers; its
 * place says only that it is slice `n` of a stack of 1 mm. What reads differently by different parsers (nested sequences,
 * lying lengths, private groups, rescale in functional groups) so never reaches the second one. Bytes: the pixels and 600.
 */
export function pixelFile(pieces: FramePieces, format: PixelFormat, place: PixelPlace, n: number): Uint8Array {
  const syntax = place.encapsulated || isBigEndian(format.syntax) ? format.syntax : EXPLICIT_LITTLE_ENDIAN
  const size = pieces.reduce((sum, piece) => sum + piece.length + 9, 0)
  const out = new Writer(1024 + size)
  out.at = 128
  out.text('DICM')
  out.element(0x0002, 0x0000, 'UL', 4, () => out.long(0))
  out.string(0x0002, 0x0002, 'UI', CT_IMAGE)
  out.string(0x0002, 0x0003, 'UI', `1.${n + 1}`)
  out.string(0x0002, 0x0010, 'UI', syntax)
  new DataView(out.bytes.buffer).setUint32(META_BYTES + 8, out.at - META_BYTES - 12, true)
  out.littleEndian = !isBigEndian(syntax)
  out.string(0x0008, 0x0016, 'UI', CT_IMAGE)
  out.string(0x0008, 0x0018, 'UI', `1.${n + 1}`)
  out.string(0x0008, 0x0060, 'CS', 'CT')
  out.string(0x0020, 0x000e, 'UI', '1.1')
  out.string(0x0020, 0x0032, 'DS', `0\\0\\${n}`)
  out.string(0x0020, 0x0037, 'DS', '1\\0\\0\\0\\1\\0')
  out.short(0x0028, 0x0002, 1)
  out.string(0x0028, 0x0004, 'CS', 'MONOCHROME2')
  out.short(0x0028, 0x0010, format.rows)
  out.short(0x0028, 0x0011, format.columns)
  out.string(0x0028, 0x0030, 'DS', '1\\1')
  out.short(0x0028, 0x0100, format.bitsAllocated)
  out.short(0x0028, 0x0101, format.bitsStored)
  out.short(0x0028, 0x0102, format.highBit)
  out.short(0x0028, 0x0103, format.signed ? 1 : 0)
  if (place.encapsulated) fragments(out, pieces)
  else native(out, pieces, format, place)
  return out.bytes.subarray(0, out.at)
}

function native(out: Writer, pieces: FramePieces, format: PixelFormat, place: PixelPlace): void {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  // The order of bytes in a pair depends on the type only when they are big-endian.
  const vr = out.littleEndian ? (format.bitsAllocated > 8 ? 'OW' : 'OB') : place.vr
  out.element(0x7fe0, 0x0010, vr, length + (length % 2), () => pieces.forEach(out.put))
  out.at += length % 2
}

function fragments(out: Writer, pieces: FramePieces): void {
  out.element(0x7fe0, 0x0010, 'OB', UNDEFINED, () => {
    out.item(0xe000, 0)
    for (const piece of pieces) {
      out.item(0xe000, piece.length + (piece.length % 2))
      out.put(piece)
      out.at += piece.length % 2
    }
    out.item(0xe0dd, 0)
  })
}

/** Writes elements with explicit types into memory that is large enough. */
class Writer {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly #view: DataView
  at = 0
  littleEndian = true

  constructor(length: number) {
    this.bytes = new Uint8Array(length)
    this.#view = new DataView(this.bytes.buffer)
  }

  readonly put = (bytes: Uint8Array): void => {
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  text(ascii: string): void {
    for (const c of ascii) this.bytes[this.at++] = c.charCodeAt(0)
  }

  long(value: number): void {
    this.#view.setUint32(this.at, value, this.littleEndian)
    this.at += 4
  }

  #word(value: number): void {
    this.#view.setUint16(this.at, value, this.littleEndian)
    this.at += 2
  }

  item(tag: number, length: number): void {
    this.#word(0xfffe)
    this.#word(tag)
    this.long(length)
  }

  element(group: number, tag: number, vr: string, length: number, value: () => void): void {
    this.#word(group)
    this.#word(tag)
    this.text(vr)
    if (vr === 'OB' || vr === 'OW') {
      this.at += 2
      this.long(length)
    } else this.#word(length)
    value()
  }

  /** Padded to an even length. */
  string(group: number, tag: number, vr: string, value: string): void {
    const even = value.length % 2 === 0 ? value : `${value}${vr === 'UI' ? '\0' : ' '}`
    this.element(group, tag, vr, even.length, () => this.text(even))
  }

  short(group: number, tag: number, value: number): void {
    this.element(group, tag, 'US', 2, () => this.#word(value))
  }
}

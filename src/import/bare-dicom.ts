const EXPLICIT = '1.2.840.10008.1.2.1'
const IMPLICIT = '1.2.840.10008.1.2'
const VRS = /^(AE|AS|AT|CS|DA|DS|DT|FD|FL|IS|LO|LT|OB|OD|OF|OL|OV|OW|PN|SH|SL|SQ|SS|ST|SV|TM|UC|UI|UL|UN|UR|US|UT|UV)$/
/** A first element is longer than this in no file. */
const LONGEST_FIRST = 1024

interface Element {
  readonly group: number
  readonly tag: number
  readonly isExplicit: boolean
  readonly next: number
}

/**
 * What a DICOM file lacks that begins without preamble and mark, as old archives and networks wrote them: 128 zeros, the mark
 * and, where it has no meta header either, one that names its transfer syntax. Null when these bytes begin no such file.
 * Told by its first two elements: little-endian, of the group of meta elements (0002) or the first of an image (0008).
 */
export function missingHead(head: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const first = elementAt(view, 0)
  const second = first && elementAt(view, first.next)
  if (!first || !second || second.tag <= first.tag || second.group > 0x20) return null
  if (first.group === 0x0002) return first.isExplicit ? withMark([]) : null
  if (first.group !== 0x0008 || second.isExplicit !== first.isExplicit) return null
  return withMark(metaHeader(first.isExplicit ? EXPLICIT : IMPLICIT))
}

function elementAt(view: DataView, at: number): Element | null {
  if (at + 12 > view.byteLength) return null
  const [group, number] = [view.getUint16(at, true), view.getUint16(at + 2, true)]
  const vr = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5))
  const isExplicit = VRS.test(vr)
  const isLong = /^(O.|SQ|UC|UN|UR|UT|SV|UV)$/.test(vr)
  const length = !isExplicit
    ? view.getUint32(at + 4, true)
    : isLong
      ? view.getUint32(at + 8, true)
      : view.getUint16(at + 6, true)
  if (length > LONGEST_FIRST || length % 2 !== 0) return null
  return { group, tag: group * 0x10000 + number, isExplicit, next: at + (isExplicit && isLong ? 12 : 8) + length }
}

/** (0002,0000) and (0002,0010), explicit little-endian as every meta header. */
function metaHeader(syntax: string): number[] {
  const value = [...`${syntax}${syntax.length % 2 ? '\0' : ''}`].map((c) => c.charCodeAt(0))
  const syntaxElement = [0x02, 0, 0x10, 0, 0x55, 0x49, value.length, 0, ...value]
  return [0x02, 0, 0, 0, 0x55, 0x4c, 4, 0, syntaxElement.length, 0, 0, 0, ...syntaxElement]
}

function withMark(meta: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(132 + meta.length)
  bytes.set([0x44, 0x49, 0x43, 0x4d], 128)
  bytes.set(meta, 132)
  return bytes
}

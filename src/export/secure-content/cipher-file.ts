import { badKeystore } from './refused.ts'

// Appendix D: '%3McF', version 0.0, an unused 0, the length of the header as 32 bits, little-endian.
const HEADER_BYTES = 12
const HEADER = Uint8Array.of(0x25, 0x33, 0x4d, 0x63, 0x46, 0, 0, 0, HEADER_BYTES, 0, 0, 0)
const LENGTH_AT = 8

/** An encrypted part as it lies in the package, in pieces. */
export const cipherFile = <T extends Uint8Array>(encrypted: T): readonly [Uint8Array<ArrayBuffer>, T] => [
  HEADER.slice(),
  encrypted,
]

/** What is encrypted in such a part. Throws 'sealed/bad-keystore' for another beginning, a later version or a length beyond the end. */
export function cipherContent(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const isHeader = HEADER.subarray(0, LENGTH_AT).every((byte, n) => byte === file[n])
  if (file.length < HEADER_BYTES || !isHeader) throw badKeystore('cipher-file')
  const length = new DataView(file.buffer, file.byteOffset).getUint32(LENGTH_AT, true)
  if (length < HEADER_BYTES || length > file.length) throw badKeystore('cipher-file')
  return file.subarray(length)
}

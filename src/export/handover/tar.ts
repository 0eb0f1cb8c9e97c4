import { utf8 } from '../../core/bytes.ts'

/*
 * The little of tar that a parcel needs (POSIX.1-2001, ustar): plain files of up to 8 GiB with short names, owned by nobody, of
 * 1970-01-01. One header for one name and size, so a reader can compare instead of interpret.
 */
export const TAR_BLOCK_BYTES = 512
const NAME_BYTES = 100
const LARGEST_BYTES = 8 ** 11 - 1
const CHECKSUM_AT = 148

/** What follows the last file. */
export const TAR_END = new Uint8Array(2 * TAR_BLOCK_BYTES)

const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`

/** The block before a file. Throws RangeError for a name or a size that the format has no room for. */
export function tarHeader(name: string, bytes: number): Uint8Array<ArrayBuffer> {
  if (!/^[\x21-\x7e]+$/.test(name) || name.length > NAME_BYTES) throw new RangeError('a tar name is short and plain')
  if (!Number.isInteger(bytes) || bytes < 0 || bytes > LARGEST_BYTES) throw new RangeError('a tar file has up to 8 GiB')
  const block = new Uint8Array(TAR_BLOCK_BYTES)
  const put = (at: number, text: string) => block.set(utf8(text), at)
  put(0, name)
  put(100, octal(0o644, 7) + octal(0, 7) + octal(0, 7))
  put(124, octal(bytes, 11) + octal(0, 11))
  put(CHECKSUM_AT, ' '.repeat(8))
  put(156, '0')
  put(257, 'ustar\x0000')
  const sum = block.reduce((all, byte) => all + byte, 0)
  put(CHECKSUM_AT, `${octal(sum, 6)} `)
  return block
}

/** Zeros after a file of that length, up to the next block. */
export const tarPadding = (bytes: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array((TAR_BLOCK_BYTES - (bytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES)

/** Name and size that a header states; null unless it is, byte for byte, what tarHeader() writes for them. */
export function tarEntry(block: Uint8Array): { readonly name: string; readonly bytes: number } | null {
  const name = textOf(block.subarray(0, NAME_BYTES)).split('\0')[0] ?? ''
  const bytes = Number.parseInt(textOf(block.subarray(124, 135)), 8)
  try {
    const wanted = tarHeader(name, bytes)
    return block.length === wanted.length && wanted.every((byte, n) => byte === block[n]) ? { name, bytes } : null
  } catch {
    return null
  }
}

const textOf = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes)

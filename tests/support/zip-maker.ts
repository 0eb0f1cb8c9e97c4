import { deflateRawSync } from 'node:zlib'
import { crc32 } from '../../src/import/crc32.ts'

/** A file of a zip, and what its headers say that is not so. */
export interface MadeEntry {
  readonly name: string | Uint8Array
  readonly data: Uint8Array | string
  readonly stored?: boolean
  /** Bytes as they lie in the zip, when they are not the data's. */
  readonly packed?: Uint8Array
  /** In the directory and in the local header. */
  readonly crc?: number
  readonly unpacked?: number
  readonly flags?: number
  readonly method?: number
  readonly mode?: number
  /** Only in the local header. */
  readonly local?: { readonly name?: string; readonly unpacked?: number; readonly method?: number }
  /** Lengths and checksum follow the bytes, these added to the length. */
  readonly descriptor?: { readonly more: number; readonly signed: boolean }
  /** Where the directory says it lies, when not where it lies. */
  readonly at?: number
  /** Bytes before its local header. */
  readonly before?: Uint8Array
}

const bytesOf = (data: Uint8Array | string) => (typeof data === 'string' ? new TextEncoder().encode(data) : data)

function header(bytes: number, write: (view: DataView) => void): Uint8Array {
  const view = new DataView(new ArrayBuffer(bytes))
  write(view)
  return new Uint8Array(view.buffer)
}

/** Writes a zip byte by byte, lies and all. `end` changes the record at its end. */
export function madeZip(entries: readonly MadeEntry[], end: (view: DataView) => void = () => {}): Uint8Array {
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let at = 0
  const put = (...more: Uint8Array[]) => {
    for (const bytes of more) {
      parts.push(bytes)
      at += bytes.length
    }
  }
  for (const entry of entries) {
    const data = bytesOf(entry.data)
    const name = bytesOf(entry.name)
    const method = entry.method ?? (entry.stored ? 0 : 8)
    const packed = entry.packed ?? (entry.stored ? data : deflateRawSync(data))
    const crc = entry.crc ?? crc32(data)
    const unpacked = entry.unpacked ?? data.length
    const flags = (entry.flags ?? 0) | (entry.descriptor ? 8 : 0)
    put(entry.before ?? new Uint8Array(0))
    const from = at
    const localName = entry.local?.name === undefined ? name : bytesOf(entry.local.name)
    const sizes = entry.descriptor ? [0, 0, 0] : [crc, packed.length, entry.local?.unpacked ?? unpacked]
    put(
      header(30, (v) => {
        v.setUint32(0, 0x04034b50, true)
        v.setUint16(4, 20, true)
        v.setUint16(6, flags, true)
        v.setUint16(8, entry.local?.method ?? method, true)
        for (const [n, value] of sizes.entries()) v.setUint32(14 + 4 * n, value, true)
        v.setUint16(26, localName.length, true)
      }),
      localName,
      packed,
    )
    if (entry.descriptor) {
      const signed = entry.descriptor.signed ? 4 : 0
      put(
        header(12 + signed, (v) => {
          if (signed) v.setUint32(0, 0x08074b50, true)
          v.setUint32(signed, crc, true)
          v.setUint32(signed + 4, packed.length, true)
          v.setUint32(signed + 8, unpacked + (entry.descriptor?.more ?? 0), true)
        }),
      )
    }
    directory.push(
      header(46, (v) => {
        v.setUint32(0, 0x02014b50, true)
        v.setUint16(4, 0x0314, true)
        v.setUint16(6, 20, true)
        v.setUint16(8, flags, true)
        v.setUint16(10, method, true)
        v.setUint32(16, crc, true)
        v.setUint32(20, packed.length, true)
        v.setUint32(24, unpacked, true)
        v.setUint16(28, name.length, true)
        v.setUint16(40, entry.mode ?? 0, true)
        v.setUint32(42, entry.at ?? from, true)
      }),
      name,
    )
  }
  const from = at
  put(...directory)
  const bytes = at - from
  put(
    header(22, (v) => {
      v.setUint32(0, 0x06054b50, true)
      v.setUint16(8, entries.length, true)
      v.setUint16(10, entries.length, true)
      v.setUint32(12, bytes, true)
      v.setUint32(16, from, true)
      end(v)
    }),
  )
  return new Uint8Array(Buffer.concat(parts))
}

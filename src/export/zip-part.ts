import { type AsyncFlateStreamHandler, deflateSync, type ZipInputFile } from 'fflate'
import { crc32 } from '../import/crc32.ts'

/** The earliest day a zip can hold, as local noon: same bytes on every day and in every time zone. */
export const START_OF_TIME = () => new Date(1980, 0, 1, 12)

/** A file of a zip whose bytes come deflated. */
export class ZipPart implements ZipInputFile {
  readonly filename: string
  readonly compression = 8
  readonly mtime = START_OF_TIME()
  readonly os = 0
  size = 0
  crc = 0
  /** Set by the zip that it is added to. */
  ondata?: AsyncFlateStreamHandler

  constructor(filename: string) {
    this.filename = filename
  }

  /** Hands on the next deflated bytes. */
  push(deflated: Uint8Array<ArrayBuffer>): void {
    this.ondata?.(null, deflated, false)
  }

  /** Hands on the last deflated bytes, with what they all inflate to. */
  end(deflated: Uint8Array<ArrayBuffer>, plain: { readonly size: number; readonly crc: number }): void {
    this.size = plain.size
    this.crc = plain.crc
    this.ondata?.(null, deflated, true)
  }

  /** The whole of a short file. */
  whole(bytes: Uint8Array): void {
    this.end(deflateSync(bytes), { size: bytes.length, crc: crc32(bytes) })
  }
}

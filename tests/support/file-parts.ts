import type { FilePart } from '../../src/export/file-parts.ts'

/** A written file as one array. */
export function joined(parts: Iterable<FilePart>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([...parts].map((part) => part.bytes)))
}

import { PipelineError } from '../core/errors.ts'
import type { Grid } from '../core/types.ts'

/** What the text header of an NRRD or MHA file says, checked. Grid is LPS. */
export interface TextHeader {
  readonly grid: Grid
  readonly bytesPerVoxel: number
  /** Where the voxels start. */
  readonly offset: number
  /** How the voxels are stored; 'zlib' is deflate in a zlib frame. */
  readonly encoding: 'raw' | 'gzip' | 'zlib'
  /** The header as it would be with the voxels stored raw: for the reader, after inflating. */
  readonly rawHeader: string
  /** Whether its voxels are whole numbers. */
  readonly isInteger: boolean
  /** What the file calls the values of a label map; empty when it is none. */
  readonly labelNames: ReadonlyMap<number, string>
  readonly notes: readonly string[]
}

/** Bytes in which a text header must end. */
export const TEXT_HEAD_BYTES = 65_536

/** Numbers of a header value, parted by space, comma or brackets; NaN where it is not a number. */
export function numbersOf(text: string | undefined): number[] {
  const parts = (text ?? '').split(/[\s,()]+/).filter((p) => p !== '')
  return parts.map((p) => (/^[-+]?(\d|\.\d)/.test(p) ? Number(p) : Number.NaN))
}

/** Header bytes as Latin-1 text, one character a byte, so that text offsets are byte offsets. */
export function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes)
}

export const badHeader = (what: string): PipelineError =>
  new PipelineError('import/bad-header', `${what} Export the scan again.`)

export const notRead = (what: string): PipelineError => new PipelineError('import/unsupported', what)

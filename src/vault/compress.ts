import { PipelineError } from '../core/errors.ts'
import { ownBytes } from './bytes.ts'

const SAMPLE_BYTES = 1 << 18
/** Below this gain the time is better spent writing. */
const WORTHWHILE = 0.9

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream) {
  const piped = new Blob([ownBytes(bytes)]).stream().pipeThrough(stream)
  return new Uint8Array(await new Response(piped).arrayBuffer())
}

/** zlib. Memory: the result. */
export function deflate(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return through(bytes, new CompressionStream('deflate'))
}

/** Undoes `deflate`. Throws 'vault/tampered' when the result does not have the stated length. */
export async function inflate(bytes: Uint8Array, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const plain = await through(bytes, new DecompressionStream('deflate')).catch(() => null)
  if (plain?.length !== length)
    throw new PipelineError('vault/tampered', 'A stored record does not unpack to what its case says it is.')
  return plain
}

/** Compresses when a sample from the middle says that it pays (pictures and exports are packed already). */
export async function deflateIfItPays(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null> {
  const from = Math.max(0, (bytes.length - SAMPLE_BYTES) >> 1)
  const sample = bytes.subarray(from, from + SAMPLE_BYTES)
  if ((await deflate(sample)).length > sample.length * WORTHWHILE) return null
  return deflate(bytes)
}

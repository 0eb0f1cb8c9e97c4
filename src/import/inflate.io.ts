import { PipelineError } from '../core/errors.ts'

export type Deflated = 'gzip' | 'deflate' | 'deflate-raw'

/** Takes inflated bytes as they come, the next ones when it is done; returns false to stop early. */
type Sink = (chunk: Uint8Array) => boolean | Promise<boolean>

/**
 * Inflates a stream piece by piece with the platform's own decompressor (checksums of gzip and zlib frames are
 * verified). Errors: import/truncated when the data end too early, import/corrupt when they are damaged.
 */
export async function inflateInto(compressed: Blob, format: Deflated, signal: AbortSignal, sink: Sink): Promise<void> {
  const transform = new DecompressionStream(format)
  const writer = transform.writable.getWriter()
  const reader = transform.readable.getReader()
  let allWritten = false
  // The reader sees every failure too; here it only must not go unhandled.
  const writing = write(compressed, writer).then(
    () => undefined,
    () => undefined,
  )
  async function write(source: Blob, to: WritableStreamDefaultWriter<BufferSource>): Promise<void> {
    const from = source.stream().getReader()
    for (let part = await from.read(); !part.done; part = await from.read()) await to.write(part.value)
    allWritten = true
    await to.close()
  }
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      signal.throwIfAborted()
      if (!(await sink(part.value))) return
    }
  } catch (error) {
    if (error instanceof PipelineError || signal.aborted) throw error
    if (allWritten && endsEarly(error)) {
      throw new PipelineError('import/truncated', 'The compressed file ends too early. Copy or download it again.')
    }
    throw new PipelineError('import/corrupt', 'The compressed file is damaged. Copy or download it again.')
  } finally {
    await reader.cancel().catch(() => undefined)
    await writing
  }
}

/** Browsers and Node word it differently; a truncated stream is only noticed at its end. */
const endsEarly = (error: unknown): boolean =>
  error instanceof Error && /truncated|unexpected end|incomplete/i.test(`${error.message} ${String(error.cause ?? '')}`)

/** The first bytes of the inflated data, fewer when it is shorter. Errors: import/truncated, import/corrupt. */
export async function inflateHead(
  compressed: Blob,
  format: Deflated,
  bytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const head = new Uint8Array(bytes)
  let filled = 0
  await inflateInto(compressed, format, signal, (chunk) => {
    const part = chunk.subarray(0, bytes - filled)
    head.set(part, filled)
    filled += part.length
    return filled < bytes
  })
  return head.subarray(0, filled)
}

/** Bytes after the voxels that some writers leave. */
const SLACK_BYTES = 65_536

/** As inflatePart(), of everything. */
export const inflateExactly = (
  compressed: Blob,
  format: Deflated,
  bytes: number,
  signal: AbortSignal,
  onBytes: (done: number) => void,
): Promise<Uint8Array<ArrayBuffer>> => inflatePart(compressed, format, bytes, [0, bytes], signal, onBytes)

/**
 * Inflates data of `bytes` bytes, as known from its header, and keeps those from the first to before the second of `kept`. The
 * whole stream is read, so that its checksum counts. Memory: what is kept. Errors: import/zip-bomb when more comes,
 * import/truncated when less comes, import/corrupt.
 */
export async function inflatePart(
  compressed: Blob,
  format: Deflated,
  bytes: number,
  [from, end]: readonly [number, number],
  signal: AbortSignal,
  onBytes: (done: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const part = new Uint8Array(end - from)
  let filled = 0
  await inflateInto(compressed, format, signal, (chunk) => {
    if (filled + chunk.length > bytes + SLACK_BYTES) {
      throw new PipelineError(
        'import/zip-bomb',
        'The compressed file holds far more data than its header states. It was not opened; ask for the file again.',
        { statedBytes: bytes },
      )
    }
    const [first, last] = [Math.max(from, filled), Math.min(end, filled + chunk.length)]
    if (first < last) part.set(chunk.subarray(first - filled, last - filled), first - from)
    filled += chunk.length
    onBytes(Math.min(filled, bytes))
    return true
  })
  if (filled < bytes) throw shorter(bytes, filled)
  return part
}

/** The error for voxel data shorter than the header says. */
export function shorter(statedBytes: number, foundBytes: number): PipelineError {
  return new PipelineError(
    'import/truncated',
    `The file is cut off: ${percent(foundBytes, statedBytes)} of the voxels are there. Copy or download it again.`,
    { statedBytes, foundBytes },
  )
}

const percent = (part: number, whole: number) => `${Math.floor((100 * Math.max(0, part)) / whole)} %`

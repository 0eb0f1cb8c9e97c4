import { PipelineError } from '../core/errors.ts'
import { crc32 } from './crc32.ts'
import { inflateExactly } from './inflate.io.ts'
import { MAX_FILES, MAX_ZIP_BYTES, MAX_ZIP_RATIO, ZIP_RATIO_FLOOR_BYTES } from './limits.ts'

/** One file of a zip as its directory describes it. */
export interface ZipEntry {
  readonly name: string
  /** The name as it is stored, for whom the encoding matters. */
  readonly nameBytes: Uint8Array
  readonly flags: number
  /** The high half of the external attributes: the mode of a file, on systems that have one. */
  readonly mode: number
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly unpacked: number
  readonly at: number
}

/** A file taken out of a zip. */
export interface Unzipped {
  readonly path: string
  readonly file: Blob
}

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const WIDE = 0xffffffff

// The directory at the end is read, not the stream of local headers: it gives sizes and checksums before anything is
// inflated (fflate's streaming reader gives neither, and a damaged slice would pass unnoticed).

/**
 * Takes every file out of a zip, one by one, checksums verified. Bounded before inflating: total size, number of
 * files and ratio by the directory, and each file by its own stated size. Errors: import/zip-bomb, import/truncated,
 * import/corrupt, import/unsupported (encrypted, zip64, other methods).
 */
export async function unzip(
  zip: Blob,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<Unzipped[]> {
  const entries = (await zipDirectory(zip)).filter((e) => !/\/$|(^|\/)(__MACOSX\/|\.DS_Store$|\._)/.test(e.name))
  checkBounds(entries, zip.size)
  const files: Unzipped[] = []
  for (const [n, entry] of entries.entries()) {
    signal.throwIfAborted()
    if (entry.unpacked > 0) files.push({ path: entry.name, file: await extract(zip, entry, signal) })
    onProgress((n + 1) / entries.length)
  }
  return files
}

function checkBounds(entries: readonly ZipEntry[], zipBytes: number): void {
  const total = entries.reduce((sum, e) => sum + e.unpacked, 0)
  const tooDense = total > ZIP_RATIO_FLOOR_BYTES && total > MAX_ZIP_RATIO * zipBytes
  if (total <= MAX_ZIP_BYTES && !tooDense && entries.length <= MAX_FILES) return
  throw new PipelineError(
    'import/zip-bomb',
    `The zip would unpack to ${(total / 1e6).toFixed(0)} MB from ${(zipBytes / 1e6).toFixed(1)} MB, which no scan does. It was not opened; unpack it yourself if you trust it.`,
    { files: entries.length, bytes: total, zipBytes },
  )
}

const damaged = () => new PipelineError('import/corrupt', 'The zip is damaged. Copy or download it again.')
const viewOf = async (blob: Blob) => new DataView(await blob.arrayBuffer())

/** Entries of the central directory, in its order. Errors: import/truncated, import/corrupt, import/unsupported. */
export async function zipDirectory(zip: Blob): Promise<ZipEntry[]> {
  const tailAt = Math.max(0, zip.size - 65_557)
  const tail = await viewOf(zip.slice(tailAt))
  let end = tail.byteLength - 22
  while (end >= 0 && tail.getUint32(end, true) !== END) end--
  if (end < 0) {
    throw new PipelineError('import/truncated', 'The zip has no directory at its end: it is cut off. Copy it again.')
  }
  const count = tail.getUint16(end + 10, true)
  const bytes = tail.getUint32(end + 12, true)
  const at = tail.getUint32(end + 16, true)
  if (count === 0xffff || bytes === WIDE || at === WIDE) {
    throw new PipelineError(
      'import/unsupported',
      'Zips of more than 4 GB or 65,534 files are not read. Open the folder instead.',
      { reason: 'zip64' },
    )
  }
  if (at + bytes > zip.size) throw damaged()
  const view = await viewOf(zip.slice(at, at + bytes))
  const entries: ZipEntry[] = []
  for (let p = 0, n = 0; n < count; n++) {
    if (p + 46 > view.byteLength || view.getUint32(p, true) !== CENTRAL) throw damaged()
    const nameBytes = view.getUint16(p + 28, true)
    const next = p + 46 + nameBytes + view.getUint16(p + 30, true) + view.getUint16(p + 32, true)
    if (next > view.byteLength) throw damaged()
    entries.push(entryAt(view, p, nameBytes))
    p = next
  }
  return entries
}

function entryAt(view: DataView, p: number, nameBytes: number): ZipEntry {
  const flags = view.getUint16(p + 8, true)
  const entry: ZipEntry = {
    name: new TextDecoder().decode(new Uint8Array(view.buffer, p + 46, nameBytes)),
    nameBytes: new Uint8Array(view.buffer, p + 46, nameBytes),
    flags,
    mode: view.getUint16(p + 40, true),
    method: view.getUint16(p + 10, true),
    crc: view.getUint32(p + 16, true),
    packed: view.getUint32(p + 20, true),
    unpacked: view.getUint32(p + 24, true),
    at: view.getUint32(p + 42, true),
  }
  if (flags & 1) {
    throw new PipelineError(
      'import/unsupported',
      'The zip is locked with a password. Unpack it first and open the folder.',
      { reason: 'encrypted' },
    )
  }
  if (entry.method !== 0 && entry.method !== 8) {
    throw new PipelineError(
      'import/unsupported',
      'The zip uses an unusual compression. Unpack it first and open the folder.',
      { reason: 'method' },
    )
  }
  if ([entry.packed, entry.unpacked, entry.at].includes(WIDE)) {
    throw new PipelineError('import/unsupported', 'Zips of more than 4 GB are not read. Open the folder instead.', {
      reason: 'zip64',
    })
  }
  return entry
}

/** The bytes of one file as they lie in the zip. Errors: import/corrupt. */
export async function packedBytes(zip: Blob, entry: ZipEntry): Promise<Blob> {
  const local = await viewOf(zip.slice(entry.at, entry.at + 30))
  if (local.byteLength < 30 || local.getUint32(0, true) !== LOCAL) throw damaged()
  const from = entry.at + 30 + local.getUint16(26, true) + local.getUint16(28, true)
  if (from + entry.packed > zip.size) throw damaged()
  return zip.slice(from, from + entry.packed)
}

/** One file, its checksum verified, in memory of its stated size. Errors: import/zip-bomb, import/truncated, import/corrupt. */
export async function extract(zip: Blob, entry: ZipEntry, signal: AbortSignal): Promise<Blob> {
  const packed = await packedBytes(zip, entry)
  const bytes =
    entry.method === 0
      ? new Uint8Array(await packed.arrayBuffer())
      : await inflateExactly(packed, 'deflate-raw', entry.unpacked, signal, () => {})
  if (bytes.length !== entry.unpacked || crc32(bytes) !== entry.crc) throw damaged()
  return new Blob([bytes])
}

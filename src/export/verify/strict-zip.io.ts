import { PipelineError } from '../../core/errors.ts'
import type { ThreeMfFault } from '../../core/threemf-fault.ts'
import { crc32 } from '../../import/crc32.ts'
import { inflateHead, inflateInto } from '../../import/inflate.io.ts'
import { packedBytes, type ZipEntry, zipDirectory } from '../../import/zip.io.ts'
import { refuse } from './refuse.ts'

/** Slicers add settings and pictures; none adds thousands. */
const MOST_ENTRIES = 2000
const MOST_BYTES = 2 ** 31
/** A model deflates 5 to 25 times. Small files may do better. */
export const MOST_RATIO = 100
export const RATIO_FLOOR_BYTES = 2 ** 20
const LOCAL_BYTES = 30
const END_BYTES = 22
const DESCRIBED_AFTER = 8
const UTF8_NAME = 0x800
const LINK = 0xa000
const FILE_KIND = 0xf000
const ARCHIVE = 0x04034b50
const DESCRIPTOR = 0x08074b50

const FAULTS: Readonly<Record<string, ThreeMfFault>> = {
  encrypted: 'encrypted',
  zip64: 'zip64',
  method: 'method',
  'import/truncated': 'truncated',
  'import/corrupt': 'damaged',
  'import/zip-bomb': 'size-lie',
}

/** What went wrong in the shared zip code, by the name it has here. */
function named(error: unknown): unknown {
  if (!(error instanceof PipelineError) || error.code.startsWith('threemf/')) return error
  const fault = FAULTS[error.detail.reason ?? error.code]
  return fault ? refuse(fault) : error
}

async function renamed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw named(error)
  }
}

const viewOf = async (file: Blob, from: number, bytes: number) =>
  new DataView(await file.slice(from, from + bytes).arrayBuffer())

/**
 * The entries of a zip of any maker that holds nothing but them: bounded before anything is inflated, each entry described
 * alike in the directory, before and after its bytes, without shared or stray bytes (Fifield 2019, overlapping bombs), links,
 * double or outside names, or archives inside. Folders are left out.
 * Errors: threemf/ and the fault.
 */
export async function strictZip(file: Blob, signal: AbortSignal): Promise<ReadonlyMap<string, ZipEntry>> {
  if (file.size < END_BYTES || (await viewOf(file, 0, 4)).getUint32(0, true) !== ARCHIVE) throw refuse('not-zip')
  const entries = await renamed(() => zipDirectory(file))
  requireBounds(entries)
  const byName = namesOf(entries)
  await requireSpans(file, entries, signal)
  for (const entry of byName.values()) await requireNoArchive(file, entry, signal)
  return byName
}

function requireBounds(entries: readonly ZipEntry[]): void {
  if (entries.length > MOST_ENTRIES) throw refuse('too-many-entries', { entries: entries.length })
  const bytes = entries.reduce((sum, { unpacked }) => sum + unpacked, 0)
  if (bytes > MOST_BYTES) throw refuse('too-large', { bytes })
  for (const { packed, unpacked } of entries)
    if (unpacked > RATIO_FLOOR_BYTES && unpacked > MOST_RATIO * packed) throw refuse('ratio', { packed, unpacked })
}

/** OPC part names are equal when they differ only in the case of ASCII letters (ECMA-376 part 2, 6.2.2.3). */
function namesOf(entries: readonly ZipEntry[]): ReadonlyMap<string, ZipEntry> {
  const byName = new Map<string, ZipEntry>()
  const taken = new Set<string>()
  for (const entry of entries) {
    const name = nameOf(entry)
    if ((entry.mode & FILE_KIND) === LINK) throw refuse('link')
    if (taken.has(name.toLowerCase())) throw refuse('duplicate-entry')
    taken.add(name.toLowerCase())
    if (!name.endsWith('/')) byName.set(name, entry)
  }
  return byName
}

function nameOf({ nameBytes, flags }: ZipEntry): string {
  const isAscii = nameBytes.every((byte) => byte > 0x1f && byte < 0x7f)
  if (!isAscii && !(flags & UTF8_NAME)) throw refuse('bad-name')
  let name = ''
  try {
    name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(nameBytes)
  } catch {
    throw refuse('bad-name')
  }
  if (/^\/|^[A-Za-z]:/.test(name)) throw refuse('absolute-path')
  if (/(^|[/\\])\.\.?([/\\]|$)/.test(name)) throw refuse('traversal')
  if (name === '' || /[\p{Cc}\\]|\/\//u.test(name)) throw refuse('bad-name')
  return name
}

/** Every byte before the directory belongs to exactly one entry, and nothing follows the directory's end. */
async function requireSpans(file: Blob, entries: readonly ZipEntry[], signal: AbortSignal): Promise<void> {
  let end = 0
  for (const entry of [...entries].sort((a, b) => a.at - b.at)) {
    signal.throwIfAborted()
    if (entry.at < end) throw refuse('overlap')
    if (entry.at > end) throw refuse('stray-bytes')
    end = await entryEnd(file, entry)
  }
  const last = await viewOf(file, file.size - END_BYTES, END_BYTES)
  if (last.getUint32(0, true) !== 0x06054b50) throw refuse('stray-bytes')
  const [bytes, at] = [last.getUint32(12, true), last.getUint32(16, true)]
  if (at < end) throw refuse('overlap')
  if (at !== end || at + bytes !== file.size - END_BYTES) throw refuse('stray-bytes')
  if (last.getUint16(4, true) !== 0 || last.getUint16(8, true) !== entries.length) throw refuse('damaged')
}

/** Where an entry ends, once its local header and what follows its bytes say what the directory says. */
async function entryEnd(file: Blob, entry: ZipEntry): Promise<number> {
  const local = await viewOf(file, entry.at, LOCAL_BYTES)
  if (local.byteLength < LOCAL_BYTES || local.getUint32(0, true) !== ARCHIVE) throw refuse('damaged')
  const nameBytes = local.getUint16(26, true)
  const from = entry.at + LOCAL_BYTES + nameBytes + local.getUint16(28, true)
  const name = new Uint8Array(
    await file.slice(entry.at + LOCAL_BYTES, entry.at + LOCAL_BYTES + nameBytes).arrayBuffer(),
  )
  const after = (entry.flags & DESCRIBED_AFTER) !== 0
  const says = (at: number, value: number) =>
    local.getUint32(at, true) === value || (after && local.getUint32(at, true) === 0)
  if (
    name.length !== entry.nameBytes.length ||
    name.some((byte, n) => byte !== entry.nameBytes[n]) ||
    local.getUint16(6, true) !== entry.flags ||
    local.getUint16(8, true) !== entry.method ||
    !(says(14, entry.crc) && says(18, entry.packed) && says(22, entry.unpacked))
  )
    throw refuse('local-header')
  const end = from + entry.packed
  if (end > file.size) throw refuse('truncated')
  return after ? end + (await descriptorBytes(file, end, entry)) : end
}

/** A descriptor has its mark or not (APPNOTE 4.3.9.3). */
async function descriptorBytes(file: Blob, at: number, entry: ZipEntry): Promise<number> {
  const view = await viewOf(file, at, 16)
  for (const from of [4, 0]) {
    if (from + 12 > view.byteLength || (from === 4 && view.getUint32(0, true) !== DESCRIPTOR)) continue
    const [crc, packed, unpacked] = [0, 4, 8].map((n) => view.getUint32(from + n, true))
    if (crc === entry.crc && packed === entry.packed && unpacked === entry.unpacked) return from + 12
  }
  throw refuse('descriptor')
}

async function requireNoArchive(file: Blob, entry: ZipEntry, signal: AbortSignal): Promise<void> {
  if (/\.(zip|3mf|gz|7z|rar|jar|tar|xz|bz2)$/i.test(entry.name)) throw refuse('nested-archive')
  if (entry.unpacked < 4) return
  const packed = await packedBytes(file, entry)
  const head = await renamed(async () =>
    entry.method === 0
      ? new Uint8Array(await packed.slice(0, 4).arrayBuffer())
      : inflateHead(packed, 'deflate-raw', 4, signal),
  )
  const [a, b, c] = head
  if ((a === 0x50 && b === 0x4b && c === 3) || (a === 0x1f && b === 0x8b) || (a === 0x37 && b === 0x7a))
    throw refuse('nested-archive')
}

/** Gives the bytes of an entry as they come; length and checksum are those stated. Errors: threemf/size-lie, checksum, damaged. */
export async function inflateEntry(
  file: Blob,
  entry: ZipEntry,
  signal: AbortSignal,
  take: (bytes: Uint8Array, done: number) => void | Promise<void>,
): Promise<void> {
  let bytes = 0
  let crc = 0
  const sink = async (chunk: Uint8Array) => {
    bytes += chunk.length
    if (bytes > entry.unpacked) throw refuse('size-lie')
    crc = crc32(chunk, crc)
    await take(chunk, bytes / entry.unpacked)
    return true
  }
  const packed = await renamed(() => packedBytes(file, entry))
  if (entry.method === 0) {
    if (entry.packed !== entry.unpacked) throw refuse('size-lie')
    const reader = packed.stream().getReader()
    for (let part = await reader.read(); !part.done; part = await reader.read()) await sink(part.value)
  } else await renamed(() => inflateInto(packed, 'deflate-raw', signal, sink))
  if (bytes !== entry.unpacked) throw refuse('size-lie')
  if (crc !== entry.crc) throw refuse('checksum')
}

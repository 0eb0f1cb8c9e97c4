import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes } from '../../core/bytes.ts'
import { toHex } from '../../core/hash.ts'
import { pacer } from '../../core/pace.ts'
import type { Context } from '../../core/stage.ts'
import { GrowingFile } from '../file-parts.ts'
import { piecesOf } from './streams.ts'
import { TAR_BLOCK_BYTES, TAR_END, tarEntry, tarHeader, tarPadding } from './tar.ts'
import { badParcel } from './ticket.ts'

/*
 * What lies inside the sealed file: a tar of ticket.json, statement.json and the printable file, in this order. Whoever opens it
 * by the stock command gets these three files from any tar.
 */
const TICKET_NAME = 'ticket.json'
const STATEMENT_NAME = 'statement.json'
/** A trace id, perhaps which of several, and a kind that can be printed. */
const FILE_NAME = /^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}(-part-\d{1,3}-of-\d{1,3})?\.(stl|3mf|obj|ply)$/
const LARGEST_TICKET_BYTES = 1 << 16
const LARGEST_STATEMENT_BYTES = 1 << 20
/** As blobs of this size are the most that browsers keep. */
const LARGEST_FILE_BYTES = 2 ** 32

export interface Parcel {
  readonly ticket: Uint8Array
  readonly statement: Uint8Array
  readonly fileName: string
  readonly file: Blob
}

export interface ReadParcel extends Parcel {
  /** SHA-256 of the file as it came, lower-case hex. */
  readonly fileSha256: string
}

/** The bytes of a parcel. Throws 'handover/bad-parcel' for what its reader would not take. Memory: a few pieces of the file. */
export async function* parcelBytes(parcel: Parcel, ctx: Context): AsyncGenerator<Uint8Array> {
  const { ticket, statement, fileName, file } = parcel
  if (!FILE_NAME.test(fileName)) throw badParcel('name')
  if (ticket.length > LARGEST_TICKET_BYTES || statement.length > LARGEST_STATEMENT_BYTES) throw badParcel('length')
  for (const [name, bytes] of [
    [TICKET_NAME, ticket],
    [STATEMENT_NAME, statement],
  ] as const)
    yield concatBytes(tarHeader(name, bytes.length), bytes, tarPadding(bytes.length))
  yield tarHeader(fileName, file.size)
  const pace = pacer(ctx)
  let done = 0
  for await (const piece of piecesOf(file.stream())) {
    yield piece
    done += piece.length
    await pace.breathe(done / file.size)
  }
  yield concatBytes(tarPadding(file.size), TAR_END)
}

/** Bytes that come in pieces, taken by length. Throws 'handover/bad-parcel' when there are fewer. */
class Source {
  readonly #pieces: AsyncGenerator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(pieces: AsyncGenerator<Uint8Array>) {
    this.#pieces = pieces
  }

  async pass(bytes: number, take: (piece: Uint8Array) => void | Promise<void>): Promise<void> {
    for (let left = bytes; left > 0; ) {
      if (this.#rest.length === 0 && !(await this.#next())) throw badParcel('cut')
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.length)
      left -= piece.length
      await take(piece)
    }
  }

  async take(bytes: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    await this.pass(bytes, (piece) => void pieces.push(piece))
    return concatBytes(...pieces)
  }

  /** Whether nothing is left. Reads to the end, where the seal says that the file was whole. */
  async isAtEnd(): Promise<boolean> {
    let more = this.#rest.length
    while (await this.#next()) more += this.#rest.length
    return more === 0
  }

  async close(): Promise<void> {
    await this.#pieces.return(undefined)
  }

  async #next(): Promise<boolean> {
    const { done, value } = await this.#pieces.next()
    this.#rest = done ? new Uint8Array(0) : value
    return !done
  }
}

async function zeros(source: Source, bytes: number): Promise<void> {
  const read = await source.take(bytes)
  if (read.some((byte) => byte !== 0)) throw badParcel('padding')
}

async function header(source: Source, isName: (name: string) => boolean, most: number) {
  const entry = tarEntry(await source.take(TAR_BLOCK_BYTES))
  if (entry === null || !isName(entry.name) || entry.bytes > most) throw badParcel('entry')
  return entry
}

async function smallFile(source: Source, name: string, most: number): Promise<Uint8Array> {
  const { bytes } = await header(source, (other) => other === name, most)
  const content = await source.take(bytes)
  await zeros(source, tarPadding(bytes).length)
  return content
}

/**
 * Takes a parcel apart as its pieces come, strictly as parcelBytes() writes it, and to the last byte: it returns only after
 * the pieces came to their end without an error. Throws 'handover/bad-parcel', and what the pieces throw. Memory: a few of
 * them, and the file in a blob. `sealedBytes` is only for progress.
 */
export async function readParcel(
  pieces: AsyncGenerator<Uint8Array>,
  sealedBytes: number,
  ctx: Context,
): Promise<ReadParcel> {
  const source = new Source(pieces)
  const pace = pacer(ctx)
  try {
    const ticket = await smallFile(source, TICKET_NAME, LARGEST_TICKET_BYTES)
    const statement = await smallFile(source, STATEMENT_NAME, LARGEST_STATEMENT_BYTES)
    const { name, bytes } = await header(source, (other) => FILE_NAME.test(other), LARGEST_FILE_BYTES)
    const file = new GrowingFile()
    const digest = sha256.create()
    let done = 0
    await source.pass(bytes, async (piece) => {
      file.push(piece)
      digest.update(piece)
      done += piece.length
      await pace.breathe(Math.min(1, done / sealedBytes))
    })
    await zeros(source, tarPadding(bytes).length + TAR_END.length)
    if (!(await source.isAtEnd())) throw badParcel('more')
    return { ticket, statement, fileName: name, file: file.whole(), fileSha256: toHex(digest.digest()) }
  } finally {
    await source.close()
  }
}

/** SHA-256 of a file in lower-case hex. Memory: a few pieces of it. */
export async function fileDigest(file: Blob, ctx: Context): Promise<string> {
  const digest = sha256.create()
  const pace = pacer(ctx)
  let done = 0
  for await (const piece of piecesOf(file.stream())) {
    digest.update(piece)
    done += piece.length
    await pace.breathe(done / file.size)
  }
  return toHex(digest.digest())
}

import { createDecipheriv, hkdfSync } from 'node:crypto'
import { armor, Decrypter } from 'age-encryption'
import { unzlibSync } from 'fflate'
import { concatBytes } from '../../src/core/bytes.ts'
import { sha256 } from '../../src/core/hash.ts'
import { headerFault, headerOf } from '../../src/export/handover/age.ts'
import { countVectors, type Outcome, type VectorCounts } from './vector-counts.ts'

/** How a vector is handed over: at once, in one stream, or in a stream of single bytes. */
export type Way = 'whole' | 'streamed' | 'byte by byte'

export interface AgeVector {
  readonly name: string
  readonly expect: string
  /** SHA-256 of all plaintext that may be released, even when the file fails later. */
  readonly payload: string | undefined
  readonly fileKey: string
  readonly identities: readonly string[]
  readonly passphrases: readonly string[]
  readonly isArmored: boolean
  readonly file: Uint8Array
}

/** What came of opening one: its class by the names of the vectors, and what was released before. */
interface Opened {
  readonly class: string
  readonly plain: Uint8Array | null
}

const BLANK_LINE = [10, 10]

/** Takes a CCTV vector apart: lines of `key: value`, a blank line, the file, perhaps deflated. */
function ageVector(name: string, bytes: Uint8Array): AgeVector {
  const end = bytes.findIndex((byte, n) => byte === BLANK_LINE[0] && bytes[n + 1] === BLANK_LINE[1])
  const lines = new TextDecoder().decode(bytes.subarray(0, end)).split('\n')
  const all = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}: `)).map((line) => line.slice(key.length + 2))
  const body = bytes.subarray(end + 2)
  return {
    name,
    expect: all('expect')[0] ?? '',
    payload: all('payload')[0],
    fileKey: all('file key')[0] ?? '',
    identities: all('identity'),
    passphrases: all('passphrase'),
    isArmored: all('armored')[0] === 'yes',
    file: all('compressed')[0] === 'zlib' ? unzlibSync(body) : body,
  }
}

function decrypterOf({ identities, passphrases }: AgeVector): Decrypter {
  const decrypter = new Decrypter()
  for (const identity of identities) decrypter.addIdentity(identity)
  for (const passphrase of passphrases) decrypter.addPassphrase(passphrase)
  return decrypter
}

/** Single bytes as far as this: past the edges of two chunks. */
const SINGLE_BYTES = 140_000
const PIECE_BYTES: Readonly<Record<Way, (at: number) => number>> = {
  whole: () => Number.POSITIVE_INFINITY,
  streamed: () => 4096,
  'byte by byte': (at) => (at < SINGLE_BYTES ? 1 : 1021),
}

/** A stream of these bytes in the pieces of that way, made as it is read. */
function streamed(bytes: Uint8Array, way: Way): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      const piece = bytes.subarray(at, at + PIECE_BYTES[way](at))
      controller.enqueue(piece)
      at += piece.length
    },
  })
}

async function openedStream(vector: AgeVector, file: Uint8Array, way: Way): Promise<Opened> {
  const pieces: Uint8Array[] = []
  let plain: ReadableStream<Uint8Array>
  try {
    plain = await decrypterOf(vector).decrypt(streamed(file, way))
  } catch (error) {
    return { class: headerFault(error), plain: null }
  }
  try {
    for await (const piece of plain) pieces.push(piece)
  } catch {
    return { class: 'payload failure', plain: concatBytes(...pieces) }
  }
  return { class: 'success', plain: concatBytes(...pieces) }
}

/** At once, a failed payload releases nothing; that the header opened before it is asked by itself. */
async function openedWhole(vector: AgeVector, file: Uint8Array): Promise<Opened> {
  try {
    return { class: 'success', plain: await decrypterOf(vector).decrypt(file) }
  } catch {
    const stream = await openedStream(vector, file, 'streamed')
    return { class: stream.class === 'success' ? 'refused whole, taken in pieces' : stream.class, plain: null }
  }
}

async function opened(vector: AgeVector, way: Way): Promise<Opened> {
  let { file } = vector
  if (vector.isArmored) {
    try {
      file = armor.decode(new TextDecoder().decode(file))
    } catch {
      return { class: 'armor failure', plain: null }
    }
  }
  try {
    await headerOf(new Blob([new Uint8Array(file)]))
  } catch {
    return { class: 'header failure', plain: null }
  }
  return way === 'whole' ? openedWhole(vector, file) : openedStream(vector, file, way)
}

const CHUNK_BYTES = 65_536
const TAG_BYTES = 16

/** Everything that is authentic up to the first bad chunk, read by other code: STREAM of c2sp.org/age with node:crypto. */
async function authenticPrefix({ file, fileKey, isArmored }: AgeVector): Promise<Uint8Array> {
  const bytes = isArmored ? armor.decode(new TextDecoder().decode(file)) : file
  const payloadAt = (await headerOf(new Blob([new Uint8Array(bytes)]))).length + 16
  const nonce = bytes.subarray(payloadAt - 16, payloadAt)
  const key = new Uint8Array(hkdfSync('sha256', Buffer.from(fileKey, 'hex'), nonce, 'payload', 32))
  const plain: Uint8Array[] = []
  for (let n = 0, at = payloadAt; at < bytes.length; n++, at += CHUNK_BYTES + TAG_BYTES) {
    const chunk = bytes.subarray(at, at + CHUNK_BYTES + TAG_BYTES)
    const open = chunkOf(key, n, chunk, false)
    const last = open === null ? chunkOf(key, n, chunk, true) : null
    plain.push(open ?? last ?? new Uint8Array(0))
    if (open === null) break
  }
  return concatBytes(...plain)
}

function chunkOf(key: Uint8Array, n: number, chunk: Uint8Array, isLast: boolean): Uint8Array | null {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setUint32(7, n)
  nonce[11] = isLast ? 1 : 0
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG_BYTES })
  try {
    decipher.setAuthTag(chunk.subarray(-TAG_BYTES))
    return new Uint8Array(Buffer.concat([decipher.update(chunk.subarray(0, -TAG_BYTES)), decipher.final()]))
  } catch {
    return null
  }
}

/** A reader that finds the fault together with a chunk may hold that chunk back: less than allowed, never other. */
async function isHeldBack(vector: AgeVector, released: Uint8Array): Promise<boolean> {
  const all = await authenticPrefix(vector)
  const isPrefix = all.length > released.length && released.every((byte, n) => byte === all[n])
  return isPrefix && (await sha256(all)) === vector.payload
}

async function outcome(vector: AgeVector, way: Way, heldBack: string[]): Promise<Outcome> {
  const result = await opened(vector, way)
  if (result.class !== vector.expect) return { wrong: `${result.class}, not ${vector.expect}` }
  if (result.plain === null || (await sha256(result.plain)) === vector.payload) return 'right'
  if (result.class === 'success' || !(await isHeldBack(vector, result.plain))) return { wrong: 'released other bytes' }
  heldBack.push(vector.name)
  return 'right'
}

/** Of the right ones, those that released fewer whole chunks than were authentic. */
export interface AgeCounts extends VectorCounts {
  readonly heldBack: readonly string[]
}

/** The CCTV vectors of age (github.com/C2SP/CCTV, npm cctv-age). */
export async function ageVectors(): Promise<AgeVector[]> {
  // Its types tell of a default export, which it has not.
  const files = { ...(await import('cctv-age')) } as unknown as Readonly<Record<string, Uint8Array>>
  return Object.entries(files).map(([name, bytes]) => ageVector(name, bytes))
}

/** Opens all of them one way. */
export async function runAgeVectors(way: Way, vectors: readonly AgeVector[], suffix = ''): Promise<AgeCounts> {
  const heldBack: string[] = []
  const run = (vector: AgeVector) => outcome(vector, way, heldBack)
  const counts = await countVectors(`age ${way}${suffix}`, vectors, ({ name }) => name, run)
  return { ...counts, heldBack }
}

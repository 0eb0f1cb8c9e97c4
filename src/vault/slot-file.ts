import { fromHex, utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import { sha256, toHex } from '../core/hash.ts'
import { parsedJson } from '../core/json.ts'
import {
  type Guard,
  type Guarded,
  hasFields,
  isAbsentOr,
  isCount,
  isFlag,
  isMapOf,
  isOneOf,
  isText,
} from '../core/shape.ts'
import type { KeySlot } from './slot.ts'

/*
 * The key slots of a vault as a file that is written in place: what a database deletes stays on the disk, what is overwritten does not.
 * Two halves lie block by block in turn, so that both can grow: block 2n is of half 0, block 2n + 1 of half 1. A half is a head, one
 * slot a block, and then blocks with the layer keys of cases; the rest of every block, and what lies behind the last one, is zero.
 * Which half is in force the database says.
 */
export const BLOCK_BYTES = 4096
const MAGIC = utf8('proofprint-slots/1\n')
const GENERATION_AT = 32
const COUNT_AT = 36
const DIGEST_AT = 40
const DIGEST_BYTES = 32
const LENGTH_BYTES = 4
const MOST_BLOCKS = 4096
/** Layer keys in one block: their text stays below its size. */
const LAYERS_A_BLOCK = 24

/** What lies in a half. */
export interface SlotFileContents {
  readonly slots: readonly KeySlot[]
  /** By the id of a case; see case-layer.ts. */
  readonly layers: ReadonlyMap<string, Uint8Array>
}
export const NO_LAYERS: SlotFileContents['layers'] = new Map()

/** Which generation of the slots is in force, and the SHA-256 of its half (hex). */
export interface SlotMark {
  readonly generation: number
  readonly digest: string
  /** Whether slots lay in the database before: what it deleted may linger on the disk. */
  readonly moved: boolean
}

type Half = 0 | 1

/** Where a generation lies. */
export const halfOf = (generation: number): Half => (generation % 2 === 0 ? 0 : 1)
export const otherHalf = (half: Half): Half => (half === 0 ? 1 : 0)
/** Where block n of a half begins. */
export const blockAt = (half: Half, n: number): number => (2 * n + half) * BLOCK_BYTES
/** How many blocks of a half a file of this length has. */
export const blocksIn = (bytes: number, half: Half): number =>
  Math.max(0, Math.ceil((bytes - half * BLOCK_BYTES) / (2 * BLOCK_BYTES)))

/** The blocks of one half, one after the other. */
export function takeHalf(file: Uint8Array, half: Half): Uint8Array<ArrayBuffer> {
  const count = blocksIn(file.length, half)
  const bytes = new Uint8Array(count * BLOCK_BYTES)
  for (let n = 0; n < count; n++)
    bytes.set(file.subarray(blockAt(half, n), blockAt(half, n) + BLOCK_BYTES), n * BLOCK_BYTES)
  return bytes
}

const isHex: Guard<string> = (value): value is string => isText(value) && /^(?:[0-9a-f]{2})*$/.test(value)
const isStored = hasFields({
  id: isText,
  version: isOneOf([1, 2]),
  kind: isOneOf(['passphrase', 'passkey']),
  iterations: isCount,
  salt: isHex,
  iv: isHex,
  wrapped: isHex,
  person: isAbsentOr(isText),
  credential: isAbsentOr(isHex),
  synced: isAbsentOr(isFlag),
  addedAt: isAbsentOr(isText),
  deviceIv: isAbsentOr(isHex),
} satisfies Record<keyof KeySlot, Guard<unknown>>)
type Stored = Guarded<typeof isStored>

const hexOf = (bytes: Uint8Array | undefined) => bytes && toHex(bytes)

function storedOf({ id, version, kind, iterations, salt, iv, wrapped, ...rest }: KeySlot): Stored {
  const { person, credential, synced, addedAt, deviceIv } = rest
  const sure = { id, version, kind, iterations, salt: toHex(salt), iv: toHex(iv), wrapped: toHex(wrapped) }
  return { ...sure, person, credential: hexOf(credential), synced, addedAt, deviceIv: hexOf(deviceIv) }
}

function slotOf({ id, version, kind, iterations, salt, iv, wrapped, ...rest }: Stored): KeySlot {
  const { person, credential, synced, addedAt, deviceIv } = rest
  return {
    ...{ id, version, kind, iterations, salt: fromHex(salt), iv: fromHex(iv), wrapped: fromHex(wrapped) },
    ...(person === undefined ? {} : { person }),
    ...(credential === undefined ? {} : { credential: fromHex(credential) }),
    ...(synced === undefined ? {} : { synced }),
    ...(addedAt === undefined ? {} : { addedAt }),
    ...(deviceIv === undefined ? {} : { deviceIv: fromHex(deviceIv) }),
  }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0)

/** Of a half without its own digest. */
function digestOf(half: Uint8Array): Promise<string> {
  const bytes = half.slice()
  bytes.fill(0, DIGEST_AT, DIGEST_AT + DIGEST_BYTES)
  return sha256(bytes)
}

const isLayers = hasFields({ layers: isMapOf(isHex) })

function* layerBlocks(layers: SlotFileContents['layers']): Generator<Guarded<typeof isLayers>> {
  const all = [...layers].map(([id, key]) => [id, toHex(key)] as const)
  for (let at = 0; at < all.length; at += LAYERS_A_BLOCK)
    yield { layers: Object.fromEntries(all.slice(at, at + LAYERS_A_BLOCK)) }
}

/** A half with these contents, and what the database has to say of it. Throws 'app/bad-parameter' for what does not fit. */
export async function packHalf(generation: number, { slots, layers }: SlotFileContents) {
  const blocks = [...slots.map(storedOf), ...layerBlocks(layers)].map((block) => utf8(JSON.stringify(block)))
  if (blocks.length > MOST_BLOCKS || blocks.some(({ length }) => length > BLOCK_BYTES - LENGTH_BYTES))
    throw new PipelineError('app/bad-parameter', 'This key does not fit into the vault. Nothing was stored.')
  const half = new Uint8Array((1 + blocks.length) * BLOCK_BYTES)
  const view = viewOf(half)
  half.set(MAGIC)
  view.setUint32(GENERATION_AT, generation, true)
  view.setUint32(COUNT_AT, blocks.length, true)
  for (const [n, text] of blocks.entries()) {
    const at = (1 + n) * BLOCK_BYTES
    view.setUint32(at, text.length, true)
    half.set(text, at + LENGTH_BYTES)
  }
  const digest = await digestOf(half)
  half.set(fromHex(digest), DIGEST_AT)
  return { half, digest }
}

/** Throws 'vault/tampered' for a block that holds neither a slot nor layer keys. */
function readBlock(block: Uint8Array): KeySlot | Guarded<typeof isLayers> {
  const end = LENGTH_BYTES + viewOf(block).getUint32(0, true)
  const stored = end <= block.length ? parsedJson(block.subarray(LENGTH_BYTES, end)) : undefined
  if (!isZero(block.subarray(Math.min(end, block.length)))) throw badHalf()
  if (isStored(stored)) return slotOf(stored)
  if (isLayers(stored)) return stored
  throw badHalf()
}

export const badHalf = () =>
  new PipelineError(
    'vault/tampered',
    'The file with the key slots of this vault was changed. Erase what this site keeps, then restore the vault from its backup.',
  )

/** What lies in a half (as `takeHalf` gives it) that `mark` names. Throws 'vault/tampered' for any other half. */
export async function readHalf(
  half: Uint8Array,
  { generation, digest }: Omit<SlotMark, 'moved'>,
): Promise<SlotFileContents> {
  if (half.length < BLOCK_BYTES || !MAGIC.every((byte, n) => byte === half[n])) throw badHalf()
  const view = viewOf(half)
  const count = view.getUint32(COUNT_AT, true)
  const end = (1 + count) * BLOCK_BYTES
  if (view.getUint32(GENERATION_AT, true) !== generation || count > MOST_BLOCKS || end > half.length) throw badHalf()
  const own = toHex(half.subarray(DIGEST_AT, DIGEST_AT + DIGEST_BYTES))
  if (own !== digest || own !== (await digestOf(half.subarray(0, end))) || !isZero(half.subarray(end))) throw badHalf()
  const slots: KeySlot[] = []
  const layers = new Map<string, Uint8Array>()
  for (let n = 1; n <= count; n++) {
    const block = readBlock(half.subarray(n * BLOCK_BYTES, (n + 1) * BLOCK_BYTES))
    if (!('layers' in block)) slots.push(block)
    else for (const [id, key] of Object.entries(block.layers)) layers.set(id, fromHex(key))
  }
  return { slots, layers }
}

/** Whether something lies in the half that is not in force. */
export const hasRest = (file: Uint8Array, { generation }: Pick<SlotMark, 'generation'>): boolean =>
  !isZero(takeHalf(file, otherHalf(halfOf(generation))))

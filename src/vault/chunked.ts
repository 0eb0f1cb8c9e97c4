import { collected, concatBytes, ownBytes, utf8 } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'

/*
 * C2SP chunked encryption, instance Cobblestone-256 (c2sp.org/chunked-encryption): HKDF-Expand-SHA-512 and
 * AES-256-GCM, 16 KiB chunks, last chunk always shorter, 32-byte key commitment, context bound in the key derivation.
 * Message = salt (24) | commitment (32) | chunks, each with its 16-byte tag.
 */
const CHUNK_BYTES = 16384
const TAG_BYTES = 16
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
const SALT_BYTES = 24
const COMMITMENT_BYTES = 32
const HEADER_BYTES = SALT_BYTES + COMMITMENT_BYTES
const KEY_BYTES = 32
const NONCE_BYTES = 12
const INFO_PREFIX = utf8('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0')
/** WebCrypto answers one chunk in tens of microseconds whatever its size: this many are asked at a time, sealed just under 1 MiB. */
const IN_FLIGHT = 63
const BATCH_BYTES = IN_FLIGHT * CHUNK_BYTES

const HMAC = { name: 'HMAC', hash: 'SHA-512' } as const

/** What seals and opens messages: a 32-byte key whose bytes cannot be read back. Wipes `raw`. */
export async function importSealKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  if (raw.length !== KEY_BYTES) throw new RangeError(`a seal key has ${KEY_BYTES} bytes, not ${raw.length}`)
  const key = await crypto.subtle.importKey('raw', raw, HMAC, false, ['sign'])
  raw.fill(0)
  return key
}

/** Whether a text is such a key in hex. */
export const isSealKeyText = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

/** HKDF-Expand-SHA-512 (RFC 5869) with the key as PRK. `length` up to 128 bytes. */
export async function hkdfExpand(key: CryptoKey, info: Uint8Array, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const first = new Uint8Array(await crypto.subtle.sign(HMAC, key, concatBytes(info, Uint8Array.of(1))))
  if (length <= first.length) return first.subarray(0, length)
  const second = new Uint8Array(await crypto.subtle.sign(HMAC, key, concatBytes(first, info, Uint8Array.of(2))))
  return concatBytes(first, second).subarray(0, length)
}

interface MessageKeys {
  readonly aead: CryptoKey
  readonly baseNonce: Uint8Array<ArrayBuffer>
  readonly commitment: Uint8Array<ArrayBuffer>
}

async function messageKeys(key: CryptoKey, salt: Uint8Array, context: Uint8Array): Promise<MessageKeys> {
  const info = concatBytes(INFO_PREFIX, salt, context)
  const okm = await hkdfExpand(key, info, KEY_BYTES + NONCE_BYTES + COMMITMENT_BYTES)
  const raw = okm.slice(0, KEY_BYTES)
  const aead = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
  raw.fill(0)
  okm.fill(0, 0, KEY_BYTES)
  return {
    aead,
    baseNonce: okm.slice(KEY_BYTES, KEY_BYTES + NONCE_BYTES),
    commitment: okm.slice(KEY_BYTES + NONCE_BYTES),
  }
}

/** Base nonce XOR the chunk number as a big-endian integer. */
function chunkNonce(baseNonce: Uint8Array, chunk: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(baseNonce)
  for (let n = NONCE_BYTES - 1, rest = chunk; rest > 0; n--, rest = Math.floor(rest / 256))
    nonce[n] = (nonce[n] as number) ^ (rest % 256)
  return nonce
}

/** Runs `work` for 0..count-1, some at a time, in order of start. */
async function inBatches(count: number, work: (n: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += IN_FLIGHT) {
    const batch = Array.from({ length: Math.min(IN_FLIGHT, count - from) }, (_, n) => work(from + n))
    await Promise.all(batch)
  }
}

/**
 * Encrypts what comes piece by piece under a key from `importSealKey`; yields the message in parts of less than 1 MiB. The same
 * context must be given to `open`; it is not stored. Memory: two parts.
 */
export async function* sealParts(
  key: CryptoKey,
  context: Uint8Array,
  plain: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES))
  const keys = await messageKeys(key, salt, context)
  let head = concatBytes(salt, keys.commitment)
  let chunk = 0
  let waiting: Uint8Array[] = []
  let room = BATCH_BYTES
  const sealed = async (count: number) => {
    const part = concatBytes(head, ...(await sealChunks(keys, concatBytes(...waiting), chunk, count)))
    head = new Uint8Array()
    chunk += count
    waiting = []
    room = BATCH_BYTES
    return part
  }
  for await (const piece of plain) {
    for (let at = 0; at < piece.length; ) {
      const some = piece.subarray(at, at + room)
      waiting.push(some)
      room -= some.length
      at += some.length
      if (room === 0) yield await sealed(IN_FLIGHT)
    }
  }
  // The last chunk is shorter than the others, so empty when there is nothing left.
  yield await sealed(Math.floor((BATCH_BYTES - room) / CHUNK_BYTES) + 1)
}

/** The first `count` chunks of these bytes; the first of them is number `chunk` of the message. */
function sealChunks({ aead, baseNonce }: MessageKeys, plain: Uint8Array<ArrayBuffer>, chunk: number, count: number) {
  const sealed = async (_: unknown, n: number) => {
    const iv = chunkNonce(baseNonce, chunk + n)
    const part = plain.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES)
    return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, aead, part))
  }
  return Promise.all(Array.from({ length: count }, sealed))
}

/** Encrypts a short record as a whole: sealParts in one. Input not changed. Memory: twice the message. */
export function seal(key: CryptoKey, context: Uint8Array, plain: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return collected(sealParts(key, context, [plain]))
}

const tampered = () =>
  new PipelineError(
    'vault/tampered',
    'A stored record does not open: it was changed, cut or put in another place. Nothing of it was used.',
  )

/** No early exit: the time must not say where the first difference is. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length
  for (let n = 0; n < a.length; n++) difference |= (a[n] as number) ^ (b[n] ?? 0)
  return difference === 0
}

/**
 * Decrypts a message of `seal`. All or nothing: nothing is returned unless every chunk is authentic, in its place
 * and the last one is there. Throws 'vault/tampered'; a wrong key or context is found before any decryption.
 */
export async function open(key: CryptoKey, context: Uint8Array, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const body = message.length - HEADER_BYTES
  const full = Math.floor(body / SEALED_CHUNK_BYTES)
  const last = body - full * SEALED_CHUNK_BYTES
  if (body < TAG_BYTES || last < TAG_BYTES) throw tampered()
  const source = ownBytes(message)
  const { aead, baseNonce, commitment } = await messageKeys(key, source.subarray(0, SALT_BYTES), context)
  if (!sameBytes(commitment, source.subarray(SALT_BYTES, HEADER_BYTES))) throw tampered()
  const plain = new Uint8Array(full * CHUNK_BYTES + last - TAG_BYTES)
  try {
    await inBatches(full + 1, async (n) => {
      const iv = chunkNonce(baseNonce, n)
      const from = HEADER_BYTES + n * SEALED_CHUNK_BYTES
      const part = source.subarray(from, from + SEALED_CHUNK_BYTES)
      const chunk = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, aead, part)
      plain.set(new Uint8Array(chunk), n * CHUNK_BYTES)
    })
  } catch {
    plain.fill(0)
    throw tampered()
  }
  return plain
}

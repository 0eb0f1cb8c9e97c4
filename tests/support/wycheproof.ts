import { Unzlib } from 'fflate'
import { concatBytes } from '../../src/core/bytes.ts'
import { toHex } from '../../src/core/hash.ts'
import { hkdfExpand, importSealKey, open } from '../../src/vault/chunked.ts'
import { countVectors, type Outcome, type VectorCounts } from './vector-counts.ts'

/*
 * The Wycheproof vectors through WebCrypto as this project calls it. Runs in Node and in the browser alike: nothing here may
 * touch either. What the project never asks for is left out by a reason, and counted.
 */

type Bytes = Uint8Array<ArrayBuffer>
type Fields = Readonly<Record<string, unknown>>

/** One test of a group; its fields depend on the file. Bytes are hex. */
interface Vector {
  readonly group: Fields
  readonly test: Fields & { readonly tcId: number; readonly comment: string; readonly result: string }
}

export interface WycheproofFile {
  readonly testGroups: readonly (Fields & { readonly tests: readonly Vector['test'][] })[]
}

const { subtle } = globalThis.crypto

function hex(value: unknown): Bytes {
  const text = String(value)
  return Uint8Array.from({ length: text.length / 2 }, (_, n) => Number.parseInt(text.slice(2 * n, 2 * n + 2), 16))
}
const same = (a: Uint8Array | ArrayBuffer, b: Uint8Array) => toHex(new Uint8Array(a)) === toHex(b)

/** What came of an operation that WebCrypto may refuse. */
type Came = 'wanted' | 'other bytes' | 'refused'

/** Whether the work gives these bytes. */
async function gives(wanted: Uint8Array, work: () => Promise<Uint8Array | ArrayBuffer>): Promise<Came> {
  try {
    return same(await work(), wanted) ? 'wanted' : 'other bytes'
  } catch {
    return 'refused'
  }
}

/** Whether a signature is taken. */
async function takes(work: () => Promise<boolean>): Promise<Came> {
  try {
    return (await work()) ? 'wanted' : 'refused'
  } catch {
    return 'refused'
  }
}

/** Valid ones give what they say; invalid ones are refused or give other bytes; acceptable ones are either right or refused. */
function judged({ test: { result } }: Vector, came: Came): Outcome {
  const isRight =
    result === 'valid' ? came === 'wanted' : result === 'invalid' ? came !== 'wanted' : came !== 'other bytes'
  return isRight ? 'right' : { wrong: came }
}

const NO_192 = 'a key of 192 bits, which Chromium has not and the app never makes'
const OTHER_NONCE = 'a nonce that is not of 12 bytes, which the app never makes'

async function aesGcm(vector: Vector): Promise<Outcome> {
  const { group, test } = vector
  if (group.ivSize !== 96) return { skipped: OTHER_NONCE }
  if (group.keySize === 192) return { skipped: NO_192 }
  const algorithm = { name: 'AES-GCM', iv: hex(test.iv), additionalData: hex(test.aad) }
  const key = await subtle.importKey('raw', hex(test.key), 'AES-GCM', false, ['encrypt', 'decrypt'])
  const sealed = concatBytes(hex(test.ct), hex(test.tag))
  if (test.result === 'valid' && !same(await subtle.encrypt(algorithm, key, hex(test.msg)), sealed))
    return { wrong: 'sealed to other bytes' }
  return judged(vector, await gives(hex(test.msg), () => subtle.decrypt(algorithm, key, sealed)))
}

async function aesWrap(vector: Vector): Promise<Outcome> {
  const { group, test } = vector
  if (group.keySize === 192) return { skipped: NO_192 }
  const message = hex(test.msg)
  const inner = { name: 'HMAC', hash: 'SHA-256' }
  const key = await subtle.importKey('raw', hex(test.key), 'AES-KW', false, ['wrapKey', 'unwrapKey'])
  if (test.result === 'valid') {
    const wrapped = await subtle.importKey('raw', message, inner, true, ['sign'])
    if (!same(await subtle.wrapKey('raw', wrapped, key, 'AES-KW'), hex(test.ct)))
      return { wrong: 'wrapped to other bytes' }
  }
  const unwrap = async () =>
    subtle.exportKey('raw', await subtle.unwrapKey('raw', hex(test.ct), key, 'AES-KW', inner, true, ['sign']))
  return judged(vector, await gives(message, unwrap))
}

type Hash = 'SHA-256' | 'SHA-512'

const hkdf = (hash: Hash) => async (vector: Vector) => {
  const { test } = vector
  const key = await subtle.importKey('raw', hex(test.ikm), 'HKDF', false, ['deriveBits'])
  const algorithm = { name: 'HKDF', hash, salt: hex(test.salt), info: hex(test.info) }
  return judged(vector, await gives(hex(test.okm), () => subtle.deriveBits(algorithm, key, 8 * Number(test.size))))
}

/** The longest that the project's own Expand gives. */
const MOST_EXPANDED_BYTES = 128

/** The project's own Expand too, under the key that Extract gives (RFC 5869: an absent salt is zeros). */
async function hkdfSha512(vector: Vector): Promise<Outcome> {
  const { test } = vector
  const outcome = await hkdf('SHA-512')(vector)
  const size = Number(test.size)
  if (outcome !== 'right' || test.result !== 'valid' || size > MOST_EXPANDED_BYTES) return outcome
  const keyOf = (raw: BufferSource) => subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-512' }, false, ['sign'])
  const salt = hex(test.salt)
  const extractor = await keyOf(salt.length > 0 ? salt : new Uint8Array(64))
  const expander = await keyOf(await subtle.sign('HMAC', extractor, hex(test.ikm)))
  return same(await hkdfExpand(expander, hex(test.info), size), hex(test.okm))
    ? 'right'
    : { wrong: 'our Expand differs' }
}

const hmac = (hash: Hash) => async (vector: Vector) => {
  const { group, test } = vector
  const key = await subtle.importKey('raw', hex(test.key), { name: 'HMAC', hash }, false, ['sign'])
  const tag = async () => (await subtle.sign('HMAC', key, hex(test.msg))).slice(0, Number(group.tagSize) / 8)
  return judged(vector, await gives(hex(test.tag), tag))
}

async function pbkdf2(vector: Vector): Promise<Outcome> {
  const { test } = vector
  const key = await subtle.importKey('raw', hex(test.password), 'PBKDF2', false, ['deriveBits'])
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: hex(test.salt), iterations: Number(test.iterationCount) }
  return judged(vector, await gives(hex(test.dk), () => subtle.deriveBits(algorithm, key, 8 * Number(test.dkLen))))
}

async function ed25519(vector: Vector): Promise<Outcome> {
  const { group, test } = vector
  const { pk } = group.publicKey as { readonly pk: string }
  const key = await subtle.importKey('raw', hex(pk), 'Ed25519', false, ['verify'])
  return judged(vector, await takes(() => subtle.verify('Ed25519', key, hex(test.sig), hex(test.msg))))
}

async function ecdsa(vector: Vector): Promise<Outcome> {
  const { group, test } = vector
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await subtle.importKey('spki', hex(group.publicKeyDer), curve, false, ['verify'])
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  return judged(vector, await takes(() => subtle.verify(algorithm, key, hex(test.sig), hex(test.msg))))
}

/** The fixed head of a PKCS #8 X25519 key (RFC 8410); WebCrypto takes no raw private one. */
const X25519_PKCS8 = hex('302e020100300506032b656e04220420')

async function x25519(vector: Vector): Promise<Outcome> {
  const { test } = vector
  const form = concatBytes(X25519_PKCS8, hex(test.private))
  const key = await subtle.importKey('pkcs8', form, 'X25519', false, ['deriveBits'])
  const shared = async () => {
    const publicKey = await subtle.importKey('raw', hex(test.public), 'X25519', false, [])
    return subtle.deriveBits({ name: 'X25519', public: publicKey }, key, 256)
  }
  return judged(vector, await gives(hex(test.shared), shared))
}

async function ecdh(vector: Vector): Promise<Outcome> {
  const { test } = vector
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  const key = await subtle.importKey('jwk', test.private as JsonWebKey, curve, false, ['deriveBits'])
  const shared = async () => {
    const publicKey = await subtle.importKey('jwk', test.public as JsonWebKey, curve, false, [])
    return subtle.deriveBits({ name: 'ECDH', public: publicKey }, key, 256)
  }
  return judged(vector, await gives(hex(test.shared), shared))
}

/** These messages lie deflated in the file, without an end to the stream. */
function inflated(deflated: Uint8Array): Bytes {
  const pieces: Uint8Array[] = []
  new Unzlib((piece) => pieces.push(piece)).push(deflated)
  return concatBytes(...pieces)
}

/** Nothing may come out of an invalid one, not even other bytes. */
async function chunked(vector: Vector): Promise<Outcome> {
  const { test } = vector
  const sha512 = async () => {
    const key = await importSealKey(hex(test.key))
    return subtle.digest('SHA-512', await open(key, hex(test.ctx), inflated(hex(test.ct))))
  }
  const came = await gives(hex(test.msgSha512), sha512)
  if (test.result === 'invalid' && came !== 'refused') return { wrong: came }
  return judged(vector, came)
}

/** What runs each file of ../shared/vectors/wycheproof, and how many cases it has. */
export const SUITES: Readonly<Record<string, { readonly total: number; run(vector: Vector): Promise<Outcome> }>> = {
  aes_gcm: { total: 316, run: aesGcm },
  aes_wrap: { total: 165, run: aesWrap },
  c2sp_chunked_encryption_aes_256_gcm: { total: 35, run: chunked },
  ecdh_secp256r1_webcrypto: { total: 353, run: ecdh },
  ecdsa_secp256r1_sha256_p1363: { total: 262, run: ecdsa },
  ed25519: { total: 151, run: ed25519 },
  hkdf_sha256: { total: 86, run: hkdf('SHA-256') },
  hkdf_sha512: { total: 83, run: hkdfSha512 },
  hmac_sha256: { total: 174, run: hmac('SHA-256') },
  hmac_sha512: { total: 174, run: hmac('SHA-512') },
  pbkdf2_hmacsha256: { total: 60, run: pbkdf2 },
  x25519: { total: 518, run: x25519 },
}

/** Runs the file of that suite. Throws RangeError for a suite that is not of SUITES. */
export function runWycheproof(suite: string, file: WycheproofFile): Promise<VectorCounts> {
  const runner = SUITES[suite]
  if (!runner) throw new RangeError(`no suite ${suite}`)
  const vectors = file.testGroups.flatMap(({ tests, ...group }) => tests.map((test) => ({ group, test })))
  return countVectors(suite, vectors, ({ test }) => `${test.tcId} ${test.comment} (${test.result})`, runner.run)
}

// @ts-check
import { createHash, createPublicKey, verify } from 'node:crypto'

// Reads an evidence bundle as docs/formats.md has it, and shares nothing with the app that wrote it.

/** @typedef {{ readonly text: string, readonly value: any }} Line */
/** @typedef {{ manifest: Line, actor: Line[], recipe: Line[], trace: Line[], statement: Line[], audit: Line[], checkpoint: Line[] }} Lines */

/** The bundle is none, or of a format that is not known here. */
export class Unreadable extends Error {}

/** The first link that does not hold. */
export class Broken extends Error {
  constructor(/** @type {string} */ kind, /** @type {number} */ n, /** @type {string} */ why) {
    super(`broken at ${kind} ${n}: ${why}`)
  }
}

const WORDS = /** @type {const} */ (['manifest', 'actor', 'recipe', 'trace', 'statement', 'audit', 'checkpoint'])
export const FORMAT = 'proofprint-evidence/1'
export const ZEROS = '0'.repeat(64)

export const sha256 = (/** @type {string | Uint8Array} */ data) => createHash('sha256').update(data).digest()
export const hex = (/** @type {string | Uint8Array} */ data) => sha256(data).toString('hex')

const utf8 = (/** @type {Uint8Array} */ bytes) =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)

/** Nothing in a bundle lies deeper; what does could exhaust who walks through it. */
const DEEPEST = 64
/** @returns {boolean} */
const isShallow = (/** @type {unknown} */ value, left = DEEPEST) =>
  typeof value !== 'object' ||
  value === null ||
  (left > 0 && Object.values(value).every((one) => isShallow(one, left - 1)))

/** The value of JSON in UTF-8; undefined for anything else, and for what lies too deep. */
export function parsedBytes(/** @type {Uint8Array} */ bytes) {
  try {
    return parsed(utf8(bytes))
  } catch {
    return undefined
  }
}

function parsed(/** @type {string} */ text) {
  try {
    const value = JSON.parse(text)
    return isShallow(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The bytes; undefined unless this is the one text that base 64 has for them. */
export function base64(/** @type {unknown} */ text) {
  if (typeof text !== 'string') return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/** @returns {Lines} */
export function linesOf(/** @type {Uint8Array} */ bytes) {
  const rows = text(bytes).split('\n')
  if (rows.length < 2 || rows.pop() !== '') throw new Unreadable('its last line does not end')
  /** @type {Record<string, Line[]>} */
  const lines = Object.fromEntries(WORDS.map((word) => [word, []]))
  let last = 0
  for (const [n, row] of rows.entries()) {
    const word = row.slice(0, Math.max(0, row.indexOf(' ')))
    const at = /** @type {readonly string[]} */ (WORDS).indexOf(word)
    if (at < 0) throw new Unreadable(`line ${n + 1} begins with no word that is known`)
    if (at < last || (n === 0) !== (at === 0)) throw new Unreadable(`line ${n + 1} stands in the wrong place`)
    const rest = row.slice(word.length + 1)
    lines[word]?.push({ text: rest, value: parsed(rest) })
    last = at
  }
  const manifest = lines.manifest?.[0]
  if (manifest?.value?.format !== FORMAT) throw new Unreadable('its format is not known here')
  return /** @type {any} */ ({ ...lines, manifest })
}

function text(/** @type {Uint8Array} */ bytes) {
  try {
    return utf8(bytes)
  } catch {
    throw new Unreadable('it is no text')
  }
}

/** @typedef {(value: unknown) => boolean} Guard */
export const isText = (/** @type {unknown} */ value) => typeof value === 'string'
export const isHex = (/** @type {unknown} */ value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
export const isCount = (/** @type {unknown} */ value) => Number.isSafeInteger(value) && Number(value) >= 0
export const isNumber = (/** @type {unknown} */ value) => typeof value === 'number'
/** A time that exists. */
export const isTime = (/** @type {unknown} */ value) =>
  typeof value === 'string' &&
  /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString() === value
export const isRecord = (/** @type {unknown} */ value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const orNull = (/** @type {Guard} */ guard) => (/** @type {unknown} */ value) => value === null || guard(value)
export const listOf = (/** @type {Guard} */ guard) => (/** @type {unknown} */ value) =>
  Array.isArray(value) && value.every(guard)
export const oneOf =
  (/** @type {unknown[]} */ ...values) =>
  (/** @type {unknown} */ value) =>
    values.includes(value)
export const fields = (/** @type {Record<string, Guard>} */ guards) => (/** @type {any} */ value) =>
  isRecord(value) && Object.entries(guards).every(([name, guard]) => Object.hasOwn(value, name) && guard(value[name]))

/** Whether two JSON values are the same. @returns {boolean} */
export function same(/** @type {any} */ a, /** @type {any} */ b) {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, n) => same(one, b[n]))
  if (!isRecord(a) || !isRecord(b)) return a === b
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]))
  )
}

const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** Ed25519 over these bytes. */
export function isSigned(
  /** @type {Uint8Array} */ publicKey,
  /** @type {Uint8Array} */ message,
  /** @type {Uint8Array} */ signature,
) {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  try {
    const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' })
    return verify(null, message, key, signature)
  } catch {
    return false
  }
}

/**
 * Where a hash chain breaks; -1 where it holds. An entry that the next one still names, or `head` for the last, was not changed
 * itself: then it is the one before.
 * @param {readonly Line[]} lines @param {string} [head] @returns {number}
 */
export function chainBreak(lines, head) {
  const digests = lines.map((line) => hex(line.text))
  for (const [n, { value }] of lines.entries()) {
    if (value.seq !== n) return n
    if (value.prev === (digests[n - 1] ?? ZEROS)) continue
    const next = lines[n + 1]
    return n > 0 && (next ? next.value.prev : head) === digests[n] ? n - 1 : n
  }
  return -1
}

/** Roots of the tree of RFC 6962 over growing entries. */
export class Tree {
  size = 0
  /** @type {Buffer[]} Full subtrees, largest first; which, the bits of `size` say. */
  #full = []

  add(/** @type {string} */ data) {
    let node = sha256(Buffer.concat([Buffer.of(0), Buffer.from(data)]))
    for (let n = this.size; n % 2 === 1; n = (n - 1) / 2) node = join(/** @type {Buffer} */ (this.#full.pop()), node)
    this.#full.push(node)
    this.size += 1
  }

  root() {
    const [last, ...rest] = [...this.#full].reverse()
    return last ? rest.reduce((root, left) => join(left, root), last) : sha256('')
  }
}

const join = (/** @type {Buffer} */ left, /** @type {Buffer} */ right) =>
  sha256(Buffer.concat([Buffer.of(1), left, right]))

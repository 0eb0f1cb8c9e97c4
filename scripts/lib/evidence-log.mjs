// @ts-check
import {
  Broken,
  base64,
  chainBreak,
  fields,
  hex,
  isCount,
  isHex,
  isNumber,
  isSigned,
  isText,
  isTime,
  listOf,
  oneOf,
  orNull,
  same,
  sha256,
  Tree,
} from './evidence-read.mjs'

// The log of a bundle, what it vouches for, and the trace.

/** @typedef {import('./evidence-read.mjs').Lines} Lines */
/** @typedef {import('./evidence-read.mjs').Line} Line */
/** @typedef {Map<string, any>} Actors Their lines and keys, by key id. */

const isRole = oneOf('intake', 'designer', 'reviewer', 'operator', 'auditor', 'custodian')
const FORMS = {
  manifest: fields({
    origin: isText,
    app: isHex,
    at: isTime,
    actors: listOf(isHex),
    recipes: listOf(isHex),
    traceHead: isHex,
    sealedHead: isHex,
    counts: fields({ trace: isCount, statements: isCount, audit: isCount, checkpoints: isCount }),
    files: listOf(fields({ name: isText, digest: fields({ sha256: isHex }), bytes: isCount })),
  }),
  actor: fields({
    keyId: isHex,
    publicKey: isText,
    role: isRole,
    keyStrength: isText,
    from: isTime,
    until: orNull(isTime),
  }),
  audit: fields({
    ...{
      seq: isCount,
      prev: isHex,
      time: isTime,
      count: isCount,
      actorKeyId: isHex,
      role: isRole,
      keyStrength: isText,
    },
    ...{ code: isText, outcome: oneOf('done', 'refused', 'failed', 'denied'), objects: listOf(isHex) },
    ...{ policy: orNull(isHex), model: orNull(isHex), app: isHex },
  }),
  trace: fields({
    ...{ seq: isCount, prev: isHex, stage: isText, version: isNumber, params: () => true },
    ...{ inputDigests: listOf(isHex), outputDigest: isHex, backend: isText, adapter: isText, ms: isNumber, at: isText },
  }),
  recipe: fields({
    format: oneOf('proofprint-recipe/1'),
    steps: listOf(
      fields({
        ...{ stage: isText, version: isNumber, params: () => true },
        ...{ inputDigests: listOf(isHex), outputDigest: isHex },
      }),
    ),
  }),
}

const NAMES = { manifest: 'manifest', actor: 'actor', audit: 'audit entry', trace: 'trace entry', recipe: 'recipe' }

function requireForm(/** @type {Line[]} */ lines, /** @type {keyof typeof FORMS} */ word) {
  const n = lines.findIndex(({ value }) => !FORMS[word](value))
  if (n >= 0) throw new Broken(NAMES[word], n, 'a field is missing or of another kind')
}

export function requireCount(/** @type {string} */ kind, /** @type {number} */ found, /** @type {number} */ wanted) {
  if (found < wanted) throw new Broken(kind, found, 'it is missing')
  if (found > wanted) throw new Broken(kind, wanted, 'it was added')
}

/** @returns {Actors} */
export function readActors(/** @type {Lines} */ lines, /** @type {readonly string[]} */ pins) {
  requireForm([lines.manifest], 'manifest')
  requireForm(lines.actor, 'actor')
  const actors = new Map()
  for (const [n, { value }] of lines.actor.entries()) {
    const key = base64(value.publicKey)
    if (key?.length !== 32 || hex(key) !== value.keyId) throw new Broken('actor', n, 'the key is not the one it names')
    const before = actors.get(value.keyId)
    if (before && !isSameKey(before, value)) throw new Broken('actor', n, 'one key has two roles')
    if (pins.length > 0 && !pins.includes(value.keyId)) throw new Broken('actor', n, 'the key is not pinned')
    actors.set(value.keyId, { ...value, key, strengths: [...(before?.strengths ?? []), value.keyStrength] })
  }
  return actors
}

/** One key may be kept in several ways: a passphrase one day, a passkey another. In all else its lines say the same. */
const isSameKey = (/** @type {any} */ before, /** @type {any} */ { role, from, until, keyStrength }) =>
  same([before.role, before.from, before.until], [role, from, until]) && !before.strengths.includes(keyStrength)

export const isValidAt = (/** @type {any} */ actor, /** @type {string} */ time) =>
  actor.from <= time && (actor.until === null || time <= actor.until)

/** The log from first to last, and that its last entry is about this manifest. */
export function checkAudit(/** @type {Lines} */ lines, /** @type {Actors} */ actors) {
  const { audit, manifest } = lines
  const { counts, actors: digests } = manifest.value
  requireForm(audit, 'audit')
  const at = chainBreak(audit)
  if (at >= 0) throw new Broken('audit entry', at, 'it is not what the log had here')
  const last = audit.at(-1)?.value
  if (last?.code === 'bundle' && last.objects[0] !== hex(manifest.text)) {
    throw new Broken('manifest', 0, 'it is not the one that the log ends with')
  }
  requireCount('audit entry', audit.length, counts.audit)
  if (last?.code !== 'bundle') throw new Broken('audit entry', audit.length, 'the log does not end with this bundle')
  requireCount('actor', lines.actor.length, digests.length)
  const other = lines.actor.findIndex(({ text }, n) => hex(text) !== digests[n])
  if (other >= 0) throw new Broken('actor', other, 'it is not the one in the manifest')
  for (const [n, { value }] of audit.entries()) {
    const actor = actors.get(value.actorKeyId)
    if (!actor) throw new Broken('audit entry', n, 'its actor is not known')
    if (actor.role !== value.role || !actor.strengths.includes(value.keyStrength)) {
      throw new Broken('audit entry', n, 'its actor has another role or key')
    }
    if (!isValidAt(actor, value.time)) throw new Broken('audit entry', n, 'its key was not valid then')
    const before = audit[n - 1]?.value
    if (before && (value.time < before.time || value.count <= before.count)) {
      throw new Broken('audit entry', n, 'its clock runs behind the entry before')
    }
  }
}

const NOTE_SIGNATURE = /^— ([!-*,-~]+) ([A-Za-z0-9+/=]+)$/
const SIZE = /^(0|[1-9][0-9]{0,14})$/

/** The text of a note and its signatures; undefined for no note. */
function noteOf(/** @type {string} */ note) {
  const split = note.lastIndexOf('\n\n')
  if (split < 1 || !note.endsWith('\n')) return undefined
  const signatures = []
  for (const line of note.slice(split + 2, -1).split('\n')) {
    const match = NOTE_SIGNATURE.exec(line)
    const bytes = base64(match?.[2])
    if (!match || !bytes || bytes.length < 5) return undefined
    signatures.push({ name: match[1], hash: bytes.subarray(0, 4), bytes: bytes.subarray(4) })
  }
  return { text: note.slice(0, split + 1), signatures }
}

/** Four bytes that say which key, of which kind, under which name. */
const keyHash = (/** @type {string} */ name, /** @type {number} */ type, /** @type {Buffer} */ key) =>
  sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), key])).subarray(0, 4)

/** Every checkpoint against the tree and the keys; the last one covers the whole log. */
export function checkCheckpoints(/** @type {Lines} */ lines, /** @type {Actors} */ actors) {
  const { checkpoint, audit, manifest } = lines
  const { origin, counts } = manifest.value
  const tree = new Tree()
  for (const [n, { text, value }] of checkpoint.entries()) {
    const note = typeof value === 'string' && JSON.stringify(value) === text ? noteOf(value) : undefined
    const [name, size = '', root, ...more] = note ? note.text.slice(0, -1).split('\n') : []
    if (!note || !SIZE.test(size) || more.includes('')) throw new Broken('checkpoint', n, 'it is no checkpoint')
    if (name !== origin) throw new Broken('checkpoint', n, 'it is of another log')
    if (Number(size) <= tree.size) throw new Broken('checkpoint', n, 'its log is not longer than the one before')
    if (Number(size) > audit.length) throw new Broken('checkpoint', n, 'its log is longer than the one here')
    while (tree.size < Number(size)) tree.add(audit[tree.size]?.text ?? '')
    if (root !== tree.root().toString('base64')) throw new Broken('checkpoint', n, 'its log is not the one here')
    checkSignatures(n, note, origin, actors, audit[tree.size - 1]?.value.time)
  }
  requireCount('checkpoint', checkpoint.length, counts.checkpoints)
  if (tree.size !== audit.length) throw new Broken('checkpoint', checkpoint.length, 'the last entries have none')
}

/** At least one key of an actor signed, none of them wrongly; auditors sign as witnesses, with the time. */
function checkSignatures(
  /** @type {number} */ n,
  /** @type {NonNullable<ReturnType<typeof noteOf>>} */ { text, signatures },
  /** @type {string} */ origin,
  /** @type {Actors} */ actors,
  /** @type {string} */ time,
) {
  let signed = 0
  for (const { name, hash, bytes } of signatures) {
    for (const actor of actors.values()) {
      const isWitness = name === `proofprint/witness/${actor.keyId.slice(0, 16)}` && actor.role === 'auditor'
      if (!isWitness && name !== origin) continue
      if (!keyHash(name, isWitness ? 4 : 1, actor.key).equals(hash)) continue
      const seconds = isWitness && bytes.length === 72 ? bytes.readBigUInt64BE(0) : 0n
      const message = isWitness ? `cosignature/v1\ntime ${seconds}\n${text}` : text
      if (!isSigned(actor.key, Buffer.from(message), isWitness ? bytes.subarray(8) : bytes)) {
        throw new Broken('checkpoint', n, 'a signature does not hold')
      }
      if (!isWitness && !isValidAt(actor, time)) throw new Broken('checkpoint', n, 'its key was not valid then')
      if (!isWitness) signed += 1
    }
  }
  if (signed === 0) throw new Broken('checkpoint', n, 'nobody known signed it')
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** First 50 bits of the digest. */
function traceIdOf(/** @type {string} */ recipe) {
  const bits = sha256(recipe).readBigUInt64BE(0) >> 14n
  const id = Array.from({ length: 10 }, (_, n) => ALPHABET[Number((bits >> BigInt(5 * (9 - n))) & 31n)]).join('')
  return `${id.slice(0, 5)}-${id.slice(5)}`
}

/** The trace, and that each recipe is part of it. @returns {Map<string, any>} the recipes by trace id */
export function checkTrace(/** @type {Lines} */ lines) {
  const { counts, traceHead, recipes } = lines.manifest.value
  requireForm(lines.trace, 'trace')
  const at = chainBreak(lines.trace, traceHead)
  if (at >= 0) throw new Broken('trace entry', at, 'it is not what the trace had here')
  requireCount('trace entry', lines.trace.length, counts.trace)
  const last = lines.trace.at(-1)
  if (last && hex(last.text) !== traceHead) {
    throw new Broken('trace entry', lines.trace.length - 1, 'it is not what the trace had here')
  }
  requireForm(lines.recipe, 'recipe')
  requireCount('recipe', lines.recipe.length, recipes.length)
  const byId = new Map()
  for (const [n, { text, value }] of lines.recipe.entries()) {
    if (hex(text) !== recipes[n]) throw new Broken('recipe', n, 'it is not the one in the manifest')
    let from = 0
    for (const step of value.steps) {
      const found = lines.trace.findIndex(({ value: entry }, at) => at >= from && isStep(step, entry))
      if (found < 0) throw new Broken('recipe', n, 'a step of it is not in the trace')
      from = found + 1
    }
    byId.set(traceIdOf(text), value)
  }
  return byId
}

const isStep = (/** @type {any} */ step, /** @type {any} */ entry) =>
  ['stage', 'version', 'params', 'inputDigests', 'outputDigest'].every((name) => same(step[name], entry[name]))

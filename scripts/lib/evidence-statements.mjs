// @ts-check
import { isValidAt, requireCount } from './evidence-log.mjs'
import {
  Broken,
  base64,
  fields,
  hex,
  isHex,
  isSigned,
  isText,
  isTime,
  listOf,
  oneOf,
  orNull,
  parsedBytes,
  same,
} from './evidence-read.mjs'
import { Rules } from './evidence-rules.mjs'

// What was said and signed: that it is in the log, by whom it was signed, and what it rests on.

/** @typedef {import('./evidence-read.mjs').Lines} Lines */
/** @typedef {import('./evidence-log.mjs').Actors} Actors */
/** @typedef {{ kind: string, digest: string, subjects: string[], said: any, predicate: any }} Statement */

const PAYLOAD_TYPE = 'application/vnd.in-toto+json'
const SVR = 'https://in-toto.io/attestation/svr/v0.2'
/** Predicate type and who may say it. Under teaching the designer says all but an approval. */
const KINDS = {
  stage: { type: 'urn:proofprint:stage/1', roles: ['intake', 'designer'] },
  'model-run': { type: 'urn:proofprint:model-run/1', roles: ['designer'] },
  findings: { type: 'https://in-toto.io/attestation/test-result/v0.1', roles: ['designer'] },
  approval: { type: SVR, roles: ['reviewer'] },
  release: { type: SVR, roles: ['operator', 'designer'] },
  receipt: { type: 'urn:proofprint:receipt/1', roles: ['operator', 'designer'] },
  acceptance: { type: 'urn:proofprint:acceptance/1', roles: ['operator', 'designer'] },
  written: { type: 'urn:proofprint:written/1', roles: ['operator'] },
  replay: { type: 'urn:proofprint:replay/1', roles: ['designer'] },
}
/** Kinds that stand for one entry of the trace each. */
const TRACED = ['stage', 'model-run', 'findings']

const isEnvelope = fields({
  payloadType: oneOf(PAYLOAD_TYPE),
  payload: isText,
  signatures: listOf(fields({ keyid: isText, sig: isText })),
})
const isSaid = fields({
  ...{ kind: oneOf(...Object.keys(KINDS)), at: isTime, keyId: isHex, role: isText, keyStrength: isText },
  ...{ policy: orNull(isHex), materials: listOf(isHex) },
})
const isStatement = fields({
  _type: oneOf('https://in-toto.io/Statement/v1'),
  subject: listOf(fields({ name: isText, digest: fields({ sha256: isHex }) })),
  predicateType: isText,
  predicate: fields({ proofprint: isSaid }),
})

/** DSSE 1.0.2: type and payload with their lengths. */
const encoded = (/** @type {Buffer} */ payload) =>
  Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload])

/** Checks all statements; gives the rules with what they saw. */
export function checkStatements(
  /** @type {Lines} */ lines,
  /** @type {Actors} */ actors,
  /** @type {Map<string, any>} */ recipes,
) {
  const logged = lines.audit.map(({ value }) => value).filter(({ code }) => code.startsWith('statement/'))
  const rules = new Rules(recipes)
  let traced = 0
  for (const [n, line] of lines.statement.entries()) {
    const statement = opened(n, line, logged[n], actors)
    const { kind, said } = statement
    if (TRACED.includes(kind)) {
      requireTraced(n, statement, lines.trace[traced])
      traced += 1
    }
    const unknown = said.materials.filter((/** @type {string} */ digest) => !rules.subjects.has(digest))
    const sources = TRACED.includes(kind) ? said.sources : []
    if (!unknown.every((/** @type {string} */ digest) => sources.includes(digest))) {
      throw new Broken('statement', n, 'it rests on something that no statement before it is about')
    }
    const why = rules.take(statement)
    if (why) throw new Broken('statement', n, why)
  }
  requireCount('statement', lines.statement.length, lines.manifest.value.counts.statements)
  requireCount('statement', lines.statement.length, logged.length)
  if (traced < lines.trace.length) throw new Broken('trace entry', traced, 'no statement is about it')
  return rules
}

/** The one text that an envelope has: nothing can stand in it that nobody signed. */
const canonical = (/** @type {any} */ { payload, payloadType, signatures }) =>
  JSON.stringify({
    ...{ payload, payloadType },
    signatures: signatures.map((/** @type {any} */ { keyid, sig }) => ({ keyid, sig })),
  })

/** The statement in an envelope, after its place in the log and its signatures. @returns {Statement} */
function opened(
  /** @type {number} */ n,
  /** @type {import('./evidence-read.mjs').Line} */ { text, value: envelope },
  /** @type {any} */ entry,
  /** @type {Actors} */ actors,
) {
  const fail = (/** @type {string} */ why) => new Broken('statement', n, why)
  const payload = isEnvelope(envelope) ? base64(envelope.payload) : undefined
  if (!payload || text !== canonical(envelope)) throw fail('it is no signed statement')
  const digest = hex(payload)
  if (entry?.objects[0] !== digest) throw fail('it is not the one that the log has here')
  const message = encoded(payload)
  for (const { keyid, sig } of envelope.signatures) {
    const key = actors.get(keyid)?.key
    if (!key) throw fail('somebody unknown signed it')
    if (!isSigned(key, message, base64(sig) ?? Buffer.alloc(0))) throw fail('a signature does not hold')
  }
  const value = parsedBytes(payload)
  if (!isStatement(value)) throw fail('it is no statement of a known form')
  const { predicate, predicateType, subject } = value
  const said = predicate.proofprint
  const kind = /** @type {keyof typeof KINDS} */ (said.kind)
  const actor = actors.get(said.keyId)
  if (!envelope.signatures.some((/** @type {any} */ { keyid }) => keyid === said.keyId)) {
    throw fail('who says it did not sign it')
  }
  if (predicateType !== KINDS[kind].type) throw fail('it is no statement of a known form')
  if (actor.role !== said.role || !actor.strengths.includes(said.keyStrength))
    throw fail('its actor has another role or key')
  if (!isValidAt(actor, said.at)) throw fail('its key was not valid then')
  if (!KINDS[kind].roles.includes(said.role)) throw fail('its actor may not say this')
  const { code, outcome, actorKeyId, time, policy } = entry
  const logged = {
    code: `statement/${kind}`,
    outcome: 'done',
    actorKeyId: said.keyId,
    time: said.at,
    policy: said.policy,
  }
  if (!same({ code, outcome, actorKeyId, time, policy }, logged)) throw fail('the log says something else of it')
  if (kind === 'model-run' && entry.model !== said.model?.sha256) throw fail('the log says something else of it')
  return { kind, digest, subjects: subject.map((/** @type {any} */ one) => one.digest.sha256), said, predicate }
}

/** A statement of a step is about the next entry of the trace, as it stands there. */
function requireTraced(
  /** @type {number} */ n,
  /** @type {Statement} */ { said, subjects },
  /** @type {import('./evidence-read.mjs').Line | undefined} */ line,
) {
  const isForm = fields({ entry: isHex, sources: listOf(isHex), stage: isText })(said)
  const entry = line?.value
  const isSame =
    isForm &&
    line &&
    hex(line.text) === said.entry &&
    same([entry.stage, entry.seq, entry.version], [said.stage, said.seq, said.version]) &&
    same(entry.inputDigests, said.materials) &&
    subjects.includes(entry.outputDigest)
  if (!isSame) throw new Broken('statement', n, 'it is not about the next entry of the trace')
}

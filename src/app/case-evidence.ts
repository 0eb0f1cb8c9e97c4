import type { CheckId, PolicyId } from '../core/finding.ts'
import { sha256, toHex } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import type { TraceEntry } from '../core/trace-entry.ts'
import { POLICIES } from '../qa/policy.ts'
import { emptyLog } from '../trace/audit-log.ts'
import { actorOf, writeBundle } from '../trace/bundle.ts'
import { canonicalJson } from '../trace/canonical.ts'
import { lineage } from '../trace/lineage.ts'
import { memorySigner } from '../trace/memory-signer.ts'
import { publicTrace } from '../trace/public-trace.ts'
import { recipeOf } from '../trace/recipe.ts'
import { releaseStatement } from '../trace/release-statements.ts'
import { findingsStatement, modelRunStatement, stageStatement, type TracedStep } from '../trace/stage-statements.ts'
import { type Stated, tracedStep, withStatement } from '../trace/stated.ts'
import type { Maker, SignedStatement } from '../trace/statement.ts'
import { type Checked, checkDigest } from './check-codec.ts'
import { APP_VERSION } from './report.ts'

/** A case of a session without persons: one key, one revision. */
export interface LineEvidence {
  readonly trace: readonly TraceEntry[]
  readonly checked: Checked | null
  readonly policy: PolicyId
  readonly accepted: readonly CheckId[]
  readonly traceId: string | null
  readonly exports: readonly { readonly name: string; readonly digest: string; readonly bytes: number }[]
  readonly now: () => Date
}

const REVISION = 1
const NONCE_BYTES = 32
const ID_BYTES = 16
const digestOf = (value: JsonValue) => sha256(new TextEncoder().encode(canonicalJson(value)))
const randomHex = (bytes: number) => toHex(crypto.getRandomValues(new Uint8Array(bytes)))

/**
 * The evidence bundle of a line that ran without a person: every step signed by a key of this session, as designer. Under teaching
 * it says that the files were released without an approval; under any other policy it releases none, because nobody approved them.
 */
export async function lineEvidence(line: LineEvidence): Promise<string> {
  const signer = await memorySigner()
  const from = line.now().toISOString()
  const policy = await digestOf(POLICIES[line.policy] as unknown as JsonValue)
  const maker = (under: string | null): Maker => {
    return { signer, role: 'designer', at: line.now().toISOString(), policy: under }
  }
  const app = await digestOf(`proofprint/${APP_VERSION}`)
  let stated: Stated = { statements: [], log: emptyLog(`proofprint/log/${randomHex(ID_BYTES)}`, app) }
  let count = 0
  const say = async (by: Maker, made: Promise<SignedStatement>, model: string | null = null) => {
    count += 1
    stated = await withStatement(stated, await made, by, count, model)
  }
  const shown = await publicTrace(line.trace)
  for (const entry of shown) {
    const by = maker(entry.stage === 'check' ? policy : null)
    const { made, model = null } = ofStep(by, tracedStep(stated, entry), line)
    await say(by, made, model)
  }
  const findings = line.checked ? await checkDigest(line.checked) : null
  const isReleased = line.policy === 'teaching' && line.traceId !== null && findings !== null
  if (isReleased) {
    const by = maker(policy)
    const checked = [line.checked?.meshDigest ?? '', findings]
    const said = { policyId: line.policy, revision: REVISION, approval: null, accepted: line.accepted }
    const use = { recipient: null, nonce: randomHex(NONCE_BYTES), traceId: line.traceId, reprintOf: null }
    await say(by, releaseStatement(by, { files: line.exports, checked, ...said, ...use }))
  }
  const evidence = {
    actors: [actorOf(signer, 'designer', from)],
    recipes: findings ? [recipeOf(lineage(shown, findings))] : [],
    trace: line.trace,
    statements: stated.statements.map(({ envelope }) => envelope),
    log: stated.log,
    files: isReleased ? line.exports : [],
  }
  const by = { keyId: signer.keyId, role: 'designer', strength: signer.strength } as const
  const clock = { time: line.now().toISOString(), count: count + 1 }
  return (await writeBundle(evidence, by, signer, clock)).text
}

function ofStep(by: Maker, step: TracedStep, { checked, policy }: LineEvidence) {
  const { stage, params } = step.entry
  if (stage === 'infer') {
    const { model, version, sha256: weights } = params as { model: string; version: string; sha256: string }
    return { made: modelRunStatement(by, step, { id: model, version, sha256: weights }), model: weights }
  }
  if (stage !== 'check' || !checked) return { made: stageStatement(by, step) }
  const { findings, meshDigest } = checked
  return { made: findingsStatement(by, step, { findings, meshDigest, policyId: policy, revision: REVISION }) }
}

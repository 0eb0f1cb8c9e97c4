import { PipelineError } from '../core/errors.ts'
import type { CheckId, Finding, PolicyId } from '../core/finding.ts'
import { toHex } from '../core/hash.ts'
import type { Signer } from '../core/signer.ts'
import type { TraceEntry } from '../core/trace-entry.ts'
import { emptyLog } from './audit-log.ts'
import { actorOf, writeBundle } from './bundle.ts'
import { lineage } from './lineage.ts'
import { digestOfJson, policyDigest } from './policy-digest.ts'
import { publicTrace } from './public-trace.ts'
import { recipeOf } from './recipe.ts'
import { releaseStatement } from './release-statements.ts'
import { findingsStatement, modelRunStatement, stageStatement, type TracedStep } from './stage-statements.ts'
import { type Stated, tracedStep, withStatement } from './stated.ts'
import type { Maker, SignedStatement } from './statement.ts'

/** The check of one body: digest of what was found, of the mesh it was found on, and the findings. */
export interface CheckedBody {
  readonly digest: string
  readonly meshDigest: string
  readonly findings: readonly Finding[]
}

/** A case of one person: one key, one revision. */
export interface LineEvidence {
  readonly trace: readonly TraceEntry[]
  /** Of every body as it stands; none while nothing was checked. */
  readonly checked: readonly CheckedBody[]
  readonly policy: PolicyId
  readonly accepted: readonly CheckId[]
  readonly traceId: string | null
  readonly exports: readonly { readonly name: string; readonly digest: string; readonly bytes: number }[]
  /** Version of the app. */
  readonly app: string
  readonly now: () => Date
}

const REVISION = 1
const NONCE_BYTES = 32
const ID_BYTES = 16
const randomHex = (bytes: number) => toHex(crypto.getRandomValues(new Uint8Array(bytes)))

/** What is told of a case must be in its trace: a page that says otherwise gets no signature for it. */
function requireTraced({ trace, checked, exports }: LineEvidence): void {
  const made = new Set(trace.map(({ outputDigest }) => outputDigest))
  if ([...checked, ...exports].every(({ digest }) => made.has(digest))) return
  throw new PipelineError(
    'trace/bad-bundle',
    'A check or a file is named that the trace of this case does not hold. Nothing was signed.',
  )
}

/**
 * The evidence bundle of a case of one person: every step signed by that person's key, as designer. Under teaching it says that the
 * files were released without an approval; under any other policy it releases none, because nobody approved them.
 * Throws 'trace/bad-bundle' for a check or a file that is not in the trace.
 */
export async function lineEvidence(line: LineEvidence, signer: Signer): Promise<string> {
  requireTraced(line)
  const from = line.now().toISOString()
  const policy = await policyDigest(line.policy)
  const maker = (under: string | null): Maker => {
    return { signer, role: 'designer', at: line.now().toISOString(), policy: under }
  }
  const app = await digestOfJson(`proofprint/${line.app}`)
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
  const findings = line.checked.map(({ digest }) => digest)
  const isReleased =
    line.policy === 'teaching' && line.traceId !== null && findings.length > 0 && line.exports.length > 0
  if (isReleased) {
    const by = maker(policy)
    const checked = line.checked.flatMap(({ meshDigest, digest }) => [meshDigest, digest])
    const said = { policyId: line.policy, revision: REVISION, approval: null, accepted: line.accepted }
    const use = { recipient: null, nonce: randomHex(NONCE_BYTES), traceId: line.traceId, reprintOf: null }
    await say(by, releaseStatement(by, { files: line.exports, checked, ...said, ...use }))
  }
  const evidence = {
    actors: [actorOf(signer, 'designer', from)],
    recipes: findings.length > 0 ? [recipeOf(lineage(shown, ...findings))] : [],
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
  const body = stage === 'check' && checked.find(({ digest }) => digest === step.entry.outputDigest)
  if (!body) return { made: stageStatement(by, step) }
  const { findings, meshDigest } = body
  return { made: findingsStatement(by, step, { findings, meshDigest, policyId: policy, revision: REVISION }) }
}

import { POLICY_IDS, type PolicyId } from '../core/finding.ts'
import { parsedJson } from '../core/json.ts'
import { type Guard, hasFields, isAbsentOr, isFlag, isListOf, isOneOf, isText } from '../core/shape.ts'
import type { TraceEntry } from '../core/trace-entry.ts'
import { CHAIN_START, entryDigest } from '../trace/chain.ts'
import { policyDigest } from '../trace/policy-digest.ts'
import { shownEntry } from '../trace/public-trace.ts'
import { replayedStatement } from '../trace/release-statements.ts'
import { isReplayResult } from '../trace/replay-result.ts'
import {
  type CheckedMesh,
  findingsStatement,
  modelRunStatement,
  stageStatement,
  type TracedStep,
} from '../trace/stage-statements.ts'
import type { Maker } from '../trace/statement.ts'
import type { CaseChange } from './case.ts'
import type { NewLine } from './case-entries.ts'
import type { Manifest, StatedTrace } from './manifest.ts'

/** What a statement of findings needs of them: kept beside the findings of a body. */
export type CheckFacts = Pick<CheckedMesh, 'meshDigest'> & {
  readonly findings: readonly { readonly check: string; readonly level: string; readonly hard?: boolean | undefined }[]
  /** Whether a check of the whole part begins with it. */
  readonly begins: boolean
}

const isFacts: Guard<CheckFacts> = hasFields({
  meshDigest: isText,
  findings: isListOf(hasFields({ check: isText, level: isOneOf(['pass', 'warn', 'fail']), hard: isAbsentOr(isFlag) })),
  begins: isFlag,
})
const isModel = hasFields({ model: isText, version: isText, sha256: isText })
const hasPolicy = hasFields({ policy: isOneOf(POLICY_IDS) })

/** Nothing of a trace was stated. */
export const NOT_STATED: StatedTrace = { count: 0, head: CHAIN_START, revision: 0 }

/** What the steps of a case say, one after the other. */
class Stating {
  stated: StatedTrace
  readonly lines: NewLine[] = []
  readonly #by: Maker
  readonly #of: Pick<Manifest, 'assets' | 'meta'>
  readonly #change: CaseChange
  readonly #made: Set<string>

  constructor(by: Maker, manifest: Manifest, change: CaseChange) {
    this.stated = manifest.stated ?? NOT_STATED
    this.#by = by
    this.#of = manifest
    this.#change = change
    this.#made = new Set(manifest.trace.slice(0, this.stated.count).map(({ outputDigest }) => outputDigest))
  }

  async step(entry: TraceEntry): Promise<void> {
    const shown = shownEntry({ ...entry, seq: this.stated.count }, this.stated.head)
    const sources = [...new Set(entry.inputDigests.filter((digest) => !this.#made.has(digest)))]
    const line = await this.#line({ entry: shown, sources })
    this.#made.add(entry.outputDigest)
    const { at, stage, outputDigest } = entry
    this.lines.push({ at, code: stage, outcome: 'done', digests: [outputDigest], ...line })
    this.stated = { ...this.stated, count: this.stated.count + 1, head: await entryDigest(shown) }
  }

  async #line(step: TracedStep): Promise<Pick<NewLine, 'said' | 'policy' | 'model'>> {
    const { stage, params, outputDigest } = step.entry
    if (stage === 'infer' && isModel(params)) {
      const { model: id, version, sha256 } = params
      return { said: await modelRunStatement(this.#by, step, { id, version, sha256 }), model: sha256 }
    }
    const facts = stage === 'check' ? this.#facts(outputDigest) : null
    if (!facts) return { said: await stageStatement(this.#by, step) }
    const policyId: PolicyId = hasPolicy(params) ? params.policy : this.#policy
    const policy = await policyDigest(policyId)
    const { revision } = this.stated
    this.stated = { ...this.stated, revision: facts.begins || revision === 0 ? revision + 1 : revision }
    const checked = { ...facts, policyId, revision: this.stated.revision } as unknown as CheckedMesh
    return { said: await findingsStatement({ ...this.#by, policy }, step, checked), policy }
  }

  get #policy(): PolicyId {
    return this.#change.meta?.policy ?? this.#of.meta.policy
  }

  #facts(digest: string): CheckFacts | null {
    const known = [...this.#change.assets, ...this.#of.assets]
    const meta: unknown = known.find((asset) => asset.type === 'findings' && asset.digest === digest)?.meta
    return isFacts(meta) ? meta : null
  }
}

/**
 * A statement for each step of a change, and for those of before that there is none of: a trace of an older version is stated when it is
 * next written. Throws what the signer throws.
 */
export async function stepLines(by: Maker, manifest: Manifest, change: CaseChange) {
  const stating = new Stating(by, manifest, change)
  const late = manifest.trace.slice(stating.stated.count)
  for (const entry of [...late, ...change.trace]) await stating.step(entry)
  const { stated, lines } = stating
  if (late.length === 0) return { stated, lines }
  const said: NewLine = { at: by.at, code: 'stated-later', outcome: 'done', digests: [] }
  return { stated, lines: [said, ...lines] }
}

/** What replays of a change found, signed; nothing of one that this version did not make. */
export async function replayLines(by: Maker, trace: readonly TraceEntry[], { assets }: CaseChange): Promise<NewLine[]> {
  const made = new Set(trace.map(({ outputDigest }) => outputDigest))
  const lines: NewLine[] = []
  for (const { type, digest, bytes } of assets) {
    const result = type === 'replay' && bytes instanceof Uint8Array ? parsedJson(bytes) : null
    if (!isReplayResult(result)) continue
    const said = await replayedStatement(by, { result, digest, outputs: result.outputs.filter((one) => made.has(one)) })
    lines.push({ at: by.at, code: 'replay', outcome: 'done', digests: [digest], said })
  }
  return lines
}

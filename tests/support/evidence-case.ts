import { sha256 } from '../../src/core/hash.ts'
import type { Role } from '../../src/core/role.ts'
import type { Signer } from '../../src/core/signer.ts'
import type { TraceEntry } from '../../src/core/trace-entry.ts'
import { emptyLog } from '../../src/trace/audit-log.ts'
import { type Actor, actorOf, type CaseEvidence, writeBundle } from '../../src/trace/bundle.ts'
import { nextEntry } from '../../src/trace/chain.ts'
import { lineage } from '../../src/trace/lineage.ts'
import { publicTrace } from '../../src/trace/public-trace.ts'
import { recipeOf } from '../../src/trace/recipe.ts'
import {
  type Approval,
  acceptanceStatement,
  approvalStatement,
  type Judged,
  type Receipt,
  type Release,
  receiptStatement,
  releaseStatement,
} from '../../src/trace/release-statements.ts'
import { findingsStatement, modelRunStatement, stageStatement } from '../../src/trace/stage-statements.ts'
import { noted, type Stated, tracedStep, withStatement } from '../../src/trace/stated.ts'
import type { Maker, SignedStatement } from '../../src/trace/statement.ts'
import { traceId } from '../../src/trace/trace-id.ts'
import { memorySigner } from './memory-signer.ts'

export const digestOf = (text: string): Promise<string> => sha256(new TextEncoder().encode(text))
const DAY_MS = 86_400_000
const START_MS = Date.parse('2026-05-01T08:00:00.000Z')
const isoOf = (ms: number) => new Date(ms).toISOString()

export type Staff = Readonly<Record<Role, Signer>>
export async function staff(): Promise<Staff> {
  const names = ['intake', 'designer', 'reviewer', 'operator', 'auditor', 'custodian'] as const
  const keys = await Promise.all(names.map(async (role) => [role, await memorySigner()] as const))
  return Object.fromEntries(keys) as unknown as Staff
}

/** What a simulated case does otherwise than it should; each is a manipulation that a bundle can show. */
export interface Otherwise {
  readonly approvedBy?: Role
  readonly approval?: (given: Approval) => Approval
  readonly release?: (given: Release) => Release
  readonly receipt?: (given: Receipt) => Receipt
  readonly judged?: (given: Judged) => Judged
  /** Weights that ran, when they are not those that were approved. */
  readonly weights?: string
  /** Digest of the mesh that the file is written from. */
  readonly writtenFrom?: string
  /** The trace that the recipe of the file says. */
  readonly recipeTrace?: (trace: readonly TraceEntry[]) => readonly TraceEntry[]
  readonly releasePolicy?: string
  /** Days between approval and release. */
  readonly waitDays?: number
}

/** A case from scan to print, made of digests: its steps, what was said of them, its files. */
export class EvidenceJob {
  readonly staff: Staff
  readonly name: string
  readonly policy: string
  trace: TraceEntry[] = []
  stated: Stated
  files: { name: string; digest: string; bytes: number; content: string }[] = []
  #ms = START_MS
  #count = 0
  #otherwise: Otherwise

  constructor(people: Staff, name: string, policy: string, app: string, otherwise: Otherwise = {}) {
    this.staff = people
    this.name = name
    this.policy = policy
    this.stated = { statements: [], log: emptyLog(`proofprint/log/${name.replaceAll(' ', '-')}`, app) }
    this.#otherwise = otherwise
  }

  static async create(people: Staff, name: string, otherwise?: Otherwise): Promise<EvidenceJob> {
    return new EvidenceJob(people, name, await digestOf('policy planning'), await digestOf('app'), otherwise)
  }

  wait(ms: number): void {
    this.#ms += ms
  }

  #maker(role: Role, policy: string | null = null): Maker {
    this.#ms += 60_000
    return { signer: this.staff[role], role, at: isoOf(this.#ms), policy }
  }

  async #say(made: Promise<SignedStatement>, by: Maker, model: string | null = null): Promise<SignedStatement> {
    const signed = await made
    this.#count += 1
    this.stated = await withStatement(this.stated, signed, by, this.#count, model)
    return signed
  }

  /** An event of the log without a statement. */
  async note(code: string, role: Role, outcome: 'done' | 'denied' = 'done'): Promise<void> {
    const by = this.#maker(role)
    this.#count += 1
    const event = { code, outcome, objects: [], policy: null, model: null }
    this.stated = { ...this.stated, log: await noted(this.stated.log, event, by, this.#count) }
  }

  async #step(stage: string, inputs: string[], output: string, params: TraceEntry['params'] = {}): Promise<TraceEntry> {
    const told = { backend: 'cpu', adapter: 'test', ms: 5, at: isoOf(this.#ms) } as const
    const step = { stage, version: 1, params, inputDigests: inputs, outputDigest: output, ...told }
    this.trace = [...this.trace, await nextEntry(this.trace, step)]
    return (await publicTrace(this.trace)).at(-1) as TraceEntry
  }

  async stage(stage: string, inputs: string[], params: TraceEntry['params'] = {}): Promise<string> {
    const output = await digestOf(`${this.name} ${stage} ${JSON.stringify(params)} ${inputs.join()}`)
    const entry = await this.#step(stage, inputs, output, params)
    const by = this.#maker(stage === 'scan' ? 'intake' : 'designer')
    await this.#say(stageStatement(by, tracedStep(this.stated, entry)), by)
    return output
  }

  /** From the scan to checked findings of `revision`. */
  async design(revision: number, seed = 1): Promise<{ mesh: string; findings: string; weights: string }> {
    const weights = await digestOf('weights')
    const volume = this.trace[0]?.outputDigest ?? (await this.stage('scan', []))
    const ran = this.#otherwise.weights ?? weights
    const outcome = await digestOf(`${this.name} outcome ${revision}`)
    const entry = await this.#step('infer', [volume, ran], outcome, { seed, members: 4 })
    const by = this.#maker('designer')
    const model = { id: 'head', version: '1.0.0', sha256: ran }
    await this.#say(modelRunStatement(by, tracedStep(this.stated, entry), model), by, ran)
    const mask = await this.stage('promote', [outcome], { revision })
    const reference = await this.stage('surface', [mask])
    const mesh = await this.stage('scale', [reference], { factor: 1, reason: 'as Maria K. asked' })
    const findings = await digestOf(`${this.name} findings ${mesh}`)
    const checked = await this.#step('check', [mesh, reference], findings, { policy: 'planning' })
    const found = [
      { check: 'genus', level: 'fail', hard: false },
      { check: 'shells', level: 'warn', hard: false },
      { check: 'scale', level: 'pass', hard: true },
    ] as const
    const checker = this.#maker('designer', this.policy)
    const facts = { findings: found, meshDigest: mesh, policyId: 'planning', revision } as const
    await this.#say(findingsStatement(checker, tracedStep(this.stated, checked), facts), checker)
    return { mesh, findings, weights }
  }

  async approve(revision: number, part: { mesh: string; findings: string; weights: string }): Promise<SignedStatement> {
    const by = this.#maker(this.#otherwise.approvedBy ?? 'reviewer', this.policy)
    const given: Approval = {
      checked: [
        { name: 'mesh', digest: part.mesh },
        { name: 'findings', digest: part.findings },
      ],
      ...{ policyId: 'planning', revision, accepted: ['genus'], models: [part.weights] },
      expiresAt: isoOf(this.#ms + 14 * DAY_MS),
    }
    return this.#say(approvalStatement(by, this.#otherwise.approval?.(given) ?? given), by)
  }

  async release(
    revision: number,
    part: { mesh: string; findings: string },
    approval: SignedStatement,
    reprintOf: string | null = null,
  ): Promise<{ released: SignedStatement; file: string; nonce: string; recipient: string }> {
    this.wait((this.#otherwise.waitDays ?? 0) * DAY_MS)
    const content = `solid ${this.name} ${revision}`
    const digest = await digestOf(content)
    const name = `model-${revision}.stl`
    const from = this.#otherwise.writtenFrom ?? part.mesh
    const entry = await this.#step('export', [from, part.findings], digest, {
      format: 'stl',
      accepted: ['genus by MK'],
    })
    const designer = this.#maker('designer')
    await this.#say(stageStatement(designer, tracedStep(this.stated, entry)), designer)
    if (!reprintOf) this.files.push({ name, digest, bytes: content.length, content })
    const recipient = await digestOf('print station')
    const nonce = await digestOf(`${this.name} nonce ${revision} ${reprintOf}`)
    const by = this.#maker('operator', this.#otherwise.releasePolicy ?? this.policy)
    const given: Release = {
      files: [{ name, digest }],
      checked: [part.mesh, part.findings],
      approval: approval.digest,
      ...{ policyId: 'planning', revision, accepted: [], recipient, nonce, reprintOf },
      traceId: await traceId(await this.recipe(part.findings)),
    }
    const released = await this.#say(releaseStatement(by, this.#otherwise.release?.(given) ?? given), by)
    return { released, file: digest, nonce, recipient }
  }

  async print(
    { released, file, nonce, recipient }: Awaited<ReturnType<EvidenceJob['release']>>,
    decision: Judged['decision'] = 'accept',
  ): Promise<SignedStatement> {
    const by = this.#maker('operator')
    const print = { name: 'print', digest: await digestOf(`${this.name} print ${nonce}`) }
    const given: Receipt = {
      ...{ print, files: [file], release: released.digest, nonce, recipient },
      ...{ printer: 'Printer 1', material: 'PLA' },
    }
    const receipt = await this.#say(receiptStatement(by, this.#otherwise.receipt?.(given) ?? given), by)
    const judge = this.#maker('operator')
    const reasons = decision === 'accept' ? [] : (['visible-defect'] as const)
    const judged: Judged = { print, receipt: receipt.digest, decision, reasons, meanMm: 0.2, maxMm: 0.6 }
    return this.#say(acceptanceStatement(judge, this.#otherwise.judged?.(judged) ?? judged), judge)
  }

  async recipe(findings: string) {
    const trace = this.#otherwise.recipeTrace?.(this.trace) ?? this.trace
    return recipeOf(lineage(await publicTrace(trace), findings))
  }

  actors(): Actor[] {
    return Object.entries(this.staff).map(([role, signer]) =>
      actorOf(signer, role as Role, isoOf(START_MS - DAY_MS), isoOf(START_MS + 365 * DAY_MS)),
    )
  }

  async evidence(findings: string): Promise<CaseEvidence> {
    return {
      actors: this.actors(),
      recipes: [await this.recipe(findings)],
      trace: this.trace,
      statements: this.stated.statements.map(({ envelope }) => envelope),
      log: this.stated.log,
      files: this.files.map(({ content: _content, ...file }) => file),
    }
  }

  async bundle(findings: string): Promise<string> {
    const { signer, role, at } = this.#maker('operator')
    const by = { keyId: signer.keyId, role, strength: signer.strength }
    const clock = { time: at, count: this.#count + 1 }
    return (await writeBundle(await this.evidence(findings), by, signer, clock)).text
  }
}

/** A whole case: designed, approved, released, printed; printed again when `reprints`. */
export async function wholeCase(
  people: Staff,
  name: string,
  { reprints = 0, otherwise = {} }: { reprints?: number; otherwise?: Otherwise } = {},
): Promise<{ job: EvidenceJob; text: string; findings: string }> {
  const job = await EvidenceJob.create(people, name, otherwise)
  await job.note('open', 'intake')
  const part = await job.design(1)
  await job.note('release', 'designer', 'denied')
  const approval = await job.approve(1, part)
  let release = await job.release(1, part, approval)
  for (let n = 0; n < reprints; n++) {
    const again = await job.print(release, 'reprint')
    release = await job.release(1, part, approval, again.digest)
  }
  await job.print(release)
  await job.note('lock', 'operator')
  return { job, text: await job.bundle(part.findings), findings: part.findings }
}

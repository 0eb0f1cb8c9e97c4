import type { Finding } from '../core/finding.ts'
import type { TraceEntry } from '../core/trace-entry.ts'
import { entryDigest } from './chain.ts'
import { type Maker, policyResource, type Revision, type SignedStatement, statement } from './statement.ts'

/** A step of the public trace, and those of its inputs that no earlier statement made (weights, an empty mask). */
export interface TracedStep {
  readonly entry: TraceEntry
  readonly sources: readonly string[]
}

async function traced({ entry, sources }: TracedStep) {
  const subject = { name: entry.stage, digest: entry.outputDigest }
  return {
    subject,
    materials: entry.inputDigests,
    facts: { entry: await entryDigest(entry), seq: entry.seq, stage: entry.stage, version: entry.version, sources },
  }
}

/** One step of the line. */
export async function stageStatement(maker: Maker, step: TracedStep): Promise<SignedStatement> {
  const { subject, materials, facts } = await traced(step)
  return statement(maker, { kind: 'stage', subjects: [subject], materials, facts })
}

export type ModelRun = {
  readonly id: string
  readonly version: string
  /** Of the weights. */
  readonly sha256: string
}

/** A step that a network made. */
export async function modelRunStatement(maker: Maker, step: TracedStep, model: ModelRun): Promise<SignedStatement> {
  const { subject, materials, facts } = await traced(step)
  return statement(maker, { kind: 'model-run', subjects: [subject], materials, facts: { ...facts, model } })
}

export interface CheckedMesh extends Revision {
  readonly findings: readonly Pick<Finding, 'check' | 'level' | 'hard'>[]
  readonly meshDigest: string
}

/** What the checks of a mesh found. The digest of the findings is the output of the step. */
export async function findingsStatement(
  maker: Maker,
  step: TracedStep,
  checked: CheckedMesh,
): Promise<SignedStatement> {
  const { subject, materials, facts } = await traced(step)
  const { findings, meshDigest, policyId, revision } = checked
  const named = (wanted: (found: CheckedMesh['findings'][number]) => boolean) => [
    ...new Set(findings.filter(wanted).map(({ check }) => check)),
  ]
  const failedTests = named(({ level }) => level === 'fail')
  const warnedTests = named(({ level }) => level === 'warn')
  const result = failedTests.length > 0 ? 'FAILED' : warnedTests.length > 0 ? 'WARNED' : 'PASSED'
  const passedTests = named(({ level }) => level === 'pass')
  return statement(maker, {
    kind: 'findings',
    subjects: [subject, { name: 'mesh', digest: meshDigest }],
    materials,
    facts: { ...facts, policyId, revision, hard: named(({ level, hard }) => level === 'fail' && hard) },
    standard: { result, configuration: policyResource(maker.policy), passedTests, warnedTests, failedTests },
  })
}

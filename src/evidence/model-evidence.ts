import { PipelineError } from '../core/errors.ts'
import type { JsonValue } from '../core/json.ts'
import type { Band } from '../infer/outcome.ts'
import type { AttackId } from './attacks.ts'
import type { BenchReport } from './bench-report.ts'
import type { CaseResult } from './case-result.ts'
import { robustness, type Trial } from './degradation.ts'
import type { EdgeCaseId } from './edge-cases.ts'
import { ATTACK } from './limits.ts'
import type { RelationResult } from './metamorphic.ts'
import {
  type Judged,
  judgeAttack,
  judgeEdgeCases,
  judgeRelations,
  judgeRobustness,
  type SizedRun,
} from './red-team/judge.ts'
import type { RedTeamId, RedTeamResult } from './red-team/register.ts'

/** The bench's run over cases. */
export interface CasesRun {
  /** ISO 8601, UTC. */
  readonly date: string
  readonly seed: number
  readonly toleranceMm: number
  readonly cases: readonly CaseResult[]
}

/** One search for a small change of a scan. */
export interface AttackRun extends SizedRun {
  readonly id: AttackId
  /** Of the case in its data set. */
  readonly row: number
  /** The largest change of a voxel, in the units of the scan. */
  readonly epsilon: number
  /** Most tries. */
  readonly budget: number
}

/** All that the bench found of one network, by the digest of its weights. No file name and no voxel. */
export interface ModelEvidence {
  readonly modelSha256: string
  readonly run: CasesRun | null
  readonly trials: readonly Trial[]
  readonly relations: readonly RelationResult[]
  readonly edgeCases: readonly { readonly id: EdgeCaseId; readonly band: Band }[]
  readonly attacks: readonly AttackRun[]
  readonly redTeam: readonly RedTeamResult[]
}

export const noEvidence = (modelSha256: string): ModelEvidence => ({
  modelSha256,
  run: null,
  trials: [],
  relations: [],
  edgeCases: [],
  attacks: [],
  redTeam: [],
})

/** What one run of the bench found. */
export type Finding =
  | { readonly kind: 'cases'; readonly run: CasesRun; readonly report: BenchReport }
  | { readonly kind: 'grid'; readonly trials: readonly Trial[] }
  | { readonly kind: 'relations'; readonly relations: readonly RelationResult[] }
  | { readonly kind: 'edge-cases'; readonly edgeCases: ModelEvidence['edgeCases'] }
  | { readonly kind: 'attack'; readonly attacks: readonly AttackRun[] }

/** When, and with what numbers, a run was made. */
export interface RunMark {
  readonly date: string
  readonly seed: number
}

/** The evidence with what a run found in place of what an earlier run of the same kind did, and its line in the register. */
export function withFinding(before: ModelEvidence, finding: Finding, { date, seed }: RunMark): ModelEvidence {
  const judged = judgedOf(finding)
  const line = judged && { ...judged, date, seed, modelSha256: before.modelSha256 }
  const redTeam = line ? [...before.redTeam.filter(({ id }) => id !== line.id), line] : before.redTeam
  return { ...before, redTeam, ...partOf(before, finding) }
}

function partOf(before: ModelEvidence, finding: Finding): Partial<ModelEvidence> {
  switch (finding.kind) {
    case 'cases':
      return { run: finding.run }
    case 'grid':
      return { trials: finding.trials }
    case 'relations':
      return { relations: finding.relations }
    case 'edge-cases':
      return { edgeCases: finding.edgeCases }
    case 'attack': {
      const ids = finding.attacks.map(({ id }) => id)
      return { attacks: [...before.attacks.filter(({ id }) => !ids.includes(id)), ...finding.attacks] }
    }
  }
}

/** The line of the register; null for a run that says too little to be one. */
function judgedOf(finding: Finding): (Judged & { readonly id: RedTeamId }) | null {
  switch (finding.kind) {
    case 'cases':
      return judgeGroups(finding.report)
    case 'grid':
      return { id: 'corruption-grid', ...judgeRobustness(robustness(finding.trials)) }
    case 'relations':
      return { id: 'metamorphic', ...judgeRelations(finding.relations) }
    case 'edge-cases':
      return { id: 'edge-cases', ...judgeEdgeCases(new Map(finding.edgeCases.map(({ id, band }) => [id, band]))) }
    case 'attack':
      return judgeSearch(finding.attacks)
  }
}

/** Groups too small to be judged are neither a pass nor a failure. */
function judgeGroups({ structures }: BenchReport): (Judged & { readonly id: RedTeamId }) | null {
  const verdicts = structures.map(({ bias }) => bias.verdict)
  const failed = verdicts.filter((verdict) => verdict === 'fail').length
  if (failed === 0 && (verdicts.length === 0 || verdicts.includes('insufficient'))) return null
  return { id: 'group-gates', passed: failed === 0, figures: { structures: verdicts.length, failed } }
}

/** A search with fewer tries than the limits ask for counts when it got through, and not when it did not. */
function judgeSearch(attacks: readonly AttackRun[]): (Judged & { readonly id: RedTeamId }) | null {
  const [first] = attacks
  if (!first) return null
  const isShort = attacks.some(({ budget }) => budget < ATTACK.queries)
  const gotThrough = attacks.some(({ size, result }) => size === 0 && result.silentSuccess)
  return isShort && !gotThrough ? null : { id: first.id, ...judgeAttack(attacks) }
}

/** A distance may be infinite and an agreement unknown, and JSON has no word for either. */
const WORDS: ReadonlyMap<unknown, number> = new Map([
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
])
const wordOf = (value: number) => [...WORDS].find(([, number]) => Object.is(number, value))?.[0]

/** As it is kept. */
export const packEvidence = (kept: readonly ModelEvidence[]): JsonValue =>
  JSON.parse(
    JSON.stringify({ format: 'proofprint-bench/1', kept }, (_, value) =>
      typeof value === 'number' && !Number.isFinite(value) ? { number: wordOf(value) } : value,
    ),
  )

/** What packEvidence() made. Errors: vault/tampered for anything else. */
export function unpackEvidence(packed: JsonValue): readonly ModelEvidence[] {
  const read: unknown = JSON.parse(JSON.stringify(packed), (_, value: unknown) => {
    const isWord = typeof value === 'object' && value !== null && 'number' in value && Object.keys(value).length === 1
    return isWord ? (WORDS.get((value as { number: unknown }).number) ?? value) : value
  })
  if (isKept(read)) return read.kept
  throw new PipelineError('vault/tampered', 'The kept results of the bench cannot be read. Nothing of them was used.')
}

const LISTS = ['trials', 'relations', 'edgeCases', 'attacks', 'redTeam'] as const

function isKept(read: unknown): read is { readonly kept: readonly ModelEvidence[] } {
  if (typeof read !== 'object' || read === null || !('kept' in read) || !('format' in read)) return false
  const { format, kept } = read
  return format === 'proofprint-bench/1' && Array.isArray(kept) && kept.every(isEvidence)
}

function isEvidence(one: unknown): boolean {
  if (typeof one !== 'object' || one === null) return false
  const fields = one as Readonly<Record<string, unknown>>
  return typeof fields.modelSha256 === 'string' && LISTS.every((list) => Array.isArray(fields[list]))
}

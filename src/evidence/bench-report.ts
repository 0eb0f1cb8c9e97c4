import type { AnatomyId } from '../core/anatomy.ts'
import type { EvaluationRow } from '../infer/card.ts'
import { type BiasReport, biasOf } from './bias.ts'
import type { Draws } from './bootstrap.ts'
import {
  biasCases,
  type CaseResult,
  evaluationRows,
  type StructureSummary,
  structuresIn,
  summarise,
} from './case-result.ts'

/** One structure over all cases of a run, and how groups of them compare. */
export interface StructureReport {
  readonly anatomy: AnatomyId
  readonly summary: StructureSummary
  readonly bias: BiasReport
}

/** All that is told of a run; made from its cases alone. */
export interface BenchReport {
  readonly structures: readonly StructureReport[]
  /** For the card of the network. */
  readonly rows: readonly EvaluationRow[]
}

/** Same cases and draws, same report. Thousands of draws for every grouping: not for the page. */
export const benchReport = (cases: readonly CaseResult[], how: Draws): BenchReport => ({
  structures: structuresIn(cases).map((anatomy) => ({
    anatomy,
    summary: summarise(cases, anatomy, how),
    bias: biasOf(biasCases(cases, anatomy), how),
  })),
  rows: evaluationRows(cases, how),
})

import type { ErrorCode } from '../core/errors.ts'
import type { Modality } from '../core/types.ts'
import type { AttackId } from '../evidence/attacks.ts'
import type { BenchReport } from '../evidence/bench-report.ts'
import type { CaseResult } from '../evidence/case-result.ts'
import type { CorruptionId } from '../evidence/corruptions.ts'
import type { LabelMeaning } from '../evidence/dataset.ts'
import type { CardPageWords } from '../evidence/model-card-html.ts'
import type { ModelEvidence } from '../evidence/model-evidence.ts'
import type { Severity } from '../evidence/severity.ts'
import type { ModelCard } from '../infer/card.ts'
import type { BenchData, ChosenFile } from './bench-data.ts'
import type { ShelfModel } from './model-view.ts'

/** How scans are made worse. */
export interface GridOrder {
  readonly corruptions: readonly CorruptionId[]
  readonly severities: readonly Exclude<Severity, 0>[]
}

/** A network on the bench, and what its answers are held against. */
export interface BenchOrder {
  readonly row: ShelfModel
  readonly meanings: readonly LabelMeaning[]
  /** What scans are that do not say it themselves: most files but DICOM. */
  readonly modality: Modality
  readonly toleranceMm: number
  readonly seed: number
}

/** A case that could not be run: by its row, without its name. */
export interface CaseFailure {
  readonly row: number
  readonly code: ErrorCode | 'app/bug'
  readonly message: string
}

/** A run over cases as far as it got. */
export interface RunningView {
  readonly modelSha256: string
  readonly of: number
  readonly done: readonly CaseResult[]
  readonly failures: readonly CaseFailure[]
}

/** A test of robustness. Rows are those of the cases it runs on. */
export type TrialOrder =
  | ({ readonly kind: 'grid'; readonly rows: readonly number[] } & GridOrder)
  | { readonly kind: 'relations'; readonly rows: readonly number[] }
  | { readonly kind: 'edge-cases'; readonly row: number }
  | { readonly kind: 'attack'; readonly row: number; readonly id: AttackId; readonly budget: number }

/** The evidence bench as the screen sees it. Everything is in memory until a person keeps it. */
export interface BenchView {
  readonly data: BenchData | null
  /** The run over cases that goes on, or was the last one; null before any. */
  readonly running: RunningView | null
  /** Whether the bench ran over cases with the network of this digest. */
  evaluated(modelSha256: string): boolean
  evidenceOf(modelSha256: string): ModelEvidence | null
  /** Of the run over cases; null without one, or while it is being made. */
  reportOf(modelSha256: string): BenchReport | null
  /** Whether what is shown lies in the vault as it is. */
  isKept(modelSha256: string): boolean
  choose(files: readonly ChosenFile[]): Promise<void>
  /** Every case of the data, grouped by these columns. */
  run(order: BenchOrder, columns: readonly string[]): Promise<void>
  test(order: BenchOrder, trial: TrialOrder): Promise<void>
  /** Seals the results in the vault. Needs an open one. */
  keep(modelSha256: string): Promise<void>
  /** Forgets the results here, and in the vault. */
  discard(modelSha256: string): Promise<void>
  /** The card of a network, with what runs on this bench found in place of the figures it came with. */
  cardOf(row: ShelfModel): ModelCard
  /** The page about a network, as a file. */
  saveCard(row: ShelfModel, words: CardPageWords): void
}

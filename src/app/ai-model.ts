import type { Mask, Mesh } from '../core/types.ts'
import type { Judgement } from '../infer/band.ts'
import type { Structure } from '../infer/card.ts'
import type { Agreement, Band, Provider, RunPlan } from '../infer/outcome.ts'
import type { Reason } from '../infer/reason.ts'
import type { RegionWord, SecondReader } from '../segment/label-ai.ts'
import type { ShelfModel } from './model-view.ts'

/** What is known before a run. A scan with breaches is RED, and nothing is run. */
export interface Outlook {
  readonly plan: RunPlan | null
  /** Why there is no plan, as when it would not fit into memory. */
  readonly problem: string | null
  readonly breaches: readonly Reason[]
}

/** How far one structure of the result may be believed. */
export interface AiFinding extends Judgement {
  readonly structure: Structure
  readonly mm3: number
  readonly agreement: Agreement
  readonly p: number | null
}

/** What a second reader says. */
export type ReaderWords = Pick<SecondReader, 'who' | 'role' | 'reason'> & {
  /** Initials of who looked first; those given with a region count where there are some. */
  readonly first: string
}

/** What an interface may see and do of AI. Verbs of the review act on the active label. */
export interface AiView {
  readonly models: readonly ShelfModel[]
  readonly model: ShelfModel | null
  /** Index into the card's structures. */
  readonly structure: number
  /** Null without a scan or a network. */
  readonly outlook: Outlook | null
  /** Null before a run on this scan with this network. */
  readonly findings: readonly AiFinding[] | null
  readonly provider: Provider | null
  /** What the result marks of the chosen structure, while no label was made of it; red ones too. */
  readonly found: { readonly mask: Mask; readonly band: Band } | null
  /** The unsure voxels of the active label; null when no network made it. */
  readonly unsure: Mask | null
  /** For each vertex of `mesh` how sure the AI was there, 0 to 255; null when it is not measured. */
  readonly confidence: { readonly mesh: Mesh; readonly perVertex: Uint8Array } | null
  /** Whether the scan's file does not say what kind it is, so that a person may say that it is MR. */
  readonly mayStateMr: boolean
  /** Writes that word down. */
  stateMr(): Promise<void>
  choose(model: ShelfModel): void
  chooseStructure(index: number): void
  run(): Promise<void>
  /** Makes the chosen structure of the result a label. RED is refused. */
  promote(): Promise<void>
  /** Whether the region was looked at since the case was opened. */
  isVisited(region: number): boolean
  /** Notes that the region is being looked at. */
  visit(region: number): void
  /** The region is good as it is. */
  accept(region: number, word: RegionWord): Promise<void>
  /** It is not, after all. */
  reopen(region: number): Promise<void>
  sign(words: ReaderWords): Promise<void>
  /** Measures `confidence` of the model at hand. */
  measureConfidence(): Promise<void>
}

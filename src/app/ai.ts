import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { Volume } from '../core/types.ts'
import { evidenceOf, judge } from '../infer/band.ts'
import type { ModelCard } from '../infer/card.ts'
import type { Outcome, Provider, RunPlan } from '../infer/outcome.ts'
import type { Reason } from '../infer/reason.ts'
import type { SelfTest } from '../infer/self-test.ts'
import { MIN_REASON_LENGTH } from '../qa/gate.ts'
import { isInitials, type LabelAi, type LabelRun, openRegions, type RegionWord } from '../segment/label-ai.ts'
import type { AiFinding, ReaderWords } from './ai-model.ts'
import type { Promoted, PromoteParams } from './ai-steps.ts'
import type { Line } from './line.ts'
import type { ShelfModel } from './model-view.ts'

/** What runs networks. */
export interface AiEngine {
  /** What a run will take. */
  plan(card: ModelCard, volume: Volume): RunPlan
  /** Runs it as a step of the line. Throws 'infer/self-test' when it does not give its known answer on this device. */
  run(line: Line, volume: Volume, model: ShelfModel, ctx: Context): Promise<Outcome>
  /** What the known-answer tests of a network gave on this device, one a provider; empty when none was made. */
  tests(card: ModelCard): readonly SelfTest[]
  /** Whether anybody has measured how well it does: its maker, on the card, or this site, on the evidence bench. */
  isEvaluated(card: ModelCard): boolean
}

/** What a run made of the scan at hand. Voids when the scan or the network changes. */
export interface AiResult {
  readonly model: ShelfModel
  readonly volume: Volume
  readonly outcome: Outcome
  /** One for each structure of the card. */
  readonly findings: readonly AiFinding[]
}

/** Judges every structure of an outcome. */
export function findingsOf(card: ModelCard, outcome: Outcome, breaches: readonly Reason[]): readonly AiFinding[] {
  return card.output.structures.map((structure, index) => {
    const evidence = evidenceOf(card, outcome, index, breaches)
    const { agreement, p } = evidence
    return { ...judge(evidence, card.bands), structure, agreement, p, mm3: agreement.meanMm3 }
  })
}

/** Where an outcome was made, with the known-answer test of that very provider. */
export function labelRun({ backend, adapter }: Provider, tests: readonly SelfTest[]): LabelRun {
  const test = tests.find(({ provider }) => provider === backend)
  if (!test) return { backend, adapter, selfTest: null }
  const { voxels, differing, dice, passed } = test
  return { backend, adapter, selfTest: { voxels, differing, dice, passed } }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** What the trace says of a structure that becomes a label. */
export function promoteParams({ card }: ShelfModel, { structure, agreement, band, p }: AiFinding): PromoteParams {
  return {
    model: card.id,
    version: card.version,
    sha256: card.weights.sha256,
    structure: structure.anatomy,
    channels: structure.of,
    filmMm: card.input.spacingMm,
    band,
    members: card.members.length,
    p,
    pairwiseDice: finite(agreement.pairwiseDice),
    s95Mm: finite(agreement.s95Mm),
    cvPercent: finite(agreement.cvPercent),
  }
}

/** What a label remembers of the network it comes from; nobody has looked at it yet. */
export function labelAi(
  { card }: ShelfModel,
  { structure, band, reasons, p }: AiFinding,
  { regions }: Pick<Promoted, 'regions'>,
  source: string,
  aiMm3: number,
  run: LabelRun,
  evaluated: boolean,
): LabelAi {
  const { id, version, weights, input, members } = card
  return {
    source,
    model: { id, version, sha256: weights.sha256, evaluated, spacingMm: input.spacingMm },
    structure: structure.anatomy,
    band,
    reasons,
    members: members.length,
    run,
    p,
    regions: regions.map((region) => ({ ...region, state: 'open', word: null })),
    aiMm3,
    editedMm3: 0,
    firstReader: null,
    secondReader: null,
  }
}

const refuse = (sentence: string) => new PipelineError('infer/review', sentence)

/** The label with a region accepted. Throws 'infer/review' saying what is missing. */
export function withAccepted(ai: LabelAi, region: number, word: RegionWord, isVisited: boolean): LabelAi {
  if (!isVisited) throw refuse('Nobody has looked at this region yet. Show it first, then accept it.')
  requireInitials(word.by)
  if (word.reason === 'other' && word.text.trim().length < MIN_REASON_LENGTH) {
    throw refuse('Say in a few words why this region is good as it is, or choose a reason from the list.')
  }
  return { ...withRegion(ai, region, word), firstReader: ai.firstReader ?? word.by }
}

/** The label with a region set to accepted by this word, or open without one. */
export function withRegion(ai: LabelAi, region: number, word: RegionWord | null): LabelAi {
  const state = word ? 'accepted' : 'open'
  const regions = ai.regions.map((own, n) => (n === region ? ({ ...own, state, word } as const) : own))
  return { ...ai, regions, secondReader: null }
}

/** The label signed by a second reader. Throws 'infer/review' saying what is missing. */
export function withSecondReader(ai: LabelAi, words: ReaderWords, at: string): LabelAi {
  const first = ai.firstReader ?? words.first
  const { who, role, reason } = words
  requireInitials(first)
  requireInitials(who)
  if (openRegions(ai).length > 0) {
    throw refuse('Some regions still wait for a look. Accept or edit each of them, then let a second reader sign.')
  }
  const readers = [first, ...ai.regions.flatMap(({ word }) => word?.by ?? [])]
  if (readers.includes(who)) throw refuse('The second reader must be another person than the first. Ask a colleague.')
  if (reason.trim().length < MIN_REASON_LENGTH) {
    throw refuse('The second reader says in a few words what was looked at. Add that, then sign.')
  }
  return { ...ai, firstReader: first, secondReader: { who, role, at, reason: reason.trim() } }
}

function requireInitials(text: string): void {
  if (!isInitials(text)) throw refuse('Give two to four capital letters as initials, and no name.')
}

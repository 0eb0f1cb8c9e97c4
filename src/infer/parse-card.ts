import { ANATOMY, type AnatomyId } from '../core/anatomy.ts'
import { PipelineError } from '../core/errors.ts'
import { parsedJson } from '../core/json.ts'
import type {
  BandLimit,
  BandLimits,
  Calibration,
  EvaluationRow,
  Member,
  ModelCard,
  ModelInput,
  ModelOutput,
  Normalisation,
  Scope,
  Structure,
  Tiling,
} from './card.ts'
import { cardRules } from './card-rules.ts'
import {
  absentAs,
  byKind,
  flag,
  list,
  number,
  oneOf,
  orNull,
  range,
  record,
  type Say,
  type Shape,
  text,
  three,
  whole,
} from './json-shape.ts'

/** A card of a thousand calibration scores is 20 kB: more is no card. */
export const LARGEST_CARD_BYTES = 1 << 19
/** The largest network that is kept: two dozen times the shipped ones. */
export const LARGEST_WEIGHTS_BYTES = 1 << 26
/** Fewer scores give no conformal p below 0.05. */
export const FEWEST_SCORES = 20

/** What is wrong with one field, named as it stands in the file: 'input.spacingMm', 'members[2].flip'. */
export interface CardProblem {
  readonly field: string
  readonly wants: string
}

const NOTE = text(2000)
const MARKABLE: readonly AnatomyId[] = ANATOMY.map(({ id }) => id).filter((id) => id !== 'background')
const share = number(0, 1)
const anatomy = oneOf(MARKABLE)

const clipped = <K extends 'quantiles' | 'window'>(kind: K, limit: Shape<number>) =>
  record<{ kind: K; low: number; high: number; clip: boolean }>({
    kind: oneOf([kind]),
    low: limit,
    high: limit,
    clip: flag,
  })

const intensity = byKind<Normalisation>({
  'min-max': record<Extract<Normalisation, { kind: 'min-max' }>>({ kind: oneOf(['min-max']) }),
  quantiles: clipped('quantiles', share),
  window: clipped('window', number(-1e6, 1e6)),
})

const limit = record<BandLimit>({
  pairwiseDice: share,
  s95Mm: number(0, 100),
  cvPercent: number(0, 1000),
  p: share,
})

const evaluationRow = record<EvaluationRow>({
  structure: anatomy,
  stratum: text(120),
  n: whole(1, 1e6),
  dice: record<EvaluationRow['dice']>({ median: share, low: share, high: share }),
  nsd: orNull(record<NonNullable<EvaluationRow['nsd']>>({ toleranceMm: number(0.01, 50), median: share })),
  worstDice: share,
})

const CARD = record<ModelCard>({
  format: oneOf(['proofprint-model/1']),
  id: text(60, /^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by hyphens,'),
  version: text(20, /^\d{1,5}\.\d{1,5}\.\d{1,5}$/, 'three numbers such as 1.0.0,'),
  name: text(60),
  weights: record<ModelCard['weights']>({
    sha256: text(64, /^[0-9a-f]{64}$/, 'the SHA-256 of the .onnx file, lower-case hex'),
    bytes: whole(1, LARGEST_WEIGHTS_BYTES),
  }),
  licence: text(200),
  origin: NOTE,
  training: record<ModelCard['training']>({ data: NOTE, licence: text(200) }),
  intendedUse: NOTE,
  knownFailures: list(text(400), 0, 50),
  input: record<ModelInput>({
    name: text(200),
    orientation: text(3, /^[LRAPSI]{3}$/, 'three letters of L R A P S I,'),
    spacingMm: number(0.1, 20),
    sizeVoxels: orNull(whole(8, 1024)),
    intensity,
  }),
  output: record<ModelOutput>({
    name: text(200),
    labels: list(text(80), 2, 256),
    structures: list(record<Structure>({ anatomy, of: list(whole(1, 255), 1, 255) }), 1, 64),
  }),
  tiling: record<Tiling>({
    tileVoxels: orNull(three(whole(8, 1024))),
    overlapVoxels: whole(0, 256),
    edgeVoxels: absentAs(0, whole(0, 128)),
    multipleOf: whole(1, 64),
    bytesPerVoxel: number(1, 1e6),
  }),
  members: list(record<Member>({ flip: three(flag), shiftVoxels: three(whole(-16, 16)) }), 1, 32),
  scope: record<Scope>({
    modalities: list(oneOf(['CT', 'MR', 'other']), 1, 3),
    spacingMm: range(0.01, 50),
    anisotropy: number(1, 100),
    fieldOfViewMm: range(1, 3000),
    ageYears: range(0, 130),
  }),
  bands: record<BandLimits>({ green: limit, amber: limit }),
  calibration: orNull(
    record<Calibration>({
      features: list(text(60), 1, 100),
      mean: list(number(-1e9, 1e9), 1, 100),
      sd: list(number(1e-9, 1e9), 1, 100),
      scores: list(number(-1e9, 1e9), FEWEST_SCORES, 10_000),
      from: NOTE,
    }),
  ),
  evaluation: list(evaluationRow, 0, 500),
})

/** The card that unknown JSON holds, or everything that keeps it from being one. Fields it does not know are left out. */
export function readCard(json: unknown): {
  readonly card: ModelCard | null
  readonly problems: readonly CardProblem[]
} {
  const problems: CardProblem[] = []
  const say: Say = (field, wants) => problems.push({ field, wants })
  const card = CARD(json, '', say)
  if (card) cardRules(card, say)
  return { card: card && problems.length === 0 ? card : null, problems }
}

/** As readCard. Throws 'infer/bad-card' for the first problem; `detail.field` names the field. */
export function parseCard(json: unknown): ModelCard {
  const { card, problems } = readCard(json)
  if (card) return card
  throw badCard(problems[0] ?? { field: '', wants: 'a card' }, problems.length)
}

/** As parseCard, from the bytes of a card.json. */
export function parseCardFile(content: Uint8Array): ModelCard {
  if (content.length > LARGEST_CARD_BYTES) throw badCard({ field: '', wants: `at most ${LARGEST_CARD_BYTES} bytes` })
  const json = parsedJson(content)
  if (json === undefined) throw badCard({ field: '', wants: 'JSON' })
  return parseCard(json)
}

/** The error for what is wrong with a card; `count` problems in all. */
export function badCard({ field, wants }: CardProblem, count = 1): PipelineError {
  const others = count > 1 ? ` ${count - 1} more fields need care.` : ''
  const what = field === '' ? 'the file' : `the field "${field}"`
  const sentence = `This card cannot be used: ${what} needs ${wants}.${others} Correct the card, then add it again.`
  return new PipelineError('infer/bad-card', sentence, { field, count })
}

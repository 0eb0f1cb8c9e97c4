import type { AnatomyId } from '../../core/anatomy.ts'
import type { Modality } from '../../core/types.ts'
import { DEFAULT_BANDS, type Member, type ModelCard, type Normalisation } from '../../infer/card.ts'
import type { OnnxFacts } from '../../infer/sniff-onnx.ts'

/** One channel of the output; anatomy null when nothing is taken from it. */
export interface ChannelDraft {
  readonly label: string
  readonly anatomy: AnatomyId | null
}

export type MemberSet = 'none' | 'flips'

/** A card while it is written: what a person fills in, as flat as the form. */
export interface CardDraft {
  readonly name: string
  readonly id: string
  readonly version: string
  readonly licence: string
  readonly origin: string
  readonly trainingData: string
  readonly trainingLicence: string
  readonly intendedUse: string
  /** Separated by semicolons. */
  readonly knownFailures: string
  readonly inputName: string
  readonly outputName: string
  readonly orientation: string
  readonly spacingMm: number
  readonly sizeVoxels: number | null
  readonly kind: Normalisation['kind']
  readonly low: number
  readonly high: number
  readonly clip: boolean
  /** After the background. */
  readonly channels: readonly ChannelDraft[]
  readonly members: MemberSet
  readonly tileVoxels: number | null
  readonly overlapVoxels: number
  readonly edgeVoxels: number
  readonly bytesPerVoxel: number
  readonly modalities: readonly Modality[]
  readonly spacing: readonly [number, number]
  readonly anisotropy: number
  readonly fieldOfViewMm: readonly [number, number]
  readonly ageYears: readonly [number, number]
}

const NO_CHANNEL: ChannelDraft = { label: '', anatomy: null }

/** Limits of each kind of values: quantiles that leave out rare extremes; the CT of soft tissue in HU. */
export const KIND_LIMITS: Readonly<Record<Normalisation['kind'], readonly [number, number]>> = {
  'min-max': [0, 1],
  quantiles: [0.02, 0.98],
  window: [-100, 300],
}

export const NEW_DRAFT: CardDraft = {
  name: '',
  id: '',
  version: '1.0.0',
  licence: '',
  origin: '',
  trainingData: '',
  trainingLicence: '',
  intendedUse: '',
  knownFailures: '',
  inputName: '',
  outputName: '',
  orientation: 'RAS',
  spacingMm: 1,
  sizeVoxels: null,
  kind: 'quantiles',
  low: 0.02,
  high: 0.98,
  clip: true,
  channels: [NO_CHANNEL],
  members: 'flips',
  tileVoxels: null,
  overlapVoxels: 16,
  edgeVoxels: 0,
  bytesPerVoxel: 120,
  modalities: ['MR'],
  spacing: [0.5, 3],
  anisotropy: 5,
  fieldOfViewMm: [100, 400],
  ageYears: [18, 90],
}

/** The network's name as its id: "Brain, two tissues" is brain-two-tissues. */
export const idOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')

/** This many channels, those there are kept. */
export const withChannels = (draft: CardDraft, count: number): CardDraft => ({
  ...draft,
  channels: Array.from({ length: Math.max(1, count) }, (_, n) => draft.channels[n] ?? NO_CHANNEL),
})

/** What the file says of its ports, filled in. */
export function withFacts(draft: CardDraft, { inputs, outputs }: OnnxFacts): CardDraft {
  const [input, output] = [inputs[0], outputs[0]]
  const edges = input?.dims.slice(2) ?? []
  const edge = edges[0] ?? null
  const channels = output?.dims[1] ?? null
  const filled = {
    ...draft,
    inputName: input?.name ?? '',
    outputName: output?.name ?? '',
    sizeVoxels: edge !== null && edges.every((one) => one === edge) ? edge : null,
  }
  return channels === null || channels > 256 ? filled : withChannels(filled, channels - 1)
}

const STILL = [0, 0, 0] as const
const PLAIN: Member = { flip: [false, false, false], shiftVoxels: STILL }

/** Four runs for a measure of agreement: plain, mirrored left to right, moved, and both. */
function membersOf({ members, orientation }: CardDraft): readonly Member[] {
  if (members === 'none') return [PLAIN]
  const flip = [...orientation].map((letter) => letter === 'L' || letter === 'R') as unknown as Member['flip']
  return [
    PLAIN,
    { flip, shiftVoxels: STILL },
    { flip: PLAIN.flip, shiftVoxels: [2, 2, 2] },
    { flip, shiftVoxels: [-2, -2, -2] },
  ]
}

function structuresOf({ channels }: CardDraft): ModelCard['output']['structures'] {
  const of = new Map<AnatomyId, number[]>()
  for (const [n, { anatomy }] of channels.entries())
    if (anatomy !== null) of.set(anatomy, [...(of.get(anatomy) ?? []), n + 1])
  return [...of].map(([anatomy, numbers]) => ({ anatomy, of: numbers }))
}

const intensityOf = ({ kind, low, high, clip }: CardDraft): Normalisation =>
  kind === 'min-max' ? { kind } : { kind, low, high, clip }

/** The card that a draft makes for this file, perhaps with fields that are still wrong: see readCard. */
export function cardOf(draft: CardDraft, weights: ModelCard['weights'], background: string): ModelCard {
  const { tileVoxels: edge } = draft
  return {
    format: 'proofprint-model/1',
    id: draft.id,
    version: draft.version.trim(),
    name: draft.name.trim(),
    weights,
    licence: draft.licence.trim(),
    origin: draft.origin.trim(),
    training: { data: draft.trainingData.trim(), licence: draft.trainingLicence.trim() },
    intendedUse: draft.intendedUse.trim(),
    knownFailures: draft.knownFailures.split(';').flatMap((one) => one.trim() || []),
    input: {
      name: draft.inputName,
      orientation: draft.orientation.trim().toUpperCase(),
      spacingMm: draft.spacingMm,
      sizeVoxels: draft.sizeVoxels,
      intensity: intensityOf(draft),
    },
    output: {
      name: draft.outputName,
      labels: [background, ...draft.channels.map(({ label }) => label.trim())],
      structures: structuresOf(draft),
    },
    tiling: {
      tileVoxels: edge === null ? null : [edge, edge, edge],
      overlapVoxels: edge === null ? 0 : draft.overlapVoxels,
      edgeVoxels: edge === null ? 0 : draft.edgeVoxels,
      multipleOf: 1,
      bytesPerVoxel: draft.bytesPerVoxel,
    },
    members: membersOf({ ...draft, orientation: draft.orientation.trim().toUpperCase() }),
    scope: {
      modalities: draft.modalities,
      spacingMm: draft.spacing,
      anisotropy: draft.anisotropy,
      fieldOfViewMm: draft.fieldOfViewMm,
      ageYears: draft.ageYears,
    },
    bands: DEFAULT_BANDS,
    calibration: null,
    evaluation: [],
  }
}

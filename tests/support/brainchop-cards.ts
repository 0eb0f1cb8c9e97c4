import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sha256 } from '../../src/core/hash.ts'
import type { ModelCard, Normalisation, Structure, Tiling } from '../../src/infer/card.ts'
import { PLAIN_MEMBER } from './network-cards.ts'
import { plainCard } from './plain-card.ts'

/** Networks of other people beside the project, with cards as a site that brings one would write them. */
const MODELS = resolve('..', 'shared', 'models')

const TISSUES = ['background', 'white matter', 'grey matter']
const PARTS = [
  'background',
  'cerebral white matter',
  'cerebral cortex',
  'lateral ventricle',
  'inferior lateral ventricle',
  'cerebellum white matter',
  'cerebellum cortex',
  'thalamus',
  'caudate',
  'putamen',
  'pallidum',
  '3rd ventricle',
  '4th ventricle',
  'brain stem',
  'hippocampus',
  'amygdala',
  'accumbens',
  'ventral DC',
]

const WHITE_AND_GREY: readonly Structure[] = [
  { anatomy: 'white-matter', of: [1] },
  { anatomy: 'grey-matter', of: [2] },
  { anatomy: 'brain', of: [1, 2] },
]
const INNER: readonly Structure[] = [
  { anatomy: 'white-matter', of: [1, 5] },
  { anatomy: 'grey-matter', of: [2, 6] },
  { anatomy: 'ventricles', of: [3, 4, 11, 12] },
  { anatomy: 'cerebellum', of: [5, 6] },
  { anatomy: 'brain-stem', of: [13] },
  { anatomy: 'thalamus', of: [7] },
  { anatomy: 'hippocampus', of: [14] },
]

export interface Brought {
  readonly id: string
  readonly labels: readonly string[]
  readonly structures: readonly Structure[]
  readonly intensity: Normalisation
  /** Of the activations that live at once: two layers of this many channels. */
  readonly channels: number
}

const MIN_MAX: Normalisation = { kind: 'min-max' }
const QUANTILES: Normalisation = { kind: 'quantiles', low: 0.05, high: 0.95, clip: false }

export const BRAINCHOP: readonly Brought[] = [
  { id: 'model5_gw_ae', labels: TISSUES, structures: WHITE_AND_GREY, intensity: MIN_MAX, channels: 5 },
  { id: 'model20chan3cls', labels: TISSUES, structures: WHITE_AND_GREY, intensity: QUANTILES, channels: 20 },
  { id: 'model18cls', labels: PARTS, structures: INNER, intensity: MIN_MAX, channels: 18 },
  { id: 'model30chan18cls', labels: PARTS, structures: INNER, intensity: MIN_MAX, channels: 30 },
  {
    id: 'mindgrab',
    labels: ['background', 'brain'],
    structures: [{ anatomy: 'brain', of: [1] }],
    intensity: MIN_MAX,
    channels: 15,
  },
]

/** Layers look 46 voxels around them in all (dilations 1 2 4 8 16 8 4 2 1): deeper inside a tile its edge changes nothing. */
export const REACH_VOXELS = 46

/** A tab's WASM memory ends at 4 GiB: networks of more channels than this go by slabs of the head. */
const MOST_CHANNELS_WHOLE = 5

/** How one of them is cut to fit: whole, or slabs that overlap by more than twice their reach. */
export const slabsOf = ({ channels }: Brought): Partial<Tiling> =>
  channels <= MOST_CHANNELS_WHOLE
    ? {}
    : { tileVoxels: [256, 256, 128], overlapVoxels: 2 * REACH_VOXELS + 4, edgeVoxels: REACH_VOXELS }

/** The weights and card of one of them; null where the file is not there. `tileVoxels` null runs the whole grid at once. */
export async function broughtModel(
  { id, labels, structures, intensity, channels }: Brought,
  tiling: Partial<Tiling> = {},
): Promise<{ readonly card: ModelCard; readonly weights: Uint8Array } | null> {
  const file = resolve(MODELS, `${id}.onnx`)
  if (!existsSync(file)) return null
  const weights = new Uint8Array(readFileSync(file))
  const card: ModelCard = {
    ...plainCard({ sha256: await sha256(weights), bytes: weights.length }),
    id: id.replaceAll('_', '-'),
    name: id,
    licence: 'MIT',
    origin: 'brainchop (neuroneural), converted to ONNX',
    input: { name: 'input', orientation: 'LIA', spacingMm: 1, sizeVoxels: 256, intensity },
    output: { name: 'logits', labels, structures },
    tiling: {
      tileVoxels: null,
      overlapVoxels: 0,
      edgeVoxels: 0,
      multipleOf: 1,
      bytesPerVoxel: 8 * channels,
      ...tiling,
    },
    members: [PLAIN_MEMBER],
    calibration: null,
    evaluation: [],
  }
  return { card, weights }
}

/** The winning channel of every voxel of the reference head by ONNX Runtime on a processor; null where it is not there. */
export function referenceLabels(id: string): Uint8Array | null {
  const file = resolve(MODELS, 'reference', `${id}.labels.u8.gz`)
  return existsSync(file) ? new Uint8Array(gunzipSync(readFileSync(file))) : null
}

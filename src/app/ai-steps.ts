import { digestBytes } from '../core/hash.ts'
import type { Mask } from '../core/types.ts'
import type { Ranked } from '../infer/structure-certainty.ts'
import type { AcceptReason, LabelAi, ReaderRole } from '../segment/label-ai.ts'
import type { UncertainRegion } from '../segment/uncertain-regions.ts'
import { encodeMask } from '../vault/codec.ts'
import { maskDigest, maskDigestNow } from './digests.ts'
import { outcomeDigest } from './infer-steps.ts'
import type { KeptAsset, Step } from './pipeline.ts'
import { keepNothing, listener } from './step-parts.ts'

/** What a case keeps of an AI mask beside the label it became: what the label is compared with, and where it was unsure. */
export interface AiSource {
  /** As the AI made it. */
  readonly mask: Mask
  /** The voxels of all its unsure regions. */
  readonly unsure: Mask
  /** Of the structure: one byte a voxel, 0 to 255 for 0 to 1. */
  readonly certainty: Uint8Array
}

/** Where the vault keeps a part of an AI mask. */
export const aiSlot = (source: string, part: 'mask' | 'unsure' | 'certainty'): string => `ai/${part}/${source}`

/** What a label gets that a network made: what it remembers of it, and what the case keeps beside it. */
export interface FromAi {
  readonly ai: LabelAi
  readonly kept: AiSource
}

export type PromoteParams = {
  readonly model: string
  readonly version: string
  readonly sha256: string
  readonly structure: string
  readonly channels: readonly number[]
  readonly filmMm: number
  readonly band: string
  readonly members: number
  readonly p: number | null
  readonly pairwiseDice: number | null
  readonly s95Mm: number | null
  readonly cvPercent: number | null
}

export interface Promoted extends AiSource {
  readonly regions: readonly UncertainRegion[]
}

/** One structure of what a network made, on its way to a label: its voxels and where they are unsure. */
export const PROMOTE_STEP: Step<Ranked, PromoteParams, Promoted> = {
  spec: {
    name: 'promote',
    version: 1,
    defaults: {
      model: '',
      version: '',
      sha256: '',
      structure: '',
      channels: [],
      filmMm: 1,
      band: '',
      members: 1,
      p: null,
      pairwiseDice: null,
      s95Mm: null,
      cvPercent: null,
    },
  },
  run: async ({ compute }, ranked, { channels, filmMm }, ctx) => {
    const { labels, certainty, second, secondCertainty } = ranked
    const output = await compute.call(
      (api) =>
        api.aiStructure({ labels, certainty, second, secondCertainty }, channels, filmMm, ctx.signal, listener(ctx)),
      ctx.signal,
    )
    return { output, backend: 'cpu', adapter: 'JavaScript' }
  },
  // As the run wrote what it made, and as the label's own steps write its mask: the trace of a model leads back to the run.
  inputDigests: async (outcome) => [await outcomeDigest(outcome)],
  outputDigest: ({ mask }) => maskDigest(mask),
  keep: async ({ mask, unsure, certainty }): Promise<KeptAsset[]> => {
    const source = await maskDigest(mask)
    const kept = async (part: 'mask' | 'unsure', of: Mask) => ({
      role: 'mask' as const,
      slot: aiSlot(source, part),
      digest: await maskDigestNow(of),
      ...encodeMask(of),
    })
    const bytes: KeptAsset = {
      role: 'certainty',
      slot: aiSlot(source, 'certainty'),
      digest: await digestBytes(certainty),
      meta: null,
      parts: [certainty],
    }
    return [await kept('mask', mask), await kept('unsure', unsure), bytes]
  },
}

/** A person's word about a label; the voxels stay as they are. */
function wordStep<P extends object>(name: string, defaults: P): Step<Mask, P, Mask> {
  return {
    spec: { name, version: 1, defaults },
    run: async (_workers, mask) => ({ output: mask, backend: 'cpu', adapter: 'JavaScript' }),
    inputDigests: async (mask) => [await maskDigest(mask)],
    outputDigest: maskDigest,
    keep: keepNothing,
  }
}

export type ReviewParams = {
  readonly label: number
  /** From 0, in the order of the list. */
  readonly region: number
  readonly atLps: readonly number[]
  readonly state: 'accepted' | 'open'
  readonly reason: AcceptReason | ''
  readonly text: string
  readonly by: string
}

export const REVIEW_STEP = wordStep<ReviewParams>('review-region', {
  label: 0,
  region: 0,
  atLps: [],
  state: 'accepted',
  reason: '',
  text: '',
  by: '',
})

export type SecondReaderParams = {
  readonly label: number
  readonly first: string
  readonly who: string
  readonly role: ReaderRole | ''
  readonly reason: string
}

export const SECOND_READER_STEP = wordStep<SecondReaderParams>('second-reader', {
  label: 0,
  first: '',
  who: '',
  role: '',
  reason: '',
})

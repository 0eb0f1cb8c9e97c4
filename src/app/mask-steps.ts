import type { Mask, Volume } from '../core/types.ts'
import { BETWEEN_SLICES, type BetweenSlicesParams } from '../segment/between-slices.ts'
import { GROW_AT_CLICK, type GrowAtClickParams } from '../segment/grow-at-click.ts'
import { GROW_FROM_SEEDS } from '../segment/grow-from-seeds.ts'
import type { GrowParams } from '../segment/grow-state.ts'
import { HOLLOW_MASK, type HollowMaskParams } from '../segment/hollow-mask.ts'
import { SPLIT_ISLANDS, type SplitIslandsParams } from '../segment/islands.ts'
import { COMBINE, COMPLEMENT, type CombineOp } from '../segment/logic.ts'
import { MORPHOLOGY, type MorphologyParams } from '../segment/morphology.ts'
import { REMOVE_TABLE, type RemoveTableParams, withinBody } from '../segment/remove-table.ts'
import type { SeedLayers } from '../segment/seed-layers.ts'
import { SMOOTH_JOINT, type SmoothJointParams } from '../segment/smooth-joint.ts'
import { SMOOTH_MASK, type SmoothMaskParams } from '../segment/smooth-mask.ts'
import { maskDigest, volumeDigest } from './digests.ts'
import { digestOf } from './label-steps.ts'
import type { Step } from './pipeline.ts'
import { resident } from './resident.ts'
import { findingStep, keepNothing, listener, maskStep } from './step-parts.ts'

export const GROW_AT_CLICK_STEP = findingStep<GrowAtClickParams>(GROW_AT_CLICK, (compute, digest, params, ctx) =>
  compute.call((api) => api.growAtClick(digest, params, ctx.signal, listener(ctx)), ctx.signal),
)

/** The numbers of the labels stand beside how they grow: with equal cost the lower one wins. */
export type GrowSeedsParams = GrowParams & { readonly labels: readonly number[] }

export const GROW_SEEDS_STEP: Step<{ volume: Volume; seeds: SeedLayers }, GrowSeedsParams, readonly Mask[]> = {
  spec: { ...GROW_FROM_SEEDS, defaults: { ...GROW_FROM_SEEDS.defaults, labels: [] } },
  run: async (workers, { volume, seeds }, { labels: _, ...params }, ctx) => {
    const digest = await resident(workers, volume, ctx.signal)
    return workers.compute.call((api) => api.growSeeds(digest, seeds, params, ctx.signal, listener(ctx)), ctx.signal)
  },
  inputDigests: async ({ volume, seeds: { layers, allowed } }) =>
    Promise.all([
      volumeDigest(volume),
      ...layers.map(({ mask }) => maskDigest(mask)),
      ...(allowed ? [maskDigest(allowed)] : []),
    ]),
  outputDigest: digestOf,
  keep: keepNothing,
}

export const SPLIT_ISLANDS_STEP: Step<Mask, SplitIslandsParams, readonly Mask[]> = {
  spec: SPLIT_ISLANDS,
  run: ({ compute }, mask, params, ctx) =>
    compute.call((api) => api.splitIslands(mask, params, ctx.signal, listener(ctx)), ctx.signal),
  inputDigests: async (mask) => [await maskDigest(mask)],
  outputDigest: digestOf,
  keep: keepNothing,
}

export const COMBINE_STEP: Step<{ a: Mask; b: Mask }, { op: CombineOp }, Mask> = {
  spec: COMBINE,
  run: ({ compute }, { a, b }, { op }, ctx) =>
    compute.call((api) => api.combine(a, b, op, ctx.signal, listener(ctx)), ctx.signal),
  inputDigests: ({ a, b }) => Promise.all([maskDigest(a), maskDigest(b)]),
  outputDigest: maskDigest,
  keep: keepNothing,
}

export const SMOOTH_MASK_STEP = maskStep<SmoothMaskParams>(SMOOTH_MASK, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.smoothMask(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const SMOOTH_JOINT_STEP: Step<readonly Mask[], SmoothJointParams, readonly Mask[]> = {
  spec: SMOOTH_JOINT,
  run: ({ compute }, masks, params, ctx) =>
    compute.call((api) => api.smoothJoint(masks, params, ctx.signal, listener(ctx)), ctx.signal),
  inputDigests: (masks) => Promise.all(masks.map(maskDigest)),
  outputDigest: digestOf,
  keep: keepNothing,
}

/** Takes away what lies outside the patient; of no mask it makes the whole patient. */
export const REMOVE_TABLE_STEP: Step<{ volume: Volume; mask: Mask | null }, RemoveTableParams, Mask> = {
  spec: REMOVE_TABLE,
  run: async (workers, { volume, mask }, params, ctx) => {
    const digest = await resident(workers, volume, ctx.signal)
    const body = await workers.compute.call((api) => api.body(digest, params, ctx.signal, listener(ctx)), ctx.signal)
    return mask ? { ...body, output: withinBody(mask, body.output) } : body
  },
  inputDigests: async ({ volume, mask }) => Promise.all([volumeDigest(volume), ...(mask ? [maskDigest(mask)] : [])]),
  outputDigest: maskDigest,
  keep: keepNothing,
}

export const COMPLEMENT_STEP = maskStep<object>(COMPLEMENT, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.complement(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const BETWEEN_SLICES_STEP = maskStep<BetweenSlicesParams>(BETWEEN_SLICES, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.betweenSlices(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const MORPHOLOGY_STEP = maskStep<MorphologyParams>(MORPHOLOGY, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.morphology(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const HOLLOW_MASK_STEP = maskStep<HollowMaskParams>(HOLLOW_MASK, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.hollowMask(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

import type { Volume } from '../core/types.ts'
import { FILL_HOLES, type FillHolesParams } from '../segment/fill-holes.ts'
import { ISLANDS, type IslandsParams } from '../segment/islands.ts'
import { MARGIN, type MarginParams } from '../segment/margin.ts'
import { THRESHOLD, type ThresholdParams } from '../segment/threshold.ts'
import { encodeVolume } from '../vault/codec.ts'
import { DENOISE, type DenoiseParams } from '../volume/denoise.ts'
import { volumeDigest } from './digests.ts'
import type { Step } from './pipeline.ts'
import { resident } from './resident.ts'
import { asset, findingStep, listener, maskStep } from './step-parts.ts'

export const DENOISE_STEP: Step<Volume, DenoiseParams, Volume> = {
  spec: DENOISE,
  run: async (workers, volume, params, ctx) => {
    const digest = await resident(workers, volume, ctx.signal)
    return workers.compute.call((api) => api.denoise(digest, params, ctx.signal, listener(ctx)), ctx.signal)
  },
  inputDigests: async (volume) => [await volumeDigest(volume)],
  outputDigest: volumeDigest,
  keep: (volume, digest) => [asset('field', digest, encodeVolume(volume))],
}

export const THRESHOLD_STEP = findingStep<ThresholdParams>(THRESHOLD, (compute, digest, params, ctx) =>
  compute.call((api) => api.threshold(digest, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const ISLANDS_STEP = maskStep<IslandsParams>(ISLANDS, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.islands(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const FILL_HOLES_STEP = maskStep<FillHolesParams>(FILL_HOLES, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.fillHoles(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const MARGIN_STEP = maskStep<MarginParams>(MARGIN, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.margin(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

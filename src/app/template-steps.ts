import type { Ran } from '../../workers/compute-masks.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mask, Volume } from '../core/types.ts'
import { AIRWAY, type AirwayParams } from '../segment/airway.ts'
import { GROW_FROM_CORE, type GrowFromCoreParams } from '../segment/grow-from-core.ts'
import { LUNG, type LungParams } from '../segment/lung.ts'
import { maskDigest, volumeDigest } from './digests.ts'
import type { Step } from './pipeline.ts'
import { resident } from './resident.ts'
import { findingStep, keepNothing, listener } from './step-parts.ts'
import type { Workers } from './workers.ts'

export const AIRWAY_STEP = findingStep<AirwayParams>(AIRWAY, (compute, digest, params, ctx) =>
  compute.call((api) => api.airway(digest, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const LUNG_STEP = findingStep<LungParams>(LUNG, (compute, digest, params, ctx) =>
  compute.call((api) => api.lung(digest, params, ctx.signal, listener(ctx)), ctx.signal),
)

interface MaskOfScan {
  readonly mask: Mask
  readonly volume: Volume
}

/** What changes a mask by what the scan holds. */
function scanStep<P extends object>(
  spec: StageSpec<P>,
  run: (compute: Workers['compute'], mask: Mask, digest: string, params: P, ctx: Context) => Promise<Ran<Mask>>,
): Step<MaskOfScan, P, Mask> {
  return {
    spec,
    run: async (workers, { mask, volume }, params, ctx) =>
      run(workers.compute, mask, await resident(workers, volume, ctx.signal), params, ctx),
    inputDigests: async ({ mask, volume }) => [await maskDigest(mask), await volumeDigest(volume)],
    outputDigest: maskDigest,
    keep: keepNothing,
  }
}

export const GROW_FROM_CORE_STEP = scanStep<GrowFromCoreParams>(GROW_FROM_CORE, (compute, mask, digest, params, ctx) =>
  compute.call((api) => api.growFromCore(mask, digest, params, ctx.signal, listener(ctx)), ctx.signal),
)

export type TemplateParams = {
  readonly id: string
  readonly version: number
  /** SHA-256 of id, version and steps as they ran. */
  readonly digest: string
  /** Whether steps differed from those of this version. */
  readonly edited: boolean
}

/** Writes down which recipe the steps that follow come from; the scan stays as it is. */
export const TEMPLATE_STEP: Step<Volume, TemplateParams, Volume> = {
  spec: { name: 'template', version: 1, defaults: { id: '', version: 1, digest: '', edited: false } },
  run: async (_workers, volume) => ({ output: volume, backend: 'cpu', adapter: 'JavaScript' }),
  inputDigests: async (volume) => [await volumeDigest(volume)],
  outputDigest: volumeDigest,
  keep: () => [],
}

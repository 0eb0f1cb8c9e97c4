import type { Mask, Volume } from '../core/types.ts'
import { type Brush, PAINT, type PaintParams } from '../segment/brush.ts'
import { CROP, type CropParams } from '../segment/crop.ts'
import { SCISSORS, type ScissorsParams } from '../segment/scissors.ts'
import { VIEW_SCISSORS, type ViewScissorsParams } from '../segment/view-scissors.ts'
import { maskDigest, volumeDigest } from './digests.ts'
import type { Step } from './pipeline.ts'
import { resident } from './resident.ts'
import { keepNothing, listener, maskStep } from './step-parts.ts'

/** A stroke as the trace keeps it: the brush's limits as numbers of their own, null for none. */
export type StrokeParams = Omit<PaintParams, 'gate'> & {
  readonly gateLowHu: number | null
  readonly gateHighHu: number | null
}

/** The parameters of a stroke of this brush along these points. */
export function strokeParams({ gate, ...brush }: Brush, pointsIjk: readonly number[]): StrokeParams {
  return { ...brush, gateLowHu: gate?.lowHu ?? null, gateHighHu: gate?.highHu ?? null, pointsIjk }
}

/** What paint() is told for a stroke of the trace. */
export function paintParams({ gateLowHu, gateHighHu, ...rest }: StrokeParams): PaintParams {
  const gated = gateLowHu !== null && gateHighHu !== null
  return { ...rest, gate: gated ? { lowHu: gateLowHu, highHu: gateHighHu } : null }
}

const { gate: _, ...UNGATED } = PAINT.defaults

/** Makes a whole stroke again from its parameters. `field` is the scan that the brush's limits are for; null without. */
export const PAINT_STEP: Step<{ mask: Mask; field: Volume | null }, StrokeParams, Mask> = {
  spec: { ...PAINT, defaults: { ...UNGATED, gateLowHu: null, gateHighHu: null } },
  run: async (workers, { mask, field }, params, ctx) => {
    const digest = field ? await resident(workers, field, ctx.signal) : null
    const stroke = paintParams(params)
    return workers.compute.call((api) => api.paint(mask, digest, stroke, ctx.signal, listener(ctx)), ctx.signal)
  },
  inputDigests: async ({ mask, field }) =>
    field ? [await maskDigest(mask), await volumeDigest(field)] : [await maskDigest(mask)],
  outputDigest: maskDigest,
  keep: keepNothing,
}

export const SCISSORS_STEP = maskStep<ScissorsParams>(SCISSORS, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.scissors(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const VIEW_SCISSORS_STEP = maskStep<ViewScissorsParams>(VIEW_SCISSORS, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.viewScissors(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

export const CROP_STEP = maskStep<CropParams>(CROP, ({ compute }, mask, params, ctx) =>
  compute.call((api) => api.crop(mask, params, ctx.signal, listener(ctx)), ctx.signal),
)

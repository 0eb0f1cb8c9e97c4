import * as Comlink from 'comlink'
import type { Backend, Context } from '../src/core/stage.ts'
import type { Mask, Volume } from '../src/core/types.ts'
import type { GpuContext } from '../src/gpu/context.gpu.ts'
import type { ScanShelf } from '../src/gpu/scan-shelf.gpu.ts'
import type { GpuVolume } from '../src/gpu/volume.gpu.ts'
import type { Ranked } from '../src/infer/structure-certainty.ts'
import { aiStructure } from '../src/segment/ai-structure.ts'
import { type AirwayParams, airway } from '../src/segment/airway.ts'
import { betweenSlicesGpu } from '../src/segment/between-slices.gpu.ts'
import { type BetweenSlicesParams, betweenSlices } from '../src/segment/between-slices.ts'
import { type PaintParams, paint } from '../src/segment/brush.ts'
import { componentsGpu } from '../src/segment/components.gpu.ts'
import { components } from '../src/segment/components.ts'
import { type CropParams, crop } from '../src/segment/crop.ts'
import { fillHolesGpu } from '../src/segment/fill-holes.gpu.ts'
import { type FillHolesParams, fillHoles } from '../src/segment/fill-holes.ts'
import { growAtClickGpu } from '../src/segment/grow-at-click.gpu.ts'
import { type GrowAtClickParams, growAtClick } from '../src/segment/grow-at-click.ts'
import { type GrowFromCoreParams, growFromCore } from '../src/segment/grow-from-core.ts'
import { growFromSeedsGpu } from '../src/segment/grow-from-seeds.gpu.ts'
import type { GrowParams, GrowState } from '../src/segment/grow-state.ts'
import { hollowMaskGpu } from '../src/segment/hollow-mask.gpu.ts'
import { type HollowMaskParams, hollowMask } from '../src/segment/hollow-mask.ts'
import { islandsGpu, splitIslandsGpu } from '../src/segment/islands.gpu.ts'
import {
  ISLAND_NEIGHBOURS,
  type IslandsParams,
  islands,
  type SplitIslandsParams,
  splitIslands,
} from '../src/segment/islands.ts'
import { combineGpu, complementGpu } from '../src/segment/logic.gpu.ts'
import { type CombineOp, combine, complement } from '../src/segment/logic.ts'
import { type LungParams, lung } from '../src/segment/lung.ts'
import { marginGpu } from '../src/segment/margin.gpu.ts'
import { type MarginParams, margin } from '../src/segment/margin.ts'
import { morphologyGpu } from '../src/segment/morphology.gpu.ts'
import { type MorphologyParams, morphology } from '../src/segment/morphology.ts'
import { bodyMaskGpu } from '../src/segment/remove-table.gpu.ts'
import { bodyMask, type RemoveTableParams } from '../src/segment/remove-table.ts'
import { type ScissorsParams, scissors } from '../src/segment/scissors.ts'
import { growLayers, type SeedLayers } from '../src/segment/seed-layers.ts'
import { type SmoothJointParams, smoothMasksJointly } from '../src/segment/smooth-joint.ts'
import { smoothJointGpu, smoothMaskGpu } from '../src/segment/smooth-mask.gpu.ts'
import { type SmoothMaskParams, smoothMask } from '../src/segment/smooth-mask.ts'
import { thresholdGpu } from '../src/segment/threshold.gpu.ts'
import { type ThresholdParams, threshold } from '../src/segment/threshold.ts'
import { type ViewScissorsParams, viewScissors } from '../src/segment/view-scissors.ts'
import { type ProgressListener, workerContext } from './context.ts'

/** The result of a step and where it really ran. */
export interface Ran<Out> {
  readonly output: Out
  readonly backend: Backend
  readonly adapter: string
}

/** What the processor is called as an adapter. */
export const CPU_NAME = 'JavaScript'

/** Runs a step on the device, or its twin on the processor. */
export type OnBest = <Out>(
  ctx: Context,
  gpu: (ctx: GpuContext) => Promise<Out>,
  cpu: (ctx: Context) => Promise<Out> | Out,
) => Promise<Ran<Out>>

/** A stage from one mask to the next, and its twin on the device. */
type MaskStage<P> = (mask: Mask, params: P, ctx: Context) => Promise<Mask> | Mask
type MaskStageGpu<P> = (mask: Mask, params: P, ctx: GpuContext) => Promise<Mask>
/** A stage from a scan to a mask, on the device. */
type ScanStageGpu<P> = (volume: Volume, gpuVolume: GpuVolume, params: P, ctx: GpuContext) => Promise<Mask>

const sendMask = (ran: Ran<Mask>) => Comlink.transfer(ran, [ran.output.words.buffer as ArrayBuffer])
/** A mask from a stage that is done before the device would have it. */
const onCpu = async (work: Promise<Mask>): Promise<Ran<Mask>> =>
  sendMask({ output: await work, backend: 'cpu', adapter: CPU_NAME })
const sendMasks = (ran: Ran<readonly Mask[]>) =>
  Comlink.transfer(
    ran,
    ran.output.map(({ words }) => words.buffer as ArrayBuffer),
  )

/**
 * What the compute worker does with masks. Scans are named by the digest under which the shelf holds them; masks that come back
 * are transferred.
 */
export function maskMethods(onBest: OnBest, shelf: ScanShelf) {
  /** How far seeds have grown, to go on from when more are painted. */
  let growth: { readonly digest: string; readonly state: GrowState } | null = null

  const fromMask =
    <P>(gpu: MaskStageGpu<P>, cpu: MaskStage<P>) =>
    async (mask: Mask, params: P, signal: AbortSignal, onProgress: ProgressListener) =>
      sendMask(
        await onBest(
          workerContext(signal, onProgress),
          (ctx) => gpu(mask, params, ctx),
          (ctx) => cpu(mask, params, ctx),
        ),
      )

  /** A mask from a scan on the shelf. */
  const fromScan =
    <P>(gpu: ScanStageGpu<P>, cpu: (volume: Volume, params: P, ctx: Context) => Promise<Mask> | Mask) =>
    async (digest: string, params: P, signal: AbortSignal, onProgress: ProgressListener) => {
      const volume = shelf.volume(digest)
      const ran = onBest(
        workerContext(signal, onProgress),
        async (ctx) => gpu(volume, await shelf.onDevice(digest, ctx.device), params, ctx),
        (ctx) => cpu(volume, params, ctx),
      )
      return sendMask(await ran)
    }

  async function grownSeeds(digest: string, seeds: SeedLayers, params: GrowParams, ctx: Context) {
    const volume = shelf.volume(digest)
    const last = growth?.digest === digest ? growth.state : null
    const ran = await onBest(
      ctx,
      async (gpu) => {
        const { device } = gpu
        const scan = await shelf.onDevice(digest, device)
        return growLayers(volume, seeds, params, gpu, last, (input, _, part, state) =>
          growFromSeedsGpu(input, scan, params, { ...part, device }, state),
        )
      },
      (plain) => growLayers(volume, seeds, params, plain, last),
    )
    growth = { digest, state: ran.output.state }
    return { ...ran, output: ran.output.masks }
  }

  return {
    threshold: fromScan<ThresholdParams>((_, scan, params, ctx) => thresholdGpu(scan, params, ctx), threshold),
    growAtClick: fromScan<GrowAtClickParams>(growAtClickGpu, growAtClick),

    /** One mask for each layer. Goes on from the last seeds of the same scan where it can. */
    growSeeds: async (
      digest: string,
      seeds: SeedLayers,
      params: GrowParams,
      signal: AbortSignal,
      onProgress: ProgressListener,
    ) => sendMasks(await grownSeeds(digest, seeds, params, workerContext(signal, onProgress))),

    /** Gives back the memory of the last seeds: 3 bytes a voxel of the box around them. */
    forgetSeeds(): void {
      growth = null
    },

    islands: fromMask<IslandsParams>(islandsGpu, islands),

    async splitIslands(mask: Mask, params: SplitIslandsParams, signal: AbortSignal, onProgress: ProgressListener) {
      const ran = onBest(
        workerContext(signal, onProgress),
        (gpu) => splitIslandsGpu(mask, params, gpu),
        (plain) => splitIslands(mask, params, plain),
      )
      return sendMasks(await ran)
    },

    /** Number of pieces joined by voxel faces: the shells a print of this mask would have. */
    async islandCount(mask: Mask, signal: AbortSignal): Promise<number> {
      const ran = onBest(
        { signal, progress: () => {} },
        (gpu) => componentsGpu(mask, ISLAND_NEIGHBOURS, gpu),
        (plain) => components(mask, ISLAND_NEIGHBOURS, plain),
      )
      return (await ran).output.count
    },

    /** One structure of what a network made, and the regions of it that are unsure. */
    aiStructure(
      ranked: Ranked,
      channels: readonly number[],
      filmMm: number,
      signal: AbortSignal,
      onProgress: ProgressListener,
    ) {
      const made = aiStructure(ranked, channels, filmMm, workerContext(signal, onProgress))
      const buffers = [made.mask.words.buffer, made.unsure.words.buffer, made.certainty.buffer]
      return Comlink.transfer(made, buffers as ArrayBuffer[])
    },

    fillHoles: fromMask<FillHolesParams>(fillHolesGpu, fillHoles),
    margin: fromMask<MarginParams>(marginGpu, margin),
    morphology: fromMask<MorphologyParams>(morphologyGpu, morphology),
    hollowMask: fromMask<HollowMaskParams>(hollowMaskGpu, hollowMask),
    smoothMask: fromMask<SmoothMaskParams>(smoothMaskGpu, smoothMask),
    betweenSlices: fromMask<BetweenSlicesParams>(betweenSlicesGpu, betweenSlices),

    /** `digest` names the scan that the brush's limits are for; null without limits. */
    paint(mask: Mask, digest: string | null, params: PaintParams, signal: AbortSignal, onProgress: ProgressListener) {
      const volume = digest === null ? null : shelf.volume(digest)
      return onCpu(paint(mask, params, volume, workerContext(signal, onProgress)))
    },

    scissors: (mask: Mask, params: ScissorsParams, signal: AbortSignal, onProgress: ProgressListener) =>
      onCpu(scissors(mask, params, workerContext(signal, onProgress))),

    viewScissors: (mask: Mask, params: ViewScissorsParams, signal: AbortSignal, onProgress: ProgressListener) =>
      onCpu(viewScissors(mask, params, workerContext(signal, onProgress))),

    crop: (mask: Mask, params: CropParams, signal: AbortSignal, onProgress: ProgressListener) =>
      onCpu(crop(mask, params, workerContext(signal, onProgress))),

    airway: (digest: string, params: AirwayParams, signal: AbortSignal, onProgress: ProgressListener) =>
      onCpu(airway(shelf.volume(digest), params, workerContext(signal, onProgress))),

    lung: (digest: string, params: LungParams, signal: AbortSignal, onProgress: ProgressListener) =>
      onCpu(lung(shelf.volume(digest), params, workerContext(signal, onProgress))),

    growFromCore: (
      mask: Mask,
      digest: string,
      params: GrowFromCoreParams,
      signal: AbortSignal,
      onProgress: ProgressListener,
    ) => onCpu(growFromCore({ mask, volume: shelf.volume(digest) }, params, workerContext(signal, onProgress))),

    complement: fromMask<object>((mask, _, ctx) => complementGpu(mask, ctx), complement),

    async smoothJoint(
      masks: readonly Mask[],
      params: SmoothJointParams,
      signal: AbortSignal,
      onProgress: ProgressListener,
    ) {
      const ran = onBest(
        workerContext(signal, onProgress),
        (gpu) =>
          smoothMasksJointly(masks, params, gpu, (map, how, part) =>
            smoothJointGpu(map, how, { ...part, device: gpu.device }),
          ),
        (plain) => smoothMasksJointly(masks, params, plain),
      )
      return sendMasks(await ran)
    },

    /** The patient of a CT, without the table. */
    body: fromScan<RemoveTableParams>((volume, _, params, ctx) => bodyMaskGpu(volume, params, ctx), bodyMask),

    async combine(a: Mask, b: Mask, op: CombineOp, signal: AbortSignal, onProgress: ProgressListener) {
      const ran = onBest(
        workerContext(signal, onProgress),
        (gpu) => combineGpu(a, b, op, gpu),
        () => combine(a, b, op),
      )
      return sendMask(await ran)
    },
  }
}

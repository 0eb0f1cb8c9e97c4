import { PipelineError } from '../core/errors.ts'
import { maskVolumeMm3 } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mask, Mesh, Volume } from '../core/types.ts'
import type { GivenFile } from '../import/scan.io.ts'
import { type MaterialStep, materialStep } from '../print/material-step.ts'
import type { Histogram } from '../volume/histogram.ts'
import { noteDigest } from './digests.ts'
import { volumeHistogram } from './queries.ts'
import { resident } from './resident.ts'
import { listener } from './step-parts.ts'
import type { Workers } from './workers.ts'

/** A CT of a printed part. It is held while the case is open, and no case keeps it. */
export interface PartCt {
  readonly volume: Volume
  readonly histogram: Histogram
  readonly found: MaterialStep
}

/** Every HU of a usual CT has a bin of its own. */
const BINS = 4096
/** A piece with less than this share of the model's volume is a support or a crumb. */
const LEAST_SHARE = 0.1
/** A couch, a pad and a holder may be larger than the part. */
const MOST_PIECES = 8

/**
 * Reads the one scan of these files in a worker of its own, apart from the case's, and finds the step from air to material.
 * Errors: those of reading, import/several-scans, print/not-ct, print/no-step.
 */
export async function readPartCt(workers: Workers, files: readonly GivenFile[], ctx: Context): Promise<PartCt> {
  const { benchDecode } = workers
  const { signal } = ctx
  const decoded = await benchDecode
    .call((api) => api.readOne(files, signal, listener(subContext(ctx, 0, 0.9))), signal)
    // Codecs keep all they ever read.
    .finally(() => benchDecode.terminate())
  const { volume } = decoded
  if (volume.modality === 'MR') {
    throw new PipelineError('print/not-ct', 'This is an MR scan. A printed part gives no signal in MR.')
  }
  noteDigest(volume, decoded.volumeDigest)
  const histogram = await volumeHistogram(workers, volume, BINS, signal)
  return { volume, histogram, found: materialStep(histogram, volume.unit) }
}

/**
 * The outer surface of the part in a CT: what is not below the threshold, closed cavities filled (infill is not compared), of its
 * pieces the one whose volume comes nearest to the model's. LPS mm of the CT. Errors: print/other-size when there is none, and
 * those of the compute worker.
 */
export async function partSurface(
  workers: Workers,
  volume: Volume,
  { thresholdValue, modelMm3 }: { readonly thresholdValue: number; readonly modelMm3: number },
  ctx: Context,
): Promise<Mesh> {
  const { compute } = workers
  const { signal } = ctx
  const digest = await resident(workers, volume, signal)
  const told = (from: number, to: number) => listener(subContext(ctx, from, to))
  const range = { lowHu: thresholdValue, highHu: Number.POSITIVE_INFINITY }
  const { output: mask } = await compute.call((api) => api.threshold(digest, range, signal, told(0, 0.2)), signal)
  const whole = { mode: 'volume', maxMm3: null } as const
  const { output: filled } = await compute.call((api) => api.fillHoles(mask, whole, signal, told(0.2, 0.5)), signal)
  const most = { minMm3: LEAST_SHARE * modelMm3, most: MOST_PIECES }
  const pieces = await compute
    .call((api) => api.splitIslands(filled, most, signal, told(0.5, 0.7)), signal)
    .catch((error: unknown) => {
      throw error instanceof PipelineError && error.code === 'segment/empty' ? nothingAsLarge(thresholdValue) : error
    })
  const piece = nearestInSize(pieces.output, modelMm3)
  const limits = { lowHu: thresholdValue, highHu: null }
  return (await compute.call((api) => api.surface(piece, digest, limits, signal, told(0.7, 1)), signal)).output
}

const nothingAsLarge = (thresholdValue: number) =>
  new PipelineError('print/other-size', 'Nothing in the scan is as large as a tenth of the model.', { thresholdValue })

function nearestInSize(pieces: readonly Mask[], modelMm3: number): Mask {
  const off = (mask: Mask) => Math.abs(Math.log(maskVolumeMm3(mask) / modelMm3))
  return pieces.reduce((best, one) => (off(one) < off(best) ? one : best))
}

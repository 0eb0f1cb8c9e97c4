import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, LabelMap, Volume } from '../core/types.ts'
import type { FoundLabel } from '../import/label-values.ts'
import type { SeriesSource } from '../import/series.ts'
import { elsewhere, type ImportedLabels, importedLabels, type KnownLabel } from '../segment/file-labels.ts'
import { type LabelFit, labelFit } from '../volume/label-grid.ts'
import { volumeDigest } from './digests.ts'
import type { Line } from './line.ts'
import type { Step } from './pipeline.ts'
import { listener } from './step-parts.ts'

/** Where labels come from: a series of the files that were opened with the scan, or a file given later. */
export type LabelSource =
  | { readonly seriesId: string; readonly format: SeriesSource }
  | { readonly file: Blob; readonly format: '' }

/** A label map and its digest, made by a worker. */
interface Digested {
  readonly map: LabelMap
  readonly digest: string
}
/** Labels on the grid of their file. */
export interface ReadLabels extends Digested {
  readonly labels: readonly KnownLabel[]
}
/** Labels on the grid of a scan, counted again. */
export interface FittedLabels extends Digested {
  readonly found: readonly FoundLabel[]
}

const ofDigest = async ({ digest }: Digested) => digest

/** Reads a label file. Nothing is kept: labels are, once they are put into the session. */
export const READ_LABELS_STEP: Step<{ source: LabelSource; volume: Volume }, { format: string }, ReadLabels> = {
  spec: { name: 'read-labels', version: 1, defaults: { format: '' } },
  run: async ({ decode }, { source, volume: { grid } }, _params, ctx) => {
    const given = 'file' in source ? { path: 'labels', file: source.file } : source.seriesId
    const read = decode.call((api) => api.readLabels(given, grid, ctx.signal, listener(ctx)), ctx.signal)
    return { output: await read, backend: 'wasm', adapter: 'itk-wasm' }
  },
  inputDigests: async ({ volume }) => [await volumeDigest(volume)],
  outputDigest: ofDigest,
  keep: () => [],
}

type Fitting = Digested & { readonly labels: readonly KnownLabel[]; readonly grid: Grid }
export type FitLabelsParams = { readonly fit: Exclude<LabelFit, 'same'> }

/** Brings labels to the grid of the scan: each voxel takes the label of the voxel it lies in. */
export const FIT_LABELS_STEP: Step<Fitting, FitLabelsParams, FittedLabels> = {
  spec: { name: 'fit-labels', version: 1, defaults: { fit: 'resampled' } },
  run: ({ compute }, { map, labels, grid }, _params, ctx) =>
    compute.call((api) => api.fitLabels(map, labels, grid, ctx.signal, listener(ctx)), ctx.signal),
  inputDigests: async ({ digest }) => [digest],
  outputDigest: ofDigest,
  keep: () => [],
}

const READING = 0.7

/**
 * The labels of a file on the grid of the open scan: as they are when they share it, else by nearest voxel, and the result says
 * which. Each is a step of the trace. Errors: import/not-labels, import/labels-elsewhere, those of reading, volume/too-large.
 */
export async function importLabels(
  line: Line,
  source: LabelSource,
  volume: Volume,
  ctx: Context,
): Promise<ImportedLabels> {
  const { format } = source
  line.onStage('read-labels')
  const reading = subContext(ctx, 0, READING)
  const read = await line.pipeline.runStage(READ_LABELS_STEP, { source, volume }, { format }, reading)
  const { map, labels } = read
  const fit = fitOn(map.grid, volume.grid)
  // Numbers of a header that differ in the last digit are the scan's own grid.
  if (fit === 'same') {
    return importedLabels({ grid: volume.grid, labels: map.labels }, fit, volume.grid, labels, labels)
  }
  line.onStage('fit-labels')
  const fitting = { ...read, grid: volume.grid }
  const fitted = await line.pipeline.runStage(FIT_LABELS_STEP, fitting, { fit }, subContext(ctx, READING, 1))
  return importedLabels(fitted.map, fit, map.grid, labels, fitted.found)
}

/** As labelFit(). Errors: import/labels-elsewhere when no place in the scan can be told. */
export function fitOn(own: Grid, scan: Grid): LabelFit {
  try {
    return labelFit(own, scan)
  } catch (error) {
    // So far away that no place in the scan can be told.
    if (error instanceof PipelineError && error.code === 'app/bad-parameter') throw elsewhere()
    throw error
  }
}

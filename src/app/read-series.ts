import type { ArrivalListener } from '../../workers/decode.worker.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Line } from './line.ts'
import { SCAN_STEP, type Scanned, STRAIGHTEN_STEP } from './scan-steps.ts'
import type { SeriesAnswer, SeriesRow } from './scan-view.ts'

/** Nothing was asked. */
export const NO_ANSWER: SeriesAnswer = { resample: false, placement: null, frame: null }

/** Share of the progress that reading takes when the slices are brought to an even stack afterwards. */
const READING = 0.6

/**
 * Reads a series of the files given to the decode worker; slices that make no even stack are resampled when the person said
 * so. Each is a step of the trace. `onArrival` is told of slices as they come. Throws the series' problem when it has one that the answer does not settle.
 */
export async function readSeries(
  line: Line,
  { id, source, remedy }: Pick<SeriesRow, 'id' | 'source' | 'remedy'>,
  { resample, placement, frame }: SeriesAnswer,
  ctx: Context,
  onArrival: ArrivalListener = () => {},
): Promise<Scanned> {
  const crooked = resample && remedy !== null
  const reading = crooked ? subContext(ctx, 0, READING) : ctx
  const params = { format: source, placement: placement ?? '', frame }
  const scanned = await line.pipeline.runStage(SCAN_STEP, { seriesId: id, crooked, onArrival }, params, reading)
  if (!scanned.bend) return scanned
  line.onStage('straighten')
  return line.pipeline.runStage(STRAIGHTEN_STEP, scanned, { ...scanned.bend }, subContext(ctx, READING, 1))
}

/** Whether a series can only be read once the person has answered something about it. */
export const asksSomething = ({ remedy, frames, placements }: SeriesRow): boolean =>
  remedy !== null || frames !== null || placements !== null

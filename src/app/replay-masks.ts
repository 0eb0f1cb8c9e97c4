import type { Mask, Volume } from '../core/types.ts'
import { addLabel, type LabelSet, noLabels, withMasks } from '../segment/label-set.ts'
import { PROMOTE_STEP } from './ai-steps.ts'
import { maskDigest } from './digests.ts'
import { CROP_STEP, PAINT_STEP, SCISSORS_STEP, VIEW_SCISSORS_STEP } from './draw-steps.ts'
import { INFER_STEP } from './infer-steps.ts'
import { PLACE_STEP } from './label-steps.ts'
import {
  BETWEEN_SLICES_STEP,
  COMBINE_STEP,
  COMPLEMENT_STEP,
  GROW_AT_CLICK_STEP,
  GROW_SEEDS_STEP,
  HOLLOW_MASK_STEP,
  MORPHOLOGY_STEP,
  REMOVE_TABLE_STEP,
  SMOOTH_JOINT_STEP,
  SMOOTH_MASK_STEP,
  SPLIT_ISLANDS_STEP,
} from './mask-steps.ts'
import type { Step } from './pipeline.ts'
import { previewThreshold } from './queries.ts'
import {
  type Made,
  maskAt,
  masksAt,
  NotReplayable,
  outcomeAt,
  type ReplayAt,
  type Replayer,
  runAgain,
  volumeAt,
} from './replay-at.ts'
import { masksValue, type ReplayValue } from './replay-values.ts'
import { AIRWAY_STEP, GROW_FROM_CORE_STEP, LUNG_STEP } from './template-steps.ts'
import { DENOISE_STEP, FILL_HOLES_STEP, ISLANDS_STEP, MARGIN_STEP, THRESHOLD_STEP } from './threshold-steps.ts'

const asMask = (value: Mask): ReplayValue => ({ kind: 'mask', value })
type Named = readonly [stage: string, replayer: Replayer]

const fromScan = <P extends object>(step: Step<Volume, P, Mask>): Named => [
  step.spec.name,
  (at) => runAgain(at, step, volumeAt(at, 0), asMask),
]

const fromMask = <P extends object>(step: Step<Mask, P, Mask>): Named => [
  step.spec.name,
  (at) => runAgain(at, step, maskAt(at, 0), asMask),
]

/** Steps that give masks, and those before them, by the name of their stage. */
export const MASK_REPLAYERS: Readonly<Record<string, Replayer>> = {
  ...Object.fromEntries([
    ...[fromScan(THRESHOLD_STEP), fromScan(AIRWAY_STEP), fromScan(LUNG_STEP), fromScan(GROW_AT_CLICK_STEP)],
    ...[fromMask(ISLANDS_STEP), fromMask(FILL_HOLES_STEP), fromMask(MARGIN_STEP), fromMask(SMOOTH_MASK_STEP)],
    ...[fromMask(COMPLEMENT_STEP), fromMask(BETWEEN_SLICES_STEP), fromMask(MORPHOLOGY_STEP)],
    ...[fromMask(HOLLOW_MASK_STEP), fromMask(SCISSORS_STEP), fromMask(VIEW_SCISSORS_STEP), fromMask(CROP_STEP)],
  ]),
  denoise: (at) => runAgain(at, DENOISE_STEP, volumeAt(at, 0), (value) => ({ kind: 'volume', value })),
  'grow-from-core': (at) => runAgain(at, GROW_FROM_CORE_STEP, { mask: maskAt(at, 0), volume: volumeAt(at, 1) }, asMask),
  'remove-table': (at) => {
    const mask = at.inputs.length > 1 ? maskAt(at, 1) : null
    return runAgain(at, REMOVE_TABLE_STEP, { volume: volumeAt(at, 0), mask }, asMask)
  },
  paint: (at) => {
    const field = at.inputs.length > 1 ? volumeAt(at, 1) : null
    return runAgain(at, PAINT_STEP, { mask: maskAt(at, 0), field }, asMask)
  },
  combine: (at) => runAgain(at, COMBINE_STEP, { a: maskAt(at, 0), b: maskAt(at, 1) }, asMask),
  'split-islands': (at) => runAgain(at, SPLIT_ISLANDS_STEP, maskAt(at, 0), masksValue),
  'smooth-joint': (at) => runAgain(at, SMOOTH_JOINT_STEP, masksAt(at), masksValue),
  'grow-from-seeds': growSeeds,
  infer,
  promote: (at) => runAgain(at, PROMOTE_STEP, outcomeAt(at, 0), ({ mask }) => asMask(mask)),
  place: placeAgain,
  restore: () => Promise.reject(new NotReplayable('set-by-hand')),
  'read-labels': () => Promise.reject(new NotReplayable('file-not-kept')),
  'fit-labels': () => Promise.reject(new NotReplayable('file-not-kept')),
}

const listOfNumbers = (value: unknown): readonly number[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'number') : []

/** Its inputs are the scan, a mask for each label that grew, and where they might. */
function growSeeds(at: ReplayAt): Promise<Made> {
  const labels = listOfNumbers(at.params.labels)
  const layers = labels.map((label, n) => ({ label, mask: maskAt(at, n + 1) }))
  const allowed = at.inputs.length > labels.length + 1 ? maskAt(at, labels.length + 1) : null
  return runAgain(at, GROW_SEEDS_STEP, { volume: volumeAt(at, 0), seeds: { layers, allowed } }, masksValue)
}

async function infer(at: ReplayAt): Promise<Made> {
  const network = await at.kept.network(String(at.params.sha256))
  if (!network) throw new NotReplayable('no-network')
  return runAgain(at, INFER_STEP, { ...network, volume: volumeAt(at, 0) }, (value) => ({ kind: 'outcome', value }))
}

/**
 * The trace keeps the masks that were there and the rules, not which mask was that of the label, nor which labels were locked:
 * each is tried, and none counts but one that gives the recorded result. What is put in place being another, so is the result.
 */
async function placeAgain(at: ReplayAt): Promise<Made> {
  const masks = masksAt(at)
  const proposed = masks.at(-1)
  if (!proposed || masks.length < 2) throw new NotReplayable('unknown-step')
  const set = labelsOf(masks.slice(0, -1))
  for (const within of await rangesOf(at)) {
    for (const { id } of set.labels) {
      const params = { ...at.params, label: id }
      const made = await runAgain({ ...at, params }, PLACE_STEP, { set, proposed, within }, (changes) =>
        masksValue(changes.map(({ mask }) => mask)),
      )
      const isOther = (await maskDigest(proposed)) !== at.entry.inputDigests.at(-1)
      if (made.digest === at.entry.outputDigest || isOther) return made
    }
  }
  throw new NotReplayable('rules-not-kept')
}

function labelsOf(masks: readonly Mask[]): LabelSet {
  const [first] = masks
  if (!first) throw new NotReplayable('unknown-step')
  const empty = masks.reduce((set) => addLabel(set, 'other', 'none'), noLabels(first.grid))
  return withMasks(
    empty,
    masks.map((mask, n) => ({ id: n + 1, mask })),
  )
}

/** The voxels of the range that the edit kept to, by each scan at hand; null without one. */
async function rangesOf({ params, workers, scans, ctx }: ReplayAt): Promise<readonly (Mask | null)[]> {
  const { rangeLowHu: lowHu, rangeHighHu: highHu } = params
  if (typeof lowHu !== 'number' || typeof highHu !== 'number') return [null]
  const ranges: Mask[] = []
  for (const scan of scans()) ranges.push(await previewThreshold(workers, scan, { lowHu, highHu }, ctx.signal))
  return ranges
}

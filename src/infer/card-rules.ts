import type {
  BandLimits,
  Calibration,
  EvaluationRow,
  Member,
  ModelCard,
  ModelInput,
  ModelOutput,
  Tiling,
} from './card.ts'
import type { Say } from './json-shape.ts'

const AXES = ['LR', 'AP', 'SI'] as const

const repeats = (values: readonly unknown[]) => new Set(values.map((v) => JSON.stringify(v))).size < values.length

/** Rules between fields of a card whose fields are each right. */
export function cardRules(card: ModelCard, say: Say): void {
  inputRules(card.input, say)
  outputRules(card.output, say)
  tilingRules(card.tiling, card.input, say)
  memberRules(card.members, say)
  if (repeats(card.scope.modalities)) say('scope.modalities', 'every kind of scan once')
  bandRules(card.bands, say)
  if (card.calibration) calibrationRules(card.calibration, say)
  for (const [n, row] of card.evaluation.entries()) evaluationRules(row, card.output, `evaluation[${n}]`, say)
}

function inputRules({ orientation, intensity }: ModelInput, say: Say): void {
  if (!AXES.every((pair) => [...pair].some((letter) => orientation.includes(letter))))
    say('input.orientation', 'one letter of each pair L R, A P and S I')
  if (intensity.kind !== 'min-max' && !(intensity.low < intensity.high))
    say('input.intensity.high', 'a number above input.intensity.low')
}

function outputRules({ labels, structures }: ModelOutput, say: Say): void {
  for (const [n, { of }] of structures.entries()) {
    const field = `output.structures[${n}].of`
    if (of.some((channel) => channel >= labels.length))
      say(field, `channels from 1 to ${labels.length - 1}, those of output.labels`)
    if (repeats(of)) say(field, 'every channel once')
  }
}

function tilingRules(
  { tileVoxels, overlapVoxels, edgeVoxels, multipleOf }: Tiling,
  { sizeVoxels }: ModelInput,
  say: Say,
): void {
  if (tileVoxels?.some((edge) => edge % multipleOf !== 0))
    say('tiling.tileVoxels', `edges that are multiples of ${multipleOf}, as tiling.multipleOf says`)
  if (tileVoxels?.some((edge) => overlapVoxels >= edge)) say('tiling.overlapVoxels', 'less than the edge of a tile')
  if (2 * edgeVoxels > overlapVoxels) say('tiling.edgeVoxels', 'at most half of tiling.overlapVoxels')
  if (sizeVoxels !== null && sizeVoxels % multipleOf !== 0)
    say('input.sizeVoxels', `a multiple of ${multipleOf}, as tiling.multipleOf says`)
}

function memberRules(members: readonly Member[], say: Say): void {
  const first = members[0]
  if (first?.flip.includes(true) || first?.shiftVoxels.some((by) => by !== 0))
    say('members[0]', 'the plain run first: no flip, no shift')
  if (repeats(members)) say('members', 'every member once')
}

function bandRules({ green, amber }: BandLimits, say: Say): void {
  const least = ['pairwiseDice', 'p'] as const
  const most = ['s95Mm', 'cvPercent'] as const
  for (const name of least) if (green[name] < amber[name]) say(`bands.green.${name}`, 'no less than the limit of amber')
  for (const name of most) if (green[name] > amber[name]) say(`bands.green.${name}`, 'no more than the limit of amber')
}

function calibrationRules({ features, mean, sd }: Calibration, say: Say): void {
  if (repeats(features)) say('calibration.features', 'every feature once')
  for (const [name, values] of [['mean', mean] as const, ['sd', sd] as const])
    if (values.length !== features.length) say(`calibration.${name}`, `${features.length} numbers, one per feature`)
}

function evaluationRules({ structure, dice, worstDice }: EvaluationRow, output: ModelOutput, field: string, say: Say) {
  if (!output.structures.some(({ anatomy }) => anatomy === structure))
    say(`${field}.structure`, 'a structure that output.structures names')
  if (!(dice.low <= dice.median && dice.median <= dice.high)) say(`${field}.dice`, 'low, median and high in this order')
  if (worstDice > dice.median) say(`${field}.worstDice`, 'a value no better than the median')
}

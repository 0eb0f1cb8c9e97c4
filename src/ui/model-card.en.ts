import type { CardPageWords } from '../evidence/model-card-html.ts'
import { ANATOMY_NAME } from './segment.en.ts'

/** Words of the page about a network that is saved as a file. */
export const CARD_PAGE: CardPageWords = {
  language: 'en',
  facts: {
    version: 'Network and version',
    weights: 'SHA-256 of its weights',
    licence: 'Licence',
    origin: 'Origin',
    trainingData: 'Trained on',
    trainingLicence: 'Licence of the training data',
    use: 'Intended use',
    calibration: 'Calibrated on',
  },
  headings: {
    failures: 'Known failures',
    scope: 'Scans it was made for',
    bands: 'When it is believed',
    results: 'How it did',
    groups: 'How groups compare',
  },
  bandColumns: ['Band', 'Pairwise Dice', '95 % distance', 'Volume variation', 'Scope p'],
  resultColumns: ['Structure', 'Cases', 'n', 'Dice, median (95 % interval)', 'Worst Dice', 'NSD, median (tolerance)'],
  groupColumns: ['Structure', 'Group', 'People', 'NSD, median', 'NSD, mean (95 % interval)', 'Worst NSD', 'Verdict'],
  bandName: { green: 'Green', amber: 'Amber' },
  scopeName: {
    modality: 'Modality',
    spacing: 'Voxel spacing',
    anisotropy: 'Largest to smallest voxel edge, at most',
    field: 'Field of view',
    age: 'Age in years',
  },
  verdict: { pass: 'Pass', fail: 'Fail', insufficient: 'Insufficient evidence' },
  anatomy: (id) => ANATOMY_NAME[id],
  convention:
    'Surfaces are measured in mm, each part weighted by its area. When only one side has a structure, Dice and NSD count as 0. When neither has it, the case is left out. Intervals are drawn by person.',
  none: 'None is known.',
  never: 'Not measured.',
}

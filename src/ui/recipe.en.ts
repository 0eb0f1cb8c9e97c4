import type { StepChange } from '../app/templates.ts'
import { plural, volume } from './format.ts'
import type { ParamWords } from './param-field.ts'
import { ANATOMY_NAME } from './segment.en.ts'

// The words of the template panel.

export const RECIPE = {
  template: 'Template',
  only: 'Only mark',
  onlyWhy: 'Runs the marking steps and stays here.',
  version: 'Version',
  versionOf: (n: number, newest: boolean) => (newest ? `${n}, newest` : `${n}`),
  steps: (on: number, edited: boolean) => `Steps of the template: ${on} on${edited ? ', changed' : ''}`,
  digest: 'Digest',
  digestWhy: 'Names these very steps. It is written into the trace and the report.',
  on: (step: string) => `${step}: on`,
  up: (step: string) => `${step}: earlier`,
  down: (step: string) => `${step}: later`,
  nothing: 'Nothing to set',
  reset: 'Back to the saved steps',
  keep: 'Keep as own template',
  remove: 'Remove this template',
  removeTitle: 'Remove this template?',
  removeLead: 'It is no longer offered. Cases made with it keep their steps.',
  removeYes: 'Remove it',
  removeNo: 'Keep it',
  name: 'Name',
  nameFrom: 'Suggested names',
  nameOwn: 'Own name',
  nameWhy: 'Never the name of a patient. It stays in the vault of this device and is in no file you save.',
  save: (version: number | null) => (version === null ? 'Keep it' : `Keep it as version ${version}`),
  cancel: 'Cancel',
  names: ['Thin slices', 'Thick slices', 'Soft kernel', 'With contrast', 'Child', 'Metal inside', 'For teaching'],
  last: 'What the last run changed',
  change: ({ fromMm3, toMm3, pieces }: StepChange) =>
    `${fromMm3 === 0 ? '' : `${volume(fromMm3)} → `}${volume(toMm3)}, ${plural(pieces, 'piece', 'pieces')}`,
}

/** What a step's values are called, by step and value. */
const RECIPE_FIELD: Readonly<Record<string, string>> = {
  'denoise.method': 'Method',
  'denoise.sigmaMm': 'Radius',
  'threshold.lowHu': 'From',
  'threshold.highHu': 'To',
  'network.structure': 'Structure',
  'airway.sealMm': 'Openings closed',
  'airway.highHu': 'Search up to',
  'lung.highHu': 'Up to',
  'lung.minMm3': 'Smallest piece',
  'remove-table.airHu': 'Air and foam below',
  'remove-table.radiusMm': 'Plate thinner than',
  'remove-table.stickOutMm': 'Longest ear or nose',
  'grow-from-core.lowHu': 'From',
  'grow-from-core.highHu': 'To',
  'grow-from-core.reachMm': 'Reach',
  'open.radiusMm': 'Radius',
  'close.radiusMm': 'Radius',
  'islands.keep': 'Keep',
  'islands.count': 'Pieces',
  'islands.minMm3': 'Smallest piece',
  'fill-holes.mode': 'Holes',
  'fill-holes.maxMm3': 'Largest hole',
  'margin.distanceMm': 'Distance, minus shrinks',
}

/** What an empty field means. */
const RECIPE_EMPTY: Readonly<Record<string, string>> = {
  'threshold.lowHu': 'found by Otsu',
  'threshold.highHu': 'no limit',
  'grow-from-core.highHu': 'no limit',
  'open.radiusMm': 'one voxel',
  'close.radiusMm': 'one voxel',
  'fill-holes.maxMm3': 'any',
}

const RECIPE_CHOICE: Readonly<Record<string, string>> = {
  ...ANATOMY_NAME,
  gaussian: 'Gaussian',
  median: 'Median',
  largest: 'The largest',
  above: 'All large enough',
  volume: 'Closed hollows',
  slices: 'In each slice',
}

export const RECIPE_WORDS: ParamWords = { field: RECIPE_FIELD, empty: RECIPE_EMPTY, choice: RECIPE_CHOICE }

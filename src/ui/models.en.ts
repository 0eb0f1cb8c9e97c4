import type { PolicyId } from '../core/finding.ts'
import type { Modality } from '../core/types.ts'
import type { ApprovalState } from '../infer/approval.ts'
import type { BandLimit, EvaluationRow, Member, ModelCard, Normalisation, Structure } from '../infer/card.ts'
import type { CardProblem } from '../infer/parse-card.ts'
import { decimal, fieldText, mm, plural, withUnit } from './format.ts'
import { ANATOMY_NAME } from './segment.en.ts'
import { POLICY } from './terms.en.ts'

// The words of Models: networks, their cards and who approved them.

const date = (day: string) =>
  new Date(`${day}T12:00`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

export const MODELS = {
  lead: 'Networks that can mark anatomy. Each says what it was made for; none is used before someone here approves it.',
  add: 'Add your own',
  list: 'Networks at hand',
  columns: { name: 'Network', marks: 'Marks', source: 'Source', approval: 'Approval', evaluated: 'Evaluated' },
  source: { shipped: 'Came with the app', own: 'Your own' },
  sourceShort: { shipped: 'Shipped', own: 'Own' },
  empty: {
    title: 'No network is here yet',
    lead: 'This version ships none. Thresholds, brushes and templates mark anatomy without one. A network of your own, as an .onnx file, can be added with a card that says what it is for. It is kept in your vault, encrypted.',
  },
  locked: 'Your own networks and approvals are in the vault. Open it to see and change them.',
  evaluated: (cases: number) => `${plural(cases, 'case', 'cases')} on its card`,
  onBench: 'Evaluated here',
  unevaluated: 'Unevaluated',
  brokenOwn: 'A network in your vault',
  removeBroken: 'Remove it',
  choose: 'Choose a network to read its card.',
  state: {
    approved: 'Approved',
    none: 'Not approved',
    expired: 'Expired',
    'not-yet': 'Not yet',
    revoked: 'Revoked',
    'other-use': 'Other use',
    'changed-weights': 'Weights changed',
    'changed-card': 'Card changed',
  } satisfies Record<ApprovalState, string>,
  until: (day: string) => `until ${date(day)}`,
  version: (version: string) => `Version ${version}`,
}

export const APPROVAL = {
  title: 'Approval',
  by: 'Approved by',
  uses: 'For',
  from: 'From',
  until: 'Until',
  revoked: 'Taken back',
  reason: 'Reason',
  none: 'Read the card first. An approval holds for exactly this file and this card.',
  anew: 'Approve it anew, for other uses or longer',
  who: 'Who approves: role or initials',
  use: 'May be used for',
  last: 'Last day',
  act: 'Approve this network',
  why: 'Written to the vault with the digests of the weights and the card.',
  revoke: 'Revoke the approval',
  revokeWhy: 'Why is it taken back?',
  revokeAct: 'Revoke',
  cancel: 'Cancel',
  saveCard: 'Save the card',
  remove: 'Remove',
  removeTitle: (name: string) => `Remove ${name}?`,
  removeLead: 'Its weights and card are erased from the vault. What was approved or revoked stays on record.',
  removeYes: 'Remove the network',
  keep: 'Keep it',
  day: date,
  policies: (use: readonly PolicyId[]) => use.map((id) => POLICY[id]).join(', '),
}

const MODALITY: Readonly<Record<Modality, string>> = { CT: 'CT', MR: 'MR', other: 'other' }
const SIDE: Readonly<Record<string, string>> = { L: 'left', R: 'right', A: 'front', P: 'back', S: 'up', I: 'down' }

export const CARD = {
  purpose: 'What it is for',
  intended: 'Intended use',
  failures: 'Known failures',
  noFailures: 'None stated. That is not the same as none.',
  marks: 'What it marks',
  channel: 'Channels joined',
  scope: 'Scans it was made for',
  modalities: 'Kinds of scan',
  spacing: 'Voxel spacing',
  anisotropy: 'Longest to shortest edge',
  view: 'Field of view',
  age: 'Age',
  origin: 'Where it comes from',
  made: 'Origin',
  licence: 'Licence',
  trained: 'Trained on',
  trainedLicence: 'Licence of that data',
  runs: 'How it runs',
  grid: 'Grid',
  axes: 'Axes',
  values: 'Values',
  members: 'Runs per scan',
  tiles: 'Tiles',
  memory: 'Memory',
  ports: 'Input and output',
  bands: 'Confidence limits',
  band: { green: 'Green', amber: 'Amber' },
  measure: 'Measure',
  measures: {
    pairwiseDice: 'Runs agree, Dice',
    s95Mm: 'Surfaces lie apart',
    cvPercent: 'Volume varies',
    p: 'Fits known scans, p',
  } satisfies Record<keyof BandLimit, string>,
  calibrated: 'Calibration',
  calibratedBy: ({ scores, from }: NonNullable<ModelCard['calibration']>) =>
    `${plural(scores.length, 'score', 'scores')}: ${from}`,
  uncalibrated: 'Never calibrated. A case is then never better than amber.',
  evaluation: 'How well it did on scans it never saw',
  evaluationColumns: {
    structure: 'Structure',
    stratum: 'Group',
    n: 'Cases',
    dice: 'Dice, median',
    interval: 'Interval',
    nsd: 'Surface in tolerance',
    worst: 'Worst Dice',
  },
  unevaluated: 'Nobody has measured this network. Every report of a case made with it says so.',
  file: 'The file',
  id: 'Name in files',
  size: 'Size',
  digest: 'SHA-256',
  region: (name: string) => `Card of ${name}`,
}

const between = (low: number, high: number, unit: string) => withUnit(`${fieldText(low)} to ${fieldText(high)}`, unit)

const LIMIT: Readonly<Record<keyof BandLimit, readonly [sign: string, unit: string]>> = {
  pairwiseDice: ['≥', ''],
  s95Mm: ['≤', 'mm'],
  cvPercent: ['≤', '%'],
  p: ['≥', ''],
}

/** Facts of a card in words with units. */
export const cardWords = {
  limit: (name: keyof BandLimit, value: number) => `${LIMIT[name][0]} ${withUnit(fieldText(value), LIMIT[name][1])}`,
  structure: ({ anatomy }: Structure) => ANATOMY_NAME[anatomy],
  marks: ({ output }: ModelCard) =>
    [...new Set(output.structures.map(({ anatomy }) => ANATOMY_NAME[anatomy]))].join(', '),
  channels: ({ of }: Structure, labels: readonly string[]) => of.map((n) => labels[n] ?? String(n)).join(' + '),
  modalities: ({ scope }: ModelCard) => scope.modalities.map((id) => MODALITY[id]).join(', '),
  spacing: ({ scope }: ModelCard) => between(...scope.spacingMm, 'mm'),
  anisotropy: ({ scope }: ModelCard) => `up to ${fieldText(scope.anisotropy)} : 1`,
  view: ({ scope }: ModelCard) => between(...scope.fieldOfViewMm, 'mm'),
  age: ({ scope }: ModelCard) => between(...scope.ageYears, 'years'),
  grid: ({ input }: ModelCard) =>
    `${mm(input.spacingMm)} voxels, ${input.sizeVoxels === null ? 'as many as the scan fills' : `${input.sizeVoxels} along each axis`}`,
  axes: ({ input }: ModelCard) => [...input.orientation].map((letter) => SIDE[letter] ?? letter).join(', '),
  values: (how: Normalisation) =>
    how.kind === 'min-max'
      ? 'smallest to 0, largest to 1'
      : `${how.kind === 'quantiles' ? 'quantile ' : ''}${fieldText(how.low)} to 0, ${fieldText(how.high)} to 1${how.clip ? ', cut beyond' : ''}`,
  members: (members: readonly Member[]) =>
    members.length === 1 ? '1: no measure of agreement' : `${members.length}, mirrored or moved and compared`,
  tiles: ({ tiling }: ModelCard) =>
    tiling.tileVoxels === null
      ? 'the whole grid at once'
      : `${tiling.tileVoxels.join(' × ')} voxels, ${tiling.overlapVoxels} shared${tiling.edgeVoxels > 0 ? `, ${tiling.edgeVoxels} not used next to a cut` : ''}`,
  memory: ({ tiling }: ModelCard) => withUnit(fieldText(tiling.bytesPerVoxel), 'bytes per voxel'),
  ports: ({ input, output }: ModelCard) => `${input.name}, ${output.name}`,
  interval: ({ dice }: EvaluationRow) => `${decimal(dice.low, 2)} to ${decimal(dice.high, 2)}`,
  nsd: ({ nsd }: EvaluationRow) =>
    nsd === null ? 'not measured' : `${decimal(nsd.median, 2)} at ${mm(nsd.toleranceMm)}`,
}
export const ADD = {
  title: 'Add your own network',
  lead: 'An .onnx file and a card that says what it is for. The card may be a file too, or is written here.',
  back: 'Back to the list',
  drop: 'Drop an .onnx file here, and its card if there is one',
  dropLead: 'Nothing is uploaded. The file is looked at, and runs only once approved.',
  choose: 'Choose files',
  network: 'Network',
  card: 'Card',
  noCard: 'Written below',
  fromFile: (name: string) => `From ${name}`,
  writeOwn: 'Write the card here instead',
  opset: (opset: number) => `ONNX, operators of version ${opset}`,
  onlyProcessor: (ops: readonly string[]) =>
    `${ops.join(', ')} in 3-D has no WebGPU version: this network will run on the processor.`,
  needsNetwork: 'Choose the .onnx file first.',
  act: 'Add the network',
  why: 'Sealed in the vault. Approve it afterwards.',
  whyTeaching: 'Kept in the memory of this tab only.',
  ready: 'The card is complete.',
  missing: (n: number) => `${plural(n, 'field needs', 'fields need')} care.`,
  needs: (wants: string) => `Needs ${wants}.`,
  noStructure: 'Say what at least one channel marks.',
  facts: 'What the file says',
  input: 'Input',
  output: 'Output',
  operators: 'Operators',
  openLength: 'any',
}

export const FORM = {
  what: 'What it is',
  name: 'Name',
  id: 'Name in files',
  version: 'Version',
  licence: 'Licence',
  origin: 'Origin: who made it, where it is described',
  trainingData: 'Trained on',
  trainingLicence: 'Licence of that data',
  intendedUse: 'Intended use',
  knownFailures: 'Known failures, separated by semicolons',
  marks: 'What it marks',
  marksLead: 'One line per channel of the output. Channels of the same structure are joined.',
  channelName: (n: number) => `Channel ${n}, its name`,
  channelOf: (n: number) => `Channel ${n} marks`,
  background: 'Background',
  notUsed: 'Not used',
  addChannel: 'Add a channel',
  removeChannel: 'Remove the last',
  takes: 'What it takes',
  inputName: 'Input of the file',
  outputName: 'Output of the file',
  orientation: 'Axes x, y, z point to',
  spacing: 'Voxel edge',
  size: 'Voxels along each axis',
  anySize: 'as many as the scan fills',
  normalisation: 'Values',
  kinds: { 'min-max': 'Smallest to largest', quantiles: 'Quantiles', window: 'Fixed window' } satisfies Record<
    Normalisation['kind'],
    string
  >,
  low: 'To 0',
  high: 'To 1',
  clip: 'Cut what lies beyond',
  members: 'Runs per scan',
  memberSets: { none: 'One, no measure of agreement', flips: 'Four, mirrored left to right and moved' },
  tile: 'Edge of a tile',
  wholeGrid: 'the whole grid at once',
  overlap: 'Shared by tiles',
  edge: 'Not used next to a cut',
  memory: 'Memory of its layers',
  voxels: 'voxels',
  perVoxel: 'bytes per voxel',
  scope: 'Scans it was made for',
  modality: { CT: 'CT', MR: 'MR', other: 'Other' } satisfies Record<Modality, string>,
  modalities: 'Kinds of scan',
  spacingFrom: 'Spacing from',
  spacingTo: 'Spacing to',
  anisotropy: 'Longest to shortest edge',
  viewFrom: 'Field of view from',
  viewTo: 'Field of view to',
  ageFrom: 'Age from',
  ageTo: 'Age to',
  years: 'years',
}

const FIELD: Readonly<Record<string, string>> = {
  'input.sizeVoxels': FORM.size,
  'input.intensity.low': FORM.low,
  'input.intensity.high': FORM.high,
  'tiling.tileVoxels': FORM.tile,
  'tiling.overlapVoxels': FORM.overlap,
  'tiling.edgeVoxels': FORM.edge,
  'scope.modalities': FORM.modalities,
  'scope.spacingMm': FORM.spacingTo,
  'scope.fieldOfViewMm': FORM.viewTo,
  'scope.ageYears': FORM.ageTo,
}
/** What is wrong with a field, by its name in the form. */
export const fieldProblem = ({ field, wants }: CardProblem) =>
  field === 'output.structures' ? ADD.noStructure : `${FIELD[field] ?? field}: needs ${wants}.`

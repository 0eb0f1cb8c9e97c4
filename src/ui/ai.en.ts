import type { ShelfModel } from '../app/model-view.ts'
import type { Band, Provider, RunPlan } from '../infer/outcome.ts'
import type { Reason } from '../infer/reason.ts'
import type { AcceptReason, AiRegion, LabelAi, ReaderRole } from '../segment/label-ai.ts'
import { bytes, decimal, mm, percent, plural, volume, withUnit } from './format.ts'

// The words of AI: what runs, how far it is believed, and its review.

const BAND: Readonly<Record<Band, string>> = { green: 'Green', amber: 'Amber', red: 'Red' }
const BAND_MEANS: Readonly<Record<Band, string>> = {
  green: 'Every rule holds. Look at it all the same before you print it.',
  amber: 'Usable after review: each place where the AI was unsure is accepted or edited, then a second reader signs.',
  red: 'Not to be believed, so it cannot become a label. Mark this structure with a template, by threshold or from seeds.',
}
export const bandText = (band: Band) => BAND[band]
export const bandMeans = (band: Band) => BAND_MEANS[band]

export const AI = {
  lead: 'A network marks structures. It can be wrong: how far it may be believed is measured for each result.',
  noModels: 'No network is at hand here. Templates, threshold and seeds mark without one.',
  model: 'Network',
  structure: 'Structure',
  unapproved: 'Not approved',
  unevaluated: 'Not evaluated: nobody has measured how well it does. Every report of a case made with it says so.',
  kindUnknown:
    'This file does not say what kind of scan it is. The network was made for MR. Say so only if you know it: it is written into the trace.',
  isMr: 'This is an MR scan',
  toModels: 'Read and approve it in Models',
  about: 'What it is for, and where it fails',
  shown: 'Drawn in the slices and in 3-D.',
  outOfScope: 'This scan is not of the kind the network was made for. It is not run.',
  run: 'Run the AI',
  runAgain: 'Run the AI again',
  promote: (structure: string) => `Take ${structure.toLowerCase()} as a label`,
  rules: 'How this was judged',
  ran: ({ backend, threads }: Provider) =>
    backend === 'webgpu'
      ? 'Run on the graphics card.'
      : `Run on the processor, ${plural(threads, 'thread', 'threads')}.`,
  review: 'Review of the AI',
  from: ({ model, aiMm3 }: LabelAi) => `Made by ${model.id} ${model.version}: ${volume(aiMm3)}.`,
  edited: ({ editedMm3, aiMm3 }: LabelAi) =>
    editedMm3 === 0
      ? 'Nothing was edited since.'
      : `Edited since: ${volume(editedMm3)}, ${percent((100 * editedMm3) / Math.max(aiMm3, 1))} of it.`,
  showUnsure: 'Show unsure voxels',
  noRegions: 'No place was unsure over more than 50\u2009mm³.',
  regionsDone: (done: number, all: number) => `${decimal(done, 0)} of ${decimal(all, 0)} looked after`,
  regionTitle: (n: number, { pieces }: AiRegion) =>
    pieces > 1 ? `Place ${n}, with ${plural(pieces - 1, 'small one', 'small ones')} more` : `Place ${n}`,
  regionFacts: ({ mm3, meanCertainty }: AiRegion) => `${volume(mm3)}, sure to ${percent(100 * meanCertainty)}`,
  states: { open: 'Open', accepted: 'Accepted', edited: 'Edited' } satisfies Record<AiRegion['state'], string>,
  show: 'Show',
  acceptWhy: 'Look at the place in the slices. Accept it if it is right; edit it if it is not.',
  reason: 'Why it is good as it is',
  words: 'In your words',
  initials: 'Your initials',
  initialsWhy: 'Two to four capital letters, no name.',
  accept: 'Accept',
  reopen: 'Open it again',
  lookFirst: 'Show the place first.',
  second: 'Second reader',
  secondWhy: 'Another person looks at the result and signs. An edit after that asks for it again.',
  secondWaits: 'Waits until every place is accepted or edited.',
  secondInitials: 'Initials of the second reader',
  role: 'Role',
  looked: 'What was looked at',
  sign: 'Sign',
  signed: (who: string, role: ReaderRole) => `Signed by ${who}, ${READER_ROLE[role].toLowerCase()}.`,
  done: 'The review is complete.',
  confidence: 'AI confidence',
  confidenceEnds: ['unsure', 'sure'] as const,
}

export const READER_ROLE: Readonly<Record<ReaderRole, string>> = {
  radiologist: 'Radiologist',
  surgeon: 'Surgeon',
  physicist: 'Medical physicist',
  technologist: 'Technologist',
  engineer: 'Engineer',
  teacher: 'Teacher',
}

export const ACCEPT_REASON: Readonly<Record<AcceptReason, string>> = {
  'border-right': 'The border is right',
  'outside-interest': 'Outside the region of interest',
  'too-small': 'Too small to matter at this scale',
  other: 'Another reason, in words',
}

/** "192 x 224 x 192 voxels, 4 views, about 0.9 GB". */
export const planText = ({ size, members, tiles, peakBytes }: RunPlan): string =>
  `${size.map((n) => decimal(n, 0)).join(' × ')} voxels, ${plural(members, 'view', 'views')}${tiles > 1 ? ` of ${decimal(tiles, 0)} tiles` : ''}, about ${bytes(peakBytes)}`

/** What stands beside a network's name. */
export const modelNote = ({ refusal, approval }: ShelfModel): string | null =>
  refusal?.message ?? (approval === null ? AI.unapproved : null)

const length = (value: number | string) => (typeof value === 'number' ? mm(value) : value)
const share = (value: number | string) => (typeof value === 'number' ? percent(value) : value)
const two = (value: number | string) => (typeof value === 'number' ? decimal(value, 2) : value)
const whole = (value: number | string) => (typeof value === 'number' ? decimal(value, 0) : value)

/** "; GREEN needs 0.95" or, where that was missed too, "; AMBER needs 0.85". */
const needs = ({ band }: Reason, limit: string, most = '') =>
  `${band === 'red' ? 'AMBER' : 'GREEN'} needs ${limit}${most}`

/** What one rule found, as a sentence with its numbers. */
export function reasonText(reason: Reason): string {
  const { rule, value, limit } = reason
  const unknown = value === null
  const v = value ?? ''
  switch (rule) {
    case 'modality':
      return `The scan is ${v}; the network was made for ${limit}.`
    case 'spacing':
      return unknown
        ? 'The voxel spacing is not known.'
        : `Voxels of ${length(v)}; the network was made for ${Number(v) > Number(limit) ? 'at most' : 'at least'} ${length(limit)}.`
    case 'anisotropy':
      return `The longest voxel edge is ${two(v)} times the shortest; the network was made for at most ${two(limit)}.`
    case 'field-of-view':
      return `The scan covers ${length(v)}; the network was made for ${Number(v) > Number(limit) ? 'at most' : 'at least'} ${length(limit)}.`
    case 'slices':
      return 'The scan is a single slice.'
    case 'contrast':
      return 'Every voxel has the same value: there is nothing to see.'
    case 'age':
      return `Age ${whole(v)}; the network was made for ${Number(v) > Number(limit) ? 'at most' : 'at least'} ${whole(limit)}.`
    case 'found':
      return reason.band === 'green' ? 'The structure was found.' : 'Nothing of this structure was found.'
    case 'members':
      return `${plural(Number(v), 'view was', 'views were')} compared; ${needs(reason, whole(limit))}.`
    case 'pairwise-dice':
      return unknown
        ? 'How far the views agree cannot be computed.'
        : `The views agree to Dice ${two(v)}; ${needs(reason, two(limit))}.`
    case 's95':
      return unknown
        ? 'One view found what another did not: their borders cannot be compared.'
        : `The borders of the views lie ${length(v)} apart (95 % of them closer); ${needs(reason, length(limit), ' or less')}.`
    case 'cv':
      return unknown
        ? 'The spread of the volume cannot be computed.'
        : `Volumes of the views spread by ${share(v)}; ${needs(reason, share(limit), ' or less')}.`
    case 'p':
      return unknown
        ? 'How well the result fits known scans cannot be computed.'
        : `Fits known scans with p ${two(v)}; ${needs(reason, two(limit))}.`
    case 'turned':
      return reason.band === 'green'
        ? 'It lies the way known scans lie.'
        : 'The scan fits known ones better when it is turned round: it may lie upside down or back to front.'
    case 'calibration':
      return 'The network was never calibrated against known scans; GREEN needs that.'
    case 'calibration-cases':
      return `Calibrated on ${plural(Number(v), 'case', 'cases')}; GREEN needs ${withUnit(whole(limit), 'or more')}.`
  }
}

import type { Acknowledgement, CheckId, Finding, PolicyId, ProcessId } from '../core/finding.ts'
import { MAX_PLACES } from '../qa/grade.ts'
import {
  area,
  capital,
  changePercent,
  count,
  decimal,
  findingValue,
  mm,
  number3,
  percent,
  places,
  plural,
  volume,
} from './format.ts'
import { SCAN } from './scan.en.ts'
import { POLICY, PROCESS } from './terms.en.ts'

// The words of the gates and of what they find.

const numberWords = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const word = (n: number) => numberWords[n] ?? count(n)

const GATE: Readonly<Record<CheckId, readonly [title: string, passed: string]>> = {
  'slice-spacing': ['Slices too far apart', 'Slice spacing'],
  anisotropy: ['Voxels are uneven', 'Largest to smallest spacing'],
  'side-verified': ['Side not signed', 'Side signed'],
  'boundary-edges': ['Surface is open', 'Open edges'],
  'non-manifold-edges': ['Edges shared by three', 'Edges shared by three'],
  orientation: ['Triangles point both ways', 'Triangles turned inside out'],
  shells: ['Loose pieces', 'Pieces'],
  'self-intersections': ['Triangles cross', 'Triangles that cross'],
  'surface-mean': ['Surface is off on average', 'Surface against mask, mean'],
  'surface-p95': ['Surface is off in places', 'Surface against mask, 95th'],
  'surface-max': ['Surface is off at one place', 'Surface against mask, max'],
  'volume-change': ['Volume changed', 'Volume against mask'],
  'bounding-box': ['Size changed', 'Size against mask, worst axis'],
  scale: ['Part is scaled', 'Scale'],
  structures: ['Pieces are missing', 'Pieces missing'],
  genus: ['Tunnels came or went', 'Tunnels against mask'],
  'wall-thickness': ['Wall too thin', 'Area with too thin walls'],
  'side-and-id': ['Side and case ID', 'Height of the text on it'],
  'error-budget': ['Too much may be off', 'Expected error, scan to print'],
  'build-volume': ['Does not fit the printer', 'Share of the printer used'],
  'ai-evaluated': ['The network was never measured', 'Network measured'],
  'ai-confidence': ['The AI is not to be believed here', 'AI confidence'],
  'ai-review': ['AI not yet reviewed', 'Review of what the AI made'],
  'file-reread': ['File reads back differently', 'Read back from the file'],
}
/** Heading of a finding that did not pass. */
export const gateTitle = (check: CheckId) => GATE[check][0]
/** Whether a word of the trace names a gate. */
export const isGate = (text: string): text is CheckId => text in GATE
/** Name of a gate that holds. */
export const gatePassed = (check: CheckId) => GATE[check][1]

export const CHECK = {
  title: 'Check',
  lead: (total: number, process: ProcessId, policy: PolicyId, refused: number, needsYou: number) => {
    const rest =
      refused + needsYou === 0 ? 'All hold.' : `${capital(word(refused))} refused, ${word(needsYou)} worth a look.`
    return `${plural(total, 'gate', 'gates')} measured for ${PROCESS[process]}, ${POLICY[policy].toLowerCase()}. ${rest}`
  },
  leadEmpty: 'Measures the model against the limits of its use and of the way it is printed.',
  use: 'Use',
  process: 'Printed by',
  refused: 'Refused',
  needsYou: 'Worth a look',
  accepted: 'Accepted',
  passed: (n: number) => `${count(n)} passed`,
  others: (n: number) => `Show the other ${count(n)}`,
  fewer: 'Show fewer',
  showNext: 'Show next',
  showPlace: 'Show the place',
  choose: (process: ProcessId) => `Choose ${PROCESS[process]}`,
  accept: 'Accept with a reason',
  withdraw: 'Withdraw',
  reason: (text: string) => `Accepted: ${text}`,
  reviewer: 'Only a reviewer may accept this for this use, at Approve.',
  colour: 'Colour',
  thickness: 'Wall thickness',
  deviation: 'Deviation from mask',
  plain: 'Plain',
  vanish: 'Will it vanish?',
  vanishSay: (process: ProcessId, hard: string, gone: string) =>
    `As ${PROCESS[process]} would leave it: what is thinner than ${hard} is gone, ${gone} of surface.`,
  vanishNothing: (process: ProcessId, hard: string) =>
    `Nothing is thinner than ${hard}: ${PROCESS[process]} prints all of it.`,
  bars: (beyond: string) => `How much of the surface has which value; ${beyond} is beyond the limit`,
  /** The gate leaves out specks that no wall is; the picture shows all. */
  beyond: (beyond: string) => `${beyond} beyond the limit, with specks`,
  limit: 'limit',
  advised: 'advised',
  inside: 'inside',
  outside: 'outside',
  run: 'Check',
  runAgain: 'Check again',
  stale: 'The model has not been measured for this use and process.',
  noMesh: 'There is no model yet. Make one first.',
  toModel: 'Go to Model',
  toPrint: 'Go to Print',
  toApprove: 'Go to Approve',
  toApproveWhy: 'All gates hold. A reviewer signs it before it leaves.',
  toApproveAccept: 'A reviewer may accept what refuses, one by one, or send it back.',
  toPrintWhy: 'All gates hold. The file is written from exactly this model.',
  toPrintAccepted: (n: number) => `All gates hold or are accepted (${count(n)} with a reason).`,
  showRefused: (n: number) => `Show what is refused (${count(n)})`,
  backToModel: 'Change the model',
  toScan: 'Go to Scan',
  toReview: 'Review in Segment',
  thicken: 'Thicken there',
  blocked: (n: number) =>
    n === 1
      ? 'One gate refuses. No file can be saved until it holds.'
      : `${capital(word(n))} gates refuse. No file can be saved until they hold.`,
  nearly: (n: number) =>
    `${capital(word(n))} ${n === 1 ? 'gate refuses' : 'gates refuse'} and can be accepted with a reason.`,
}

/** The error budget: what may be off from scan to print. */
export const BUDGET = {
  title: 'What may be off from scan to print',
  choose: 'What the ledger shows',
  views: { edits: 'Each edit', budget: 'Scan to print' },
  part: 'Part',
  mm: 'mm',
  from: 'Where the figure is from',
  parts: { segmentation: 'Marking', edits: 'All edits, 95th', print: 'Printing' },
  basis: {
    members: 'Measured here: how far the runs of the network lie apart',
    measured: 'Measured here: model against mask',
    printer: 'Measured on this printer',
    published: 'Assumed: published for other cases',
  },
  total: 'Together',
  limit: (mmValue: number) => `Budget ${mm(mmValue)}`,
  how: 'Root-sum-square: the parts do not depend on each other.',
  chart: (total: number, limit: number) => `Together ${mm(total)} of a budget of ${mm(limit)}`,
}

export const ACCEPT = {
  title: (check: CheckId) => `Accept: ${gateTitle(check).toLowerCase()}`,
  lead: 'The reason and your initials are written into the trace and the report, next to the figure.',
  leadKnown: 'The reason is signed with the part and written into the report, next to the figure.',
  reason: 'Why is this good enough?',
  reasons: [
    'Shown to a group, not handled',
    'The place is outside the region of interest',
    'It will be supported or thickened at the printer',
    'The difference was looked at and is wanted',
  ],
  initials: 'Your initials',
  initialsWhy: 'Two to four capital letters, no name.',
  signed: ({ reason, by }: Pick<Acknowledgement, 'reason' | 'by'>) => (by === undefined ? reason : `${reason} (${by})`),
  /** With what a finding was accepted; null when it was not. */
  of: (given: readonly Acknowledgement[], check: CheckId) => {
    const own = given.find((one) => one.check === check)
    return own ? ACCEPT.signed(own) : null
  },
  act: 'Accept',
  cancel: 'Cancel',
}

/** Said of a finding that holds, but only just. */
const LOOK = 'It holds, but look at it.'
const needs = (f: Finding) => findingValue(f.limit, f.unit)
const has = (f: Finding) => findingValue(f.value, f.unit)
const figure = (f: Finding, key: string): number | null => {
  const value = f.detail[key]
  return typeof value === 'number' ? value : null
}
const lengthOf = (f: Finding, key: string, instead: string) => {
  const value = figure(f, key)
  return value === null ? instead : mm(value)
}
/** How thin at the worst of the places a person can fly to. */
function thinnest(f: Finding): string {
  const value = figure(f, 'thinnestMm')
  if (value === null) return ''
  const n = f.places.length
  if (n < 2) return `; ${mm(value)} at the thinnest place`
  return `; ${mm(value)} at the thinnest of ${n < MAX_PLACES ? '' : 'at least '}${places(n)}`
}
const others = (ways: readonly ProcessId[], process: ProcessId) =>
  ways.filter((p) => p !== process).map((p) => PROCESS[p])

/** How much of the part was not measured as wall, in other words; as it was when that is nothing. */
function withMarks(text: string, f: Finding, say: (mm2: string) => string): string {
  const mm2 = figure(f, 'marksLeftOutMm2') ?? 0
  return mm2 > 0 ? `${text} ${say(area(mm2))}` : text
}
const marksApart = (mm2: string) =>
  `${mm2} of text, codes and blocks is left out: each was made to what this process prints.`

function wallText(f: Finding, process: ProcessId, ways: readonly ProcessId[]): string {
  if (f.level === 'fail') {
    const out = others(ways, process)
    const way = out.length === 0 ? 'Thicken it there.' : `Thicken it there, or choose ${out.join(' or ')}.`
    const what = `Wall is thinner than ${lengthOf(f, 'hardMm', needs(f))} over ${area(f.value)}${thinnest(f)}.`
    return withMarks(`${what} ${PROCESS[process]} cannot print that. ${way}`, f, marksApart)
  }
  const share = figure(f, 'belowAdvisedPercent') ?? 0
  const thin = `${percent(share)} of the surface has walls under ${lengthOf(f, 'advisedMm', needs(f))}`
  return withMarks(`${thin}, which ${PROCESS[process]} advises. It prints, but take care there.`, f, marksApart)
}

function shellText(f: Finding): string {
  const loose = figure(f, 'looseAboveLimit') ?? f.value
  if (f.level === 'fail')
    return `${plural(loose, 'piece is', 'pieces are')} not joined to the part and would fall off. Remove small pieces in Segment, or keep the largest.`
  return `The model has ${plural(f.value, 'piece', 'pieces')} where ${count(f.limit)} ${f.limit === 1 ? 'was' : 'were'} expected. ${LOOK}`
}

function structuresText(f: Finding): string {
  if (f.level === 'fail')
    return 'Nothing is left of what was marked. Make the model again with less smoothing, or mark more in Segment.'
  const largest = figure(f, 'largestDroppedMm3') ?? 0
  return `${plural(f.value, 'piece', 'pieces')} of the mask ${f.value === 1 ? 'has' : 'have'} nothing left in the model; the largest had ${volume(largest)}. Use less smoothing if it matters.`
}

function genusText(f: Finding): string {
  const [what, how] = f.value > 0 ? ['more', 'opened'] : ['fewer', 'closed']
  const n = plural(Math.abs(f.value), 'tunnel', 'tunnels')
  return `The model has ${n} ${what} than the mask: simplifying, mending, thickening or wrapping ${how} ${Math.abs(f.value) === 1 ? 'it' : 'them'}. Use a smaller simplification error, or take that edit out. Where no canal or opening that matters is changed, it may be accepted.`
}

const SHOWN: Readonly<Record<string, string>> = {
  left: 'a left side',
  right: 'a right side',
  none: 'no side',
}

function marksText(f: Finding): string {
  const { wrongSide, shows, mirrored } = f.detail
  const mirror = mirrored === 'yes' ? `The part is mirrored and shows ${SHOWN[shows ?? ''] ?? 'the other side'}.` : ''
  if (f.level === 'warn') {
    const low = `The lowest text on the part is ${has(f)} high; from ${needs(f)} it is read easily. Make it larger at the Model station.`
    const isLow = f.value > 0 && f.value < f.limit
    return [mirror && `${mirror} Say so to whoever uses it.`, mirror && !isLow ? '' : low].filter(Boolean).join(' ')
  }
  if (wrongSide !== undefined) {
    const shown = mirror || `The part shows ${SHOWN[shows ?? ''] ?? shows}.`
    return `${shown} A text on it says ${SHOWN[wrongSide] ?? wrongSide}. Take that text off at the Model station and write it again.`
  }
  const missing = [f.detail.id === 'yes' ? '' : 'case ID', f.detail.side === 'yes' ? '' : 'side'].filter(
    (t) => t !== '',
  )
  return `The part does not carry its ${missing.join(' and its ')}; models are mixed up by mistake. Emboss the case ID and side at the Model station.`
}

function budgetText(f: Finding): string {
  const [marking, edits, print] = ['segmentationMm', 'editsMm', 'printMm'].map((key) => lengthOf(f, key, ''))
  return `From scan to print ${has(f)} may be off: marking ${marking}, edits ${edits}, printing ${print}. The budget is ${needs(f)}. The ledger below says which of these are assumed.`
}

function surfaceText(f: Finding): string {
  if (f.level === 'warn')
    return `The surface is ${has(f)} from the mask; from ${lengthOf(f, 'warnMm', needs(f))} it is worth a look. The limit is ${needs(f)}.`
  return `The surface is ${has(f)} from the mask; the limit is ${needs(f)}. Use less smoothing, or a smaller simplification error.`
}

function reviewText(f: Finding): string {
  const open = figure(f, 'openRegions') ?? f.value
  const regions =
    open === 0
      ? ''
      : `${plural(open, 'place', 'places')} where the AI was unsure ${open === 1 ? 'waits' : 'wait'} for a look. `
  const reader = f.detail.secondReader === 'missing' ? 'No second reader has signed. ' : ''
  return `${regions}${reader}Go through the review of this label in Segment, AI.`
}

/** What is wrong, by how much, and the next thing to do. `ways` are processes under which the part really passes. */
export function findingText(f: Finding, process: ProcessId, ways: readonly ProcessId[]): string {
  const warns = f.level === 'warn'
  switch (f.check) {
    case 'slice-spacing':
      return warns
        ? `Slices are ${has(f)} apart. Finer detail is lost; a finer series is better.`
        : `Slices are ${has(f)} apart; this use allows ${needs(f)}. Choose a finer series, or another use.`
    case 'anisotropy':
      return `The longest voxel edge is ${decimal(f.value, 1)} times the shortest; above ${decimal(f.limit, 1)} fine detail is lost along it. A finer series is better.`
    case 'side-verified':
      return 'Nobody has compared the side with the request form yet. Answer it in Scan.'
    case 'boundary-edges':
      return `${plural(f.value, 'edge has', 'edges have')} only one triangle, so the part is not closed. Make the model again.`
    case 'non-manifold-edges':
      return `${plural(f.value, 'edge is', 'edges are')} shared by more than two triangles. Make the model again.`
    case 'orientation':
      return `${plural(f.value, 'edge or shell faces', 'edges or shells face')} the wrong way. Make the model again.`
    case 'shells':
      return shellText(f)
    case 'self-intersections':
      return `${plural(f.value, 'pair of triangles crosses', 'pairs of triangles cross')}. Slicers mend this, but may choose another shape. Use less smoothing, or a smaller simplification error.`
    case 'surface-mean':
    case 'surface-p95':
    case 'surface-max':
      return surfaceText(f)
    case 'volume-change':
      return `The model is ${changePercent(f.value)} against the mask; the limit is ±${needs(f)}. ${warns ? LOOK : 'Use less smoothing.'}`
    case 'bounding-box':
      return `The outer size differs by ${has(f)} from the mask; the limit is ${needs(f)}. ${warns ? LOOK : 'Use less smoothing.'}`
    case 'scale':
      return warns
        ? `The part is made ${number3(f.value)} times as large as scanned, with a signed reason. Say so to whoever uses it.`
        : `The part is made ${number3(f.value)} times as large as scanned and nobody signed why. Scale it back, or give the reason at the Model station.`
    case 'structures':
      return structuresText(f)
    case 'genus':
      return genusText(f)
    case 'side-and-id':
      return marksText(f)
    case 'error-budget':
      return budgetText(f)
    case 'wall-thickness':
      return wallText(f, process, ways)
    case 'build-volume': {
      const out = others(ways, process)
      const way = out.length === 0 ? 'Mark a smaller region in Segment.' : `Choose ${out.join(' or ')}.`
      return `The part takes ${has(f)} of the room in this printer; ${needs(f)} is the limit. ${warns ? LOOK : way}`
    }
    case 'ai-evaluated':
      return `Nobody has measured how well the network ${f.detail.model} does. ${warns ? 'Every report of this part says so.' : 'This use of the part asks for that.'} Run it over labelled cases in Evidence, or mark the structure without it.`
    case 'ai-confidence':
      return 'This part rests on an AI mask that is red: its own members disagree, or the scan is not of the kind it knows. Mark the structure with a template, by threshold or from seeds.'
    case 'ai-review':
      return reviewText(f)
    case 'file-reread':
      return `The file differs from the model by ${has(f)}; the limit is ${needs(f)}. Save it again, and report this if it stays.`
  }
}

/** A gate of AI on a part that no AI had a hand in. */
const isWithoutAi = ({ check, detail }: Finding): boolean =>
  (check === 'ai-confidence' && detail.band === 'none') ||
  (check === 'ai-evaluated' && detail.model === 'none') ||
  (check === 'ai-review' && detail.secondReader === 'not needed')

/** The figure of a gate that holds. */
export function passedValue(f: Finding): string {
  if (f.check === 'side-verified') return f.value === 0 ? SCAN.yes : SCAN.notNeeded
  if (f.check === 'side-and-id' && f.value === 0) return f.detail.needed === 'no' ? SCAN.notNeeded : SCAN.yes
  if (isWithoutAi(f)) return SCAN.notNeeded
  if (f.check === 'volume-change') return changePercent(f.value)
  if (f.check === 'wall-thickness') return withMarks(has(f), f, (mm2) => `without ${mm2} of marks`)
  return has(f)
}

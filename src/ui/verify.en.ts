import type { FileVerdict } from '../app/verify-view.ts'
import type { Change, ScaleCause } from '../export/verify/changes.ts'
import { ACCEPTANCE, type AcceptanceRule, type Decision, type ReprintReason } from '../print/acceptance.ts'
import { type Compensation, LEAST_FOR_COMPENSATION, LEAST_FOR_LIMITS } from '../print/drift.ts'
import { PUBLISHED, type Who, type Work } from '../print/effort.ts'
import { RATE_WINDOW } from '../print/p-chart.ts'
import { count, decimal, mm, number3, percent, plural, signed, withUnit } from './format.ts'

// The words of Verify: the file that came back, the caliper form, the scan of the part, the printer's charts and the effort.

const mm2 = (value: number) => withUnit(decimal(value, 2), 'mm')
const signedMm = (value: number) => withUnit(signed(value, 2), 'mm')
const fine = (value: number) => withUnit(decimal(value, 2), '%')

const DECISION: Readonly<Record<Decision, string>> = {
  open: 'Not measured yet',
  accept: 'Accepted',
  reprint: 'Print it again',
  stop: 'Stopped',
}
const REASON: Readonly<Record<ReprintReason, string>> = {
  'beyond-limits': 'Beyond the limits',
  'visible-defect': 'Visible defect',
  'wrong-label': 'Wrong label or side on the part',
  'digest-mismatch': 'Printed from another file',
  'approval-expired': 'The approval had expired',
  'approval-superseded': 'A newer release replaced it',
}
export const decisionText = (decision: string): string =>
  decision in DECISION ? DECISION[decision as Decision] : decision
export const reasonText = (reason: string): string => (reason in REASON ? REASON[reason as ReprintReason] : reason)

export const RULE: Readonly<Record<AcceptanceRule, string>> = {
  mean: 'Mean error',
  max: 'Largest error',
  relative: 'Largest, of its length',
  bias: 'Bias',
}
export const RULE_LIMIT: Readonly<Record<AcceptanceRule, string>> = {
  mean: mm2(ACCEPTANCE.meanMm),
  max: mm2(ACCEPTANCE.maxMm),
  relative: percent(ACCEPTANCE.relativePercent),
  bias: `±${mm2(ACCEPTANCE.biasMm)}`,
}
/** A figure of the form with its unit. */
export const ruleValue = (rule: AcceptanceRule, value: number): string =>
  rule === 'relative' ? fine(value) : rule === 'bias' ? signedMm(value) : mm2(value)

/** Kinds of files that are opened here, by what their names end in. */
export const PART_FILES: readonly string[] = ['stl', '3mf', 'obj', 'ply']
/** Whether a file is one of a part by its name. */
export const isPartFile = (name: string) => PART_FILES.some((ending) => name.toLowerCase().endsWith(`.${ending}`))

const CAUSE: Readonly<Record<ScaleCause, string>> = {
  'inch-taken-as-mm': ': millimetres were read as inches',
  'mm-taken-as-inch': ': inches were read as millimetres',
  metre: ': metres and millimetres were confused',
  centimetre: ': centimetres and millimetres were confused',
  other: '',
}
const AXIS = { x: 'left and right', y: 'front and back', z: 'top and bottom' } as const

/** What was done to a released part, a sentence each. */
export function doneText(change: Change): string {
  switch (change.kind) {
    case 'rescaled':
      return `Its size is ${number3(change.factor)} times that of the release${CAUSE[change.cause]}.`
    case 'mirrored':
      return `It is mirrored: ${AXIS[change.axis]} are exchanged. Do not print it.`
    case 'turned':
      return `It is turned by ${withUnit(decimal(change.degrees, 1), '°')}.`
    case 'moved':
      return `It lies ${mm(change.mm)} from where it was.`
    case 'retriangulated':
      return `The same surface has ${count(change.triangles)} triangles instead of ${count(change.before)}, at most ${mm(change.maxMm)} off. A slicer does this.`
    case 'reshaped':
      return `The surface was changed: ${percent(change.percent)} of its points are off, at most ${mm(change.maxMm)}.`
  }
}

/** Changes after which the part is still the anatomy that was released. */
const HARMLESS: readonly Change['kind'][] = ['turned', 'moved', 'retriangulated']
export const isHarmless = ({ kind }: Change) => HARMLESS.includes(kind)

export const VERIFY_FILE = {
  title: 'Verify a file',
  lead: 'Is it a part that was released here, and is it still the same? Any STL, 3MF, OBJ or PLY, from any program.',
  page: 'A file that came back',
  pageLead: 'It is held against every part that was released from the cases in the open vault.',
  drop: 'Drop the file here',
  choose: 'Choose a file',
  offer: 'A file came back?',
  offerLead: 'See whether it is a part that was released here, and what was done to it since.',
  local: 'It is opened in this browser, and nothing of it is kept.',
  state: {
    unchanged: 'Unchanged',
    moved: 'Same part',
    changed: 'Changed',
    'not-ours': 'Not released here',
    unknown: 'Not compared',
  },
  says: ({ verdict, from }: FileVerdict): string => {
    if (verdict.verdict === 'not-ours') return ''
    return from === null ? `Release ${verdict.traceId}.` : `Release ${verdict.traceId} of the case ${from}.`
  },
  same: {
    file: 'Byte for byte the file that was saved.',
    geometry: 'Another file with the very same surface.',
  },
  notOurs: (releases: number) =>
    releases === 0
      ? 'No file was released from the cases in this vault.'
      : `It is none of the ${plural(releases, 'release', 'releases')} in this vault.`,
  near: (share: number) =>
    `At best ${percent(100 * share)} of its surface lies on one of them. A part that was cut or joined since may be one all the same.`,
  lies: (traceId: string) => `The file says it is release ${traceId}. Its shape says it is not. Do not print it.`,
  noVault: 'Unlock the vault to hold it against what was released. Below stands only what the file says of itself.',
  claims: (traceId: string) => `The file says it is release ${traceId}. Anybody can write that.`,
  claimsNothing: 'The file does not say that it was released here.',
  figures: {
    kind: 'Kind',
    triangles: 'Triangles',
    size: 'Size, if in mm',
    mean: 'Mean distance',
    p95: '95 % are closer than',
    max: 'Farthest',
    missing: 'Farthest, release to file',
    volume: 'Volume',
  },
  volume: (value: number) => withUnit(signed(value, 2), '%'),
  map: 'Distance to the release',
  view: 'The part in the file',
}

export const WORK_NAME: Readonly<Record<Work, string>> = {
  consultation: 'Consultation',
  segmentation: 'Segmentation',
  cad: 'Design',
  preparation: 'Preparation',
  finishing: 'Finishing and checks',
}
export const WHO_NAME: Readonly<Record<Who, string>> = { clinician: 'Clinician', staff: 'Other staff' }

export const VERIFY = {
  title: 'Verify the print',
  lead: 'Measure the part that came out of the printer. Only then is it accepted, or printed again.',
  noFile: 'No file is saved yet',
  noFileLead: 'A print is held against the file it was made from. Save the file in Print first.',
  toPrint: 'Go to Print',
  calipers: 'Calipers',
  calipersLead: 'Three blocks, each along three axes. Readings to a hundredth of a millimetre.',
  byHand: 'This part has no landing blocks. Pick three flat places, and type in how long each is in the model.',
  block: (id: string) => `Block ${id}`,
  place: (id: string) => `Place ${id}`,
  axes: ['x', 'y', 'z'],
  axisNames: ['left to right', 'front to back', 'up'],
  designed: (id: string, axis: string) => `${id}, ${axis}, designed`,
  measured: (id: string, axis: string) => `${id}, ${axis}, measured`,
  columns: { designed: 'designed', measured: 'measured', off: 'off' },
  off: (value: number) => signed(value, 2),
  mm: 'mm',
  against: 'Besides the size',
  photo: 'Photo of the part',
  photoWhy: 'Kept encrypted with the case. It must not show a name.',
  addPhoto: 'Add a photo',
  removePhoto: 'Leave the photo out',
  photoAlt: 'Photo of the printed part',
  verdict: 'Verdict',
  limit: (text: string) => `limit ${text}`,
  left: (n: number) => `${plural(n, 'reading is', 'readings are')} missing.`,
  decided: {
    accept: 'Every rule holds.',
    reprint: 'It is not accepted. Print it again from the same file.',
    stop: 'It failed a second time. Stop, find the cause, and review the part before it is released again.',
  },
  cause: 'Cause',
  causeWhy: 'Needed before the job is stopped. No names.',
  act: { open: 'Measure first', accept: 'Accept the part', reprint: 'Print it again', stop: 'Stop the job' },
  actWhy: 'Written into the trace of the case and into the charts of the printer.',
  stopped: 'This release is stopped. Change the part, check it and save it anew.',
  history: 'Prints of this case',
  noHistory: 'No print of this case has been measured yet.',
  historyColumns: { at: 'Measured', printer: 'Printer', decision: 'Decision', reasons: 'Reasons', photo: 'Photo' },
  showPhoto: 'Show',
  all: (n: number) => `Show all ${count(n)}`,
  fewer: 'Show fewer',
  scan: 'Scan of the part',
  scanLead:
    'A scan of the printed part is brought onto the model and compared everywhere: a surface (STL, 3MF, OBJ or PLY), or a CT (DICOM, NIfTI, NRRD or MHA).',
  scanChoose: 'Choose a surface file',
  ctFiles: 'Choose the files of a CT',
  ctFolder: 'Choose the folder of a CT',
  ct: 'Surface in the CT',
  ctLead:
    'Taken half way between air and material. Closed cavities are filled, so infill is not compared. The scan itself is not kept.',
  ctAir: 'Air',
  ctMaterial: 'Material',
  ctAt: 'Surface at',
  ctAgain: 'Compare at this value',
  ctFound: 'Back to the value found',
  ctValue: (value: number, unit: string) => withUnit(decimal(value, 0), unit),
  accept: PART_FILES.map((ending) => `.${ending}`).join(),
  scanFigures: {
    mean: 'Mean distance',
    bias: 'Mean, with sign',
    p95: '95 % are closer than',
    max: 'Farthest',
    missing: 'Farthest, model to scan',
    scale: 'Size, to the model',
    area: 'Surface of the scan',
    areaModel: 'Surface of the model',
  },
  mm2,
  signedMm,
  scale: (value: number) => `${signed((1 / value - 1) * 100, 2)}\u2009%`,
  mirrored: 'The scan fits the mirror image of the model. Check left and right, and the settings of the scanner.',
  fromModel: 'Distance to the model',
  scanPart: 'The scan where it fits the model, coloured by distance',
  drift: (printer: string) => `Drift of ${printer}`,
  driftLead: 'By how much parts come out too long along each axis of the printer, print by print.',
  driftNone: 'The chart begins with the first print that is measured on this printer.',
  driftLabel: (axis: string, n: number) => `Strain along ${axis} over ${plural(n, 'print', 'prints')}, percent`,
  axis: (axis: string) => `Along ${axis}`,
  limitsFrom: (n: number) => `Control limits from ${LEAST_FOR_LIMITS} prints on; ${n} so far.`,
  percentUnit: '%',
  signal: 'Out of control',
  steady: 'Steady',
  compensation: 'Suggested scale',
  factor: (value: number) => decimal(value, 4),
  noFactor: 'none',
  evidence: ({ n, meanPercent, low, high, why }: Compensation) =>
    why === 'too-few'
      ? `From ${LEAST_FOR_COMPENSATION} prints on; ${n} so far.`
      : `${signed(meanPercent, 2)}\u2009%, 95\u2009% interval ${signed(low, 2)} to ${signed(high, 2)}, ${n} prints${why === null ? '.' : ': it may be nothing.'}`,
  reprints: 'Rate of reprints',
  reprintsLead: 'Over all printers, in groups of ten prints, with control limits of three standard errors.',
  reprintsLabel: (n: number) => `Share of prints that were refused, in ${plural(n, 'group', 'groups')} of ten`,
  rate: (rate: number, n: number) => `${percent(rate * 100)} of the last ${plural(n, 'print', 'prints')}`,
  act10: 'Five or more of the last fifty prints were refused. Find out why before the next one.',
  calm: `Act at 10\u2009% over the last ${RATE_WINDOW} prints.`,
  groupsFrom: 'Control limits from three groups on.',
  noPrints: 'No print has been measured yet.',
  savePrints: 'Save all prints as CSV',
  effort: 'Minutes and cost of this case',
  effortLead: 'Stations take their time by themselves. Add what happens away from the screen.',
  who: 'At this screen',
  work: 'Work',
  timed: 'timed, min',
  added: 'added, min',
  ofWho: (who: Who, which: 'timed' | 'added') => `${WHO_NAME[who]}, ${which}, min`,
  total: 'Total',
  minutes: (value: number) => decimal(value, value < 10 ? 1 : 0),
  published: 'Registry, min',
  publishedWhy: `RSNA-ACR registry: mean of ${count(PUBLISHED.cases)} cases, models and guides (Wang 2024). Theatre time saved by a model: ${PUBLISHED.theatreSavedMin.join(' to ')} min at ${PUBLISHED.dollarsPerTheatreMin} dollars a minute; break-even at ${PUBLISHED.breakEvenModelsPerYear} models a year (Ballard 2020, PMC7078060).`,
  rateOf: (who: Who) => `${WHO_NAME[who]}, an hour`,
  cost: { prints: 'Prints', labour: 'Work', reprints: 'of which refused prints', total: 'Total' },
  csv: 'Save as CSV',
  registry: 'Save for the registry',
}

import type { StrokeParams } from '../app/draw-steps.ts'
import type { FitLabelsParams } from '../app/import-labels.ts'
import type { PlaceParams } from '../app/label-steps.ts'
import type { GrowSeedsParams } from '../app/mask-steps.ts'
import type {
  ChangeView,
  PlaceId,
  Problem,
  SeriesRow,
  SmoothChoice,
  StationId,
  StationState,
} from '../app/session-view.ts'
import type { ScanParams } from '../app/steps.ts'
import type { TemplateParams } from '../app/template-steps.ts'
import type { CheckId, Finding, PolicyId, ProcessId } from '../core/finding.ts'
import type { Modality } from '../core/types.ts'
import type { Frames, Placements, Remedy, SeriesPart, StatedPlace } from '../import/series.ts'
import type { DecimateParams } from '../prepare/decimate.ts'
import type { RepairParams } from '../prepare/repair.ts'
import { SMOOTH, type SmoothParams } from '../prepare/smooth.ts'
import type { CheckParams } from '../qa/check.ts'
import { MAX_PLACES } from '../qa/grade.ts'
import type { AirwayParams } from '../segment/airway.ts'
import type { BetweenSlicesParams } from '../segment/between-slices.ts'
import type { CropParams } from '../segment/crop.ts'
import type { CutOp } from '../segment/cut.ts'
import type { ImportedLabel, ImportedLabels } from '../segment/file-labels.ts'
import type { FillHolesParams } from '../segment/fill-holes.ts'
import type { GrowAtClickParams } from '../segment/grow-at-click.ts'
import type { GrowFromCoreParams } from '../segment/grow-from-core.ts'
import type { HollowMaskParams } from '../segment/hollow-mask.ts'
import type { IslandsParams, SplitIslandsParams } from '../segment/islands.ts'
import type { CombineOp } from '../segment/logic.ts'
import type { LungParams } from '../segment/lung.ts'
import type { MarginParams } from '../segment/margin.ts'
import type { MorphologyParams } from '../segment/morphology.ts'
import type { RemoveTableParams } from '../segment/remove-table.ts'
import type { ScissorsParams } from '../segment/scissors.ts'
import type { SmoothJointParams } from '../segment/smooth-joint.ts'
import type { SmoothMaskParams } from '../segment/smooth-mask.ts'
import type { ThresholdParams } from '../segment/threshold.ts'
import type { ViewScissorsParams } from '../segment/view-scissors.ts'
import type { SurfaceParams } from '../surface/marching-cubes.ts'
import type { DenoiseParams } from '../volume/denoise.ts'
import type { StraightenParams } from '../volume/straighten.ts'
import {
  area,
  changePercent,
  count,
  decimal,
  findingValue,
  mm,
  number3,
  percent,
  place3,
  plural,
  shortDigest,
  size3,
  spacing3,
  timeLeft,
  volume,
  withUnit,
} from './format.ts'
import { NO_UPPER_LIMIT } from './range.ts'

// Every word a person reads on the screen, except the sentences of errors. With segment.en.ts, the words of that station,
// this is the one catalogue, so that it can be translated.

const places = (n: number) => (n === 1 ? '1 place' : `${n} places`)
const numberWords = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const word = (n: number) => numberWords[n] ?? count(n)
const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1)

export const STATION: Readonly<Record<StationId, string>> = {
  scan: 'Scan',
  segment: 'Segment',
  model: 'Model',
  check: 'Check',
  print: 'Print',
}

export const STATION_ACT: Readonly<Record<StationId, string>> = {
  scan: 'Read and measure',
  segment: 'Mark the anatomy',
  model: 'Make and prepare',
  check: 'Measure against limits',
  print: 'Save the file',
}

export const STATE: Readonly<Record<StationState, string>> = {
  empty: 'not started',
  working: 'in work',
  'needs-you': 'needs you',
  passed: 'passed',
  refused: 'refused',
}

export const POLICY: Readonly<Record<PolicyId, string>> = {
  teaching: 'Teaching',
  communication: 'Talking with the patient',
  planning: 'Planning aid',
}

export const PROCESS: Readonly<Record<ProcessId, string>> = {
  fdm: 'FDM',
  sla: 'SLA',
  sls: 'SLS',
  mjf: 'MJF',
  polyjet: 'PolyJet',
}

export const PROCESS_LONG: Readonly<Record<ProcessId, string>> = {
  fdm: 'FDM, filament',
  sla: 'SLA, resin',
  sls: 'SLS, powder',
  mjf: 'MJF, powder',
  polyjet: 'PolyJet, resin',
}

export const SHELL = {
  name: 'Proofprint',
  stations: 'Stations',
  library: 'Library',
  trace: 'Trace',
  state: (name: string, state: StationState) => `${name}, ${STATE[state]}`,
  saved: { saved: 'Saved', saving: 'Saving', 'not-saved': 'Not saved' },
  teaching: 'Teaching session',
  onDevice: 'On this device',
  nothingSent: '0 bytes sent',
  lockIn: (time: string) => `Lock now. Locks by itself in ${time}.`,
  endTeaching: 'End the session and erase it',
  light: 'Use the light theme',
  dark: 'Use the dark theme',
  cancel: 'Cancel',
  close: 'Close',
  dismiss: 'Dismiss',
  progress: (fraction: number, secondsLeft: number | null) =>
    percent(Math.round(fraction * 100)) + (secondsLeft === null ? '' : `, about ${timeLeft(secondsLeft)} left`),
  cpu: {
    'no-webgpu': 'No WebGPU: computing on the processor',
    'software-adapter': 'No graphics card: computing on the processor',
    chosen: 'Computing on the processor',
  },
  dropHere: 'Drop to open the scan',
}

export const DEVICE = {
  title: 'What stays and what leaves',
  stays:
    'The scan, the mask, the model and the trace stay in this browser, encrypted. Nothing is uploaded: the page is not allowed to talk to any other address.',
  staysTeaching:
    'The scan, the mask, the model and the trace stay in the memory of this tab. They are gone when it is closed.',
  leaves: 'Only a file you save yourself leaves, and it carries no name.',
  network: 'Sent over the network',
  saved: 'Files saved by a person',
  storage: 'Used in this browser',
  persisted: 'Kept when space runs low',
  yes: 'yes',
  no: 'not promised',
  compute: 'Computing on',
}

export const START = {
  title: 'Turn a scan into a model you can trust',
  lead: 'Open a CT or MR scan. It is read, checked and prepared in this browser. Nothing is uploaded.',
  drop: 'Drop a scan here',
  formats: 'A DICOM folder or zip, NIfTI, NRRD or MHA.',
  removed: 'Names and dates of birth are left behind as it is read.',
  folder: 'Choose a folder',
  files: 'Choose files',
  sample: 'Try the sample',
  sampleLead: 'A made-up left hip. One press runs every station and ends with a printable file.',
  sampleTime: 'Under a minute on most devices',
  runSample: 'Run the sample',
  line: 'The stations',
  cases: 'Recent cases',
  encrypted: (used: string | null) =>
    `Encrypted on this device${used === null ? '' : `, ${used}`}. Shown under pseudonyms.`,
  inMemory: 'In memory only. Gone when this tab closes.',
  columns: { name: 'Case', anatomy: 'Template', station: 'Station', state: 'State', opened: 'Opened', size: 'Size' },
  open: (name: string) => `Open ${name}`,
  unnamed: 'Unreadable case',
  unreadable: {
    damaged: 'Damaged. It can only be deleted.',
    newer: 'Stored by a newer version of this app. Reload the page to open it.',
  },
  remove: (name: string) => `Delete ${name}`,
  removeTitle: (name: string) => `Delete ${name}?`,
  removeLead: 'Its scan, masks, models and files are erased from this device. This cannot be undone.',
  removeYes: 'Delete the case',
  keep: 'Keep it',
  noCases: 'No cases yet. Open a scan, and it is kept here encrypted, under a pseudonym.',
  notDevice: 'For teaching, patient communication and as a planning aid. Not a medical device.',
  kiosk: 'Shared computer?',
  kioskAct: 'Start a teaching session',
  kioskAfter: ': nothing is kept when the tab closes.',
}

export const VAULT = {
  looking: 'Looking for stored cases',
  none: {
    title: 'Keep your cases encrypted',
    lead: 'Cases are stored in this browser, sealed with a passphrase that only you know. It cannot be recovered.',
    first: 'Passphrase, at least 12 characters',
    again: 'Passphrase again',
    act: 'Create the vault',
    differ: 'The two passphrases differ.',
    short: (missing: number) => `${plural(missing, 'character', 'characters')} more.`,
  },
  locked: {
    title: 'Your cases are locked',
    lead: 'Enter the passphrase to open them. They stay encrypted on this device.',
    field: 'Passphrase',
    act: 'Unlock',
  },
  teaching: 'Start a teaching session',
  teachingWhy: 'No passphrase. Keys live in memory only and everything is gone with this tab.',
  or: 'or',
}

const PARTS: Readonly<Record<SeriesPart['kind'], readonly [name: string, unit: string]>> = {
  echo: ['Echo', 'ms'],
  time: ['Time point', ''],
  trigger: ['Heart phase', 'ms'],
  'b-value': ['Diffusion', 's/mm²'],
  acquisition: ['Acquisition', ''],
  kind: ['Kind', ''],
}
/** Which part of its series a row is: "Echo 2 of 3, 4.6 ms". */
function partText({ kind, number, of, value }: SeriesPart): string {
  const [name, unit] = PARTS[kind]
  return `${name} ${count(number)} of ${count(of)}${value === null ? '' : ` (${withUnit(number3(value), unit)})`}`
}

export const SCAN = {
  series: (n: number) => (n === 1 ? '1 series' : `${n} series`),
  source: { dicom: 'DICOM', nifti: 'NIfTI', nrrd: 'NRRD', mha: 'MHA', sample: 'Built-in sample' },
  modality: (m: Modality) => (m === 'other' ? 'Scan' : m),
  rowTitle: (s: SeriesRow, n: number) => `Series ${n}, ${s.modality === 'other' ? 'scan' : s.modality}`,
  rowParts: (s: SeriesRow) => s.parts.map(partText).join(', '),
  rowSize: (s: SeriesRow) =>
    plural(s.slices, 'slice', 'slices') + (s.spacingMm[2] > 0 ? `, ${mm(s.spacingMm[2])}` : ''),
  fits: 'Can be opened',
  mendable: 'Needs resampling',
  several: (n: number) => plural(n, 'image', 'images'),
  twoPlaces: 'States two positions',
  tags: (kept: number, total: number) => `Names left behind: ${count(kept)} of ${count(total)} tags kept.`,
  title: 'Geometry passport',
  lead: 'Measured from the slice positions, not from what the header claims.',
  leadFile: 'Measured from the file. It states one spacing for all slices.',
  empty: 'No series is open',
  emptyLead: 'Choose one of the series above. Its geometry is measured before anything else is done with it.',
  size: 'Size',
  spacing: 'Spacing',
  ratio: 'Largest to smallest',
  tilt: 'Gantry tilt',
  missing: 'Missing slices',
  missingFilled: (n: number) => `${count(n)}, drawn between`,
  none: 'none',
  tiltUndone: (deg: number) => `${withUnit(decimal(deg, 2), '°')}, undone`,
  orientation: 'Orientation',
  right: (letters: string) => `right-handed, ${letters}`,
  left: (letters: string) => `left-handed, ${letters}`,
  resampled: 'Resampled',
  yes: 'yes',
  no: 'no',
  notNeeded: 'not needed',
  range: 'Values',
  steps: 'Slice spacing',
  stepsWorst: (worst: number) => `worst ${changePercent(worst * 100)}, limit ±1\u2009%`,
  stepsAxis: 'mm per slice',
  stepsFirst: 'slice 1',
  stepsLabel: 'Spacing of each slice against its limits',
  notes: 'Noted while reading',
  side: 'Which side will be printed?',
  sideLead: 'Compare with the request form. In the pictures the patient’s left is on your right.',
  sideLeft: 'Left',
  sideRight: 'Right',
  sideNone: 'It has no side',
  go: 'Go to Segment',
  signLeft: 'Sign left, go to Segment',
  signRight: 'Sign right, go to Segment',
  signNone: 'Sign no side, go to Segment',
  answerFirst: 'Answer which side it is first. This use needs it.',
  signWhy: 'It is written into the trace.',
  refused: 'This scan cannot be used for this use. The reason is above.',
}

/** The offer to bring a crooked series to even slices. */
export const RESAMPLE = {
  title: (r: Remedy) =>
    r.tiltDeg > 0 && r.gaps > 0
      ? 'The slices are tilted, and some are missing'
      : r.tiltDeg > 0
        ? 'The slices are tilted'
        : r.gaps > 0
          ? 'Slices are missing'
          : 'The slices are not evenly spaced',
  lead: 'The files are as they were. You decide what is done with them.',
  tilt: (r: Remedy) =>
    `The slices lie ${withUnit(decimal(r.tiltDeg, 1), '°')} askew to their direction of travel. Printed like that, the part would come out slanted.`,
  gaps: (r: Remedy) =>
    `In ${places(r.gaps)} the next slice is up to ${mm(r.widestStepMm)} away; elsewhere slices are ${mm(r.finestStepMm)} apart.`,
  uneven: (r: Remedy) => `The slices are ${mm(r.finestStepMm)} to ${mm(r.widestStepMm)} apart.`,
  what: 'What resampling does',
  does: (r: Remedy) => [
    ...(r.tiltDeg > 0
      ? ['Each slice is moved back over the first. Nothing is cut off: rows are added at the sides.']
      : []),
    `There will be ${plural(r.size[2], 'slice', 'slices')}, evenly ${mm(r.spacingMm[2])} apart, each value drawn from the two slices around it.`,
    ...(r.gaps > 0
      ? [
          `Nothing was scanned in a gap. What is drawn there is a straight line between its two ends, ${mm(r.widestStepMm)} apart.`,
        ]
      : []),
    'The passport, the trace and the report will say for ever that this scan was resampled.',
  ],
  size: 'Size afterwards',
  spacing: 'Spacing afterwards',
  act: 'Resample to even slices',
  leave: 'Leave it',
  why: 'To go back, open the series again. It is not changed.',
}

/** What a file leaves open before it is read. */
export const QUESTION = {
  frames: 'Which image?',
  framesLead: (n: number) =>
    `This file holds ${plural(n, 'image', 'images')} of the same region, taken one after the other. One is opened.`,
  frame: (n: number, { count: of, stepSeconds }: Frames) =>
    `Image ${count(n + 1)} of ${count(of)}${stepSeconds === null ? '' : `, ${withUnit(number3(n * stepSeconds), 's')}`}`,
  frameField: 'Image',
  places: 'Which position?',
  placesLead: ({ apartMm, turnedDeg }: Placements) =>
    `The file states two positions. They lie up to ${mm(apartMm)} apart${
      turnedDeg < 0.05
        ? ''
        : turnedDeg === 180
          ? ' and are mirror images of each other'
          : `, turned by ${withUnit(decimal(turnedDeg, 1), '°')}`
    }. Left and right depend on it: compare the letters on the slices.`,
  place: { sform: 'sform', qform: 'qform' },
  placeWhy: {
    sform: 'Often set by a later program, to fit another scan or an atlas.',
    qform: 'Often the position in the scanner.',
  },
  placeIs: (p: StatedPlace) => `Axes ${p.orientation}, ${spacing3(p.spacingMm)}, first voxel at ${place3(p.originMm)}`,
  act: 'Open it',
  leave: 'Leave it',
  why: 'The choice is written into the trace.',
}

/** What is said of labels that came in beside a scan. */
export const IMPORTED_LABELS = {
  act: 'Add as labels',
  fit: {
    same: 'They lie on the voxels of this scan, and were taken as they are.',
    turned: 'They lie on the voxels of this scan with their axes in another order. Nothing was lost.',
    resampled:
      'They lie on another grid than this scan. Each voxel of the scan took the nearest label, so that edges may have moved by half a voxel.',
  },
  /** What was found, and how it was brought over. */
  notice: ({ labels, fit }: ImportedLabels) => {
    const kept = labels.filter(({ mm3 }) => mm3 > 0).length
    const lost = labels.length - kept
    const outside =
      lost === 0
        ? ''
        : ` ${plural(lost, 'label', 'labels')} did not reach it: outside the scan, or too small for its voxels.`
    return `${plural(kept, 'label', 'labels')} added. ${IMPORTED_LABELS.fit[fit]}${outside}`
  },
  /** A label's volume, and how much of it the scan's grid changed. */
  volume: ({ inFileMm3, mm3 }: ImportedLabel) =>
    inFileMm3 === mm3 ? volume(mm3) : `${volume(mm3)}, ${changePercent(100 * (mm3 / inFileMm3 - 1))}`,
}

const NOTES: Readonly<Record<string, string>> = {
  'sform-chosen': 'The file states two different positions. The sform was chosen.',
  'qform-chosen': 'The file states two different positions. The qform was chosen.',
  'tilt-undone': 'The slices were tilted. They were moved upright, and values between their pixels were drawn.',
  'gaps-filled': 'Slices are missing. What is shown in their places was drawn between the slices around them.',
  'slices-made-even':
    'The slices were unevenly spaced. They were resampled to even steps. The chart shows how they were.',
  'rounded-to-int16': 'Values were rounded to whole numbers of the stored unit.',
  'left-handed': 'The axes are left-handed. Left and right are kept as the file states them.',
  'orientation-unknown':
    'The file does not say how the patient lies. The letters on the slices are a guess: compare them.',
  'modality-guessed': 'The file does not say whether this is CT or MR. It was guessed from the values.',
  'unit-assumed-mm': 'The file states no unit of length. Millimetres were assumed.',
  'unit-converted-to-mm': 'Lengths were converted to millimetres.',
  'non-finite-voxels': 'Some voxels hold no number. They were set to the lowest value.',
  'spacing-fields-differ': 'The file states two spacings. The one of its orientation was used.',
  'sform-singular': 'One of the two orientations in the file cannot be used. The other was.',
  'scale-not-a-number': 'The value scale in the file is not a number. Stored values are shown as they are.',
  'qform-sform-differ': 'The file states two different positions. The sform was used.',
  quantised: 'Values did not fit 16 bits as they are. They were rounded to 65,534 even steps.',
  'uneven-slices': 'The distance between slices varies. The chart shows by how much.',
  'unreadable-files-set-apart': 'Some files beside this series are damaged. They were set apart.',
  'lossy-compressed': 'The pictures were compressed with loss at some time. Fine detail may be changed.',
  'derived-images': 'A workstation made these images from a scan. Prefer the original series where there is one.',
  'burned-in-text':
    'The file says that words are drawn into the pictures. They may name the patient: look before you share.',
  'burned-in-text-possible':
    'These pictures may have words drawn into them, and those may name the patient: look before you share.',
  'face-recognisable': 'This is a scan of the head. A model of its skin can be recognised like a photograph.',
  'inverted-monochrome1': 'The file asks to be drawn inverted. Its values were turned, so that they look as meant.',
  'monochrome1-kept': 'The file asks to be drawn inverted. Its values were kept, because its scale gives them meaning.',
  'hu-scale-missing': 'The file states no HU scale. Stored numbers are shown as if they were HU.',
}
/** A passport note as a sentence; an unknown note is shown by its name, spaced out. */
export const noteText = (note: string) => NOTES[note] ?? `${capital(note.replaceAll('-', ' '))}.`

export const VIEW = {
  axial: 'Axial',
  coronal: 'Coronal',
  sagittal: 'Sagittal',
  part: '3-D',
  index: {
    axial: (n: number, of: number) => `Slice ${n} of ${of}`,
    coronal: (n: number, of: number) => `Row ${n} of ${of}`,
    sagittal: (n: number, of: number) => `Column ${n} of ${of}`,
  },
  layout: 'Layout',
  four: 'Four views',
  one: 'One view',
  window: 'Window',
  windows: { bone: 'Bone', soft: 'Soft tissue', lung: 'Lung', auto: 'Auto' },
  undo: (what: string | null) => (what === null ? 'Undo' : `Undo: ${what}`),
  redo: (what: string | null) => (what === null ? 'Redo' : `Redo: ${what}`),
  undoShort: 'Undo',
  redoShort: 'Redo',
  sliceHelp: 'Arrow keys move one slice, Page keys ten, plus and minus zoom, 0 shows all.',
  fromMask: ['Drawn from the mask,', 'not yet a model'],
  fromPreview: ['Drawn from the preview,', 'not yet marked'],
  noMask: 'Nothing is marked yet. The part appears here once the mask holds something.',
  noWebgl: 'This browser cannot draw in 3-D here. The slices and every figure still work.',
  slicesByProcessor: 'The graphics card stopped drawing slices. The processor draws them now; nothing is lost.',
  grid: 'Grid 10\u2009mm',
  partLabel: (size: string) => `The part in 3-D, ${size}`,
  partHelp: 'Drag or use arrow keys to turn, wheel or plus and minus to zoom, 0 shows all.',
  reset: 'Show all',
  labels: (shown: boolean) => (shown ? 'Hide all labels' : 'Show all labels'),
  place: (n: number, value: string) => `Place ${n}: ${value}`,
  here: (value: string, limit: string): readonly [string, string] => [value, ` here, needs ${limit}`],
  hereDeviation: (value: string): readonly [string, string] => [value, ' from the mask here'],
  loading: 'Reading the scan',
  arriving: (slices: number, total: number) => `${count(slices)} of ${count(total)} slices are here`,
  empty: 'No scan is open. Choose a series above.',
}

const TISSUES: Readonly<Record<string, string>> = {
  bone: 'Bone',
  'bone-cortical': 'Compact bone',
  'soft-tissue': 'Soft tissue',
  skin: 'Skin',
  'lung-airway': 'Lung and airway',
  'vessel-contrast': 'Vessels with contrast',
}
/** A tissue preset with its range in HU. */
export const TISSUE = (id: string, low: number, high: number) =>
  `${TISSUES[id] ?? id}, ${high >= NO_UPPER_LIMIT ? `from ${decimal(low, 0)}` : `${decimal(low, 0)} to ${decimal(high, 0)}`}\u2009HU`

export const MODEL = {
  title: 'Model',
  lead: 'Turn the mask into a closed surface, and see what each step moves.',
  smoothing: 'Smoothing',
  strengths: { none: 'None', light: 'Light', medium: 'Medium', strong: 'Strong' } satisfies Record<
    SmoothChoice['strength'],
    string
  >,
  smoothWhy: `Keeps the volume. No point moves more than half a voxel or ${mm(SMOOTH.defaults.maxShiftMm)}.`,
  simplify: 'Largest simplification error',
  simplifyWhy: 'Fewer triangles where the surface is flat. 0 keeps every triangle.',
  result: 'Result',
  triangles: 'Triangles',
  volume: 'Volume',
  size: 'Size',
  make: 'Make the model',
  again: 'Make it again',
  check: 'Check',
  checkWhy: 'Measures the model against the limits of its use and process.',
  noMask: 'There is no mask yet. Mark something in Segment first.',
  toSegment: 'Go to Segment',
  changed: 'The choices differ from the model shown. Make it again to use them.',
}

export const LEDGER = {
  title: 'Error ledger: surface against mask',
  short: 'Surface against mask',
  limitShort: 'Limit',
  after: 'After',
  mean: 'mean, mm',
  p95: '95th, mm',
  max: 'max, mm',
  volume: 'volume, %',
  limit: (policy: PolicyId) => `Limit, ${POLICY[policy].toLowerCase()}`,
  chart: 'Distance after each edit',
  chartLabel: 'Largest, 95th percentile and mean distance after each edit, with limits',
  series: { mean: 'mean', p95: '95th', max: 'max' },
  limitName: { mean: 'mean limit', p95: '95th limit', max: 'max limit' },
  empty: 'After each edit this table says how far the surface is from the mask.',
}

/** Steps as written in the trace and the ledger. */
const STEP: Readonly<Record<string, string>> = {
  scan: 'Scan read',
  'read-labels': 'Labels read',
  'fit-labels': 'Labels brought to the scan',
  sample: 'Sample made',
  straighten: 'Resampled to even slices',
  denoise: 'Denoise',
  threshold: 'Threshold',
  islands: 'Islands',
  'fill-holes': 'Fill holes',
  margin: 'Margin',
  airway: 'Find the airway',
  lung: 'Find the lungs',
  'remove-table': 'Remove the table',
  'grow-from-core': 'Grow into softer tissue',
  open: 'Open: cut thin bridges',
  close: 'Close narrow gaps',
  morphology: 'Open or close',
  paint: 'Brush',
  scissors: 'Scissors',
  'view-scissors': 'Scissors in 3-D',
  crop: 'Crop',
  'grow-at-click': 'Grow from a point',
  'grow-from-seeds': 'Grow from seeds',
  'between-slices': 'Fill between slices',
  'split-islands': 'Split into labels',
  'smooth-mask': 'Smooth the label',
  'smooth-joint': 'Smooth labels together',
  'hollow-mask': 'Hollow',
  combine: 'Combine labels',
  complement: 'Invert',
  'copy-label': 'Copy a label',
  'clear-label': 'Clear a label',
  surface: 'Marching cubes',
  mask: 'Segment',
  model: 'Model',
  segment: 'Segment',
  smooth: 'Smooth, keep volume',
  decimate: 'Simplify',
  repair: 'Repair',
  check: 'Check',
  release: 'Release',
  export: 'File written',
  restore: 'Labels changed',
  place: 'Placed in the label',
  template: 'Template',
  'add-label': 'New label',
  'remove-label': 'Label removed',
  'describe-label': 'Label described',
  'sign-side': 'Side signed',
}
/** A step's name for people; an unknown step is shown by its own name, spaced out. */
export const stepText = (stage: string) => STEP[stage] ?? capital(stage.replaceAll('-', ' '))
const SHORT: Readonly<Record<string, string>> = { smooth: 'Smooth', surface: 'Cubes' }
const BUSY: Readonly<Record<string, string>> = {
  scan: 'Reading the scan',
  'read-labels': 'Reading the labels',
  'fit-labels': 'Bringing the labels to the scan',
  sample: 'Making the sample',
  straighten: 'Resampling to even slices',
  denoise: 'Denoising the scan',
  threshold: 'Marking the range',
  islands: 'Sorting the pieces',
  'fill-holes': 'Filling holes',
  margin: 'Moving the edge of the mask',
  airway: 'Looking for the airway',
  lung: 'Looking for the lungs',
  'grow-from-core': 'Growing into softer tissue',
  open: 'Cutting thin bridges',
  close: 'Closing narrow gaps',
  'save-template': 'Keeping the template',
  'remove-template': 'Removing the template',
  paint: 'Writing the stroke',
  scissors: 'Cutting along the outline',
  'view-scissors': 'Cutting along the outline',
  crop: 'Cropping',
  'grow-at-click': 'Growing from the point',
  'grow-from-seeds': 'Growing the labels until they meet',
  'between-slices': 'Filling between the slices',
  'split-islands': 'Splitting into labels',
  morphology: 'Moving the edge there and back',
  'smooth-mask': 'Smoothing the label',
  'smooth-joint': 'Smoothing the labels together',
  'remove-table': 'Finding the patient',
  'hollow-mask': 'Hollowing the mask',
  combine: 'Combining labels',
  complement: 'Inverting the label',
  surface: 'Making the surface',
  smooth: 'Smoothing',
  decimate: 'Simplifying',
  repair: 'Repairing',
  check: 'Measuring the model',
  export: 'Writing and reading back the file',
  'sign-side': 'Writing the side into the trace',
  segment: 'Running the template',
  unlock: 'Opening the vault',
  reopen: 'Opening the case',
  delete: 'Deleting the case',
  'close-case': 'Closing the case',
}
/** What is running now. */
export const busyText = (stage: string) => BUSY[stage] ?? stepText(stage)

/** What the last finished step changed, with units. */
export function changeText({ stage, from, to, unit }: ChangeView): string {
  const step = `Last change: ${stepText(stage).toLowerCase()}, `
  if (unit === 'findings')
    return step + (to === 0 ? 'all gates hold' : `${plural(to, 'gate does', 'gates do')} not hold`)
  if (unit === 'triangles') return `${step}${count(from)} to ${plural(to, 'triangle', 'triangles')}`
  const sign = to > from ? '+' : ''
  return to === from ? `${step}nothing changed` : `${step}${sign}${volume(to - from)}`
}

/** A step's name under a chart. */
export const stepShort = (stage: string) => SHORT[stage] ?? stepText(stage)

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
  'wall-thickness': ['Wall too thin', 'Area with too thin walls'],
  'build-volume': ['Does not fit the printer', 'Share of the printer used'],
  'file-reread': ['File reads back differently', 'Read back from the file'],
}
/** Heading of a finding that did not pass. */
export const gateTitle = (check: CheckId) => GATE[check][0]
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
  reviewer: 'Only a reviewer may accept this for this use, and this version has no reviewer yet. Choose another way.',
  colour: 'Colour',
  thickness: 'Wall thickness',
  deviation: 'Deviation from mask',
  plain: 'Plain',
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
  toPrintWhy: 'All gates hold. The file is written from exactly this model.',
  toPrintAccepted: (n: number) => `All gates hold or are accepted (${count(n)} with a reason).`,
  showRefused: (n: number) => `Show what is refused (${count(n)})`,
  backToModel: 'Change the model',
  toScan: 'Go to Scan',
  blocked: (n: number) =>
    n === 1
      ? 'One gate refuses. No file can be saved until it holds.'
      : `${capital(word(n))} gates refuse. No file can be saved until they hold.`,
  nearly: (n: number) =>
    `${capital(word(n))} ${n === 1 ? 'gate refuses' : 'gates refuse'} and can be accepted with a reason.`,
}

export const ACCEPT = {
  title: (check: CheckId) => `Accept: ${gateTitle(check).toLowerCase()}`,
  lead: 'The reason is written into the trace and the report, next to the figure.',
  reason: 'Why is this good enough?',
  reasons: [
    'Shown to a group, not handled',
    'The place is outside the region of interest',
    'It will be supported or thickened at the printer',
    'The difference was looked at and is wanted',
  ],
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

function wallText(f: Finding, process: ProcessId, ways: readonly ProcessId[]): string {
  if (f.level === 'fail') {
    const out = others(ways, process)
    const way =
      out.length === 0 ? 'Add a margin in Segment.' : `Add a margin in Segment, or choose ${out.join(' or ')}.`
    return `Wall is thinner than ${lengthOf(f, 'hardMm', needs(f))} over ${area(f.value)}${thinnest(f)}. ${PROCESS[process]} cannot print that. ${way}`
  }
  const share = figure(f, 'belowAdvisedPercent') ?? 0
  return `${percent(share)} of the surface has walls under ${lengthOf(f, 'advisedMm', needs(f))}, which ${PROCESS[process]} advises. It prints, but take care there.`
}

function shellText(f: Finding): string {
  const loose = figure(f, 'looseAboveLimit') ?? f.value
  if (f.level === 'fail')
    return `${plural(loose, 'piece is', 'pieces are')} not joined to the part and would fall off. Remove small pieces in Segment, or keep the largest.`
  return `The model has ${plural(f.value, 'piece', 'pieces')} where ${count(f.limit)} ${f.limit === 1 ? 'was' : 'were'} expected. ${LOOK}`
}

function surfaceText(f: Finding): string {
  if (f.level === 'warn')
    return `The surface is ${has(f)} from the mask; from ${lengthOf(f, 'warnMm', needs(f))} it is worth a look. The limit is ${needs(f)}.`
  return `The surface is ${has(f)} from the mask; the limit is ${needs(f)}. Use less smoothing, or a smaller simplification error.`
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
    case 'wall-thickness':
      return wallText(f, process, ways)
    case 'build-volume': {
      const out = others(ways, process)
      const way = out.length === 0 ? 'Mark a smaller region in Segment.' : `Choose ${out.join(' or ')}.`
      return `The part takes ${has(f)} of the room in this printer; ${needs(f)} is the limit. ${warns ? LOOK : way}`
    }
    case 'file-reread':
      return `The file differs from the model by ${has(f)}; the limit is ${needs(f)}. Save it again, and report this if it stays.`
  }
}

/** The figure of a gate that holds. */
export function passedValue(f: Finding): string {
  if (f.check === 'side-verified') return f.value === 0 ? SCAN.yes : SCAN.notNeeded
  if (f.check === 'volume-change') return changePercent(f.value)
  return has(f)
}

export const PRINT = {
  title: 'Print',
  lead: 'The file holds exactly the model that was checked, in millimetres.',
  plate: 'On the plate',
  inside: (part: string, box: string) => [part, ` in ${box}`],
  machine: (name: string) => `Printer: ${name}`,
  before: 'Before it leaves',
  reread: 'Read back from the file',
  rereadNone: 'when saved',
  off: (mmValue: number) => `${decimal(mmValue, 3)}\u2009mm off`,
  unit: 'Unit in the file',
  patient: 'Patient data in the file',
  same: 'Same as the checked model',
  none: 'none',
  yes: 'yes',
  ways: 'Other ways out',
  save3mf: 'Save the 3MF file',
  saveStl: 'STL file',
  report: 'Report',
  saveWhy: 'Carries its unit and the trace id. You choose where it goes.',
  saved: 'Saved files',
  file: 'File',
  digest: 'Digest',
  trace: 'See the trace',
  notReleased: 'This model is not released',
  notReleasedLead: 'A file can be saved once every gate holds, or is accepted with a reason.',
  toCheck: 'Go to Check',
  traceId: 'Trace id',
}

export const TRACE = {
  title: (id: string | null) => (id === null ? 'Trace' : `Trace ${id}`),
  lead: 'Each line is bound to the one above it by its digest.',
  steps: (n: number) => plural(n, 'step', 'steps'),
  empty: 'Nothing has been done in this case yet. Each step will be written here with its parameters and digests.',
  on: (backend: string, adapter: string) => (adapter === '' ? backend : `${backend}, ${adapter}`),
  backend: { cpu: 'Processor', webgpu: 'Graphics card', wasm: 'Processor, WebAssembly' },
  sideTitle: 'What left this device',
  sideLead: 'The chain goes from the digest of the scan to the digest of each file.',
  from: 'Scan',
  to: 'Last result',
  files: 'Files saved by a person',
  noFiles: 'No file has been saved.',
  report: 'Save the report',
  nothingSet: 'Nothing to set',
}

/** Words for each parameter of a step; '' where a parameter does not apply. */
type Facts<P> = { readonly [K in keyof P]-?: (value: Exclude<P[K], undefined>, all: P, unit: string) => string }
interface StepParams {
  readonly scan: ScanParams
  readonly 'read-labels': { readonly format: string }
  readonly 'fit-labels': FitLabelsParams
  readonly sample: object
  readonly straighten: StraightenParams
  readonly denoise: DenoiseParams
  readonly threshold: ThresholdParams
  readonly islands: IslandsParams
  readonly 'fill-holes': FillHolesParams
  readonly margin: MarginParams
  readonly template: TemplateParams
  readonly airway: AirwayParams
  readonly lung: LungParams
  readonly 'grow-from-core': GrowFromCoreParams
  readonly paint: StrokeParams
  readonly scissors: ScissorsParams
  readonly 'view-scissors': ViewScissorsParams
  readonly crop: CropParams
  readonly 'grow-at-click': GrowAtClickParams
  readonly 'grow-from-seeds': GrowSeedsParams
  readonly 'between-slices': BetweenSlicesParams
  readonly 'split-islands': SplitIslandsParams
  readonly morphology: MorphologyParams
  readonly 'smooth-mask': SmoothMaskParams
  readonly 'smooth-joint': SmoothJointParams
  readonly 'remove-table': RemoveTableParams
  readonly 'hollow-mask': HollowMaskParams
  readonly combine: { readonly op: CombineOp }
  readonly complement: object
  readonly surface: SurfaceParams
  readonly smooth: SmoothParams
  readonly decimate: DecimateParams
  readonly repair: RepairParams
  readonly check: CheckParams
  readonly export: { readonly format: string; readonly traceId: string; readonly accepted: readonly string[] }
  readonly place: PlaceParams
  readonly restore: { readonly label: string }
  readonly 'sign-side': { readonly side: string }
}

const OVERLAPS = { allow: '', take: 'taken from other labels', spare: 'other labels left alone' } satisfies Record<
  PlaceParams['others'],
  string
>
const SIDES: Readonly<Record<string, string>> = { left: 'left', right: 'right', 'not-applicable': 'it has no side' }
const fromValue = (v: number | null, unit: string) => (v === null ? '' : `from ${withUnit(decimal(v, 0), unit)}`)
const toValue = (v: number | null, unit: string) =>
  v === null || v >= NO_UPPER_LIMIT ? 'no upper limit' : `to ${withUnit(decimal(v, 0), unit)}`
/** An acceptance as the trace keeps it: "check: reason". */
function acceptedText(entry: string): string {
  const colon = entry.indexOf(': ')
  const check = entry.slice(0, colon)
  const title = check in GATE ? gateTitle(check as CheckId).toLowerCase() : check
  return `accepted although ${title}: “${entry.slice(colon + 2)}”`
}

const KEPT_ISLANDS: Readonly<Record<IslandsParams['keep'], string>> = {
  largest: '',
  clicked: 'the piece that was clicked',
  above: 'every piece that is large enough',
  'not-largest': '',
  'not-clicked': 'all but the piece that was clicked',
  below: 'every piece that is small enough',
}

const CUTS: Readonly<Record<CutOp, string>> = {
  'remove-inside': 'removed inside',
  'remove-outside': 'removed outside',
  'add-inside': 'filled inside',
}
const VOXEL_AXES = ['the first voxel axis', 'the second voxel axis', 'the third voxel axis'] as const
const MORPHOLOGY_OPS: Readonly<Record<MorphologyParams['op'], string>> = {
  dilate: 'grown',
  erode: 'shrunk',
  open: 'opened',
  close: 'closed',
}
const WALL_SIDES: Readonly<Record<HollowMaskParams['side'], string>> = {
  inside: 'within the mask',
  outside: 'around the mask',
  both: 'half on either side',
}
const COMBINED: Readonly<Record<CombineOp, string>> = {
  union: 'what either holds',
  subtract: 'without what the other holds',
  intersect: 'what both hold',
  xor: 'what only one holds',
}

const FACTS: { readonly [S in keyof StepParams]: Facts<StepParams[S]> } = {
  scan: {
    format: (v) => `from ${SCAN.source[v as SeriesRow['source']] ?? v}`,
    placement: (v) => (v === '' ? '' : `placed by its ${v}`),
    frame: (v) => (v === null ? '' : `image ${count(v + 1)} of several`),
  },
  'read-labels': {
    format: (v) => (v === '' ? 'from a file of their own' : `from ${SCAN.source[v as SeriesRow['source']] ?? v}`),
  },
  'fit-labels': {
    fit: (v) => (v === 'turned' ? 'voxel on voxel, axes turned' : 'each voxel takes the nearest label'),
  },
  sample: {},
  straighten: {
    heightsMm: (v) => `from ${plural(v.length, 'slice', 'slices')}`,
    shear: (v) => {
      const tiltDeg = (Math.atan(Math.hypot(...v)) * 180) / Math.PI
      return tiltDeg === 0 ? 'no tilt' : `tilt of ${withUnit(decimal(tiltDeg, 2), '°')} undone`
    },
    sliceMm: (v) => `slices about ${mm(v)} apart`,
  },
  denoise: {
    method: (v) => (v === 'median' ? 'median of the neighbours' : 'Gaussian'),
    sigmaMm: (v, { method }) => (method === 'median' ? '' : `radius ${mm(v)}`),
  },
  threshold: { lowHu: (v, _, unit) => fromValue(v, unit), highHu: (v, _, unit) => toValue(v, unit) },
  islands: {
    keep: (v) => KEPT_ISLANDS[v],
    count: (v, { keep }) => {
      const pieces = v === 1 ? 'the largest piece' : `the ${count(v)} largest pieces`
      return keep === 'largest' ? pieces : keep === 'not-largest' ? `all but ${pieces}` : ''
    },
    minMm3: (v, { keep }) =>
      keep === 'above' ? `${volume(v)} or more` : keep === 'below' ? `less than ${volume(v)}` : '',
    seedLps: (v, { keep }) => ((keep === 'clicked' || keep === 'not-clicked') && v !== null ? `at ${place3(v)}` : ''),
  },
  'fill-holes': {
    mode: (v) => (v === 'volume' ? 'closed on all sides' : 'closed within a slice'),
    maxMm3: (v) => (v === null ? '' : `up to ${volume(v)} each`),
  },
  'grow-at-click': {
    seedLps: (v) => (v === null ? '' : `from ${place3(v)}`),
    toleranceHu: (v, _, unit) => (v === null ? '' : `values up to ${withUnit(decimal(v, 0), unit)} apart`),
    lowHu: (v, { toleranceHu }, unit) => (toleranceHu === null ? fromValue(v, unit) : ''),
    highHu: (v, { toleranceHu }, unit) => (toleranceHu === null ? toValue(v, unit) : ''),
    neighbours: (v) => `over ${count(v)} neighbours`,
    maxDistanceMm: (v) => (v === null ? '' : `no further than ${mm(v)}`),
  },
  'grow-from-seeds': {
    labels: (v) => (v.length === 0 ? '' : `labels ${v.map((id) => count(id)).join(', ')}`),
    locality: (v) => `nearness ${count(v)} of 64`,
    marginFraction: (v) => (v === null ? '' : `up to ${percent(v * 100)} beyond the painted box`),
  },
  'between-slices': { axis: (v) => `across ${VOXEL_AXES[v]}` },
  'split-islands': {
    most: (v) => `at most ${plural(v, 'piece', 'pieces')}`,
    minMm3: (v) => `${volume(v)} or more`,
  },
  morphology: {
    op: (v) => MORPHOLOGY_OPS[v],
    radiusMm: (v) => `radius ${mm(v)}`,
  },
  'smooth-mask': {
    method: (v) => (v === 'median' ? 'by the majority around' : 'Gaussian'),
    radiusMm: (v, { method }) => (method === 'median' ? `radius ${mm(v)}` : ''),
    sigmaMm: (v, { method }) => (method === 'gaussian' ? `radius ${mm(v)}` : ''),
  },
  'smooth-joint': { sigmaMm: (v) => `radius ${mm(v)}` },
  'remove-table': {
    airHu: (v, _, unit) => `air up to ${withUnit(decimal(v, 0), unit)}`,
    radiusMm: (v) => `plates up to ${mm(2 * v)} go`,
    stickOutMm: (v) => `what sticks out stays up to ${mm(v)}`,
  },
  'hollow-mask': {
    thicknessMm: (v) => `wall of ${mm(v)}`,
    side: (v) => WALL_SIDES[v],
  },
  combine: { op: (v) => COMBINED[v] },
  complement: {},
  margin: { distanceMm: (v) => (v < 0 ? `shrunk by ${mm(-v)}` : `grown by ${mm(v)}`) },
  template: {
    id: (v) => (v.startsWith('own-') ? 'an own template' : v),
    version: (v) => `in version ${count(v)}`,
    digest: (v) => `digest ${shortDigest(v)}`,
    edited: (v) => (v ? 'steps changed' : ''),
  },
  airway: { sealMm: (v) => `openings up to ${mm(2 * v)} closed`, highHu: (v, _, unit) => toValue(v, unit) },
  lung: { highHu: (v, _, unit) => toValue(v, unit), minMm3: (v) => `pieces from ${volume(v)}` },
  'grow-from-core': {
    lowHu: (v, _, unit) => fromValue(v, unit),
    highHu: (v, _, unit) => toValue(v, unit),
    reachMm: (v) => `within ${mm(v)}`,
  },
  paint: {
    shape: (v) => (v === 'disc' ? 'disc in a slice' : 'ball'),
    axis: (v, { shape }) => (shape === 'disc' ? `across ${VOXEL_AXES[v]}` : ''),
    slice: (v, { shape }) => (shape === 'disc' ? `number ${count(v)}, counted from 0` : ''),
    radiusMm: (v) => `radius ${mm(v)}`,
    mode: (v) => (v === 'erase' ? 'erased' : 'painted'),
    gateLowHu: (v, _, unit) => (v === null ? '' : `only ${fromValue(v, unit)}`),
    gateHighHu: (v, _, unit) => (v === null ? '' : toValue(v, unit)),
    pointsIjk: (v) => (v.length === 0 ? '' : plural(v.length / 3, 'point', 'points')),
  },
  scissors: {
    op: (v) => CUTS[v],
    axis: (v) => `across ${VOXEL_AXES[v]}`,
    fromSlice: (v, { toSlice }) => (v === toSlice ? `slice ${count(v)}, counted from 0` : `slices ${count(v)}`),
    toSlice: (v, { fromSlice }) => (v === fromSlice ? '' : `to ${count(v)}, counted from 0`),
    corners: (v) => (v.length === 0 ? '' : `outline of ${plural(v.length / 2, 'corner', 'corners')}`),
  },
  'view-scissors': {
    op: (v) => CUTS[v],
    viewProjection: (v) => (v.length === 0 ? '' : 'as the part was seen in 3-D'),
    corners: (v) => (v.length === 0 ? '' : `outline of ${plural(v.length / 2, 'corner', 'corners')}`),
    depthMm: (v) => (v === null ? '' : `between ${mm(v[0])} and ${mm(v[1])} deep`),
  },
  crop: {
    shape: (v) => (v === 'box' ? 'to a box' : 'by a plane'),
    minIjk: (v, { shape }) => (shape === 'box' ? `from voxel ${v.map((n) => count(n)).join(', ')}` : ''),
    maxIjk: (v, { shape }) => (shape === 'box' ? `to voxel ${v.map((n) => count(n)).join(', ')}` : ''),
    pointLps: (v, { shape }) => (shape === 'plane' ? `through ${place3(v)}` : ''),
    normalLps: (v, { shape }) => (shape === 'plane' ? `kept along ${v.map((n) => decimal(n, 2)).join(', ')}` : ''),
  },
  surface: { lowHu: (v, _, unit) => fromValue(v, unit), highHu: (v, _, unit) => toValue(v, unit) },
  smooth: {
    iterations: (v) => plural(v, 'pass', 'passes'),
    passBand: (v) => `detail beyond pass band ${decimal(v, 2)} fades`,
    maxShiftMm: (v) => `no point moves more than ${mm(v)}`,
  },
  decimate: {
    maxErrorMm: (v) => `nowhere off by more than ${mm(v)}`,
    targetRatio: (v) => `down to ${percent(v * 100)} of the triangles`,
  },
  repair: { sewMm: (v) => `rims closer than ${mm(v)} are joined` },
  check: {
    policy: (v) => `for ${POLICY[v].toLowerCase()}`,
    process: (v) => `printed by ${PROCESS[v]}`,
    declaredShells: (v) => `${plural(v, 'piece', 'pieces')} expected`,
    buildMm: (v) => `room ${size3(v)}`,
  },
  export: {
    format: (v) => v.toUpperCase(),
    traceId: (v) => `trace id ${v}`,
    accepted: (v) => v.map(acceptedText).join('; '),
  },
  place: {
    label: (v) => `label ${v}`,
    others: (v) => (v === 'allow' ? '' : OVERLAPS[v]),
    rangeLowHu: (v, _, unit) => (v === null ? '' : `only ${fromValue(v, unit)}`),
    rangeHighHu: (v, _, unit) => (v === null ? '' : toValue(v, unit)),
  },
  restore: {
    label: (v) => v.replace(/^(undo|redo) (.+)$/, (_, way, stage) => `${way} of ${stepText(stage).toLowerCase()}`),
  },
  'sign-side': { side: (v) => SIDES[v] ?? v },
}

/** The trace was written by these very steps, so each value has its parameter's type. */
type AnyFacts = Readonly<Partial<Record<string, Facts<Record<string, unknown>>>>>
/** What a step was told to do, in words; `unit` is that of the scan's values. A parameter of another version by its name. */
export function stepFacts(stage: string, params: Readonly<Record<string, unknown>>, unit: string): string[] {
  const known = (FACTS as unknown as AnyFacts)[stage] ?? {}
  const words = Object.keys({ ...known, ...params }).map((name) => {
    const value = params[name]
    if (value === undefined) return ''
    return known[name]?.(value, params, unit) ?? `${name} ${JSON.stringify(value)}`
  })
  return words.filter((text) => text !== '')
}

/** What to do next about each problem; shown under its sentence. */
export const NEXT_STEP: Readonly<Record<Problem['code'], string>> = {
  'import/empty': 'Choose a file that holds a scan.',
  'import/unsupported': 'Open DICOM, NIfTI, NRRD or MHA.',
  'import/truncated': 'Copy the file again from where it came.',
  'import/corrupt': 'Copy the file again from where it came.',
  'import/bad-header': 'Export the scan again from its source.',
  'import/too-large': 'Crop the scan, or use a device with more memory.',
  'import/zip-bomb': 'Unpack it yourself and open the folder.',
  'import/nothing-readable': 'Choose the folder that holds the scan itself.',
  'import/inconsistent-series': 'Export one series alone and open that.',
  'import/too-few-slices': 'Choose a series with more slices.',
  'import/duplicate-slices': 'Export the series once, without copies.',
  'import/missing-slices': 'Export the whole series again, or resample it.',
  'import/uneven-slices': 'Choose a series with even spacing, or resample this one.',
  'import/tilted': 'Choose a series without gantry tilt, or resample this one.',
  'import/not-a-volume': 'Choose a series of slices, not a single picture.',
  'import/choose-series': 'Choose the one to open.',
  'import/wrong-modality': 'Choose a template made for this kind of scan.',
  'import/not-labels': 'Choose a file of whole numbers, one for each structure.',
  'import/labels-elsewhere': 'Open the scan they belong to, then add them.',
  'volume/non-orthogonal': 'Export the scan again with perpendicular axes.',
  'volume/too-large': 'Crop the scan, or use a device with more memory.',
  'segment/empty': 'Choose a range that holds something, or undo.',
  'segment/bad-seed': 'Click inside the part in a slice, then try again.',
  'segment/grid-mismatch': 'Undo the last step and try again.',
  'segment/no-label': 'Choose a label in the list.',
  'segment/locked': 'Unlock it in the list of labels, or choose another.',
  'segment/too-many-labels': 'Remove labels that are not needed.',
  'segment/no-gap': 'Paint the part on two slices with others between them, or choose another direction.',
  'surface/empty': 'Mark something in Segment first.',
  'surface/too-large': 'Keep a smaller region, or crop the scan.',
  'prepare/failed': 'Use less smoothing, or a smaller simplification error.',
  'qa/refused': 'See what is refused in Check.',
  'qa/stale': 'Run Check again.',
  'export/mismatch': 'Save it again. If it stays, report it with the report file.',
  'gpu/unavailable': 'The work goes on on the processor, more slowly.',
  'gpu/device-lost': 'Try again. The work goes on on the processor if it stays lost.',
  'gpu/out-of-memory': 'Close other tabs, or crop the scan.',
  'vault/none': 'Create a passphrase, or start a teaching session.',
  'vault/locked': 'Unlock with your passphrase.',
  'vault/wrong-passphrase': 'Type it again.',
  'vault/weak-passphrase': 'Choose a longer passphrase.',
  'vault/tampered': 'Restore this case from its scan.',
  'vault/quota': 'Delete cases you no longer need.',
  'vault/busy': 'Go on in the other tab, or close it and open the case here again.',
  'vault/missing': 'Open the scan again.',
  'vault/newer': 'Reload the page, then open the case again.',
  'app/bad-parameter': 'Change the value and try again.',
  'app/worker-lost': 'Try again. Nothing saved was lost.',
  'app/bug': 'Try again. What was saved is still there.',
}

/** Title of the browser tab. */
export const pageTitle = (place: PlaceId, pseudonym: string | null) =>
  place === 'start' ? SHELL.name : `${place === 'trace' ? SHELL.trace : STATION[place]}, ${pseudonym ?? SHELL.name}`

import type { Problem } from '../app/job-view.ts'
import type { PlaceId, StationId, StationState } from '../app/place.ts'
import type { SmoothChoice } from '../app/smooth-choice.ts'
import type { PolicyId, ProcessId } from '../core/finding.ts'
import { THREE_MF_FAULTS, type ThreeMfFault } from '../core/threemf-fault.ts'
import { SMOOTH } from '../prepare/smooth.ts'
import { count, decimal, mm, percent, plural, timeLeft } from './format.ts'
import { HANDOVER_NEXT } from './handover.en.ts'
import { NO_UPPER_LIMIT } from './range.ts'
import { SEALED_NEXT } from './sealed.en.ts'

// Every word a person reads on the screen, except the sentences of errors. All
// files *.en.ts together are the one catalogue, so that it can be translated.

export const STATION: Readonly<Record<StationId, string>> = {
  scan: 'Scan',
  segment: 'Segment',
  model: 'Model',
  check: 'Check',
  approve: 'Approve',
  print: 'Print',
  verify: 'Verify',
}

export const STATION_ACT: Readonly<Record<StationId, string>> = {
  scan: 'Read and measure',
  segment: 'Mark the anatomy',
  model: 'Make and prepare',
  check: 'Measure against limits',
  approve: 'Sign what leaves',
  print: 'Save the file',
  verify: 'Measure the print',
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
  models: 'Models',
  evidence: 'Evidence',
  people: 'People',
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
  dropModel: 'Drop to add the network',
  dropCases: 'Drop the folder of cases',
  dropPart: 'Drop to verify the file',
}

export const DEVICE = {
  title: 'What stays and what leaves',
  stays:
    'The scan, the mask, the model and the trace stay in this browser, encrypted. Nothing is uploaded: the page is not allowed to talk to any other address.',
  staysTeaching:
    'The scan, the mask, the model and the trace stay in the memory of this tab. They are gone when it is closed.',
  leaves: 'Only a file you save yourself leaves, and it carries no name unless you add one.',
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
  fromAi: ['Drawn from the AI,', 'not yet a label'],
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
  save3mf: 'Save the 3MF file',
  report: 'Save the figures',
  saveWhy: 'Carries its unit and the trace id. You choose where it goes.',
  saved: 'Saved files',
  file: 'File',
  digest: 'Digest',
  trace: 'See the trace',
  verify: 'Verify the print',
  notReleased: 'This model is not released',
  notReleasedLead: 'A file can be saved once every gate holds, or is accepted with a reason.',
  toCheck: 'Go to Check',
  traceId: 'Trace id',
}

/** One advice for each way to refuse a foreign 3MF: nothing can be mended in it here. */
const refusedThreeMf = () =>
  Object.fromEntries(
    THREE_MF_FAULTS.map((fault) => [`threemf/${fault}`, 'Ask for the file again, or export it from its source.']),
  ) as Readonly<Record<`threemf/${ThreeMfFault}`, string>>

/** What to do next about each problem; shown under its sentence. */
export const NEXT_STEP: Readonly<Record<Problem['code'], string>> = {
  ...refusedThreeMf(),
  ...HANDOVER_NEXT,
  ...SEALED_NEXT,
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
  'import/several-scans': 'Put the files of one series into a folder of their own.',
  'import/wrong-modality': 'Choose a template made for this kind of scan.',
  'import/not-labels': 'Choose a file of whole numbers, one for each structure.',
  'import/labels-elsewhere': 'Open the scan they belong to, then add them.',
  'volume/non-orthogonal': 'Export the scan again with perpendicular axes.',
  'volume/too-large': 'Crop the scan, or use a device with more memory.',
  'infer/too-large': 'Crop the scan, or choose larger voxels.',
  'infer/wrong-interface': 'Correct the card, or choose the network that it describes.',
  'infer/unsupported-operator': 'Export the network again without this operator.',
  'infer/broken-output': 'Run it on the processor, or choose another network.',
  'infer/self-test': 'Use another browser or device, and report it with the report file.',
  'segment/empty': 'Choose a range that holds something, or undo.',
  'segment/bad-seed': 'Click inside the part in a slice, then try again.',
  'segment/grid-mismatch': 'Undo the last step and try again.',
  'segment/no-label': 'Choose a label in the list.',
  'segment/locked': 'Unlock it in the list of labels, or choose another.',
  'infer/out-of-scope': 'Choose another network, or mark the structure with a template.',
  'infer/red': 'Mark the structure with a template, by threshold or from seeds.',
  'infer/review': 'Add what is missing, then try again.',
  'segment/too-many-labels': 'Remove labels that are not needed.',
  'segment/no-gap': 'Paint the part on two slices with others between them, or choose another direction.',
  'infer/bad-card': 'Correct the field that is named, then add the card again.',
  'infer/not-onnx': 'Export the network as one .onnx file.',
  'infer/not-approved': 'Read its card in Models, then approve it for this use.',
  'infer/approval-expired': 'Approve it again in Models, or choose another network.',
  'infer/revoked': 'Choose another network, or approve this one anew in Models.',
  'infer/changed-weights': 'Take the file that the card was written for.',
  'infer/changed-card': 'Read the card in Models, then approve it again.',
  'infer/no-network': 'Add it in Models, or choose a template that needs no network.',
  'infer/no-file': 'Check the connection, then reload the page.',
  'surface/empty': 'Mark something in Segment first.',
  'surface/too-large': 'Keep a smaller region, or cut the part in two.',
  'prepare/failed': 'Use less smoothing, or a smaller simplification error.',
  'prepare/loose-mark': 'Pick a smoother place, or make the root longer.',
  'prepare/no-glyph': 'Write it with the letters A to Z, digits and common signs.',
  'prepare/no-room': 'Pick a larger, flatter or thicker place, or make it smaller.',
  'prepare/no-sturdy-place': 'Ask for fewer or smaller blocks, or lift a keep-out.',
  'qa/refused': 'See what is refused in Check.',
  'qa/stale': 'Run Check again.',
  'qa/other-policy': 'Run Check again.',
  'export/mismatch': 'Save it again. If it stays, report it with the report file.',
  'print/not-ct': 'Scan the part by CT, or open a surface of it.',
  'print/no-step': 'Scan the part in air, or open a surface of it.',
  'print/other-size': 'Move the threshold, or choose the scan of this part.',
  'print/elsewhere': 'Choose the scan of this part, or move the threshold.',
  'mesh/unsupported': 'Export the part as STL, 3MF, OBJ or PLY.',
  'mesh/corrupt': 'Export the file again from its source.',
  'mesh/truncated': 'Copy the file again from where it came.',
  'mesh/too-large': 'Decimate the part before opening it.',
  'mesh/empty': 'Choose the file of the part itself.',
  'evidence/bad-table': 'Correct the line in the table and open it again.',
  'evidence/too-few': 'Add cases of more people and run it again.',
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
  'vault/denied': 'People says who may do what.',
  'vault/no-passkey': 'Use your passphrase.',
  'vault/bad-backup': 'Choose the backup file as it was saved.',
  'vault/unsupported': 'Use a current browser.',
  'trace/bad-note': 'Get the file again from who made it.',
  'trace/bad-envelope': 'Get the file again from who made it.',
  'trace/bad-signature': 'Do not rely on it. Get it again from who made it.',
  'trace/bad-bundle': 'Make the evidence bundle again from its case.',
  'trace/clock-behind': 'Set the clock of this device, then try again.',
  'trace/inconsistent-head': 'Keep this device as it is and tell who runs it.',
  'app/bad-parameter': 'Change the value and try again.',
  'app/worker-lost': 'Try again. Nothing saved was lost.',
  'app/bug': 'Try again. What was saved is still there.',
}

/** Title of the browser tab. */
export const pageTitle = (place: PlaceId, pseudonym: string | null) => {
  if (place === 'start') return SHELL.name
  if (place === 'models' || place === 'evidence' || place === 'people') return `${SHELL[place]}, ${SHELL.name}`
  return `${place === 'trace' ? SHELL.trace : STATION[place]}, ${pseudonym ?? SHELL.name}`
}

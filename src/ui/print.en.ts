import type { FileChoice } from '../app/file-choice.ts'
import type { SessionView } from '../app/session-view.ts'
import type { ExportFormat } from '../export/file-parts.ts'
import type { OrientGoal } from '../print/orient.ts'
import type { PROFILE_LIMITS } from '../print/profiles.ts'
import { decimal, number3, withUnit } from './format.ts'
import { POLICY } from './terms.en.ts'

// The words of the station Print: the printer, the build direction, the estimate and the files.

export const GOAL: Readonly<Record<OrientGoal, string>> = {
  supports: 'Least support',
  height: 'Lowest',
  flat: 'Flattest',
}

type NumberField = Exclude<keyof typeof PROFILE_LIMITS, 'buildMm'>

export const PRINTER = {
  title: 'Printer',
  choose: 'Printer and material',
  build: (size: string) => `Room ${size}`,
  edit: 'Change or copy',
  close: 'Close',
  own: 'Own',
  editor: 'This printer',
  editorShipped: 'Kept as a printer of your own. The one that came with the app stays as it is.',
  editorOwn: 'Kept encrypted in this browser.',
  name: 'Name',
  material: 'Material',
  currency: 'Currency',
  side: (axis: string) => `Room along ${axis}`,
  axes: ['x', 'y', 'z'],
  groups: {
    machine: 'Machine',
    material: 'Material',
    speed: 'Speed',
    fill: 'Fill and support',
    money: 'Money and work',
  },
  fields: {
    spotMm: ['Nozzle or spot', 'mm'],
    layerMm: ['Layer', 'mm'],
    densityGCm3: ['Density', 'g/cm³'],
    pricePerKg: ['Price', '/kg'],
    hourRate: ['Machine', '/h'],
    labourRate: ['Work', '/h'],
    labourMin: ['Work on a print', 'min'],
    overhead: ['Overhead', '/print'],
    setupMin: ['Set-up', 'min'],
    layerSeconds: ['Each layer', 's'],
    rateMm3S: ['Laid down', 'mm³/s'],
    skinMm: ['Solid skin', 'mm'],
    infillPercent: ['Infill', '%'],
    supportPercent: ['Support filled', '%'],
    wastePercent: ['Waste', '%'],
  } satisfies Record<NumberField, readonly [string, string]>,
  keep: 'Keep the printer',
  remove: 'Remove it',
  problem: 'A name has 1 to 40 letters.',
}

export const DIRECTION = {
  title: 'Build direction',
  lead: 'How the part stands on the plate. The file stays as it was checked; turn it like this in the slicer.',
  goal: 'Look for',
  find: 'Find a direction',
  again: 'Look again',
  figures: 'Build direction',
  columns: { as: 'as scanned', found: 'found' },
  height: 'Height',
  footprint: 'On the plate',
  overhang: (lean: number | null) => (lean === null ? 'Overhang' : `Leans beyond ${decimal(lean, 0)}°`),
  support: 'Space to support',
  contact: 'Area on the plate',
  powder: 'Powder holds the part up: no support is needed.',
  outside: 'It does not fit in this printer in any direction. Choose a larger one, or cut the part.',
  estimate: 'Estimate',
  time: 'Time',
  materialUsed: 'Material',
  cost: 'Cost',
  hours: (h: number) => (h < 1 ? withUnit(decimal(h * 60, 0), 'min') : withUnit(number3(h), 'h')),
  grams: (g: number) => withUnit(number3(g), 'g'),
  money: (value: number, currency: string) => withUnit(decimal(value, value < 100 ? 2 : 0), currency),
  layers: (n: string) => `${n} layers`,
  supportShare: (g: string) => `${g} support`,
  labour: 'with work',
  why: 'Material by price, machine and work by the hour, and overhead. Speeds of this profile; a slicer knows better.',
}

const FORMAT: Readonly<Record<ExportFormat, string>> = {
  '3mf': '3MF',
  stl: 'STL',
  obj: 'OBJ',
  ply: 'PLY',
  'dicom-stl': 'DICOM with STL',
  'dicom-obj': 'DICOM with OBJ',
}
const FORMAT_MEANS: Readonly<Record<ExportFormat, string>> = {
  '3mf': 'For the slicer. Says its unit, the trace id, and each body by name and colour.',
  stl: 'For any slicer. Triangles only: choose millimetres when it asks.',
  obj: 'For design programs. Each body is an object of its own.',
  ply: 'For measuring programs. Can carry a number at each point.',
  'dicom-stl': 'For the archive of the hospital: the STL beside the scan it came from.',
  'dicom-obj': 'For the archive of the hospital: the OBJ beside the scan it came from.',
}
const VALUE: Readonly<Record<NonNullable<FileChoice['values']> | 'none', string>> = {
  none: 'Nothing more',
  thickness_mm: 'Wall thickness, mm',
  confidence: 'Confidence of the AI, 0 to 1',
}
const SIDE = { left: 'left', right: 'right', none: 'not said', several: 'left and right, by body' } as const

export const FILES = {
  title: 'All kinds of files',
  name: (format: ExportFormat) => FORMAT[format],
  means: (format: ExportFormat) => FORMAT_MEANS[format],
  save: 'Save',
  saveAs: (format: ExportFormat) => `Save ${FORMAT[format]}`,
  fill: 'Fill in',
  fillAs: (format: ExportFormat) => `Fill in ${FORMAT[format]}`,
  each: 'One file for each body.',
  values: 'At each point',
  value: (id: keyof typeof VALUE) => VALUE[id],
  dicom: 'What stands in the DICOM file',
  patientName: 'Patient name',
  patientId: 'Patient ID',
  empty: 'Left empty, the file names nobody.',
  warning: 'This puts the patient into the file: whoever has the file can read it.',
  unlawful: 'No backslash, and at most 64 characters.',
  onPart: 'A text on the part names the patient',
  facts: {
    usage: 'Made for',
    algorithm: 'Marked by',
    side: 'Side',
    mirrored: 'Mirrored',
    modified: 'Changed by design',
  },
  facted: ({ usage, byNetwork, laterality, mirrored, modified }: SessionView['dicom']) =>
    ({
      usage: POLICY[usage],
      algorithm: byNetwork ? 'a network' : 'rules and by hand',
      side: SIDE[laterality],
      mirrored: mirrored ? (laterality === 'several' ? 'some bodies' : 'yes') : 'no',
      modified: modified ? 'yes' : 'no',
    }) as const,
  added: 'as added',
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

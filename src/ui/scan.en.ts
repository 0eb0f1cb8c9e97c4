import type { SeriesRow } from '../app/scan-view.ts'
import type { Modality } from '../core/types.ts'
import type { Frames, Placements, Remedy, SeriesPart, StatedPlace } from '../import/series.ts'
import type { ImportedLabel, ImportedLabels } from '../segment/file-labels.ts'
import {
  capital,
  changePercent,
  count,
  decimal,
  mm,
  number3,
  place3,
  places,
  plural,
  spacing3,
  volume,
  withUnit,
} from './format.ts'

// The words of scans: their list, their passport, the questions a file leaves open.

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
  'modality-stated': 'The file does not say whether this is CT or MR. A person said that it is MR.',
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

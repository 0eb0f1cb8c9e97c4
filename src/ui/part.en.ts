import type { EditRow } from '../app/part-view.ts'
import { count, mm, place3, signed, volume, withUnit } from './format.ts'
import { MARK_CHOICE, MARK_FIELD, MARK_TOOL } from './marks.en.ts'
import type { ParamWords } from './param-field.ts'
import type { Lack, PartToolGroup, PlaneWay } from './part-tool.ts'

// The words of the edits of the part.

export const PART = {
  title: 'Edits of the part',
  lead: 'Change the model for the print. Every edit can be undone, and asks for a new check.',
  bodies: 'Bodies',
  allBodies: 'All bodies',
  body: (id: number, name: string) => (name === '' ? `Body ${id}` : name),
  hide: (name: string) => `Hide ${name}`,
  show: (name: string) => `Show ${name}`,
  otherLabels: 'Other labels',
  otherLabelsWhy: 'Each becomes a body of its own, in the colour of its label, and is checked against its own voxels.',
  otherLabelsMoved: 'The part was turned, mirrored or scaled. Undo that first: a label added now would not meet it.',
  addLabel: (name: string) => `Add ${name}`,
  ofLabel: (id: number, label: string) => `${id}: ${label}`,
  rename: (name: string) => `Rename ${name}`,
  bodyName: (id: number) => `Name of body ${id}`,
  nameWhy: 'Enter keeps the name, Escape the old one. It stays in this case: no file carries it.',
  tools: 'Edits',
  toolGroup: { place: 'Place', shape: 'Shape', surface: 'Surface', marks: 'Marks and supports' } satisfies Record<
    PartToolGroup,
    string
  >,
  closeTool: 'Close this edit',
  made: 'Edits made',
  none: 'Nothing was edited yet.',
  remove: (name: string) => `Take out: ${name}`,
  removeWhy: 'The later edits are made again without it.',
  keeps: 'Later edits stand on the part as this one left it.',
  on: (names: readonly string[]) => `on ${names.join(', ')}`,
  pickHere: 'Click a face of the part',
  pickOther: 'Click another face to change it',
  noFace: 'No face is picked yet. Click one on the part, or press Enter on the part for the face in its middle.',
  face: (at: string) => `Face picked at ${at}`,
  takes: (wide: number, high: number) => `Takes ${mm(wide)} by ${mm(high)} of the face.`,
  writes: 'Text on the part',
  noSide: 'The side is not in it: nobody has signed left or right at Scan yet.',
  oneBody: 'This works on one body. Choose one above.',
  twoBodies: 'This takes two bodies or more. Cut or split the part first, or show those that are hidden.',
  otherBody: 'With',
  plane: 'Plane',
  planeWay: { x: 'Sagittal', y: 'Coronal', z: 'Axial', face: 'At a face' } satisfies Record<PlaneWay, string>,
  /** Once the part lies elsewhere than in the body, its axes are those of the plate. */
  planeWayMoved: { x: 'Across x', y: 'Across y', z: 'Across z', face: 'At a face' } satisfies Record<PlaneWay, string>,
  planeAt: (way: PlaneWay) => (way === 'face' ? 'Depth under the face' : `Place along ${way}`),
  lacks: {
    initials: 'Sign with your initials: two to four capital letters, no name.',
    reason: 'Give a reason of a few words. It is written into the trace and told in the check.',
    factor: 'At 100 % nothing changes.',
  } satisfies Record<Lack, string>,
  allHidden: 'All bodies are hidden.',
  labelWarns: (n: number) =>
    `The part was made of this label. Changing the label drops the part and its ${n === 1 ? 'edit' : `${count(n)} edits`}.`,
  remakeTitle: 'Drop the edits of the part?',
  remakeLead: (n: number) =>
    `The model is made anew from the label. ${n === 1 ? 'The edit' : `The ${count(n)} edits`} of the part since then will be gone and cannot be brought back.`,
  remakeYes: 'Make it anew',
  remakeNo: 'Keep the edits',
}

/** What must be known before an edit is made. */
export const PART_WARNING: Readonly<Record<string, string>> = {
  mirror:
    'A mirrored part shows the other side of the body. Printed as it is, it must not be taken for the patient’s own side.',
  scale: 'Measures taken from the print are no longer those of the patient.',
  hollow:
    'A closed cavity keeps powder or resin: let it drain. Holes are made where it is lowest as it stands at Print; without a direction chosen there, as it lies here.',
  offset: 'Only for a part that must fit another. It moves the anatomy as well, and the check does not count it.',
}

/** What each edit is called on its button, does, and is started with. */
export const PART_TOOL: Readonly<
  Record<string, { readonly name: string; readonly lead: string; readonly act: string }>
> = {
  'lay-flat': {
    name: 'Lay flat',
    lead: 'Turns the part so that a face lies down, and sets it on the plate. The anatomy is not changed.',
    act: 'Lay it flat',
  },
  smooth: {
    name: 'Smooth',
    lead: 'Smooths the surface once more and keeps its volume.',
    act: 'Smooth it',
  },
  decimate: {
    name: 'Simplify',
    lead: 'Fewer triangles, within an error that is measured.',
    act: 'Simplify it',
  },
  repair: {
    name: 'Repair',
    lead: 'Mends open edges, and places where the surface touches itself.',
    act: 'Repair it',
  },
  hollow: {
    name: 'Hollow',
    lead: 'Leaves a shell with a wall of one thickness. The outer surface stays as it is.',
    act: 'Hollow it out',
  },
  pegs: {
    name: 'Cut',
    lead: 'Cuts a body by a plane into two that fit together again. Connectors get the gap that the printing process needs.',
    act: 'Cut it',
  },
  'split-shells': {
    name: 'Split',
    lead: 'Makes a body of its own of every piece that touches no other.',
    act: 'Split it',
  },
  'combine-bodies': {
    name: 'Combine',
    lead: 'Joins all bodies that are shown into one. Hide those that shall stay apart.',
    act: 'Combine them',
  },
  boolean: {
    name: 'Subtract',
    lead: 'Takes another body away from the chosen one, a guide for example, or keeps what both share. The other is used up.',
    act: 'Apply it',
  },
  offset: {
    name: 'Offset',
    lead: 'Moves the whole surface of a mating part outwards, or inwards below 0.',
    act: 'Move the surface',
  },
  mirror: {
    name: 'Mirror',
    lead: 'Left becomes right, about the middle of each body. Somebody signs for it.',
    act: 'Sign and mirror it',
  },
  scale: {
    name: 'Scale',
    lead: 'Another size than life, with a reason.',
    act: 'Scale it',
  },
  thicken: {
    name: 'Thicken',
    lead: 'Measures the walls, and makes those that are too thin as thick as that, half on either side. The rest stays.',
    act: 'Thicken it',
  },
  wrap: {
    name: 'Wrap',
    lead: 'Closes cracks and pores: what a ball of the radius cannot reach is filled. Gaps wider than the ball stay open.',
    act: 'Wrap it',
  },
  ...MARK_TOOL,
}

export const PART_WORDS: ParamWords = {
  field: {
    'smooth.iterations': 'Passes',
    'smooth.maxShiftMm': 'Farthest move',
    'decimate.maxErrorMm': 'Largest error',
    'decimate.targetRatio': 'Triangles to keep',
    'repair.sewMm': 'Edges joined up to',
    'hollow.wallMm': 'Wall',
    'hollow.open': 'Open at a picked face',
    'hollow.openMm': 'Taken off there',
    'hollow.holes': 'Drain holes a cavity',
    'hollow.holeMm': 'Drain diameter',
    'pegs.kind': 'Connectors',
    'pegs.fit': 'Fit',
    'pegs.count': 'Number',
    'pegs.diameterMm': 'Width',
    'pegs.depthMm': 'Depth',
    'split-shells.leastMm3': 'Leave out below',
    'boolean.operation': 'What is kept',
    'offset.byMm': 'Outwards by',
    'mirror.signedBy': 'Your initials',
    'scale.factor': 'Size',
    'scale.reason': 'Reason',
    'thicken.wallMm': 'Least wall',
    'wrap.radiusMm': 'Radius',
    'wrap.fillCavities': 'Fill closed cavities',
    ...MARK_FIELD,
  },
  empty: { 'pegs.count': 'By area', 'pegs.diameterMm': 'By area', 'pegs.depthMm': 'As wide' },
  choice: {
    peg: 'Round pegs',
    dovetail: 'Dovetail',
    magnet: 'Magnets',
    none: 'None',
    loose: 'Loose, to slide',
    tight: 'Tight, to hold',
    subtract: 'The body without the other',
    intersect: 'Only what both share',
    union: 'Both, joined',
    ...MARK_CHOICE,
  },
}

/** Where a picked face lies. */
export const faceText = (pointLps: readonly [number, number, number]) => PART.face(place3(pointLps))

/** What an edit changed, in figures. */
export function editChange({ row, fromMm3, toMm3 }: Pick<EditRow, 'row' | 'fromMm3' | 'toMm3'>): string {
  const percent = fromMm3 === 0 ? 0 : (100 * (toMm3 - fromMm3)) / fromMm3
  const grown = Math.abs(percent) < 0.05 ? 'volume kept' : `${volume(toMm3)}, ${withUnit(signed(percent, 1), '%')}`
  return `${grown}; now up to ${mm(row.maxMm)} off the mask`
}

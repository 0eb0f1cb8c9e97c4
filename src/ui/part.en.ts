import type { EditRow } from '../app/part-view.ts'
import { count, mm, place3, signed, volume, withUnit } from './format.ts'
import type { ParamWords } from './param-field.ts'
import type { PartToolGroup } from './part-tools.ts'

// The words of the edits of the part; see text.en.ts.

export const PART = {
  title: 'Edits of the part',
  lead: 'Change the model for the print. Every edit can be undone, and asks for a new check.',
  bodies: 'Bodies',
  allBodies: 'All bodies',
  body: (id: number, name: string) => (name === '' ? `Body ${id}` : name),
  hide: (name: string) => `Hide ${name}`,
  show: (name: string) => `Show ${name}`,
  tools: 'Edits',
  toolGroup: { place: 'Place', surface: 'Surface' } satisfies Record<PartToolGroup, string>,
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
  oneBody: 'This works on one body. Choose one above.',
  allHidden: 'All bodies are hidden.',
  labelWarns: (n: number) =>
    `The part was made of this label. Changing the label drops the part and its ${n === 1 ? 'edit' : `${count(n)} edits`}.`,
  remakeTitle: 'Drop the edits of the part?',
  remakeLead: (n: number) =>
    `The model is made anew from the label. ${n === 1 ? 'The edit' : `The ${count(n)} edits`} of the part since then will be gone and cannot be brought back.`,
  remakeYes: 'Make it anew',
  remakeNo: 'Keep the edits',
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
}

export const PART_WORDS: ParamWords = {
  field: {
    'smooth.iterations': 'Passes',
    'smooth.maxShiftMm': 'Farthest move',
    'decimate.maxErrorMm': 'Largest error',
    'decimate.targetRatio': 'Triangles to keep',
    'repair.sewMm': 'Edges joined up to',
  },
  empty: {},
  choice: {},
}

/** Where a picked face lies. */
export const faceText = (pointLps: readonly [number, number, number]) => PART.face(place3(pointLps))

/** What an edit changed, in figures. */
export function editChange({ row, fromMm3, toMm3 }: Pick<EditRow, 'row' | 'fromMm3' | 'toMm3'>): string {
  const percent = fromMm3 === 0 ? 0 : (100 * (toMm3 - fromMm3)) / fromMm3
  const grown = Math.abs(percent) < 0.05 ? 'volume kept' : `${volume(toMm3)}, ${withUnit(signed(percent, 1), '%')}`
  return `${grown}; now up to ${mm(row.maxMm)} off the mask`
}

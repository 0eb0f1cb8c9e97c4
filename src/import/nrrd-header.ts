import type { Grid, Vec3 } from '../core/types.ts'
import { gridFromSteps } from './affine-grid.ts'
import { checkSize, checkSpacing } from './limits.ts'
import { badHeader, latin1, notRead, numbersOf, type TextHeader } from './text-header.ts'

const BYTES: readonly (readonly [RegExp, number])[] = [
  [/^(u?int8(_t)?|uchar|(un)?signed char|char)$/, 1],
  [/^(u?int16(_t)?|u?short|(un)?signed short|(unsigned |signed )?short int)$/, 2],
  [/^(u?int32(_t)?|u?int|(un)?signed int|float)$/, 4],
  [/^(u?int64(_t)?|u?longlong|(unsigned |signed )?long long( int)?|double)$/, 8],
]

/** Sign of the three world axes against LPS, for the spaces whose letters are known. */
const SPACES: Readonly<Record<string, Vec3>> = {
  'left-posterior-superior': [1, 1, 1],
  lps: [1, 1, 1],
  'right-anterior-superior': [-1, -1, 1],
  ras: [-1, -1, 1],
  'left-anterior-superior': [1, -1, 1],
  las: [1, -1, 1],
}

/**
 * Reads and checks an NRRD header (attached data only). Errors: import/bad-header, import/unsupported,
 * import/too-large, import/too-few-slices, volume/non-orthogonal. Standard: teem.sourceforge.net/nrrd/format.html.
 */
export function readNrrdHeader(head: Uint8Array): TextHeader {
  const text = latin1(head)
  const end = /\r?\n\r?\n/.exec(text)
  if (end === null) throw badHeader('The NRRD header has no end.')
  const lines = text.slice(0, end.index).split(/\r?\n/)
  const fields = new Map<string, string>()
  for (const line of lines.slice(1)) {
    const parted = /^([^:#]+):\s*(.*)$/.exec(line)
    if (parted) fields.set((parted[1] ?? '').trim().toLowerCase(), (parted[2] ?? '').trim())
  }
  refuseOtherKinds(fields)
  const bytesPerVoxel = BYTES.find(([name]) => name.test((fields.get('type') ?? '').toLowerCase()))?.[1]
  if (bytesPerVoxel === undefined) throw badHeader('The NRRD header names no known voxel type.')
  const size = numbersOf(fields.get('sizes'))
  if (size.length !== 3) throw badHeader('The NRRD header does not give three sizes.')
  checkSize(size, bytesPerVoxel)
  const notes: string[] = []
  const grid = gridOf(fields, size as unknown as Vec3, notes)
  checkSpacing(grid.spacing)
  return {
    grid,
    bytesPerVoxel,
    offset: end.index + end[0].length,
    encoding: /^(gzip|gz)$/i.test(fields.get('encoding') ?? '') ? 'gzip' : 'raw',
    rawHeader: `${lines.map((l) => l.replace(/^encoding:.*/i, 'encoding: raw')).join('\n')}\n\n`,
    isInteger: !/float|double/i.test(fields.get('type') ?? ''),
    labelNames: labelNamesIn(lines),
    notes,
  }
}

/**
 * Names of labels as 3D Slicer writes them into a segmentation: Segment3_LabelValue:=7 beside Segment3_Name:=Femur left.
 * Source: slicer.readthedocs.io, developer guide, segmentations.
 */
function labelNamesIn(lines: readonly string[]): ReadonlyMap<number, string> {
  const fields = new Map<string, string>()
  for (const line of lines) {
    const parted = /^(Segment\d+_(?:LabelValue|Name)):=(.*)$/.exec(line)
    if (parted) fields.set(parted[1] ?? '', (parted[2] ?? '').trim())
  }
  const names = new Map<number, string>()
  for (const [key, text] of fields) {
    const value = fields.get(key.replace('_Name', '_LabelValue'))
    if (key.endsWith('_Name') && value !== undefined && Number.isInteger(Number(value))) names.set(Number(value), text)
  }
  return names
}

function refuseOtherKinds(fields: ReadonlyMap<string, string>): void {
  if (fields.has('data file') || fields.has('datafile')) {
    throw notRead('This NRRD header has its voxels in another file. Convert it to one .nrrd file.')
  }
  const encoding = fields.get('encoding') ?? ''
  if (!/^(raw|gzip|gz)$/i.test(encoding)) {
    throw notRead(`The voxels of this NRRD file are stored as "${encoding.slice(0, 12)}". Save it as raw or gzip.`)
  }
  const skips = [...numbersOf(fields.get('line skip')), ...numbersOf(fields.get('byte skip'))]
  if (skips.some((n) => n !== 0)) throw notRead('This NRRD file skips part of its data. Save it as a plain .nrrd file.')
  const dimensions = numbersOf(fields.get('dimension'))[0] ?? Number.NaN
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 16) {
    throw badHeader('The NRRD header states an impossible number of dimensions.')
  }
  if (dimensions !== 3) {
    throw notRead(`The NRRD file has ${dimensions} dimensions (frames, colours or vectors). Export one scalar volume.`)
  }
  if (/vector|color|colour|matrix|complex|quaternion/i.test(fields.get('kinds') ?? '')) {
    throw notRead('The NRRD file holds vectors or colours. Export one scalar volume.')
  }
}

function gridOf(fields: ReadonlyMap<string, string>, size: Vec3, notes: string[]): Grid {
  const directions = fields.get('space directions')
  if (directions === undefined) {
    notes.push('orientation-unknown')
    const [x = 1, y = 1, z = 1] = fields.has('spacings') ? numbersOf(fields.get('spacings')) : []
    checkSpacing([x, y, z])
    return gridFromSteps(
      size,
      [
        [x, 0, 0],
        [0, y, 0],
        [0, 0, z],
      ],
      [0, 0, 0],
    )
  }
  const space = (fields.get('space') ?? '').toLowerCase()
  const sign = SPACES[space]
  if (sign === undefined) notes.push('orientation-unknown')
  const [sx, sy, sz] = sign ?? [1, 1, 1]
  const vector = (v: readonly number[], at: number): Vec3 => [
    (v[at] ?? Number.NaN) * sx,
    (v[at + 1] ?? Number.NaN) * sy,
    (v[at + 2] ?? Number.NaN) * sz,
  ]
  const steps = numbersOf(directions)
  const origin = fields.has('space origin') ? numbersOf(fields.get('space origin')) : [0, 0, 0]
  return gridFromSteps(size, [vector(steps, 0), vector(steps, 3), vector(steps, 6)], vector(origin, 0))
}

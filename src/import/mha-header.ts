import type { Vec3 } from '../core/types.ts'
import { gridFromSteps, scaled } from './affine-grid.ts'
import { checkSize, checkSpacing } from './limits.ts'
import { badHeader, latin1, notRead, numbersOf, type TextHeader } from './text-header.ts'

const BYTES: Readonly<Record<string, number>> = {
  MET_CHAR: 1,
  MET_UCHAR: 1,
  MET_SHORT: 2,
  MET_USHORT: 2,
  MET_INT: 4,
  MET_UINT: 4,
  MET_LONG: 4,
  MET_ULONG: 4,
  MET_LONG_LONG: 8,
  MET_ULONG_LONG: 8,
  MET_FLOAT: 4,
  MET_DOUBLE: 8,
}

/** The last line. No two of its parts can take the same space: a long run of spaces would be tried in every way to share it. */
const DATA_FILE = /(^|\n)[^\S\r\n]*ElementDataFile[^\S\r\n]*=([^\r\n]*)\r?\n/

/**
 * Reads and checks a MetaImage header with its voxels in the same file (.mha). World axes are LPS, as ITK writes them.
 * Errors: import/bad-header, import/unsupported, import/too-large, import/too-few-slices, volume/non-orthogonal.
 */
export function readMhaHeader(head: Uint8Array): TextHeader {
  const text = latin1(head)
  const end = DATA_FILE.exec(text)
  if (end === null) throw badHeader('The MHA header has no end.')
  if ((end[2] ?? '').trim().toUpperCase() !== 'LOCAL') {
    throw notRead('This is half of a two-file MetaImage (.mhd and .raw). Convert it to one .mha file.')
  }
  const offset = end.index + end[0].length
  const lines = text.slice(0, offset).split(/\r?\n/)
  const fields = new Map<string, string>()
  for (const line of lines) {
    const at = line.indexOf('=')
    if (at > 0) fields.set(line.slice(0, at).trim(), line.slice(at + 1).trim())
  }
  const bytesPerVoxel = BYTES[fields.get('ElementType') ?? '']
  if (bytesPerVoxel === undefined) throw badHeader('The MHA header names no known voxel type.')
  const size = sizeOf(fields)
  checkSize(size, bytesPerVoxel)
  const isTrue = (key: string) => /^(true|1|yes)$/i.test(fields.get(key) ?? '')
  if (fields.has('BinaryData') && !isTrue('BinaryData'))
    throw notRead('The voxels of this MHA file are text. Save it binary.')
  const notes = fields.has('TransformMatrix') || fields.has('Orientation') ? [] : ['orientation-unknown']
  return {
    grid: gridOf(fields, size),
    bytesPerVoxel,
    offset,
    encoding: isTrue('CompressedData') ? 'zlib' : 'raw',
    rawHeader: lines.filter((line) => !/^\s*(CompressedData(Size)?|HeaderSize)\s*=/.test(line)).join('\n'),
    isInteger: !/FLOAT|DOUBLE/.test(fields.get('ElementType') ?? ''),
    labelNames: new Map(),
    notes,
  }
}

function sizeOf(fields: ReadonlyMap<string, string>): Vec3 {
  const channels = numbersOf(fields.get('ElementNumberOfChannels'))[0] ?? 1
  if (channels !== 1) throw notRead('The MHA file holds vectors or colours. Export one scalar volume.')
  const dimensions = numbersOf(fields.get('NDims'))[0] ?? Number.NaN
  const size = numbersOf(fields.get('DimSize'))
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 10 || size.length !== dimensions) {
    throw badHeader('The MHA header gives no valid size.')
  }
  if (dimensions !== 3) throw notRead(`The MHA file has ${dimensions} dimensions. Export one volume of three.`)
  return size as unknown as Vec3
}

function gridOf(fields: ReadonlyMap<string, string>, size: Vec3) {
  const first = (...keys: string[]) => keys.map((k) => fields.get(k)).find((v) => v !== undefined)
  const triple = (text: string | undefined, fallback: Vec3): Vec3 => {
    if (text === undefined) return fallback
    const [x = Number.NaN, y = Number.NaN, z = Number.NaN] = numbersOf(text)
    return [x, y, z]
  }
  const spacing = triple(first('ElementSpacing', 'ElementSize'), [1, 1, 1])
  checkSpacing(spacing)
  const matrix = first('TransformMatrix', 'Rotation', 'Orientation')
  const m = matrix === undefined ? [1, 0, 0, 0, 1, 0, 0, 0, 1] : numbersOf(matrix)
  // Three numbers in a row are the direction of one voxel axis.
  const axis = (n: number): Vec3 => [m[3 * n] ?? Number.NaN, m[3 * n + 1] ?? Number.NaN, m[3 * n + 2] ?? Number.NaN]
  const steps = [scaled(axis(0), spacing[0]), scaled(axis(1), spacing[1]), scaled(axis(2), spacing[2])] as const
  return gridFromSteps(size, steps, triple(first('Offset', 'Position', 'Origin'), [0, 0, 0]))
}

import { determinant, rasAffine } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { maskToBytes } from '../core/mask.ts'
import type { Grid, Mask, Mat3, Volume } from '../core/types.ts'

const HEADER_BYTES = 348
/** Header, then four bytes saying "no extension". */
const DATA_OFFSET = 352
const LARGEST_SIDE = 32767
const INT16 = { code: 4, bits: 16 } as const
const UINT8 = { code: 2, bits: 8 } as const
const MILLIMETRE = 2
const SCANNER_ANATOMICAL = 1

interface Quaternion {
  readonly b: number
  readonly c: number
  readonly d: number
  /** -1 when the third axis is flipped against a right-handed frame. */
  readonly handedness: 1 | -1
}

/** Rotation of voxel axes in RAS as the NIfTI-1 quaternion (a >= 0 implied). `direction` is LPS and orthonormal. */
function rasQuaternion(direction: Mat3): Quaternion {
  const handedness = determinant(direction) < 0 ? -1 : 1
  const [m00, m01, m02, m10, m11, m12, m20, m21, m22] = direction
  const r = [-m00, -m01, -m02 * handedness, -m10, -m11, -m12 * handedness, m20, m21, m22 * handedness] as const
  // The largest of the four squares is divided by, so none of the branches loses digits.
  const squares = [1 + r[0] + r[4] + r[8], 1 + r[0] - r[4] - r[8], 1 - r[0] + r[4] - r[8], 1 - r[0] - r[4] + r[8]]
  const largest = squares.indexOf(Math.max(...squares))
  const twice = Math.sqrt(squares[largest] ?? 0)
  const [xy, xz, yz] = [r[1] + r[3], r[2] + r[6], r[5] + r[7]]
  const [wx, wy, wz] = [r[7] - r[5], r[2] - r[6], r[3] - r[1]]
  const rows = [
    [twice * twice, wx, wy, wz],
    [wx, twice * twice, xy, xz],
    [wy, xy, twice * twice, yz],
    [wz, xz, yz, twice * twice],
  ]
  const [a = 0, b = 0, c = 0, d = 0] = (rows[largest] ?? []).map((v) => v / (2 * twice))
  const sign = a < 0 ? -1 : 1
  return { b: b * sign, c: c * sign, d: d * sign, handedness }
}

interface Scaling {
  readonly slope: number
  readonly intercept: number
}

function header(grid: Grid, type: typeof INT16 | typeof UINT8, scaling: Scaling): DataView {
  if (grid.size.some((n) => n > LARGEST_SIDE))
    throw new PipelineError('volume/too-large', 'NIfTI-1 cannot hold more than 32767 voxels along one side.')
  const view = new DataView(new ArrayBuffer(DATA_OFFSET))
  const int16s = (at: number, values: readonly number[]) => {
    for (const [n, v] of values.entries()) view.setInt16(at + 2 * n, v, true)
  }
  const floats = (at: number, values: readonly number[]) => {
    for (const [n, v] of values.entries()) view.setFloat32(at + 4 * n, v, true)
  }
  const { b, c, d, handedness } = rasQuaternion(grid.direction)
  const affine = rasAffine(grid)
  view.setInt32(0, HEADER_BYTES, true)
  int16s(40, [3, ...grid.size, 1, 1, 1, 1])
  int16s(70, [type.code, type.bits])
  floats(76, [handedness, ...grid.spacing, 0, 0, 0, 0])
  floats(108, [DATA_OFFSET, scaling.slope, scaling.intercept])
  view.setUint8(123, MILLIMETRE)
  int16s(252, [SCANNER_ANATOMICAL, SCANNER_ANATOMICAL])
  floats(256, [b, c, d, affine[3] ?? 0, affine[7] ?? 0, affine[11] ?? 0])
  floats(280, affine.slice(0, 12))
  for (const [n, character] of [...'n+1\0'].entries()) view.setUint8(344 + n, character.charCodeAt(0))
  return view
}

function joined(head: DataView, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(DATA_OFFSET + data.length)
  bytes.set(new Uint8Array(head.buffer))
  bytes.set(data, DATA_OFFSET)
  return bytes
}

/** Little-endian bytes of 16-bit values, whatever the machine. */
function int16Bytes(values: Int16Array): Uint8Array {
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1)
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const view = new DataView(new ArrayBuffer(values.byteLength))
  for (let n = 0; n < values.length; n++) view.setInt16(2 * n, values[n] as number, true)
  return new Uint8Array(view.buffer)
}

/**
 * The volume as one NIfTI-1 file (.nii): int16 with the rescale kept, affine in RAS mm as sform and qform.
 * Not compressed. No text fields are filled. Memory: the file. Throws 'volume/too-large' past 32767 voxels a side.
 */
export function writeNiftiVolume(volume: Volume): Uint8Array {
  return joined(header(volume.grid, INT16, volume), int16Bytes(volume.data))
}

/** The mask as one NIfTI-1 file: one byte a voxel, 0 or 1, in the same frame. */
export function writeNiftiMask(mask: Mask): Uint8Array {
  return joined(header(mask.grid, UINT8, { slope: 1, intercept: 0 }), maskToBytes(mask))
}

import { PipelineError } from '../core/errors.ts'
import { digestMask, digestMesh, digestVolume, type Taken } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import { maskLength } from '../core/mask.ts'
import { isCount, isNumber } from '../core/shape.ts'
import type { Grid, Mask, Mesh, Volume } from '../core/types.ts'
import type { Stride } from './compress.ts'

/*
 * Volumes, masks and meshes as bytes and a small description, little-endian. The values come from this app and are
 * authenticated before they are decoded, so a misfit is tampering or a bug, and both are 'vault/tampered'.
 */
export interface Encoded {
  readonly meta: JsonValue
  /** The stored bytes one part after the other: views of the value itself, so neither is to be changed or transferred. */
  readonly parts: readonly Uint8Array[]
}

type Words = Int16Array | Uint32Array | Float32Array

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Turns the bytes of each value around on a big-endian machine; on any other does nothing. */
function littleEndian(bytes: Uint8Array<ArrayBuffer>, width: number): Uint8Array<ArrayBuffer> {
  if (LITTLE_ENDIAN) return bytes
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse()
  return bytes
}

function bytesOf(words: Words): Uint8Array {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
  return LITTLE_ENDIAN ? bytes : littleEndian(bytes.slice(), words.BYTES_PER_ELEMENT)
}

const misfit = (what: string) =>
  new PipelineError('vault/tampered', `The stored ${what} does not have the size its description says.`)

/** An aligned buffer of exactly these bytes; the given memory itself when it already is one. */
function aligned(bytes: Uint8Array, width: number): ArrayBufferLike {
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
  return whole && LITTLE_ENDIAN ? bytes.buffer : littleEndian(new Uint8Array(bytes), width).buffer
}

type Described = { readonly [key: string]: JsonValue | undefined }

function described(meta: JsonValue, kind: string): Described {
  if (typeof meta === 'object' && meta !== null && 'kind' in meta && meta.kind === kind) return meta as Described
  throw misfit(kind)
}

const gridMeta = ({ size, spacing, origin, direction }: Grid): JsonValue => ({ size, spacing, origin, direction })

function gridOf(value: JsonValue | undefined, what: string): Grid {
  const grid = value as Grid | undefined
  const numbers = (list: readonly number[] | undefined, length: number) =>
    Array.isArray(list) && list.length === length && list.every(Number.isFinite)
  if (
    !grid ||
    !numbers(grid.size, 3) ||
    !grid.size.every((n) => Number.isSafeInteger(n) && n > 0) ||
    !numbers(grid.spacing, 3) ||
    !numbers(grid.origin, 3) ||
    !numbers(grid.direction, 9)
  )
    throw misfit(what)
  return grid
}

/** A volume as stored: int16 voxels, x fastest. */
export function encodeVolume({ grid, data, slope, intercept, modality, unit }: Volume): Encoded {
  return { meta: { kind: 'volume', grid: gridMeta(grid), slope, intercept, modality, unit }, parts: [bytesOf(data)] }
}

/** Takes over `bytes` where it can. Throws 'vault/tampered'. */
export function decodeVolume(meta: JsonValue, bytes: Uint8Array): Volume {
  const said = described(meta, 'volume')
  const grid = gridOf(said.grid, 'volume')
  if (bytes.length !== 2 * grid.size[0] * grid.size[1] * grid.size[2]) throw misfit('volume')
  const { slope, intercept, modality, unit } = said as unknown as Volume
  if (!isNumber(slope) || !isNumber(intercept)) throw misfit('volume')
  return { grid, data: new Int16Array(aligned(bytes, 2)), slope, intercept, modality, unit }
}

/** A mask as stored: its 32-bit words. */
export function encodeMask({ grid, words }: Mask): Encoded {
  return { meta: { kind: 'mask', grid: gridMeta(grid) }, parts: [bytesOf(words)] }
}

/** Takes over `bytes` where it can. Throws 'vault/tampered'. */
export function decodeMask(meta: JsonValue, bytes: Uint8Array): Mask {
  const grid = gridOf(described(meta, 'mask').grid, 'mask')
  if (bytes.length !== 4 * maskLength(grid)) throw misfit('mask')
  return { grid, words: new Uint32Array(aligned(bytes, 4)) }
}

/** A mesh as stored: float32 positions, then uint32 indices. */
export function encodeMesh({ positions, indices }: Mesh): Encoded {
  const meta = { kind: 'mesh', points: positions.length / 3, triangles: indices.length / 3 }
  return { meta, parts: [bytesOf(positions), bytesOf(indices)] }
}

/** Takes over `bytes` where it can. Throws 'vault/tampered'. */
export function decodeMesh(meta: JsonValue, bytes: Uint8Array): Mesh {
  const { points, triangles } = described(meta, 'mesh')
  if (!isCount(points) || !isCount(triangles)) throw misfit('mesh')
  if (bytes.length !== 12 * (points + triangles)) throw misfit('mesh')
  const buffer = aligned(bytes, 4)
  return {
    positions: new Float32Array(buffer, 0, 3 * points),
    indices: new Uint32Array(buffer, 12 * points, 3 * triangles),
  }
}

const kindOf = (meta: JsonValue) => (typeof meta === 'object' && meta !== null && 'kind' in meta ? meta.kind : null)

/** Bytes of one value of what is described, for packing. */
export function strideOf(meta: JsonValue): Stride {
  const kind = kindOf(meta)
  return kind === 'volume' ? 2 : kind === 'mesh' ? 4 : 1
}

/** Digest of what stored bytes mean; null for bytes that are not a volume, mask or mesh of this file. */
export async function meaningDigest(meta: JsonValue, bytes: Uint8Array, taken?: Taken): Promise<string | null> {
  const kind = kindOf(meta)
  if (kind === 'volume') return digestVolume(decodeVolume(meta, bytes), taken)
  if (kind === 'mask') return digestMask(decodeMask(meta, bytes), taken)
  if (kind === 'mesh') return digestMesh(decodeMesh(meta, bytes), taken)
  return null
}

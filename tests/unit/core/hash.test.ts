import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { digestBytes, digestMesh, digestVolume } from '../../../src/core/hash.ts'
import { isShared, scanBytes, scanVoxels, transferOf } from '../../../src/core/shared.ts'
import { gridOf } from '../../support/phantoms.ts'

const PIECE = 1 << 24
const sha = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const patterned = (length: number) => Uint8Array.from({ length }, (_, n) => (n * 31 + (n >> 8)) & 255)

describe('digest of bytes', () => {
  test('up to 16 MiB it is their SHA-256', async () => {
    for (const length of [0, 1, PIECE])
      expect(await digestBytes(patterned(length))).toBe(sha(patterned(length)).toString('hex'))
  })
  test('past that it is the SHA-256 of a byte 1 and the SHA-256 of each 16 MiB', async () => {
    const bytes = patterned(2 * PIECE + 5)
    const pieces = [0, 1, 2].map((n) => sha(bytes.subarray(n * PIECE, (n + 1) * PIECE)))
    const expected = sha(Uint8Array.of(1), ...pieces).toString('hex')
    expect(await digestBytes(bytes)).toBe(expected)
    const shared = scanBytes(bytes.length)
    shared.set(bytes)
    expect(await digestBytes(shared)).toBe(expected)
    bytes[2 * PIECE + 4] = (bytes[2 * PIECE + 4] as number) ^ 1
    expect(await digestBytes(bytes)).not.toBe(expected)
  })
  test('a mesh does not become another by moving bytes from its points to its triangles', async () => {
    const words = new Uint32Array((3 * PIECE) / 4).map((_, n) => n)
    const cut = (bytes: number) => ({
      positions: new Float32Array(words.buffer, 0, bytes / 4),
      indices: new Uint32Array(words.buffer, bytes),
    })
    expect(await digestMesh(cut(PIECE))).not.toBe(await digestMesh(cut(2 * PIECE)))
  })
})

describe('memory of a scan', () => {
  test('a scan on shared memory has the digest of the same scan on its own', async () => {
    const data = scanVoxels(24)
    data.set([5, -7, 9])
    const scan = { grid: gridOf([4, 3, 2]), slope: 1, intercept: 0, modality: 'CT', unit: 'HU' } as const
    expect(isShared(data)).toBe(true)
    expect(await digestVolume({ ...scan, data })).toBe(await digestVolume({ ...scan, data: Int16Array.from(data) }))
  })
  test('only memory that is not shared is handed over', () => {
    const own = new Int16Array(3)
    expect(transferOf(own)).toEqual([own.buffer])
    expect(transferOf(scanVoxels(3))).toEqual([])
  })
})

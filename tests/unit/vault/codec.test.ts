import { describe, expect, test } from 'vitest'
import { collected } from '../../../src/core/bytes.ts'
import { digestMask, digestMesh, digestVolume } from '../../../src/core/hash.ts'
import {
  decodeMask,
  decodeMesh,
  decodeVolume,
  type Encoded,
  encodeMask,
  encodeMesh,
  encodeVolume,
  meaningDigest,
} from '../../../src/vault/codec.ts'
import { pack, unpack } from '../../../src/vault/compress.ts'
import { pseudonym } from '../../../src/vault/pseudonym.ts'
import { gridOf, randomMask, randomVolume } from '../../support/phantoms.ts'
import { joined } from '../../support/scan-files.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'

const TAMPERED = expect.objectContaining({ code: 'vault/tampered' })
const grid = gridOf([37, 5, 3], [0.5, 0.6, 0.7], { origin: [-3, 4, 5.5] })
const volume = { ...randomVolume(grid, 5), slope: 0.5, intercept: -1000 }
const mask = randomMask(grid, 6)
const mesh = sphereMesh(4, [1, 2, 3], 5)
/** As the vault gets them: a copy in one piece. */
const whole = ({ meta, parts }: Encoded) => ({ meta, bytes: joined(parts) })
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

describe('codec', () => {
  test('volume, mask and mesh come back equal, with their digests', async () => {
    const [v, m, t] = [whole(encodeVolume(volume)), whole(encodeMask(mask)), whole(encodeMesh(mesh))]
    expect(decodeVolume(throughJson(v.meta), v.bytes)).toEqual(volume)
    expect(decodeMask(throughJson(m.meta), m.bytes)).toEqual(mask)
    expect(decodeMesh(throughJson(t.meta), t.bytes)).toEqual(mesh)
    expect(await meaningDigest(throughJson(v.meta), v.bytes)).toBe(await digestVolume(volume))
    expect(await meaningDigest(throughJson(m.meta), m.bytes)).toBe(await digestMask(mask))
    expect(await meaningDigest(throughJson(t.meta), t.bytes)).toBe(await digestMesh(mesh))
    expect(await meaningDigest(null, t.bytes)).toBeNull()
  })
  test('nothing is copied, and an unaligned view is read too', () => {
    const { meta, bytes } = whole(encodeMesh(mesh))
    expect(encodeMesh(mesh).parts.map((part) => part.buffer)).toEqual([mesh.positions.buffer, mesh.indices.buffer])
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    expect(decodeMesh(meta, shifted.subarray(1))).toEqual(mesh)
  })
  test('little-endian on disk', () => {
    const one = { ...randomVolume(gridOf([1, 1, 1]), 1), data: Int16Array.of(0x1234) }
    expect([...whole(encodeVolume(one)).bytes]).toEqual([0x34, 0x12])
  })
  test('a wrong length, kind or grid is refused', () => {
    const { meta, bytes } = whole(encodeVolume(volume))
    expect(() => decodeVolume(meta, bytes.slice(2))).toThrow(TAMPERED)
    expect(() => decodeMask(meta, bytes)).toThrow(TAMPERED)
    expect(() => decodeMesh({ kind: 'mesh', points: 1 }, bytes)).toThrow(TAMPERED)
    expect(() => decodeMesh({ kind: 'mesh', points: 1, triangles: 1 }, bytes)).toThrow(TAMPERED)
    expect(() => decodeVolume({ kind: 'volume', grid: { size: [1, 1] } }, bytes)).toThrow(TAMPERED)
    expect(() => decodeVolume(null, bytes)).toThrow(TAMPERED)
  })
})

describe('packing', () => {
  const flat = new Uint8Array(3_000_001).fill(3)
  const noise = crypto.getRandomValues(new Uint8Array(60_001))
  const big = whole(encodeVolume(randomVolume(gridOf([128, 128, 70]), 5))).bytes

  test.each([1, 2, 4] as const)('comes back whole at stride %i', async (stride) => {
    for (const bytes of [flat, noise, big, new Uint8Array(0), Uint8Array.of(1, 2, 3)]) {
      const packed = await collected(pack(bytes, stride))
      expect(packed.length).toBeLessThanOrEqual(bytes.length + 4 * Math.ceil(bytes.length / 2 ** 20))
      expect(Buffer.compare(await unpack(packed, stride, new Uint8Array(bytes.length)), bytes)).toBe(0)
    }
  })
  test('shrinks what can be shrunk, block by block', async () => {
    expect((await collected(pack(flat, 1))).length).toBeLessThan(10_000)
    const scan = Int16Array.from({ length: 1 << 21 }, (_, n) => ((n * 7919) % 251) - 1000)
    const bytes = new Uint8Array(scan.buffer)
    expect((await collected(pack(bytes, 2))).length).toBeLessThan(bytes.length * 0.6)
  })
  test('what does not unpack to its stated length is refused', async () => {
    const packed = await collected(pack(flat, 1))
    for (const [bytes, length] of [
      [packed, flat.length - 1],
      [packed, flat.length + 1],
      [packed.slice(0, -1), flat.length],
      [packed.slice(0, 2), flat.length],
      [new Uint8Array([...packed, 0]), flat.length],
      [new Uint8Array(0), 1],
      [noise, 10],
    ] as const)
      await expect(unpack(bytes, 1, new Uint8Array(length))).rejects.toThrow(TAMPERED)
  })
})

test('a description with sizes that are none is refused', () => {
  const bytes = new Uint8Array(12)
  const grid = { size: [-1, -3, 2], spacing: [1, 1, 1], origin: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] }
  expect(() => decodeVolume({ kind: 'volume', grid, slope: 1, intercept: 0 }, bytes)).toThrow(TAMPERED)
  expect(() => decodeMesh({ kind: 'mesh', points: 0.5, triangles: 0.5 }, bytes)).toThrow(TAMPERED)
  expect(() => decodeMesh({ kind: 'mesh', points: -1, triangles: 2 }, bytes)).toThrow(TAMPERED)
})

test('a pseudonym is a word and four digits, from chance alone', () => {
  const names = new Set(Array.from({ length: 200 }, () => pseudonym()))
  for (const name of names) expect(name).toMatch(/^[A-Z][a-z]+ \d{4}$/)
  expect(names.size).toBeGreaterThan(190)
  expect(pseudonym(() => 0)).toBe('Acorn 0000')
  expect(pseudonym(() => 0.99999)).toBe('Yarrow 9999')
})

import { describe, expect, test } from 'vitest'
import { importSealKey, open, seal, sealParts } from '../../../src/vault/chunked.ts'
import { contextOf } from '../../../src/vault/keys.ts'

const TAMPERED = expect.objectContaining({ code: 'vault/tampered' })
const CONTEXT = new TextEncoder().encode('a context')
const keyOf = (fill: number) => importSealKey(new Uint8Array(32).fill(fill))
/** Distinct in every place, so that a moved chunk cannot look right. */
const message = (length: number) => Uint8Array.from({ length }, (_, n) => (n * 31 + (n >> 8) * 7 + (n >> 16)) & 255)

const HEADER = 56
const CHUNK = 16384 + 16

describe('round trip', () => {
  test.each([0, 1, 16383, 16384, 16385, 32768, 1_500_000])('%i bytes', async (length) => {
    const sealed = await seal(await keyOf(1), CONTEXT, message(length))
    expect(sealed.length).toBe(HEADER + length + 16 * (Math.floor(length / 16384) + 1))
    expect(Buffer.compare(await open(await keyOf(1), CONTEXT, sealed), message(length))).toBe(0)
  })
  test.each([
    [0, 1],
    [1_032_192, 999_999],
    [1_032_192, 1_032_192],
    [2_100_000, 16_384],
    [2_064_385, 700_001],
  ])('%i bytes that come by %i are one message in parts under 1 MiB', async (length, by) => {
    const pieces = Array.from({ length: Math.ceil(length / by) }, (_, n) =>
      message(length).subarray(n * by, (n + 1) * by),
    )
    const parts: Uint8Array[] = []
    for await (const part of sealParts(await keyOf(1), CONTEXT, pieces)) parts.push(part)
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(1 << 20)
    expect(parts).toHaveLength(Math.floor(length / 1_032_192) + 1)
    expect(Buffer.compare(await open(await keyOf(1), CONTEXT, Buffer.concat(parts)), message(length))).toBe(0)
  })
  test('the same message twice gives different bytes: the salt is random', async () => {
    const key = await keyOf(1)
    expect(await seal(key, CONTEXT, message(10))).not.toEqual(await seal(key, CONTEXT, message(10)))
  })
  test('a key is 32 bytes, cannot be read back, and its bytes are wiped', async () => {
    const raw = new Uint8Array(32).fill(7)
    const key = await importSealKey(raw)
    expect(key.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
    expect(raw.every((b) => b === 0)).toBe(true)
    for (const length of [0, 31, 33]) await expect(importSealKey(new Uint8Array(length))).rejects.toThrow(RangeError)
  })
})

test('the context of a place is this text: a change of it locks everybody out', () => {
  const place = { type: 'mesh', revision: 7, epoch: 0, case: 'c1', asset: 'a1' }
  expect(new TextDecoder().decode(contextOf(place))).toBe(
    '{"asset":"a1","case":"c1","epoch":0,"revision":7,"suite":"proofprint/1","type":"mesh"}',
  )
})

describe('tampering', async () => {
  const key = await keyOf(1)
  const plain = message(3 * 16384 + 100)
  const sealed = await seal(key, CONTEXT, plain)
  const chunk = (n: number) => sealed.slice(HEADER + n * CHUNK, HEADER + (n + 1) * CHUNK)
  const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat([sealed.slice(0, HEADER), ...parts]))
  const refused = (bytes: Uint8Array) => expect(open(key, CONTEXT, bytes)).rejects.toThrow(TAMPERED)

  test('one flipped bit in the salt, the commitment, each chunk and each tag is found', async () => {
    const places = [0, 23, 24, 55]
    for (let n = 0; n < 4; n++) places.push(HEADER + n * CHUNK, Math.min(HEADER + (n + 1) * CHUNK, sealed.length) - 1)
    for (const at of places) await refused(sealed.with(at, (sealed[at] ?? 0) ^ 1))
  })
  test('chunks in another order, doubled, dropped or added are found', async () => {
    await refused(joined(chunk(1), chunk(0), chunk(2), chunk(3)))
    await refused(joined(chunk(0), chunk(0), chunk(2), chunk(3)))
    await refused(joined(chunk(0), chunk(2), chunk(3)))
    await refused(joined(chunk(0), chunk(1), chunk(2), chunk(3), chunk(3)))
  })
  test('a message cut at any interesting place is found', async () => {
    const cuts = [
      0,
      10,
      24,
      55,
      56,
      60,
      71,
      72,
      HEADER + CHUNK,
      HEADER + 2 * CHUNK + 5,
      HEADER + 3 * CHUNK,
      HEADER + 3 * CHUNK + 15,
    ]
    for (const length of [...cuts, sealed.length - 1]) await refused(sealed.slice(0, length))
  })
  test('a chunk of another message under the same key is found', async () => {
    const other = await seal(key, CONTEXT, plain)
    await refused(joined(other.slice(HEADER, HEADER + CHUNK), chunk(1), chunk(2), chunk(3)))
  })
  test('another key or another context is found', async () => {
    await expect(open(await keyOf(2), CONTEXT, sealed)).rejects.toThrow(TAMPERED)
    await expect(open(key, new TextEncoder().encode('a context '), sealed)).rejects.toThrow(TAMPERED)
    await expect(open(key, new Uint8Array(0), sealed)).rejects.toThrow(TAMPERED)
  })
})

import { describe, expect, test } from 'vitest'
import { fromHex } from '../../../src/core/bytes.ts'
import { sha256 } from '../../../src/core/hash.ts'
import type { KeySlot } from '../../../src/vault/slot.ts'
import { BLOCK_BYTES, blockAt, halfOf, hasRest, packHalf, readHalf, takeHalf } from '../../../src/vault/slot-file.ts'

const bytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const passphrase = (id: string): KeySlot => ({
  ...{ id, version: 1, kind: 'passphrase', iterations: 1000 },
  ...{ salt: bytes(32), iv: bytes(12), wrapped: bytes(48) },
})
const passkey = (id: string): KeySlot => ({
  ...{ id, version: 2, kind: 'passkey', iterations: 0, salt: bytes(32), iv: bytes(12), wrapped: bytes(64) },
  ...{
    person: 'a'.repeat(32),
    credential: bytes(1023),
    synced: false,
    addedAt: '2026-05-01T10:00:00.000Z',
    deviceIv: bytes(12),
  },
})
const SLOTS = [passphrase('1'), passkey('2'), passphrase('3')]
/** A file without layer keys of cases. */
const only = (slots: readonly KeySlot[]) => ({ slots, layers: new Map<string, Uint8Array>() })
const TAMPERED = { code: 'vault/tampered' }

/** A file with these halves at their blocks. */
function fileOf(...halves: readonly [0 | 1, Uint8Array][]): Uint8Array {
  const file = new Uint8Array(20 * BLOCK_BYTES)
  for (const [half, blocks] of halves)
    for (let n = 0; n * BLOCK_BYTES < blocks.length; n++)
      file.set(blocks.subarray(n * BLOCK_BYTES, (n + 1) * BLOCK_BYTES), blockAt(half, n))
  return file
}

describe('a half of the slot file', () => {
  test('gives its slots back as they were, each in 4 KiB of its own', async () => {
    const { half, digest } = await packHalf(7, only(SLOTS))
    expect(half).toHaveLength(4 * BLOCK_BYTES)
    expect(await readHalf(half, { generation: 7, digest })).toEqual(only(SLOTS))
    const none = await packHalf(8, only([]))
    expect(await readHalf(none.half, { generation: 8, digest: none.digest })).toEqual(only([]))
  })
  test('gives the layer keys of cases back, several in 4 KiB, and takes them of none that are not hex', async () => {
    const layers = new Map(Array.from({ length: 60 }, (_, n) => [`${n}`.padStart(32, 'a'), bytes(60)] as const))
    const { half, digest } = await packHalf(7, { slots: SLOTS, layers })
    expect(half).toHaveLength(7 * BLOCK_BYTES)
    expect(await readHalf(half, { generation: 7, digest })).toEqual({ slots: SLOTS, layers })
    const text = Buffer.from(half).indexOf('"layers"')
    const bad = half.with(half.indexOf(0x3a, text + 12) + 2, 0x78)
    bad.fill(0, 40, 72)
    const own = await sha256(bad)
    bad.set(fromHex(own), 40)
    await expect(readHalf(bad, { generation: 7, digest: own })).rejects.toMatchObject(TAMPERED)
  })
  test('lies beside the other one, block by block, and neither touches the other', async () => {
    const [even, odd] = [await packHalf(2, only(SLOTS)), await packHalf(3, only(SLOTS.slice(0, 1)))]
    const file = fileOf([halfOf(2), even.half], [halfOf(3), odd.half])
    expect(await readHalf(takeHalf(file, 0), { generation: 2, digest: even.digest })).toEqual(only(SLOTS))
    expect(await readHalf(takeHalf(file, 1), { generation: 3, digest: odd.digest })).toEqual(only(SLOTS.slice(0, 1)))
    expect(hasRest(file, { generation: 2 })).toBe(true)
    expect(hasRest(fileOf([halfOf(2), even.half]), { generation: 2 })).toBe(false)
    expect(hasRest(fileOf([halfOf(2), even.half]), { generation: 3 })).toBe(true)
  })
  test('is refused when a byte of it was changed, cut, or when the database names another', async () => {
    const { half, digest } = await packHalf(7, only(SLOTS))
    const mark = { generation: 7, digest }
    for (let at = 0; at < half.length; at += 61)
      await expect(readHalf(half.with(at, (half[at] ?? 0) ^ 1), mark)).rejects.toMatchObject(TAMPERED)
    for (const length of [0, 10, BLOCK_BYTES, half.length - 1])
      await expect(readHalf(half.subarray(0, length), mark)).rejects.toMatchObject(TAMPERED)
    const longer = new Uint8Array(half.length + BLOCK_BYTES)
    longer.set(half)
    expect(await readHalf(longer, mark)).toEqual(only(SLOTS))
    await expect(readHalf(longer.with(longer.length - 1, 1), mark)).rejects.toMatchObject(TAMPERED)
    await expect(readHalf(half, { generation: 8, digest })).rejects.toMatchObject(TAMPERED)
    const other = await packHalf(7, only(SLOTS.slice(1)))
    await expect(readHalf(half, { generation: 7, digest: other.digest })).rejects.toMatchObject(TAMPERED)
    await expect(readHalf(other.half, mark)).rejects.toMatchObject(TAMPERED)
  })
  test('takes no slot that is longer than its block, and no more than 4,096', async () => {
    const bad = { code: 'app/bad-parameter' }
    await expect(packHalf(1, only([{ ...passkey('2'), credential: bytes(3000) }]))).rejects.toMatchObject(bad)
    await expect(packHalf(1, only(new Array(4097).fill(SLOTS[0])))).rejects.toMatchObject(bad)
  })
})

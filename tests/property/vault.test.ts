import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collected } from '../../src/core/bytes.ts'
import { importSealKey, open, seal } from '../../src/vault/chunked.ts'
import { pack, unpack } from '../../src/vault/compress.ts'
import { contextOf } from '../../src/vault/keys.ts'

const keyOf = (raw: Uint8Array) => importSealKey(new Uint8Array(raw))
const key32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
/** Lengths around the chunk borders are as likely as small ones. */
const message = fc
  .tuple(
    fc.constantFrom(0, 16384, 32768),
    fc.integer({ min: -20, max: 40 }),
    fc.uint8Array({ minLength: 1, maxLength: 64 }),
  )
  .map(([base, extra, seed]) =>
    Uint8Array.from({ length: Math.max(0, base + extra) }, (_, n) => (seed[n % seed.length] ?? 0) ^ (n >> 6)),
  )

test('any message opens under its own key and context, and only there', async () => {
  await fc.assert(
    fc.asyncProperty(key32, fc.uint8Array({ maxLength: 40 }), message, async (raw, context, plain) => {
      const key = await keyOf(raw)
      const sealed = await seal(key, context, plain)
      expect(Buffer.compare(await open(key, context, sealed), plain)).toBe(0)
      const other = new Uint8Array([...context, 0])
      await expect(open(key, other, sealed)).rejects.toMatchObject({ code: 'vault/tampered' })
      await expect(open(await keyOf(raw.map((b) => b ^ 1)), context, sealed)).rejects.toMatchObject({
        code: 'vault/tampered',
      })
    }),
    { numRuns: 60 },
  )
})

test('no single changed bit and no cut passes', async () => {
  await fc.assert(
    fc.asyncProperty(key32, message, fc.nat(), fc.nat(7), async (raw, plain, where, bit) => {
      const key = await keyOf(raw)
      const sealed = await seal(key, new Uint8Array(0), plain)
      const at = where % sealed.length
      const changed = sealed.with(at, (sealed[at] ?? 0) ^ (1 << bit))
      await expect(open(key, new Uint8Array(0), changed)).rejects.toMatchObject({ code: 'vault/tampered' })
      await expect(open(key, new Uint8Array(0), sealed.slice(0, at))).rejects.toMatchObject({ code: 'vault/tampered' })
    }),
    { numRuns: 120 },
  )
})

test('two places never share a context', () => {
  const place = fc.record({
    asset: fc.stringMatching(/^[0-9a-f]{0,3}$/),
    case: fc.stringMatching(/^[0-9a-f]{0,3}$/),
    epoch: fc.nat(3),
    revision: fc.nat(3),
    type: fc.constantFrom('mesh', 'mask'),
  })
  fc.assert(
    fc.property(
      place,
      place,
      fc.constantFrom('asset', 'case', 'epoch', 'revision', 'type' as const),
      (a, other, field) => {
        const b = { ...a, [field]: other[field] }
        expect(Buffer.compare(contextOf(a), contextOf(b)) === 0).toBe(a[field] === b[field])
      },
    ),
  )
})

test('packing gives back any bytes at any stride', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 5000 }),
      fc.constantFrom(1, 2, 4),
      fc.nat(400),
      async (seed, stride, times) => {
        const bytes = new Uint8Array(seed.length * times)
        for (let n = 0; n < times; n++) bytes.set(seed, n * seed.length)
        const packed = await collected(pack(bytes, stride as 1 | 2 | 4))
        const unpacked = await unpack(packed, stride as 1 | 2 | 4, new Uint8Array(bytes.length))
        expect(Buffer.compare(unpacked, bytes)).toBe(0)
      },
    ),
    { numRuns: 60 },
  )
})

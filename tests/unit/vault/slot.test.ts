import { describe, expect, test } from 'vitest'
import { checkPassphrase } from '../../../src/vault/passphrase.ts'
import { newSlot, openSlot, PRODUCTION_ITERATIONS, rewrapSlot } from '../../../src/vault/slot.ts'

const PASS = 'copper lantern under nine bridges'
const ROUNDS = 1000
const AT = '2026-05-01T10:00:00.000Z'
const slot = await newSlot(PASS, ROUNDS)
const probe = new Uint8Array([1, 2, 3])
const fingerprint = async (key: CryptoKey) => Buffer.from(await crypto.subtle.sign('HMAC', key, probe)).toString('hex')
const wrong = { code: 'vault/wrong-passphrase' }

describe('key slot', () => {
  test('gives the same master key each time, as a handle that cannot be read', async () => {
    const master = await openSlot(slot, PASS, ROUNDS)
    expect(master.extractable).toBe(false)
    expect(master.usages).toEqual(['sign'])
    expect(await fingerprint(await openSlot(slot, PASS, ROUNDS))).toBe(await fingerprint(master))
    expect(await fingerprint(await openSlot(await newSlot(PASS, ROUNDS), PASS, ROUNDS))).not.toBe(
      await fingerprint(master),
    )
  })
  test('a wrong passphrase is refused; another way to type the same letters is not', async () => {
    await expect(openSlot(slot, `${PASS}s`, ROUNDS)).rejects.toMatchObject(wrong)
    const accents = await newSlot('Blume über Brücke', ROUNDS)
    await expect(openSlot(accents, 'Blume u\u0308ber Bru\u0308cke', ROUNDS)).resolves.toBeDefined()
  })
  test('a changed slot does not open', async () => {
    for (const changed of [
      { ...slot, id: `${slot.id}0` },
      { ...slot, iterations: ROUNDS + 1 },
      { ...slot, salt: slot.salt.with(0, (slot.salt[0] ?? 0) ^ 1) as Uint8Array<ArrayBuffer> },
      { ...slot, iv: slot.iv.with(0, (slot.iv[0] ?? 0) ^ 1) as Uint8Array<ArrayBuffer> },
      { ...slot, wrapped: slot.wrapped.with(0, (slot.wrapped[0] ?? 0) ^ 1) as Uint8Array<ArrayBuffer> },
    ])
      await expect(openSlot(changed, PASS, ROUNDS)).rejects.toMatchObject(wrong)
  })
  test('a slot with too few rounds, or an absurd number, is refused before the passphrase is tried', async () => {
    expect(PRODUCTION_ITERATIONS).toBe(3_000_000)
    const cheap = await newSlot(PASS, ROUNDS)
    await expect(openSlot(cheap, PASS, PRODUCTION_ITERATIONS)).rejects.toMatchObject({ code: 'vault/tampered' })
    for (const iterations of [1e9, Number.NaN])
      await expect(openSlot({ ...slot, iterations }, PASS, ROUNDS)).rejects.toMatchObject({ code: 'vault/tampered' })
  })
  test('a changed passphrase opens the same key, the old one opens nothing', async () => {
    const next = await rewrapSlot(slot, { from: PASS, to: 'seven grey stones by the river', at: AT }, ROUNDS)
    expect(next.id).toBe(slot.id)
    expect(next.salt).not.toEqual(slot.salt)
    const master = await openSlot(next, 'seven grey stones by the river', ROUNDS)
    expect(await fingerprint(master)).toBe(await fingerprint(await openSlot(slot, PASS, ROUNDS)))
    await expect(openSlot(next, PASS, ROUNDS)).rejects.toMatchObject(wrong)
    await expect(rewrapSlot(slot, { from: 'not the passphrase', to: 'x', at: AT }, ROUNDS)).rejects.toMatchObject(wrong)
  })
})

describe('passphrase', () => {
  test.each([
    '',
    'short',
    '          ',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'abababababab',
    '1234567890',
    '0987654321',
    'qwertyuiop',
    'QWERTYUIOPASDF',
    'abcdefghijkl',
    'Password123!',
    'passphrase1',
    'hospital2026',
    'Letmein 2026',
    '12 34 12 34 12',
  ])('"%s" is refused', (text) =>
    expect(() => checkPassphrase(text)).toThrow(expect.objectContaining({ code: 'vault/weak-passphrase' })),
  )
  test.each([
    PASS,
    'tr0ub4dor&3x',
    '8391047265',
    'Ein Reiher am Fluss',
    '青い鳥が三羽とまる木',
    'my passphrase has a heron',
  ])('"%s" is taken', (text) => expect(() => checkPassphrase(text)).not.toThrow())
})

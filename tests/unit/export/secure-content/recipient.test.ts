import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  keyOf,
  NO_RECIPIENTS,
  type PinnedRecipient,
  readRecipients,
  sealRecipient,
  withoutRecipient,
  withRecipient,
} from '../../../../src/export/secure-content/recipient.ts'
import { pemOf, testRecipient } from '../../../support/sealed-3mf.ts'

const coded = (code: string) => expect.objectContaining({ code })
const AT = '2026-06-01T08:00:00.000Z'
const one = await testRecipient('Printer-1')
const two = await testRecipient('Printer-2', 3072)
const of = (pem: string, more = {}) =>
  sealRecipient({ name: 'Print room', consumerId: 'HP#MOP44B#SG5693454', keyId: 'KEK_1', pem, ...more })

const publicPem = (kind: 'rsa' | 'rsa-pss', modulusLength: number) =>
  generateKeyPairSync(kind as 'rsa', { modulusLength })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString()
const DER = Buffer.from(one.recipient.spki, 'base64')

describe('a public key', () => {
  test('of 2,048 or 3,072 bits is taken; its fingerprint is SHA-256 of the key as it is written', async () => {
    for (const { recipient, publicPem: pem } of [one, two]) {
      const { fingerprint, spki } = await of(` \n${pem}\n`)
      expect(spki).toBe(recipient.spki)
      const digest = await crypto.subtle.digest('SHA-256', Buffer.from(spki, 'base64'))
      expect(fingerprint).toBe(Buffer.from(digest).toString('hex'))
    }
  })
  test('that is shorter is refused', async () => {
    await expect(of(publicPem('rsa', 1024))).rejects.toThrow(coded('sealed/weak-key'))
    await expect(of(publicPem('rsa', 2040))).rejects.toThrow(coded('sealed/weak-key'))
  })
  test('that is longer than any is refused', async () => {
    const n = Buffer.alloc(1025, 0xff).toString('base64url')
    const key = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' })
    await expect(of(key.export({ type: 'spki', format: 'pem' }).toString())).rejects.toThrow(coded('sealed/weak-key'))
  })
  test('of another kind, private, damaged or with something around it is refused', async () => {
    const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
      type: 'spki',
      format: 'pem',
    })
    const others = ['', 'BEGIN PUBLIC KEY', elliptic.toString(), publicPem('rsa-pss', 2048), one.privatePem]
    const written = [
      pemOf('PUBLIC KEY', DER.subarray(0, -1)),
      pemOf('PUBLIC KEY', Buffer.concat([DER, Buffer.of(0)])),
      pemOf('RSA PUBLIC KEY', DER),
      pemOf('CERTIFICATE', DER),
      `${one.publicPem}${two.publicPem}`,
      `Here it is: ${one.publicPem}`,
    ]
    for (const pem of [...others, ...written]) await expect(of(pem)).rejects.toThrow(coded('sealed/bad-key'))
  })
  test.each([
    ['name', ''],
    ['name', 'x'.repeat(41)],
    ['name', 'a\nb'],
    ['consumerId', ''],
    ['consumerId', 'x'.repeat(65)],
    ['consumerId', '"/><consumer consumerid="x'],
    ['consumerId', 'Drucker\u00e9'],
    ['keyId', ' &amp;'],
    ['keyId', 'a\tb'],
  ])('needs a lawful %s, and "%s" is none', async (field, value) => {
    await expect(of(one.publicPem, { [field]: value })).rejects.toThrow(coded('sealed/bad-recipient'))
  })
})

describe('pinning', () => {
  const pin = (kept = NO_RECIPIENTS, recipient = one.recipient) =>
    withRecipient(kept, recipient, { areCompared: true, at: AT })

  test('only once the words were compared', () => {
    expect(() => withRecipient(NO_RECIPIENTS, one.recipient, { areCompared: false, at: AT })).toThrow(
      coded('handover/not-compared'),
    )
    expect(pin().recipients).toEqual([{ ...one.recipient, pinnedAt: AT }])
  })
  test('another key takes neither a name nor a consumer ID that is there', () => {
    const { name, consumerId } = one.recipient
    for (const same of [{ name }, { consumerId }])
      expect(() => pin(pin(), { ...two.recipient, ...same })).toThrow(coded('sealed/bad-recipient'))
    expect(pin(pin(), two.recipient).recipients).toHaveLength(2)
    expect(pin(pin(), { ...one.recipient, consumerId: 'Printer-7' }).recipients).toHaveLength(1)
    expect(withoutRecipient(pin(), one.recipient.fingerprint)).toEqual(NO_RECIPIENTS)
  })
  test('the list comes back from the vault as it was, or is refused by name', () => {
    expect(readRecipients(null)).toBe(NO_RECIPIENTS)
    expect(readRecipients(JSON.parse(JSON.stringify(pin())))).toEqual(pin())
    expect(() => readRecipients({ format: 'proofprint-seal-recipients/2' })).toThrow(coded('vault/newer'))
    const { spki: _, ...rest } = pin().recipients[0] as PinnedRecipient
    for (const value of ['x', {}, { ...NO_RECIPIENTS, recipients: [rest] }])
      expect(() => readRecipients(value)).toThrow(coded('vault/tampered'))
  })
  test('a kept key that was exchanged is not used', async () => {
    await expect(keyOf({ ...one.recipient, spki: two.recipient.spki })).rejects.toThrow(coded('sealed/bad-recipient'))
    await expect(keyOf({ ...one.recipient, spki: 'x' })).rejects.toThrow(coded('sealed/bad-recipient'))
    expect((await keyOf(one.recipient)).usages).toEqual(['wrapKey'])
  })
})

import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { describe, expect, test } from 'vitest'
import { fromHex } from '../../../src/core/bytes.ts'
import { isSignedBy } from '../../../src/core/ed25519.ts'
import { toHex } from '../../../src/core/hash.ts'
import type { Role } from '../../../src/core/role.ts'
import { importSealKey } from '../../../src/vault/chunked.ts'
import { openEnvelope, sealEnvelope } from '../../../src/vault/envelope.ts'
import { openSealed, sealTo } from '../../../src/vault/hpke.ts'
import {
  importPair,
  newRawKeySet,
  openKeySet,
  publicKeysOf,
  type RawKeySet,
  resealKeySet,
  sealKeySet,
} from '../../../src/vault/key-set.ts'
import { checkedPeople, digestPeople, type Person, signPerson, standing } from '../../../src/vault/person.ts'

const TAMPERED = { code: 'vault/tampered' }
const root = (fill = 1) => importSealKey(new Uint8Array(32).fill(fill))
const flip = (bytes: Uint8Array, at = 0) => bytes.with(at, (bytes[at] ?? 0) ^ 1) as Uint8Array<ArrayBuffer>
const ALWAYS = {
  notBefore: '2026-01-01T00:00:00.000Z',
  originateUntil: '2026-06-01T00:00:00.000Z',
  consumeUntil: '2026-12-01T00:00:00.000Z',
}
const unsigned = (id: string, roles: readonly Role[], raw: RawKeySet) => ({
  id,
  roles,
  staff: '0142',
  ...publicKeysOf(raw),
  ...ALWAYS,
  createdAt: '2026-01-01T00:00:00.000Z',
  revokedAt: null,
})

describe('HPKE', () => {
  // RFC 9180, A.1.1: the same KEM and KDF as ours, AES-128-GCM.
  test('opens the vector of the RFC with a private key that cannot be read', async () => {
    const pkcs8 = fromHex(
      '302e020100300506032b656e042204204612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8',
    )
    const recipientKey = await importPair('X25519', {
      privateKey: pkcs8,
      publicKey: fromHex('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d'),
    })
    expect(recipientKey.privateKey.extractable).toBe(false)
    const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() })
    const enc = fromHex('37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431')
    const info = fromHex('4f6465206f6e2061204772656369616e2055726e')
    const aad = fromHex('436f756e742d30')
    const ct = fromHex('f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a')
    expect(toHex(new Uint8Array(await suite.open({ recipientKey, enc, info }, ct, aad)))).toBe(
      '4265617574792069732074727574682c20747275746820626561757479',
    )
    await expect(suite.open({ recipientKey, enc, info }, flip(ct), aad)).rejects.toThrow()
  })
  test('what is sealed opens with its pair and info alone; a flipped bit anywhere is found', async () => {
    const raw = await newRawKeySet()
    const pair = await importPair('X25519', raw.receive)
    const other = await importPair('X25519', (await newRawKeySet()).receive)
    const sealed = await sealTo(raw.receive.publicKey, ['a', 1], Uint8Array.of(1, 2, 3))
    expect([...(await openSealed(pair, ['a', 1], sealed))]).toEqual([1, 2, 3])
    await expect(openSealed(other, ['a', 1], sealed)).rejects.toMatchObject(TAMPERED)
    await expect(openSealed(pair, ['a', '1'], sealed)).rejects.toMatchObject(TAMPERED)
    for (let at = 0; at < sealed.length; at++)
      // The top bit of the last byte of a point does not count (RFC 7748), so the lowest is flipped.
      await expect(openSealed(pair, ['a', 1], flip(sealed, at))).rejects.toMatchObject(TAMPERED)
    await expect(openSealed(pair, ['a', 1], sealed.slice(0, 20))).rejects.toMatchObject(TAMPERED)
    await expect(sealTo(new Uint8Array(31), ['a'], Uint8Array.of(1))).rejects.toMatchObject(TAMPERED)
  })
})

describe('a key set', () => {
  test('opens under its root alone, as handles that cannot be read', async () => {
    const raw = await newRawKeySet()
    const founder = { id: 'f', sign: 'aa' }
    const sealed = await sealKeySet(await root(), 'p', raw, founder)
    const keys = await openKeySet(await root(), 'p', sealed)
    expect(keys.founder).toEqual(founder)
    for (const key of [keys.receive.privateKey, keys.sign.privateKey]) {
      expect(key.extractable).toBe(false)
      for (const format of ['pkcs8', 'jwk', 'raw'] as const)
        await expect(crypto.subtle.exportKey(format, key)).rejects.toThrow()
    }
    await expect(openKeySet(await root(2), 'p', sealed)).rejects.toMatchObject(TAMPERED)
    await expect(openKeySet(await root(), 'q', sealed)).rejects.toMatchObject(TAMPERED)
    const moved = await resealKeySet(await root(), await root(3), 'p', sealed)
    await expect(openKeySet(await root(), 'p', moved)).rejects.toMatchObject(TAMPERED)
    const again = await openKeySet(await root(3), 'p', moved)
    expect(await crypto.subtle.exportKey('raw', again.sign.publicKey)).toEqual(raw.sign.publicKey.buffer)
  })
})

describe('the list of people', async () => {
  const [f, c, d] = [await newRawKeySet(), await newRawKeySet(), await newRawKeySet()]
  const signKey = async (raw: RawKeySet) => (await importPair('Ed25519', raw.sign)).privateKey
  const founder = { id: 'f', sign: toHex(f.sign.publicKey) }
  const first = await signPerson(unsigned('f', ['custodian'], f), 'f', await signKey(f))
  const second = await signPerson(unsigned('c', ['custodian'], c), 'f', await signKey(f))
  const third = await signPerson(unsigned('d', ['designer'], d), 'c', await signKey(c))
  const refused = (list: Person[]) => expect(checkedPeople(list, founder)).rejects.toMatchObject(TAMPERED)

  test('holds back to the first custodian', async () => {
    expect([...(await checkedPeople([third, first, second], founder)).keys()]).toEqual(['d', 'f', 'c'])
  })
  test('a changed field, a signer who is no custodian, a missing or circular signer, another founder: refused', async () => {
    for (const changed of [
      { ...third, roles: ['reviewer' as const] },
      { ...third, staff: '0143' },
      { ...third, consumeUntil: '2030-01-01T00:00:00.000Z' },
      { ...third, revokedAt: '2026-02-01T00:00:00.000Z' },
      { ...third, receive: flip(third.receive) },
      { ...third, by: 'f' },
      { ...third, signature: flip(third.signature) },
    ])
      await refused([first, second, changed])
    await refused([first, await signPerson({ ...unsigned('c', ['custodian'], c), staff: '12' }, 'f', await signKey(f))])
    await refused([first, await signPerson(unsigned('c', [], c), 'f', await signKey(f))])
    await refused([first, third])
    await refused([second, third])
    await refused([first, second, third, await signPerson(unsigned('e', ['auditor'], d), 'd', await signKey(d))])
    await refused([first, await signPerson(unsigned('c', ['custodian'], c), 'c', await signKey(c))])
    await expect(checkedPeople([first], { id: 'f', sign: toHex(c.sign.publicKey) })).rejects.toMatchObject(TAMPERED)
    const gone = { ...unsigned('c', ['custodian'], c), revokedAt: '2026-02-01T00:00:00.000Z' }
    const late = { ...unsigned('d', ['designer'], d), createdAt: '2026-03-01T00:00:00.000Z' }
    await refused([first, await signPerson(gone, 'f', await signKey(f)), await signPerson(late, 'c', await signKey(c))])
  })
  test('the first custodian can be revoked by another', async () => {
    const gone = { ...unsigned('f', ['custodian'], f), revokedAt: '2026-02-01T00:00:00.000Z' }
    const revoked = await signPerson(gone, 'c', await signKey(c))
    expect((await checkedPeople([revoked, second, third], founder)).get('f')?.revokedAt).toBe(gone.revokedAt)
  })
  test('its digest knows each record and not their order', async () => {
    expect(await digestPeople([first, second])).toBe(await digestPeople([second, first]))
    expect(await digestPeople([first])).not.toBe(await digestPeople([second]))
  })
  test('an envelope opens for its person in its case and epoch, given by someone of this device', async () => {
    const people = await checkedPeople([first, second, third], founder)
    const pair = await importPair('X25519', d.receive)
    const place = { case: 'x', epoch: 0 }
    const share = new Uint8Array(32).fill(9)
    const envelope = await sealEnvelope(place, third, 'designer', share, { id: 'c', key: await signKey(c) })
    expect([...(await openEnvelope(place, envelope, pair, people))]).toEqual([...share])
    const [own] = [await importPair('X25519', c.receive)]
    for (const attempt of [
      () => openEnvelope({ case: 'y', epoch: 0 }, envelope, pair, people),
      () => openEnvelope({ case: 'x', epoch: 1 }, envelope, pair, people),
      () => openEnvelope(place, { ...envelope, role: 'reviewer' }, pair, people),
      () => openEnvelope(place, { ...envelope, consumeUntil: '2030-01-01T00:00:00.000Z' }, pair, people),
      () => openEnvelope(place, { ...envelope, sealed: flip(envelope.sealed, 40) }, pair, people),
      () => openEnvelope(place, { ...envelope, by: 'f' }, pair, people),
      () => openEnvelope(place, { ...envelope, by: 'nobody' }, pair, people),
      () => openEnvelope(place, envelope, own, people),
    ])
      await expect(attempt()).rejects.toMatchObject(TAMPERED)
  })
  test('what is no key signs nothing', async () => {
    expect(await isSignedBy(new Uint8Array(3), Uint8Array.of(1), third.signature)).toBe(false)
  })
})

describe('validity: eight clocks', () => {
  const person = { ...ALWAYS, revokedAt: null }
  const at = (iso: string) => new Date(iso)
  test.each([
    ['before it begins', '2025-12-31T23:59:59.999Z', 'not-yet', 'not-yet'],
    ['as it begins', ALWAYS.notBefore, null, null],
    ['between', '2026-03-01T00:00:00.000Z', null, null],
    ['the last instant for something new', ALWAYS.originateUntil, null, null],
    ['just after it', '2026-06-01T00:00:00.001Z', 'expired', null],
    ['the last instant for looking', ALWAYS.consumeUntil, 'expired', null],
    ['just after that', '2026-12-01T00:00:00.001Z', 'expired', 'expired'],
  ])('%s', (_, now, edit, open) => {
    expect(standing(person, 'edit', at(now), null)).toBe(edit)
    expect(standing(person, 'open', at(now), null)).toBe(open)
    expect(standing({ ...person, revokedAt: ALWAYS.notBefore }, 'open', at(now), null)).toBe('revoked')
  })
  test('a clock behind what was written', () => {
    const written = '2026-07-01T00:00:00.000Z'
    expect(standing(person, 'edit', at('2026-05-01T00:00:00.000Z'), written)).toBe('clock')
    expect(standing(person, 'open', at(written), written)).toBeNull()
  })
})

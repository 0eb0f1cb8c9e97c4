import { beforeEach, expect, test } from 'vitest'
import { isSignedBy } from '../../../src/core/ed25519.ts'
import { sha256 } from '../../../src/core/hash.ts'
import type { Signer } from '../../../src/core/signer.ts'
import { Vault } from '../../../src/vault/vault.io.ts'
import { CUSTODIAN } from '../../support/people.ts'
import { answer, freshProfile, PASSPHRASE, rawStore } from '../../support/vault.ts'

beforeEach(freshProfile)

/** As the worker sees it. */
class Inside extends Vault {
  signs(): Promise<Signer> {
    return this.signer()
  }
}
const opened = () => new Inside({ locks: null, storage: null, files: null, now: () => new Date(), iterations: 1000 })
const message = Uint8Array.of(1, 2, 3)
const keptSigner = () => rawStore('readonly', (s) => answer(s.site.get('signer')))

test('a vault without people signs with a key made on first use and kept sealed, also after the next unlock', async () => {
  const vault = opened()
  await vault.create(PASSPHRASE)
  expect(await keptSigner()).toBeUndefined()
  const signer = await vault.signs()
  expect(signer.strength).toBe('passphrase')
  expect(signer.keyId).toBe(await sha256(signer.publicKey))
  expect(await isSignedBy(signer.publicKey, message, await signer.sign(message))).toBe(true)
  expect(Buffer.from((await keptSigner()).sealed).includes(Buffer.from(signer.publicKey))).toBe(false)
  await vault.lock()
  await expect(signer.sign(message)).rejects.toMatchObject({ code: 'vault/locked' })
  await expect(async () => vault.signs()).rejects.toMatchObject({ code: 'vault/locked' })
  await vault.unlock(PASSPHRASE)
  expect((await vault.signs()).keyId).toBe(signer.keyId)
})
test('the owner keeps that key as a designer; the custodian has their own', async () => {
  const vault = opened()
  await vault.create(PASSPHRASE)
  const { keyId } = await vault.signs()
  const { custodian } = await vault.setUpPeople({ owner: { staff: '0100' }, custodian: CUSTODIAN })
  await vault.unlock(PASSPHRASE)
  expect((await vault.signs()).keyId).toBe(keyId)
  await vault.unlock(CUSTODIAN.passphrase, custodian)
  const other = await vault.signs()
  expect(other.keyId).not.toBe(keyId)
  expect(await isSignedBy(other.publicKey, message, await other.sign(message))).toBe(true)
})
test('a teaching session signs with a key in memory', async () => {
  const vault = opened()
  await vault.startTeaching()
  const signer = await vault.signs()
  expect(signer.strength).toBe('memory')
  expect(await isSignedBy(signer.publicKey, message, await signer.sign(message))).toBe(true)
  await vault.startTeaching()
  expect((await vault.signs()).keyId).not.toBe(signer.keyId)
})
test('what a page would be sent of a signer has no key and cannot sign', async () => {
  const vault = opened()
  await vault.startTeaching()
  const sent = structuredClone(await vault.signs())
  expect(Object.keys(sent).sort()).toEqual(['keyId', 'publicKey', 'strength'])
  expect(Object.values(sent).some((value) => (value as unknown) instanceof CryptoKey)).toBe(false)
})

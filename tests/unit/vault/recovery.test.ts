import { beforeEach, expect, test } from 'vitest'
import { newRawPair } from '../../../src/vault/key-set.ts'
import { proofOf, sharedCase, site } from '../../support/people.ts'
import { answer, change, freshProfile, INIT, rawStore } from '../../support/vault.ts'

beforeEach(freshProfile)

test('a case whose designers are gone is given to another with the key from the safe, and with no other', async () => {
  const made = await site({}, undefined, ['intake', 'reviewer', 'operator', 'custodian2'])
  const custodian = await made.as('custodian')
  const key = await custodian.makeRecoveryKey(proofOf('custodian'))
  const on = await sharedCase(made)
  const old = await rawStore('readonly', (s) => answer(s.site.get('policy')))
  expect(Buffer.from(old.sealed).includes(Buffer.from(key.slice(-32)).toString('hex'))).toBe(false)
  await made.as('custodian')
  const late = await custodian.enrol({ staff: '0900', roles: ['designer'], passphrase: 'late but very welcome' })
  await expect(custodian.openCase(on.id)).rejects.toMatchObject({ detail: { why: 'role' } })
  const recover = (bytes: Uint8Array<ArrayBuffer>, to = late) =>
    custodian.recoverCase(on.id, bytes, to, proofOf('custodian'))
  const { privateKey } = await newRawPair('X25519')
  await expect(recover(privateKey)).rejects.toMatchObject({ code: 'vault/tampered' })
  await expect(recover(new Uint8Array(10))).rejects.toMatchObject({ code: 'vault/tampered' })
  await expect(recover(key.slice(), made.ids.reviewer)).rejects.toMatchObject({ code: 'vault/missing' })
  // A rotated key is sealed to the safe too.
  await custodian.rotateCase(on.id, [], proofOf('custodian'))
  await (await made.as('owner')).takeIn(on.id)
  await made.as('custodian')
  const given = key.slice()
  await recover(given)
  expect(given.every((byte) => byte === 0)).toBe(true)
  expect((await custodian.deviceLog()).at(-1)).toMatchObject({ code: 'recover', digests: [on.id, late] })
  await custodian.unlock('late but very welcome', late)
  expect((await custodian.readAsset(on.id, on.scanId)).digest).toBe(on.scan.digest)
  await custodian.commit(on.id, change())
})
test('a case from before there was a key in the safe cannot be recovered; a forged key is used for nothing', async () => {
  const made = await site({}, undefined, ['intake', 'designer2', 'custodian2'])
  const intake = await made.as('intake')
  const id = await intake.createCase(INIT)
  const custodian = await made.as('custodian')
  const key = await custodian.makeRecoveryKey(proofOf('custodian'))
  await expect(custodian.recoverCase(id, key, made.ids.designer2, proofOf('custodian'))).rejects.toMatchObject({
    code: 'vault/missing',
  })
  const row = await rawStore('readonly', (s) => answer(s.cases.get(id)))
  expect(row.seals.epochs[0].envelopes.some(({ person }: { person: string }) => person === 'recovery')).toBe(false)
  const policy = await rawStore('readonly', (s) => answer(s.site.get('policy')))
  const bent = { ...policy, sealed: Buffer.from(Buffer.from(policy.sealed).toString().replace('"by":"', '"by":"0')) }
  await rawStore('readwrite', (s) => void s.site.put(bent))
  await made.as('intake')
  await expect(intake.createCase(INIT)).rejects.toMatchObject({ code: 'vault/tampered' })
})

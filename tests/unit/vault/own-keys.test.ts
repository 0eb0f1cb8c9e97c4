import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { askPasskey, createPasskey } from '../../../src/vault/passkey.io.ts'
import type { PasskeyOffer } from '../../../src/vault/slot.ts'
import type { Vault } from '../../../src/vault/vault.io.ts'
import { CUSTODIAN, passphraseOf, proofOf, type Site, site } from '../../support/people.ts'
import {
  answer,
  change,
  dropSlots,
  freshProfile,
  INIT,
  openTab,
  PASSPHRASE,
  putSlots,
  rawStore,
  storedSlots,
} from '../../support/vault.ts'

beforeEach(freshProfile)
afterEach(() => vi.unstubAllGlobals())

const OTHER = 'seven grey stones in a row'
const WRONG = { code: 'vault/wrong-passphrase' }
const offer = (fill: number): PasskeyOffer => ({
  salt: new Uint8Array(32).fill(fill),
  credential: new Uint8Array(16).fill(fill),
  output: new Uint8Array(32).fill(fill + 100),
  synced: false,
})
const output = (fill: number) => new Uint8Array(32).fill(fill + 100)
const opens = async ({ vault }: Site, fill: number, made = output(fill)) =>
  vault.unlockWithPasskey(new Uint8Array(16).fill(fill), made)

describe('a passkey beside a passphrase', () => {
  test('opens the same person; its bytes are wiped; another output opens nothing', async () => {
    const made = await site({}, undefined, ['auditor', 'designer2'])
    const given = offer(1)
    await (await made.as('designer2')).addPasskey(passphraseOf('designer2'), given)
    expect(given.output.every((byte) => byte === 0)).toBe(true)
    await (await made.as('auditor')).addPasskey(passphraseOf('auditor'), offer(2))
    await made.vault.lock()
    expect((await made.vault.listPasskeys()).map(({ person }) => person).sort()).toEqual(
      [made.ids.designer2, made.ids.auditor].sort(),
    )
    const shown = output(1)
    await opens(made, 1, shown)
    expect(shown.every((byte) => byte === 0)).toBe(true)
    expect(made.vault.whoAmI()?.id).toBe(made.ids.designer2)
    await expect(opens(made, 1, output(2))).rejects.toMatchObject(WRONG)
    await expect(opens(made, 1, new Uint8Array(31))).rejects.toMatchObject(WRONG)
    await expect(opens(made, 3)).rejects.toMatchObject(WRONG)
    await expect(made.as('designer2')).resolves.toBeDefined()
  })
  test('is a fresh proof of its own person alone', async () => {
    const made = await site({}, undefined, ['intake', 'custodian2', 'auditor'])
    const id = await (await made.as('intake')).createCase(INIT)
    await (await made.as('auditor')).addPasskey(passphraseOf('auditor'), offer(2))
    const custodian = await made.as('custodian')
    await custodian.addPasskey(passphraseOf('custodian'), offer(1))
    const proof = (fill: number) => ({ credential: new Uint8Array(16).fill(fill), output: output(fill) })
    await expect(custodian.rotateCase(id, [], proof(2))).rejects.toMatchObject(WRONG)
    await expect(custodian.rotateCase(id, [], proof(1))).resolves.toBeUndefined()
  })
  test('needs the passphrase to be added, and 32 bytes; can be removed by its person', async () => {
    const made = await site({}, undefined, ['auditor'])
    const owner = await made.as('owner')
    await expect(owner.addPasskey('not the passphrase', offer(1))).rejects.toMatchObject(WRONG)
    await expect(owner.addPasskey(PASSPHRASE, { ...offer(1), output: new Uint8Array(0) })).rejects.toMatchObject({
      code: 'vault/no-passkey',
      detail: { why: 'no-prf' },
    })
    await owner.addPasskey(PASSPHRASE, offer(1))
    await expect(
      (await made.as('auditor')).removePasskey(offer(1).credential, proofOf('auditor')),
    ).rejects.toMatchObject({ code: 'vault/missing' })
    await made.as('owner')
    await expect(owner.removePasskey(offer(1).credential, { passphrase: 'not mine at all' })).rejects.toMatchObject(
      WRONG,
    )
    await owner.removePasskey(offer(1).credential, { passphrase: PASSPHRASE })
    await expect(opens(made, 1)).rejects.toMatchObject(WRONG)
    const alone = openTab()
    await made.vault.lock()
    await expect(alone.addPasskey(PASSPHRASE, offer(1))).rejects.toMatchObject({ code: 'vault/locked' })
  })
  test('the last way in is not removed', async () => {
    const made = await site({}, undefined, [])
    const owner = await made.as('owner')
    await owner.addPasskey(PASSPHRASE, offer(1))
    await dropSlots(made.ids.owner)
    const proof = { credential: offer(1).credential, output: output(1) }
    await expect(owner.removePasskey(offer(1).credential, proof)).rejects.toMatchObject({ code: 'app/bad-parameter' })
    await expect(opens(made, 1)).resolves.toBeUndefined()
  })
  test('the ways in are listed with their strength and when they were added; a change is a line of the log', async () => {
    let now = Date.UTC(2026, 4, 1)
    const at = (days: number) => new Date(Date.UTC(2026, 4, 1 + days)).toISOString()
    const made = await site({ now: () => new Date(now) }, undefined, ['auditor'])
    const owner = await made.as('owner')
    now += 86_400_000
    await owner.addPasskey(PASSPHRASE, { ...offer(2), synced: true })
    now += 86_400_000
    await owner.addPasskey(PASSPHRASE, offer(1))
    await owner.changeMyPassphrase(PASSPHRASE, OTHER)
    expect(await owner.myWays()).toEqual([
      { kind: 'passphrase', strength: 'passphrase', addedAt: at(2), credential: null },
      { kind: 'passkey', strength: 'synced-passkey', addedAt: at(1), credential: offer(2).credential },
      { kind: 'passkey', strength: 'hardware-passkey', addedAt: at(2), credential: offer(1).credential },
    ])
    await expect(owner.unlock(PASSPHRASE, made.ids.owner)).rejects.toMatchObject(WRONG)
    await expect(owner.unlock(OTHER, made.ids.owner)).resolves.toBeUndefined()
    const log = await (await made.as('auditor')).deviceLog()
    expect(log.slice(-5).map(({ code, by }) => [code, by])).toEqual([
      ['add-passkey', made.ids.owner],
      ['add-passkey', made.ids.owner],
      ['change-passphrase', made.ids.owner],
      ['passphrase', made.ids.owner],
      ['passphrase', made.ids.auditor],
    ])
  })
})

describe('in a vault without people', () => {
  test('its owner has passkeys too, and keeps them when people are set up', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    const id = await vault.createCase(INIT)
    await vault.addPasskey(PASSPHRASE, offer(1))
    await vault.lock()
    const alone = { vault } as Site
    await opens(alone, 1)
    expect((await vault.myWays()).map(({ kind }) => kind)).toEqual(['passphrase', 'passkey'])
    await vault.openCase(id)
    const { owner } = await vault.setUpPeople({ owner: { staff: '0100' }, custodian: CUSTODIAN })
    await expect(opens(alone, 1)).rejects.toMatchObject({ code: 'vault/passphrase-due' })
    await vault.unlock(PASSPHRASE)
    await opens(alone, 1)
    expect(vault.whoAmI()?.id).toBe(owner)
    await expect(vault.openCase(id)).resolves.toBeDefined()
  })
  test('the passphrase is changed by who knows it; a weak one is refused; a teaching session has none', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    await expect(vault.changeMyPassphrase('not the passphrase', OTHER)).rejects.toMatchObject(WRONG)
    await expect(vault.changeMyPassphrase(PASSPHRASE, 'aaaaaaaaaaaa')).rejects.toMatchObject({
      code: 'vault/weak-passphrase',
    })
    await vault.changeMyPassphrase(PASSPHRASE, OTHER)
    await expect(vault.unlock(PASSPHRASE)).rejects.toMatchObject(WRONG)
    await vault.unlock(OTHER)
    await vault.startTeaching()
    await expect(vault.myWays()).rejects.toMatchObject({ code: 'app/bad-parameter' })
    await expect(vault.changeMyPassphrase(OTHER, PASSPHRASE)).rejects.toMatchObject({ code: 'app/bad-parameter' })
  })
})

describe('a slot of a passkey', () => {
  test('given out as another kind, person or credential does not open', async () => {
    const made = await site({}, undefined, ['auditor'])
    await (await made.as('owner')).addPasskey(PASSPHRASE, offer(1))
    const slot = (await storedSlots()).find(({ kind }) => kind === 'passkey')
    if (!slot) throw new Error('there is a passkey')
    for (const changed of [{ person: made.ids.auditor }, { synced: true }, { salt: new Uint8Array(32) }]) {
      await putSlots({ ...slot, ...changed })
      await expect(opens(made, 1)).rejects.toMatchObject({ code: 'vault/tampered' })
    }
  })
})

test('who enrolled somebody and then changes their own keys, all in one session, locks nobody out', async () => {
  const made = await site({}, undefined, [])
  const custodian = await made.as('custodian')
  const words = 'new words for somebody'
  const id = await custodian.enrol({ staff: '0700', roles: ['auditor'], passphrase: words })
  await custodian.addPasskey(passphraseOf('custodian'), offer(1))
  await expect(openTab().unlock(words, id)).resolves.toBeUndefined()
  await custodian.revoke(id, proofOf('custodian'))
  await custodian.renewMyKeys(passphraseOf('custodian'), 'some other fine words')
  await expect(made.as('owner')).resolves.toBeDefined()
})

describe('new keys of a person', () => {
  test('touch no case; old passphrase and passkeys open nothing', async () => {
    let id = ''
    const before = async (vault: Vault) => {
      id = await vault.createCase(INIT)
    }
    const made = await site({}, before, [])
    const owner = await made.as('owner')
    await owner.addPasskey(PASSPHRASE, offer(1))
    const row = await rawStore('readonly', (s) => answer(s.cases.get(id)))
    await expect(owner.renewMyKeys('not the passphrase', 'some other fine words')).rejects.toMatchObject(WRONG)
    await expect(owner.renewMyKeys(PASSPHRASE, 'aaaaaaaaaaaa')).rejects.toMatchObject({ code: 'vault/weak-passphrase' })
    await owner.renewMyKeys(PASSPHRASE, 'some other fine words')
    expect(await rawStore('readonly', (s) => answer(s.cases.get(id)))).toEqual(row)
    await expect(owner.unlock(PASSPHRASE, made.ids.owner)).rejects.toMatchObject(WRONG)
    await expect(opens(made, 1)).rejects.toMatchObject(WRONG)
    await owner.unlock('some other fine words', made.ids.owner)
    await owner.commit(id, change())
    const alone = openTab()
    await expect(alone.renewMyKeys('a', 'b')).rejects.toMatchObject({ code: 'vault/locked' })
  })
  test('a vault without people has none to renew', async () => {
    const vault = openTab()
    await vault.create(PASSPHRASE)
    await expect(vault.renewMyKeys(PASSPHRASE, 'some other fine words')).rejects.toMatchObject({
      code: 'app/bad-parameter',
    })
  })
})

/** An authenticator: what a browser would give of it. */
function stub(given: { enabled?: boolean; atCreate?: boolean; atGet?: boolean; flags?: number } | Error) {
  const asked: CredentialRequestOptions[] = []
  const results = (has: boolean) => ({ first: new Uint8Array(32).fill(5).buffer, second: second.buffer, has })
  const second = new Uint8Array(32).fill(6)
  const credential = (has: boolean, enabled?: boolean) => ({
    rawId: Uint8Array.of(1, 2, 3).buffer,
    response: { getAuthenticatorData: () => new Uint8Array(37).fill((given as { flags?: number }).flags ?? 0).buffer },
    getClientExtensionResults: () => ({
      prf: { ...(enabled === undefined ? {} : { enabled }), ...(has ? { results: results(has) } : {}) },
    }),
  })
  const credentials = {
    create: async () => {
      if (given instanceof Error) throw given
      return credential(given.atCreate ?? false, given.enabled)
    },
    get: async (options: CredentialRequestOptions) => {
      asked.push(options)
      if (given instanceof Error) throw given
      return credential(given.atGet ?? false)
    },
  }
  vi.stubGlobal('PublicKeyCredential', class {})
  vi.stubGlobal('navigator', { credentials })
  return { asked, second }
}
type Extensions = { readonly prf: { readonly evalByCredential: Record<string, unknown> } }
const why = (reason: string) => ({ code: 'vault/no-passkey', detail: { why: reason } })
const question = { credential: Uint8Array.of(255, 254), salt: new Uint8Array(32) }

describe('the ceremony', () => {
  test('a passkey with PRF gives its first output when it is made; the second is wiped', async () => {
    const { second, asked } = stub({ enabled: true, atCreate: true, flags: 8 })
    const made = await createPasskey('aa', 'Staff 0142')
    expect([...made.output]).toEqual(Array(32).fill(5))
    expect(made.synced).toBe(true)
    expect(second.every((byte) => byte === 0)).toBe(true)
    expect(asked).toEqual([])
  })
  test('one that gives it only when asked is asked once more', async () => {
    const { asked } = stub({ enabled: true, atGet: true })
    const made = await createPasskey('aa', 'Staff 0142')
    expect([...made.output]).toEqual(Array(32).fill(5))
    expect(made.synced).toBe(false)
    expect(asked).toHaveLength(1)
  })
  test('without PRF, without an answer, refused, and where there are none: each is named', async () => {
    stub({ enabled: false })
    await expect(createPasskey('aa', 'Staff 0142')).rejects.toMatchObject(why('no-prf'))
    await expect(askPasskey([question])).rejects.toMatchObject(why('no-prf'))
    stub(new DOMException('no', 'NotAllowedError'))
    await expect(createPasskey('aa', 'Staff 0142')).rejects.toMatchObject(why('refused'))
    await expect(askPasskey([question])).rejects.toMatchObject(why('refused'))
    vi.unstubAllGlobals()
    await expect(askPasskey([question])).rejects.toMatchObject(why('absent'))
  })
  test('user verification is required, and two inputs are asked that differ', async () => {
    const { asked } = stub({ atGet: true })
    await askPasskey([question])
    const { publicKey } = asked[0] ?? {}
    expect(publicKey?.userVerification).toBe('required')
    const { evalByCredential } = (publicKey?.extensions as Extensions | undefined)?.prf ?? { evalByCredential: {} }
    const [[name, inputs]] = Object.entries(evalByCredential) as [[string, { first: ArrayBuffer; second: ArrayBuffer }]]
    expect(name).toBe('__4')
    expect(Buffer.from(inputs.first).equals(Buffer.from(inputs.second))).toBe(false)
  })
})

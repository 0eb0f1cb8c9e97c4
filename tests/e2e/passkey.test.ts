import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { openSources } from '../support/source-server.ts'

/*
 * The ceremony and the keys of people in a real browser, with authenticators that the browser's debugger provides. The modules run in
 * the page: what is looked at is the browser's WebAuthn, X25519, Ed25519 and key store, not the app's worker.
 */
let browser: Browser
let sources: Awaited<ReturnType<typeof openSources>>
let page: Page
let cdp: CDPSession

beforeAll(async () => {
  sources = await openSources(['vault/passkey.io.ts', 'vault/vault.io.ts'])
  // A passkey belongs to a name, and the name of this computer is the only one that is resolved.
  browser = await openBrowser({}, ['--host-resolver-rules=MAP localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'])
})
afterAll(async () => {
  await browser.close()
  await sources.close()
})

const AUTHENTICATOR = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const

async function fresh(options: { hasPrf?: boolean; isUserVerified?: boolean }): Promise<string> {
  const context = await browser.newContext()
  page = await context.newPage()
  await page.goto(`${sources.url}/empty`)
  await page.waitForFunction(() => 'own' in globalThis)
  cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  return addAuthenticator(options)
}

async function addAuthenticator(options: {
  hasPrf?: boolean
  isUserVerified?: boolean
  transport?: 'internal' | 'usb'
}): Promise<string> {
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...AUTHENTICATOR, hasPrf: true, ...options },
  })
  return authenticatorId
}

type Own = typeof import('../../src/vault/vault.io.ts') & typeof import('../../src/vault/passkey.io.ts')
type Outcome = { readonly output?: number[]; readonly why?: unknown }

/** Makes a passkey, or asks the ones made before; what came out, or why nothing did. */
const act = (what: 'create' | 'ask' | 'ask-other-salt') =>
  page.evaluate(async (how): Promise<Outcome> => {
    const kept = window as unknown as { made?: { salt: Uint8Array<ArrayBuffer>; credential: Uint8Array<ArrayBuffer> } }
    const { askPasskey, createPasskey } = (globalThis as unknown as { own: Own }).own
    try {
      if (how === 'create') {
        const { salt, credential, output } = await createPasskey('aa', 'Staff 0142')
        kept.made = { salt, credential }
        return { output: [...output] }
      }
      const { salt = new Uint8Array(32), credential = new Uint8Array(16) } = kept.made ?? {}
      const asked = how === 'ask' ? salt : salt.map((byte) => byte ^ 1)
      return { output: [...(await askPasskey([{ credential, salt: asked }])).output] }
    } catch (error) {
      return { why: (error as { detail?: { why?: unknown } }).detail?.why ?? String(error) }
    }
  }, what)

describe('a passkey', () => {
  test('with PRF gives 32 bytes, the same each time, others for another salt', async () => {
    await fresh({})
    const { output } = await act('create')
    expect(output).toHaveLength(32)
    expect((await act('ask')).output).toEqual(output)
    expect((await act('ask-other-salt')).output).not.toEqual(output)
  })
  test('of another device does not answer for this one', async () => {
    const id = await fresh({})
    const { output } = await act('create')
    await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: id })
    await addAuthenticator({})
    expect(await act('ask')).toEqual({ why: 'refused' })
    expect((await act('create')).output).not.toEqual(output)
  })
})

const PASSPHRASE = 'copper lantern under nine'
const REFUSED = 'The passkey was not used, or did not check who you are. Try again, or use your passphrase.'
const NO_KEY = 'This passkey cannot make a key. Use your passphrase, or another passkey.'

/** A vault of people in the page, whose owner is in. */
const setUp = () =>
  page.evaluate(async (passphrase) => {
    const { Vault } = (globalThis as unknown as { own: Own }).own
    const vault = new Vault({
      locks: navigator.locks,
      storage: null,
      files: navigator.storage,
      now: () => new Date(),
      iterations: 1000,
    })
    await vault.create(passphrase)
    const custodian = { staff: '0001', passphrase: 'five tall herons at noon' }
    const { owner } = await vault.setUpPeople({ owner: { staff: '0100' }, custodian })
    await vault.unlock(passphrase, owner)
    Object.assign(globalThis, { vault, owner })
  }, PASSPHRASE)

type Way = 'add' | 'passkey' | 'passphrase'
/** Adds a passkey for the owner, or opens the vault with one or with the passphrase: what comes of it. */
const go = (way: Way) =>
  page.evaluate(
    async ([how, passphrase]) => {
      const { own, vault, owner } = globalThis as unknown as {
        own: Own
        vault: InstanceType<Own['Vault']>
        owner: string
      }
      try {
        if (how === 'add') {
          await vault.addPasskey(passphrase, await own.createPasskey(owner, 'Staff 0100'))
          return 'added'
        }
        await vault.lock()
        if (how === 'passphrase') await vault.unlock(passphrase, owner)
        else {
          const { credential, output } = await own.askPasskey(await vault.listPasskeys())
          await vault.unlockWithPasskey(credential, output)
        }
        return vault.whoAmI()?.id === owner ? 'open' : 'somebody else'
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    },
    [way, PASSPHRASE] as const,
  )

interface Failing {
  readonly authenticator: { hasPrf?: boolean; isUserVerified?: boolean }
  /** What happens after the passkey was made; null when it cannot be made at all. */
  readonly afterwards: ((authenticatorId: string) => Promise<unknown>) | null
  readonly said: string
}

const WAYS: Readonly<Record<string, Failing>> = {
  'that cannot make a key from the start': { authenticator: { hasPrf: false }, afterwards: null, said: NO_KEY },
  'that does not check who you are': {
    authenticator: {},
    afterwards: (authenticatorId) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false }),
    said: REFUSED,
  },
  'that was deleted': {
    authenticator: {},
    afterwards: (authenticatorId) => cdp.send('WebAuthn.clearCredentials', { authenticatorId }),
    said: REFUSED,
  },
  'whose device has lost PRF': {
    authenticator: {},
    afterwards: async (authenticatorId) => {
      const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
      await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
      const other = await addAuthenticator({ hasPrf: false })
      for (const credential of credentials)
        await cdp.send('WebAuthn.addCredential', { authenticatorId: other, credential })
    },
    said: NO_KEY,
  },
}

describe('a passkey of a vault', () => {
  test('with PRF it opens the vault, and so does the passphrase', async () => {
    await fresh({})
    await setUp()
    expect([await go('add'), await go('passkey'), await go('passphrase')]).toEqual(['added', 'open', 'open'])
  })
  test.each(Object.entries(WAYS))('%s: named, and the passphrase opens the vault', async (_, failing) => {
    const id = await fresh(failing.authenticator)
    await setUp()
    const added = await go('add')
    expect(added).toBe(failing.afterwards ? 'added' : failing.said)
    await failing.afterwards?.(id)
    if (failing.afterwards) expect(await go('passkey')).toBe(failing.said)
    expect(await go('passphrase')).toBe('open')
  })
  test('of each of two devices opens the vault; one that is lost leaves the other', async () => {
    const first = await fresh({})
    await setUp()
    expect(await go('add')).toBe('added')
    const touch = (authenticatorId: string, enabled: boolean) =>
      cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    const second = await addAuthenticator({ transport: 'usb' })
    await touch(first, false)
    expect(await go('add')).toBe('added')
    expect(await go('passkey')).toBe('open')
    await touch(first, true)
    await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: second })
    expect(await go('passkey')).toBe('open')
    await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: first })
    await addAuthenticator({})
    expect([await go('passkey'), await go('passphrase')]).toEqual([REFUSED, 'open'])
  })
})

test('people are set up in this browser, a passkey opens the vault, and a case goes from Intake to its designer', async () => {
  await fresh({})
  const seen = await page.evaluate(async () => {
    const { Vault, askPasskey, createPasskey } = (globalThis as unknown as { own: Own }).own
    const vault = new Vault({
      locks: navigator.locks,
      storage: null,
      files: navigator.storage,
      now: () => new Date(),
      iterations: 1000,
    })
    const [own, other, third] = ['copper lantern under nine', 'five tall herons at noon', 'grey stones by a river']
    await vault.create(own as string)
    const custodian = { staff: '0001', passphrase: other as string }
    const first = await vault.setUpPeople({ owner: { staff: '0100' }, custodian })
    await vault.unlock(other as string, first.custodian)
    const intake = await vault.enrol({ staff: '0101', roles: ['intake'], passphrase: third as string })
    await vault.unlock(third as string, intake)
    const init = { pseudonym: 'Heron 4172', templateId: 'ct-bone', policy: 'teaching', process: 'sla' } as const
    const id = await vault.createCase(init)
    const bytes = new TextEncoder().encode('a scan')
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    const digest = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    await vault.ingest(id, { type: 'picture', digest, meta: null, bytes })
    const refused = await vault.openCase(id).then(
      () => 'opened',
      (error) => error.code,
    )
    await vault.unlock(own as string)
    await vault.addPasskey(own as string, await createPasskey(first.owner, 'Staff 0100'))
    await vault.lock()
    const { credential, output } = await askPasskey(await vault.listPasskeys())
    await vault.unlockWithPasskey(credential, output)
    const [asset = ''] = await vault.takeIn(id)
    const read = await vault.readAsset(id, asset)
    return {
      refused,
      me: vault.whoAmI()?.roles,
      text: new TextDecoder().decode(read.bytes),
      wiped: output.every((b) => b === 0),
    }
  })
  expect(seen).toEqual({ refused: 'vault/denied', me: ['designer'], text: 'a scan', wiped: true })
})

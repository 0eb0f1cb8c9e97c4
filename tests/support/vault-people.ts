import type { Page } from 'playwright-core'
import type { Role } from '../../src/core/role.ts'
import { APPROVE } from '../../src/ui/approve.en.ts'
import { OWN_KEYS, PLACES } from '../../src/ui/keys.en.ts'
import { ONE, PEOPLE, personText, ROLE, SET_UP, SHARE, UNLOCK } from '../../src/ui/people.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { button, idle, WORK_MS } from './app-journey.ts'

// People of a vault in a browser, set up past the screens: what is asked of the vault worker is what the screens ask.

const vaultOf = (page: Page) => {
  const worker = page.workers().find((one) => /vault/.test(one.url()))
  if (!worker) throw new Error('the vault worker does not run')
  return worker
}

/** A verb of the vault worker, by comlink's own message; its answer. */
export function askVault(page: Page, verb: string, ...given: unknown[]): Promise<unknown> {
  const ask = ([name, args]: readonly [string, readonly unknown[]]) =>
    new Promise((resolve, reject) => {
      const id = `test-${Math.random()}`
      const real = self.postMessage
      self.postMessage = ((message: { id?: string; type?: string; value?: unknown }, ...rest: []) => {
        if (message?.id !== id) return real.call(self, message, ...rest)
        self.postMessage = real
        if (message.type === 'HANDLER') reject(new Error(JSON.stringify(message.value)))
        else resolve(message.value)
      }) as typeof self.postMessage
      const argumentList = args.map((value) => ({ type: 'RAW', value }))
      self.dispatchEvent(new MessageEvent('message', { data: { id, type: 'APPLY', path: [name], argumentList } }))
    })
  return vaultOf(page).evaluate(ask, [verb, given] as const)
}

/** Chooses who comes to a locked vault of people, and types their passphrase. */
export async function unlockAs(page: Page, staff: string, role: string, passphrase: string): Promise<void> {
  await page.getByLabel(UNLOCK.who).selectOption({ label: `${PEOPLE.person(staff)}, ${role}` })
  await page.getByLabel(UNLOCK.passphrase).fill(passphrase)
  await button(page, UNLOCK.act).click()
}

/** A passkey belongs to a name: the only one that is resolved is that of this computer. */
export const NAMED = ['--host-resolver-rules=MAP localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1']

export const CUSTODIAN = { staff: '0001', passphrase: 'five tall herons at noon' }

export const goToPeople = (page: Page) =>
  page.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL.people, { exact: true }).click()

/** At People, in a vault of one: its owner becomes Staff 0100, and a custodian comes. Ends at the door. */
export async function setUpPeople(page: Page): Promise<void> {
  await page.getByLabel(SET_UP.ownStaff).fill('0100')
  await page.getByLabel(SET_UP.staff, { exact: true }).fill(CUSTODIAN.staff)
  await page.getByLabel(SET_UP.first).fill(CUSTODIAN.passphrase)
  await page.getByLabel(SET_UP.again).fill(CUSTODIAN.passphrase)
  await button(page, SET_UP.act).click()
  await page.getByText(UNLOCK.title).waitFor({ timeout: WORK_MS })
}

const inBar = (page: Page, staff: string, role: string) =>
  page
    .getByRole('banner')
    .getByTitle(`${PEOPLE.person(staff)}, ${role}`)
    .waitFor({ timeout: WORK_MS })

/** Comes to a locked vault of people, and is in. */
export async function comeIn(page: Page, staff: string, role: string, passphrase: string): Promise<void> {
  await unlockAs(page, staff, role, passphrase)
  await inBar(page, staff, role)
  await idle(page)
}

export async function lockPeople(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Lock now/ }).click()
  await page.getByText(UNLOCK.title).waitFor()
}

/** An authenticator of the browser's own that makes keys and says yes. */
export async function virtualPasskey(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const options = { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasPrf: true } as const
  const isHere = { hasResidentKey: true, hasUserVerification: true, isUserVerified: true }
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, ...isHere } })
}

/** The custodian, who is in and at People, adds a passkey for themself. */
export async function addOwnPasskey(page: Page): Promise<void> {
  await button(page, PLACES.keys).first().click()
  await button(page, OWN_KEYS.add).click()
  await page.getByLabel(ONE.proof).fill(CUSTODIAN.passphrase)
  await button(page, OWN_KEYS.addAct).click()
  await idle(page)
}

/** The custodian comes in by their passkey. */
export async function comeInByPasskey(page: Page): Promise<void> {
  await button(page, UNLOCK.passkey).click()
  await inBar(page, CUSTODIAN.staff, ROLE.custodian)
}

/** At Approve: the designer gives the open case to a person. */
export async function give(page: Page, staff: string, role: Role): Promise<void> {
  const part = page.getByRole('region', { name: APPROVE.give })
  await part.getByLabel(SHARE.who).selectOption({ label: personText({ staff, roles: [role] }) })
  await part.getByRole('button', { name: SHARE.act }).click()
}

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { DUE, OWN_KEYS, PLACES, STRENGTH } from '../../src/ui/keys.en.ts'
import { ONE, UNLOCK } from '../../src/ui/people.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { START, VAULT } from '../../src/ui/start.en.ts'
import { button, createVault, idle, PASSPHRASE, unlock, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { openBrowser, openPage } from '../support/browser.ts'
import { NAMED, virtualPasskey } from '../support/vault-people.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser({}, NAMED)
})
afterAll(() => browser?.close())

const NEXT = 'eleven kites above the harbour'

async function goToKeys(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL.people, { exact: true }).click()
  await page.getByRole('group', { name: PLACES.label }).getByText(PLACES.keys).click()
}
async function lock(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Lock now/ }).click()
  await page.getByText(VAULT.locked.title).waitFor({ timeout: WORK_MS })
}
async function change(page: Page, from: string, to: string): Promise<void> {
  await page.getByLabel(OWN_KEYS.old).fill(from)
  await page.getByLabel(OWN_KEYS.first).fill(to)
  await page.getByLabel(OWN_KEYS.again).fill(to)
  await button(page, OWN_KEYS.changeAct).click()
}
async function unlockWith(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel(VAULT.locked.field).fill(passphrase)
  await button(page, VAULT.locked.act).click()
}

test('an owner changes their passphrase, adds a passkey, comes in by it and removes it', async () => {
  const atDesk = { viewport: { width: 1440, height: 900 } }
  const watched = await openPage(browser, inject('baseUrl').replace('127.0.0.1', 'localhost'), atDesk)
  const { page } = watched
  await virtualPasskey(page)
  await page.goto('/')
  await createVault(page)
  await goToKeys(page)
  const ways = page.getByRole('region', { name: OWN_KEYS.title }).getByRole('listitem')
  await expect.poll(() => ways.count()).toBe(1)

  // A weak one and a wrong old one are refused by name, and the old one still opens.
  await button(page, OWN_KEYS.change).click()
  expect(await axeBarriers(page)).toEqual([])
  await change(page, PASSPHRASE, 'aaaaaaaaaaaaaa')
  await page.locator('[role=alert][data-code="vault/weak-passphrase"]').waitFor({ timeout: WORK_MS })
  await change(page, 'not the passphrase', NEXT)
  await page.locator('[role=alert][data-code="vault/wrong-passphrase"]').waitFor({ timeout: WORK_MS })
  await change(page, PASSPHRASE, NEXT)
  await page.getByText(OWN_KEYS.changed).waitFor({ timeout: WORK_MS })

  await button(page, OWN_KEYS.add).click()
  await page.getByLabel(ONE.proof).fill(NEXT)
  await button(page, OWN_KEYS.addAct).click()
  await page.getByText(STRENGTH['hardware-passkey']).waitFor({ timeout: WORK_MS })
  expect(await ways.count()).toBe(2)
  expect(await axeBarriers(page)).toEqual([])
  await lock(page)

  await unlock(page)
  await page.locator('[role=alert][data-code="vault/wrong-passphrase"]').waitFor({ timeout: WORK_MS })
  await button(page, UNLOCK.passkey).click()
  await page.getByText(START.noCases).waitFor({ timeout: WORK_MS })
  await idle(page)

  // Removing it needs the passphrase again.
  await goToKeys(page)
  await button(page, OWN_KEYS.remove).click()
  await page.getByLabel(ONE.proof).fill(PASSPHRASE)
  await button(page, OWN_KEYS.removeAct).click()
  await page.locator('[role=alert][data-code="vault/wrong-passphrase"]').waitFor({ timeout: WORK_MS })
  expect(await ways.count()).toBe(2)
  await button(page, OWN_KEYS.remove).click()
  await page.getByLabel(ONE.proof).fill(NEXT)
  await button(page, OWN_KEYS.removeAct).click()
  await expect.poll(() => ways.count(), { timeout: WORK_MS }).toBe(1)
  await lock(page)
  expect(await button(page, UNLOCK.passkey).count()).toBe(0)
  await unlockWith(page, NEXT)
  await page.getByText(START.noCases).waitFor({ timeout: WORK_MS })
  watched.expectClean()
  await watched.close()
})

test('a passkey alone is refused when the passphrase was not typed for a week, and the screen says why', async () => {
  const watched = await openPage(browser, inject('baseUrl').replace('127.0.0.1', 'localhost'), {})
  const { page } = watched
  await virtualPasskey(page)
  await page.goto('/')
  await createVault(page)
  await goToKeys(page)
  await button(page, OWN_KEYS.add).click()
  await page.getByLabel(ONE.proof).fill(PASSPHRASE)
  await button(page, OWN_KEYS.addAct).click()
  await page.getByText(STRENGTH['hardware-passkey']).waitFor({ timeout: WORK_MS })
  // The vault's worker of the next page lives eight days later.
  await page.route('**/sealed/vault.worker-*.js', async (route) => {
    const response = await route.fetch()
    const later = `{ const Real = Date; globalThis.Date = class extends Real { constructor(...given) { given.length === 0 ? super(Real.now() + 8 * 86400000) : super(...given) } } }\n`
    await route.fulfill({ response, body: later + (await response.text()) })
  })
  await lock(page)
  await button(page, UNLOCK.passkey).click()
  await page.locator('[role=alert][data-code="vault/passphrase-due"]').waitFor({ timeout: WORK_MS })
  await page.getByText(DUE).waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await unlock(page)
  await page.getByText(START.noCases).waitFor({ timeout: WORK_MS })
  await idle(page)
  await lock(page)
  await button(page, UNLOCK.passkey).click()
  await page.getByText(START.noCases).waitFor({ timeout: WORK_MS })
  watched.expectClean()
  await watched.close()
})

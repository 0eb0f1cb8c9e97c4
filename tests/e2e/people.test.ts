import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { APPROVE } from '../../src/ui/approve.en.ts'
import { ADD_PERSON, HAND_IN, KEYS, LOG, ONE, PEOPLE, ROLE, SHARE, UNLOCK } from '../../src/ui/people.en.ts'
import { SCAN } from '../../src/ui/scan.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { START } from '../../src/ui/start.en.ts'
import { ballFolder, button, createVault, goTo, idle, openScan, PASSPHRASE, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { openBrowser, openPage } from '../support/browser.ts'
import {
  addOwnPasskey,
  CUSTODIAN,
  comeInByPasskey,
  comeIn as comeInWith,
  goToPeople,
  lockPeople as lock,
  NAMED,
  setUpPeople,
  unlockAs,
  virtualPasskey,
} from '../support/vault-people.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser({}, NAMED)
})
afterAll(() => browser?.close())
const ball = ballFolder()
const SECRET = {
  '0100': PASSPHRASE,
  '0001': CUSTODIAN.passphrase,
  '0071': 'grey walls under quiet pines',
  '0101': 'two lamps beside the harbour',
} as const
type Staff = keyof typeof SECRET

const bar = (page: Page) => page.getByRole('banner')
const openCases = (page: Page) => page.getByRole('button', { name: /^Open / })

const comeIn = (page: Page, staff: Staff, role: string) => comeInWith(page, staff, role, SECRET[staff])
async function add(page: Page, staff: Staff, role: string): Promise<void> {
  await button(page, PEOPLE.add).click()
  await page.getByLabel(ADD_PERSON.staff).fill(staff)
  await page.getByRole('checkbox', { name: role }).check()
  await page.getByLabel(ADD_PERSON.first).fill(SECRET[staff])
  await page.getByLabel(ADD_PERSON.again).fill(SECRET[staff])
  await button(page, ADD_PERSON.act).click()
  await page.getByRole('table', { name: PEOPLE.list }).getByText(PEOPLE.person(staff)).waitFor({ timeout: WORK_MS })
}

test('people are set up, come in as what they are, hand a scan on, and stay outside once their time is ended', async () => {
  const atDesk = { viewport: { width: 1440, height: 900 } }
  const watched = await openPage(browser, inject('baseUrl').replace('127.0.0.1', 'localhost'), atDesk)
  const { page } = watched
  await page.goto('/')
  await createVault(page)
  await openScan(watched, ball.path)
  await idle(page)

  // The owner becomes the designer of the case of before.
  await goToPeople(page)
  await page.getByText(PEOPLE.empty.title).waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await setUpPeople(page)
  expect(await axeBarriers(page)).toEqual([])

  // The custodian adds a reviewer and Intake, and opens no case.
  await comeIn(page, '0001', ROLE.custodian)
  await page.getByText(HAND_IN.noCases).waitFor()
  await goToPeople(page)
  await add(page, '0071', ROLE.reviewer)
  await add(page, '0101', ROLE.intake)
  await button(page, LOG.read).click()
  await page.getByRole('table', { name: LOG.title }).getByText('Added Staff 0071').waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await lock(page)

  // Intake hands in a scan and cannot open it.
  await comeIn(page, '0101', ROLE.intake)
  await openScan(watched, ball.path)
  await idle(page)
  await page.getByText(HAND_IN.lead(['0100'])).waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await button(page, HAND_IN.act).click()
  const handedIn = await page.getByText(/^Handed in as /).innerText({ timeout: WORK_MS })
  const name = /^Handed in as (.*)\. /.exec(handedIn)?.[1] ?? ''
  expect(await openCases(page).count()).toBe(0)
  await lock(page)

  // The designer takes it in, and gives the case of before to the reviewer.
  await comeIn(page, '0100', ROLE.designer)
  await expect.poll(() => openCases(page).count()).toBe(2)
  await button(page, SHARE.takeIn).click()
  await bar(page).getByText(name).waitFor({ timeout: WORK_MS })
  await goTo(page, 'scan')
  await page.getByRole('heading', { name: SCAN.title }).waitFor({ timeout: WORK_MS })
  await idle(page)
  await page.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL.library, { exact: true }).click()
  expect(await button(page, SHARE.takeIn).count()).toBe(0)
  await page
    .getByRole('row')
    .filter({ hasNotText: name })
    .getByRole('button', { name: /^Who is on / })
    .click()
  await button(page, SHARE.act).click()
  await page.getByRole('dialog').getByText('Staff 0071, Reviewer').waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await button(page, SHARE.close).click()
  await lock(page)

  // A wrong passphrase is refused; the reviewer opens what they were given and nothing else.
  await unlockAs(page, '0071', ROLE.reviewer, 'not the words of anyone')
  await page.getByRole('alert').waitFor({ timeout: WORK_MS })
  expect(
    await bar(page)
      .getByTitle(/^Staff/)
      .count(),
  ).toBe(0)
  await comeIn(page, '0071', ROLE.reviewer)
  await expect.poll(() => openCases(page).count()).toBe(1)
  expect(await button(page, START.folder).first().isDisabled()).toBe(true)
  await openCases(page).click()
  await goTo(page, 'scan')
  await page.getByRole('complementary', { name: APPROVE.reader }).waitFor({ timeout: WORK_MS })
  await idle(page)
  expect(await button(page, SCAN.sideNone).count()).toBe(0)
  await goToPeople(page)
  await page.getByText(PEOPLE.whoCan(['0001'])).waitFor()
  expect(await button(page, PEOPLE.add).count()).toBe(0)
  await lock(page)

  // A passkey beside the passphrase lets the custodian in as well.
  await virtualPasskey(page)
  await comeIn(page, '0001', ROLE.custodian)
  await goToPeople(page)
  await addOwnPasskey(page)
  await lock(page)
  await comeInByPasskey(page)

  // The custodian ends the reviewer's time: they are not offered any more, and the reason is there.
  await goToPeople(page)
  await page.getByRole('table', { name: PEOPLE.list }).getByRole('button', { name: '0071' }).click()
  await button(page, ONE.time).click()
  await page.getByLabel(ADD_PERSON.until).fill('2099-01-01')
  await page.getByText(ADD_PERSON.order).waitFor()
  await page.getByLabel(ADD_PERSON.last).fill('2099-12-31')
  await button(page, ONE.timeAct).click()
  await page.getByRole('table', { name: PEOPLE.list }).getByText('31 Dec 2099').waitFor({ timeout: WORK_MS })
  await button(page, ONE.end).click()
  await page.getByText('1 case of theirs gets a new key').waitFor()
  await page.getByLabel(ONE.proof).fill(SECRET['0001'])
  await button(page, ONE.endAct).click()
  await page.locator('[data-standing=revoked]').first().waitFor({ timeout: WORK_MS })

  // Keys are renewed: of the case that Intake handed in, and of the device.
  const cases = page.getByRole('table', { name: KEYS.cases })
  await cases.getByRole('row').filter({ hasText: ROLE.intake }).getByRole('button').click()
  await button(page, KEYS.renew).click()
  expect(await axeBarriers(page)).toEqual([])
  await page.getByLabel(ONE.proof).fill(SECRET['0001'])
  await button(page, KEYS.renewAct).click()
  const renewed = cases.getByText(KEYS.keyState({ epoch: 0, rotating: true }))
  await expect.poll(() => renewed.count(), { timeout: WORK_MS }).toBe(2)
  await page.getByRole('table', { name: PEOPLE.list }).getByRole('button', { name: '0001' }).click()
  await button(page, KEYS.deviceAct).click()
  await page.getByLabel(ONE.proof).fill(SECRET['0001'])
  await button(page, KEYS.renewAct).click()
  await idle(page)
  await button(page, LOG.read).click()
  await page.getByRole('table', { name: LOG.title }).getByText('Renewed the key of this device').waitFor()
  await lock(page)
  expect(await page.getByLabel(UNLOCK.who).locator('option').allInnerTexts()).toEqual([
    'Staff 0001, Custodian',
    'Staff 0100, Designer',
    'Staff 0101, Intake',
  ])
  await page.getByText(UNLOCK.notListed).click()
  await page.getByText(/^Staff 0071, Reviewer: taken off on /).waitFor()

  // The case of before still opens for its designer, and takes a change under its new key.
  await comeIn(page, '0100', ROLE.designer)
  await page
    .getByRole('row')
    .filter({ hasNotText: name })
    .getByRole('button', { name: /^Open / })
    .click()
  await bar(page).getByText(SHELL.saved.saved).waitFor({ timeout: WORK_MS })
  await goTo(page, 'scan')
  await page.getByRole('heading', { name: SCAN.title }).waitFor({ timeout: WORK_MS })
  await idle(page)
  await button(page, SCAN.sideNone).click()
  await button(page, SCAN.signNone).click()
  await bar(page).getByText(SHELL.saved.saved).waitFor({ timeout: WORK_MS })
  watched.expectClean()
  await watched.close()
})

import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { APPROVE, RELEASE } from '../../src/ui/approve.en.ts'
import {
  HANDOVER,
  HANDOVER_NEXT,
  PAGE,
  RECEIPT,
  SENT,
  SIGNER_PIN,
  SIGNERS,
  STATION_KEY,
  STATION_PIN,
} from '../../src/ui/handover.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { button, createVault, idle, PASSPHRASE, saveFile, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { openBrowser, openPage } from '../support/browser.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { card, casePeople, comeIn, goToHandover, signed, sixWords, WORDS } from '../support/people-journey.ts'
import { threeMfContent } from '../support/read-files.ts'
import { askVault } from '../support/vault-people.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser?.close())

/** The operator of the device where parts are designed, at Hand-over. */
async function operatorAtHandover(page: Page): Promise<void> {
  await comeIn(page, '0104', 'operator', WORDS.operator)
  await goToHandover(page)
  await card(page, PAGE.me).waitFor({ timeout: WORK_MS })
}

const choose = (page: Page, input: string, name: string, bytes: Buffer) =>
  page.locator(input).setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes })
const told = (page: Page, next: string) => page.getByRole('alert').getByText(next).waitFor({ timeout: WORK_MS })

/** Names whoever signed what was refused, after their words are the ones that were read. */
async function compareUnknown(page: Page, name: string, words: readonly string[]): Promise<void> {
  const unknown = card(page, SIGNERS.unknown)
  await unknown.getByLabel(HANDOVER.name).fill(name)
  await unknown.getByRole('button', { name: HANDOVER.show }).click()
  await unknown.locator('ol').waitFor()
  expect(await sixWords(page, SIGNERS.unknown)).toEqual(words)
  await unknown.getByLabel(HANDOVER.compared).check()
  await unknown.getByRole('button', { name: SIGNER_PIN.pin }).click()
  await unknown.waitFor({ state: 'detached' })
  await idle(page)
}

/** A page that writes a receipt of its own into the list keeps none. */
async function forgeReceipt(page: Page): Promise<void> {
  const { revision, value } = (await askVault(page, 'readSetting', 'prints')) as {
    readonly revision: number
    readonly value: { readonly handedOver: readonly object[] }
  }
  const receipt = { printer: 'Form 9', material: 'Grey', at: '', by: 'Print room 2', digest: 'd', text: '{}' }
  const handedOver = value.handedOver.map((one) => ({ ...one, receipt }))
  const write = askVault(page, 'writeSetting', 'prints', { revision, value: { ...value, handedOver } })
  await expect(write).rejects.toThrow('app/bad-parameter')
}

test('an operator seals for a print station, which opens it once, prints, and sends a receipt back', async () => {
  const design = await openPage(browser, inject('baseUrl'))
  const print = await openPage(browser, inject('baseUrl'))
  const [hospital, station] = [design.page, print.page]
  await casePeople(hospital)
  await signed(hospital)

  // The station makes its key, and shows its address and words.
  await station.goto('/')
  await createVault(station)
  await goToHandover(station)
  await button(station, STATION_KEY.make).click()
  await card(station, STATION_KEY.title).locator('ol').waitFor({ timeout: WORK_MS })
  const address = await card(station, STATION_KEY.title).locator('.address').innerText()
  const stationWords = await sixWords(station, STATION_KEY.title)
  expect(await axeBarriers(station)).toEqual([])

  await operatorAtHandover(hospital)
  const operatorWords = await sixWords(hospital, PAGE.me)
  await button(hospital, HANDOVER.add).click()
  await hospital.getByLabel(HANDOVER.name).fill('Print room 2')
  await hospital.getByLabel(STATION_PIN.address).fill(address)
  await button(hospital, HANDOVER.show).click()
  await card(hospital, HANDOVER.stations).locator('ol').waitFor()
  expect(await sixWords(hospital, HANDOVER.stations)).toEqual(stationWords)
  await hospital.getByLabel(HANDOVER.compared).check()
  await button(hospital, STATION_PIN.pin).click()
  await idle(hospital)
  expect(await axeBarriers(hospital)).toEqual([])

  await hospital.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL.library, { exact: true }).click()
  await button(hospital, RELEASE.act).first().click()
  await hospital.getByLabel(RELEASE.way).selectOption({ label: RELEASE.sealedFor('Print room 2') })
  await hospital.getByLabel(APPROVE.passphrase).fill(WORDS.operator)
  const carried = hospital.waitForEvent('download')
  await hospital.getByRole('dialog').getByRole('button', { name: RELEASE.act }).click()
  const sealed = readFileSync(await (await carried).path())
  expect((await carried).suggestedFilename()).toMatch(/\.age$/)
  await hospital.getByText(RELEASE.none).waitFor({ timeout: WORK_MS })

  // Nobody there knows the operator yet.
  await choose(station, '#sealed-file', 'part.age', sealed)
  await told(station, HANDOVER_NEXT['handover/unknown-signer'])
  await station.getByText(RECEIPT.noneOpened).waitFor()
  await compareUnknown(station, 'Operator 0104', operatorWords)
  const [plain] = await Promise.all([
    station.waitForEvent('download', { timeout: WORK_MS }),
    choose(station, '#sealed-file', 'part.age', sealed),
  ])
  expect(plain.suggestedFilename()).toMatch(/\.3mf$/)
  expect(defectsOf(threeMfContent(new Uint8Array(readFileSync(await plain.path()))).mesh)).toEqual(NO_DEFECTS)
  await idle(station)
  await choose(station, '#sealed-file', 'part.age', sealed)
  await told(station, HANDOVER_NEXT['handover/used'])

  const fileName = plain.suggestedFilename()
  await button(station, RECEIPT.writeFor(fileName)).click()
  await station.getByLabel(RECEIPT.printer).fill('Form 3')
  await station.getByLabel(RECEIPT.material).fill('Grey, lot 4711')
  const receipt = await saveFile(station, RECEIPT.sign)
  const signerWords = await sixWords(station, PAGE.me)

  await operatorAtHandover(hospital)
  await choose(hospital, '#receipt-file', 'part.receipt.json', receipt)
  await told(hospital, HANDOVER_NEXT['handover/unknown-signer'])
  await compareUnknown(hospital, 'Print room 2', signerWords)
  await forgeReceipt(hospital)
  await choose(hospital, '#receipt-file', 'part.receipt.json', receipt)
  await card(hospital, SENT.title)
    .getByText(/Printed on Form 3, Grey, lot 4711, .* Signed by Print room 2/)
    .waitFor({ timeout: WORK_MS })
  expect(await axeBarriers(hospital)).toEqual([])

  // Its designer sees it too, and changes nothing of it.
  await comeIn(hospital, '0142', 'designer', PASSPHRASE)
  await goToHandover(hospital)
  await card(hospital, SENT.title)
    .getByText(/Printed on Form 3/)
    .waitFor()
  for (const watched of [design, print]) {
    watched.expectClean()
    await watched.close()
  }
}, 900_000)

import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { sha256 } from '../../src/core/hash.ts'
import { ADD, APPROVAL, FORM, MODELS } from '../../src/ui/models.en.ts'
import { ANATOMY_NAME } from '../../src/ui/segment.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { POLICY } from '../../src/ui/terms.en.ts'
import { button, createVault, idle, unlock } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { plainCard } from '../support/plain-card.ts'
import { TINY_INPUT, tinyOnnx } from '../support/tiny-onnx.ts'

const { open } = browserOfFile()
const ONNX = tinyOnnx()
const NAME = 'Zanzibar tissues'
const FORM_TEXTS = {
  [FORM.intendedUse]: 'Models of the brain for teaching',
  [FORM.knownFailures]: 'Children; large lesions',
  [FORM.origin]: 'Our own group',
  [FORM.licence]: 'MIT',
  [FORM.trainingData]: 'Forty heads',
  [FORM.trainingLicence]: 'CC BY 4.0',
}

const file = (name: string, bytes: Uint8Array | string) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(bytes),
})
const SHIPPED = 'Head tissues'
const choose = (page: Page, ...files: ReturnType<typeof file>[]) => page.setInputFiles('#model-files', files)
const goToModels = (page: Page) =>
  page.getByRole('navigation', { name: SHELL.stations }).getByText(SHELL.models, { exact: true }).click()
const ownRow = (page: Page) => page.getByRole('table', { name: MODELS.list }).getByRole('row').filter({ hasText: NAME })
const standing = (page: Page) => ownRow(page).locator('[data-approval]')
const stateIs = (page: Page, state: string) =>
  expect.poll(() => standing(page).first().getAttribute('data-approval')).toBe(state)
/** Nothing is listed but what ships. */
async function onlyShipped(page: Page): Promise<void> {
  await page.getByRole('table', { name: MODELS.list }).getByText(SHIPPED).waitFor()
  await expect.poll(() => ownRow(page).count()).toBe(0)
}
const alertText = (page: Page) => page.getByRole('alert').first().innerText()

async function approve(page: Page): Promise<void> {
  await page.getByLabel(APPROVAL.who).fill('Lead radiologist')
  await page.getByLabel(POLICY.planning).check()
  await button(page, APPROVAL.act).click()
  await stateIs(page, 'approved')
}

test('an own network gets a card and an approval, both there after a reload, until it runs out or is revoked', async () => {
  const watched = await open()
  const { page } = watched
  await page.goto('/')
  await createVault(page)
  await goToModels(page)
  await onlyShipped(page)

  await button(page, MODELS.add).click()
  await choose(page, file('tissues.onnx', ONNX))
  await page.locator(`[data-sha256="${await sha256(ONNX)}"]`).waitFor()
  expect(await page.getByLabel(FORM.inputName).inputValue()).toBe(TINY_INPUT)
  await button(page, ADD.act).click()
  await page.getByText(ADD.noStructure).waitFor()
  await page.getByLabel(FORM.name, { exact: true }).fill(NAME)
  expect(await page.getByLabel(FORM.id).inputValue()).toBe('zanzibar-tissues')
  for (const [label, words] of Object.entries(FORM_TEXTS))
    await page.getByLabel(label, { exact: true }).first().fill(words)
  await page.getByLabel(FORM.channelOf(1)).selectOption({ label: ANATOMY_NAME['grey-matter'] })
  await page.getByLabel(FORM.channelOf(2)).selectOption({ label: ANATOMY_NAME['white-matter'] })
  expect(await axeBarriers(page)).toEqual([])
  await button(page, ADD.act).click()
  await idle(page)
  await stateIs(page, 'none')
  await approve(page)
  expect(await axeBarriers(page)).toEqual([])

  const [download] = await Promise.all([page.waitForEvent('download'), button(page, APPROVAL.saveCard).click()])
  const card = JSON.parse(readFileSync(await download.path(), 'utf8'))
  expect(card).toMatchObject({ name: NAME, weights: { sha256: await sha256(ONNX), bytes: ONNX.length } })

  await page.reload()
  await unlock(page)
  await goToModels(page)
  await stateIs(page, 'approved')
  await ownRow(page).getByRole('button').click()
  await page.getByText('Lead radiologist').waitFor()

  // Years later the approval has run out; approved anew it holds, until it is taken back.
  await page.clock.setFixedTime(new Date(Date.now() + 800 * 86_400_000))
  await goToModels(page)
  await stateIs(page, 'expired')
  await approve(page)
  await button(page, APPROVAL.revoke).click()
  await page.getByLabel(APPROVAL.revokeWhy).fill('Wrong on children')
  await button(page, APPROVAL.revokeAct).click()
  await stateIs(page, 'revoked')
  await page.getByText('Wrong on children').waitFor()

  await button(page, APPROVAL.remove).click()
  await button(page, APPROVAL.removeYes).click()
  await onlyShipped(page)
  watched.expectClean()
  await watched.close()
})

test('what is no network, a changed byte and a card with a missing field are refused by name, and nothing is kept', async () => {
  const watched = await open()
  const { page } = watched
  await page.goto('/')
  await createVault(page)
  await goToModels(page)
  await button(page, MODELS.add).click()
  const card = plainCard({ sha256: await sha256(ONNX), bytes: ONNX.length })

  await choose(page, file('scan.onnx', 'not a network'))
  expect(await alertText(page)).toContain('It is not an ONNX file')
  const { licence: _, ...missing } = card
  await choose(page, file('card.json', JSON.stringify(missing)))
  await expect.poll(() => alertText(page)).toContain('"licence" needs')

  await choose(page, file('net.onnx', ONNX.with(ONNX.length >> 1, 9)), file('card.json', JSON.stringify(card)))
  await page.getByText(ADD.fromFile('card.json')).waitFor()
  await button(page, ADD.act).click()
  await expect.poll(() => alertText(page)).toContain('not those that the card was written for')
  await choose(page, file('net.onnx', ONNX))
  await page.locator(`[data-sha256="${card.weights.sha256}"]`).waitFor()
  await button(page, ADD.back).click()
  await onlyShipped(page)
  watched.expectClean()
  await watched.close()
})

import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import type { ModelCard } from '../../src/infer/card.ts'
import { AI } from '../../src/ui/ai.en.ts'
import { CHECK } from '../../src/ui/check.en.ts'
import { MODEL } from '../../src/ui/model.en.ts'
import { ADD, APPROVAL, MODELS } from '../../src/ui/models.en.ts'
import { SCAN } from '../../src/ui/scan.en.ts'
import { SEGMENT } from '../../src/ui/segment.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { POLICY } from '../../src/ui/terms.en.ts'
import { TRACE } from '../../src/ui/trace.en.ts'
import { button, createVault, goTo, idle, WORK_MS } from './app-journey.ts'
import { goTo as goToPlace, openFiles } from './scan-page.ts'

// What a person does with AI in the app, step by step, for the journeys that follow one.

/** A network of the person's own with its card. */
export interface OwnNetwork {
  readonly card: ModelCard
  readonly weights: Uint8Array
}

/** Adds a network in Models. */
export async function addNetwork(page: Page, { card, weights }: OwnNetwork): Promise<void> {
  await goToPlace(page, SHELL.models)
  await button(page, MODELS.add).click()
  await page.setInputFiles(
    '#model-files',
    [
      { name: 'net.onnx', bytes: weights },
      { name: 'card.json', bytes: utf8(JSON.stringify(card)) },
    ].map(({ name, bytes }) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) })),
  )
  await page.getByText(ADD.fromFile('card.json')).waitFor()
  await button(page, ADD.act).click()
  await idle(page)
  await networkRow(page, card).waitFor()
}

const networkRow = (page: Page, { name }: ModelCard) =>
  page.getByRole('table', { name: MODELS.list }).getByRole('row').filter({ hasText: name })

/** Approves a network for teaching, from wherever the app is. */
export async function approveNetwork(page: Page, card: ModelCard): Promise<void> {
  await goToPlace(page, SHELL.models)
  await networkRow(page, card).getByRole('button').click()
  await page.getByLabel(APPROVAL.who).fill('Lead radiologist')
  await page.getByLabel(POLICY.teaching).check()
  await button(page, APPROVAL.act).click()
  await expect
    .poll(() => networkRow(page, card).locator('[data-approval]').getAttribute('data-approval'))
    .toBe('approved')
}

/** An empty vault on the first screen. */
export async function startWithVault(page: Page): Promise<void> {
  await page.goto('/')
  await createVault(page)
}

/** Opens a file that does not say what kind of scan it is, and the AI panel on it. */
export async function openForAi(page: Page, name: string, file: Uint8Array): Promise<void> {
  await openFiles(page, { [name]: file })
  await page.getByRole('heading', { name: SCAN.title }).waitFor({ timeout: WORK_MS })
  await idle(page)
  await openPanel(page)
}

export async function openPanel(page: Page): Promise<void> {
  await goTo(page, 'segment')
  await page.getByRole('button', { name: SEGMENT.tool.ai, exact: true }).click()
}

export async function chooseNetwork(page: Page, { name, version }: ModelCard): Promise<void> {
  await page.getByRole('combobox', { name: AI.model, exact: true }).selectOption({ label: `${name} ${version}` })
}

export async function sayMr(page: Page): Promise<void> {
  await button(page, AI.isMr).click()
  await idle(page)
}

/** Runs the chosen network and gives the band of the chosen structure. */
export async function runAi(page: Page, longestMs = WORK_MS): Promise<string | null> {
  await button(page, AI.run).click()
  const band = page.locator('[data-finding] [data-band]')
  await band.waitFor({ timeout: longestMs })
  await idle(page)
  return band.getAttribute('data-band')
}

/** Accepts every region that is open, each looked at first. */
export async function acceptRegions(page: Page, initials: string): Promise<number> {
  const regions = page.locator('[data-region]')
  const count = await regions.count()
  for (let n = 0; n < count; n++) {
    const region = regions.nth(n)
    await region.getByRole('button', { name: new RegExp(`^${AI.show}`) }).click()
    await region.getByLabel(AI.initials).fill(initials)
    await region.getByRole('button', { name: AI.accept, exact: true }).click()
    await expect.poll(() => region.getAttribute('data-state')).toBe('accepted')
    await idle(page)
  }
  return count
}

/** The second reader signs; `first` is asked for where no region had to be accepted. */
export async function signSecond(page: Page, first: string, who: string): Promise<void> {
  const form = page.locator('[data-second]')
  const asked = form.getByLabel(AI.initials, { exact: true })
  if ((await asked.count()) > 0) await asked.fill(first)
  await form.getByLabel(AI.secondInitials).fill(who)
  await form.getByLabel(AI.looked).fill('Every place in three planes')
  await form.getByRole('button', { name: AI.sign, exact: true }).click()
  await page.getByText(AI.done).waitFor({ timeout: WORK_MS })
  await idle(page)
}

/** From the label to the verdict. */
export async function makeAndCheck(page: Page, longestMs = WORK_MS): Promise<void> {
  const onwards = page.locator('.foot .btn.primary')
  await onwards.click()
  await page.getByRole('complementary', { name: MODEL.title }).waitFor({ timeout: longestMs })
  await idle(page, longestMs)
  await onwards.click()
  await page.getByRole('complementary', { name: CHECK.title }).waitFor({ timeout: longestMs })
  await idle(page, longestMs)
}

/** Saves the report of the case and reads it. */
export async function savedReport(page: Page) {
  await goToPlace(page, SHELL.trace)
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, TRACE.report).click()])
  return JSON.parse(readFileSync(await download.path(), 'utf8'))
}

import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { templateById } from '../../src/app/shipped-templates.ts'
import { templateDigest } from '../../src/app/template-digest.ts'
import { RECIPE } from '../../src/ui/recipe.en.ts'
import { SHELL } from '../../src/ui/shell.en.ts'
import { stepText } from '../../src/ui/steps.en.ts'
import { TRACE } from '../../src/ui/trace.en.ts'
import { ballFolder, button, goTo, idle, reopenFirstCase, segmentScan } from '../support/app-journey.ts'
import { browserOfFile } from '../support/browser.ts'

const NAME = 'Zanzibar 7'

const { open } = browserOfFile()
const { path: folder } = ballFolder()

const panel = (page: Page) => page.getByRole('region', { name: RECIPE.template })
const openSteps = (page: Page) => panel(page).locator('summary').click()
const digestOf = (page: Page) => panel(page).locator('[data-digest]').getAttribute('data-digest')
const order = (page: Page) =>
  panel(page)
    .locator('[data-step]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-step')))
const changes = (page: Page) => panel(page).locator('.changes li').allInnerTexts()

test('a template is changed step by step, run, kept in versions, and there again after a reload', async () => {
  const watched = await open()
  const { page } = watched
  await segmentScan(watched, folder)

  const spine = templateById('ct-spine')
  await panel(page).getByRole('combobox', { name: RECIPE.template }).selectOption({ label: spine.name })
  await button(page, RECIPE.only).click()
  await idle(page)
  const first = await changes(page)
  expect(first.map((text) => text.split('\n')[0])).toEqual(
    ['threshold', 'grow-from-core', 'close', 'islands', 'fill-holes'].map(stepText),
  )
  expect(first.at(-1)).toMatch(/cm³ → 1[345]\.\d.cm³, 1 piece/)

  await openSteps(page)
  const shipped = await digestOf(page)
  expect(shipped).toBe(await templateDigest(spine))
  await page.getByRole('checkbox', { name: RECIPE.on(stepText('close')) }).uncheck()
  await page.getByRole('checkbox', { name: RECIPE.on(stepText('margin')) }).check()
  await button(page, RECIPE.up(stepText('margin'))).click()
  expect((await order(page)).slice(-2)).toEqual(['margin', 'fill-holes'])
  expect(await digestOf(page)).not.toBe(shipped)

  await button(page, RECIPE.keep).click()
  await page.getByLabel(RECIPE.name, { exact: true }).fill(NAME)
  await button(page, RECIPE.save(null)).click()
  await idle(page)
  const kept = await digestOf(page)
  await page.getByRole('checkbox', { name: RECIPE.on(stepText('margin')) }).uncheck()
  await button(page, RECIPE.keep).click()
  await button(page, RECIPE.save(2)).click()
  await idle(page)
  const second = await digestOf(page)
  expect(new Set([shipped, kept, second]).size).toBe(3)
  await page.getByRole('combobox', { name: RECIPE.version }).selectOption('1')
  expect(await digestOf(page)).toBe(kept)
  await page.getByRole('combobox', { name: RECIPE.version }).selectOption('2')

  await button(page, RECIPE.only).click()
  await idle(page)
  const last = await changes(page)
  expect(last.map((text) => text.split('\n')[0])).toEqual(
    ['threshold', 'grow-from-core', 'islands', 'fill-holes'].map(stepText),
  )

  await page.getByText(SHELL.saved.saved, { exact: true }).first().waitFor()
  await page.reload()
  await reopenFirstCase(page)
  await goTo(page, 'segment')
  // The panel starts with the template the app offers first, until the vault has given its own.
  const chosen = panel(page).getByRole('combobox', { name: RECIPE.template }).locator('option:checked')
  await expect.poll(() => chosen.innerText()).toBe(NAME)
  await expect.poll(() => changes(page)).toEqual(last)
  await openSteps(page)
  expect(await digestOf(page)).toBe(second)

  // The report knows the template by id, version and digest, and nothing of its name.
  await page.getByRole('navigation').getByText('Trace', { exact: true }).first().click()
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, TRACE.report).click()])
  const text = readFileSync(await download.path(), 'utf8')
  expect(JSON.parse(text).template).toMatchObject({ version: 2, digest: second, edited: false })
  expect(text).not.toContain(NAME)
  await watched.context.close()
})

import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { readCsv } from '../../src/evidence/csv.ts'
import { CHECK } from '../../src/ui/check.en.ts'
import { DIRECTION, FILES, PRINT, PRINTER } from '../../src/ui/print.en.ts'
import { START } from '../../src/ui/start.en.ts'
import { decisionText, VERIFY } from '../../src/ui/verify.en.ts'
import { button, checkedSample, goTo, idle, saveFile, unlock, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { ctOfMesh, niftiOf } from '../support/printed-part.ts'
import { stlMesh } from '../support/read-files.ts'

const { open } = browserOfFile()

const PLACES = ['A', 'B', 'C'] as const
/** A picture of one grey point. */
const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
)
const field = (page: Page, place: string, axis: string) =>
  page.getByRole('spinbutton', { name: VERIFY.measured(VERIFY.place(place), axis) })
const decision = (page: Page) => page.locator('[data-decision]').getAttribute('data-decision')
const rows = (page: Page) => page.locator('tr[data-print]')

/** Mean distance of the scan of the part to the model, as shown. */
async function meanMm(page: Page): Promise<number> {
  const row = page.locator('dl.kv > div').filter({ hasText: VERIFY.scanFigures.mean })
  return Number.parseFloat(await row.locator('dd').innerText())
}

/** Types in nine readings, each off by what is given for its place. */
async function measure(page: Page, off: Readonly<Record<string, readonly [number, number, number]>>): Promise<void> {
  for (const place of PLACES) {
    for (const [n, axis] of VERIFY.axes.entries()) {
      await field(page, place, axis).fill((10 + (off[place]?.[n] ?? 0)).toFixed(2))
      await field(page, place, axis).press('Tab')
    }
  }
}
async function record(page: Page, act: 'accept' | 'reprint' | 'stop', prints: number): Promise<void> {
  await button(page, VERIFY.act[act]).click()
  await expect.poll(() => rows(page).count(), { timeout: WORK_MS }).toBe(prints)
  await idle(page)
}

test('the sample is printed, refused for one block of +0.7 mm, printed again, accepted, and never asked for more', async () => {
  const watched = await open()
  const { page } = watched
  await checkedSample(page)

  // Nothing can be measured before there is a file.
  await goTo(page, 'verify')
  await page.getByRole('heading', { name: VERIFY.noFile }).waitFor()
  await goTo(page, 'print')
  await button(page, DIRECTION.find).click()
  const figures = page.getByRole('table', { name: DIRECTION.figures })
  await figures.waitFor({ timeout: WORK_MS })
  await idle(page)
  expect(await figures.innerText()).toMatch(/Height\s+\d/)
  expect(await page.getByText(DIRECTION.why).count()).toBe(1)
  expect(await axeBarriers(page)).toEqual([])

  // A printer of one's own, kept for the next case.
  await button(page, PRINTER.edit).click()
  await page.getByLabel(PRINTER.name).fill('Print lab 2')
  await button(page, PRINTER.keep).click()
  await expect.poll(() => page.getByRole('combobox', { name: PRINTER.choose }).innerText()).toContain('Print lab 2')
  await idle(page)

  const stl = await saveFile(page, FILES.saveAs('stl'))
  await saveFile(page, PRINT.save3mf)
  await goTo(page, 'verify')
  expect(await decision(page)).toBe('open')
  await measure(page, { B: [0.7, 0, 0] })
  expect(await decision(page)).toBe('reprint')
  expect(await page.locator('[data-rule="relative"] .c-bad').count()).toBeGreaterThan(0)
  expect(await page.locator('[data-rule="mean"] .c-bad').count()).toBe(0)
  await page.setInputFiles('#part-photo', { name: 'part.png', mimeType: 'image/png', buffer: PHOTO })
  await page.getByAltText(VERIFY.photoAlt).waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await record(page, 'reprint', 1)
  expect(await decision(page)).toBe('open')

  await measure(page, { A: [0.08, -0.06, 0.11], B: [0.05, -0.03, 0.14], C: [0.03, 0.06, -0.02] })
  expect(await decision(page)).toBe('accept')
  await record(page, 'accept', 2)
  expect(await rows(page).first().innerText()).toContain(decisionText('accept'))
  expect(await page.getByText(VERIFY.rate(0.5, 2)).count()).toBe(1)

  // The file itself, taken for a scan of the part, lies on the model.
  await page.setInputFiles('#part-scan', { name: 'scan.stl', mimeType: 'model/stl', buffer: Buffer.from(stl) })
  await page.getByText(VERIFY.scanFigures.p95).waitFor({ timeout: WORK_MS })
  await idle(page)
  expect(await page.getByText(VERIFY.mm2(0), { exact: true }).count()).toBeGreaterThan(2)
  expect(await axeBarriers(page)).toEqual([])

  // A CT of it does so too, from a surface that may be moved; what shows no part is refused, and changes nothing of the case.
  const ct = niftiOf(await ctOfMesh(stlMesh(stl)))
  const part = { name: 'part.nii', mimeType: '', buffer: Buffer.from(ct) }
  await page.setInputFiles('#part-ct', part)
  const found = page.getByRole('group', { name: VERIFY.ct })
  await found.waitFor({ timeout: WORK_MS })
  await idle(page)
  expect(await meanMm(page)).toBeLessThan(0.1)
  const at = found.getByRole('spinbutton', { name: VERIFY.ctAt })
  expect(Math.abs(Number(await at.getAttribute('aria-valuenow')) + 440)).toBeLessThan(30)
  expect(await axeBarriers(page)).toEqual([])
  await at.fill('-900')
  await at.press('Enter')
  await button(page, VERIFY.ctAgain).click()
  await idle(page)
  expect(await meanMm(page)).toBeGreaterThan(0.3)
  await button(page, VERIFY.ctFound).click()
  await idle(page)
  expect(await meanMm(page)).toBeLessThan(0.1)
  await page.setInputFiles('#part-ct', { ...part, buffer: Buffer.from(ct.slice(0, 1000)) })
  await page.getByRole('alert').waitFor()
  expect(await found.count()).toBe(1)
  expect(await rows(page).count()).toBe(2)

  const table = readCsv(new TextDecoder().decode(await saveFile(page, VERIFY.savePrints))).map(({ cells }) => cells)
  expect(table.map((cells) => cells[4])).toEqual(['decision', 'reprint', 'accept'])
  const registry = JSON.parse(new TextDecoder().decode(await saveFile(page, VERIFY.registry)))
  expect(registry).toMatchObject({ parts: [{ structure: 'femur' }], prints: [{ printer: 'Print lab 2' }, {}] })

  // All of it is there after the next unlock, the photo too.
  await page.reload()
  await unlock(page)
  await page
    .getByRole('button', { name: /^Open / })
    .first()
    .click({ timeout: WORK_MS })
  await idle(page)
  await goTo(page, 'verify')
  await expect.poll(() => rows(page).count()).toBe(2)
  await button(page, VERIFY.showPhoto).click()
  await page.getByAltText(VERIFY.photoAlt).waitFor()
  expect(await page.getByText('Drift of Print lab 2').count()).toBe(1)
  watched.expectClean()
  await watched.close()
}, 600_000)

test('a second failure of one file stops the job and asks for its cause', async () => {
  const watched = await open()
  const { page } = watched
  await page.goto('/')
  await page.getByText(START.kioskAct).click()
  await button(page, START.runSample).click()
  await page.getByRole('heading', { name: CHECK.title }).waitFor({ timeout: WORK_MS })
  await idle(page)
  await goTo(page, 'print')
  await saveFile(page, PRINT.save3mf)
  await goTo(page, 'verify')
  await page.getByLabel('Visible defect').check()
  expect(await decision(page)).toBe('reprint')
  await record(page, 'reprint', 1)
  await page.getByLabel('Visible defect').check()
  expect(await decision(page)).toBe('stop')
  expect(await button(page, VERIFY.act.stop).isDisabled()).toBe(true)
  await page.getByLabel(VERIFY.cause).fill('Nozzle worn')
  await record(page, 'stop', 2)
  await page.getByText(VERIFY.stopped).waitFor()
  expect(await button(page, VERIFY.act.reprint).count()).toBe(0)
  watched.expectClean()
  await watched.close()
}, 600_000)

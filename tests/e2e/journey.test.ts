import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { sha256 } from '../../src/core/hash.ts'
import { CHECK, gateTitle } from '../../src/ui/check.en.ts'
import { PRINT } from '../../src/ui/print.en.ts'
import { SCAN } from '../../src/ui/scan.en.ts'
import { SEGMENT } from '../../src/ui/segment.en.ts'
import { button, createVault, goTo, openScan, reopenFirstCase, showSteps, WORK_MS } from '../support/app-journey.ts'
import { openBrowser, openPage } from '../support/browser.ts'
import { plate, solidBall, writeDicomPhantom } from '../support/dicom-phantom.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { threeMfContent } from '../support/read-files.ts'

let browser: Browser
let folder: string

beforeAll(async () => {
  browser = await openBrowser()
  folder = mkdtempSync(join(tmpdir(), 'journey-'))
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** From the open scan through the template to the verdict. */
async function runTemplate(page: Page): Promise<void> {
  await button(page, SCAN.go).click()
  await button(page, SEGMENT.runTemplate).click()
  await page.getByRole('complementary', { name: CHECK.title }).waitFor({ timeout: WORK_MS })
  await page.locator('[data-check], .find').first().waitFor({ timeout: WORK_MS })
}

async function traceOf(page: Page) {
  await showSteps(page)
  return page.locator('.trc .dg .mono').evaluateAll((all) => all.map((one) => one.getAttribute('title')))
}

test('drop a DICOM folder, save a released 3MF, reload, unlock, reopen: the same digests', async () => {
  const scan = join(folder, 'ball')
  writeDicomPhantom(scan, { size: [56, 56, 40], bone: solidBall(15), boneHu: 1000 })
  const watched = await openPage(browser, inject('baseUrl'), { viewport: { width: 1440, height: 900 } })
  const { page } = watched
  await page.goto('/')
  await createVault(page)
  await openScan(watched, scan)
  await runTemplate(page)

  await button(page, CHECK.toPrint.trim()).click({ timeout: WORK_MS })
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, PRINT.save3mf).click()])
  const bytes = new Uint8Array(readFileSync(await download.path()))
  const digest = await sha256(bytes)
  const file = threeMfContent(bytes)
  expect(file.unit).toBe('millimeter')
  expect(defectsOf(file.mesh)).toEqual(NO_DEFECTS)
  expect(download.suggestedFilename()).toBe(`${file.metadata['pp:TraceId']}.3mf`)
  expect(download.suggestedFilename()).not.toMatch(/secret|patient/i)

  await page.getByRole('button', { name: PRINT.trace }).click()
  const before = await traceOf(page)
  expect(before.at(-1)).toBe(digest)
  expect(before.length).toBeGreaterThan(6)

  await page.reload()
  await reopenFirstCase(page)
  await page.getByText(download.suggestedFilename()).waitFor({ timeout: WORK_MS })
  await page.getByRole('button', { name: PRINT.trace }).click()
  expect(await traceOf(page)).toEqual(before)

  // Saved once more, the file is the same to the byte.
  await goTo(page, 'print')
  const [again] = await Promise.all([page.waitForEvent('download'), button(page, PRINT.save3mf).click()])
  expect(await sha256(new Uint8Array(readFileSync(await again.path())))).toBe(digest)
  watched.expectClean()
  await watched.close()
})

test('a wall thinner than the nozzle is refused by name, and nothing can be saved', async () => {
  const scan = join(folder, 'plate')
  writeDicomPhantom(scan, { size: [56, 56, 40], bone: plate(14), boneHu: 300 })
  const watched = await openPage(browser, inject('baseUrl'), { viewport: { width: 1440, height: 900 } })
  const { page } = watched
  await page.goto('/')
  await openScan(watched, scan)
  await runTemplate(page)
  const refused = page.locator('.find.bad')
  await refused.first().waitFor({ timeout: WORK_MS })
  expect(await refused.allTextContents()).toEqual([expect.stringContaining(gateTitle('wall-thickness'))])
  expect(await button(page, CHECK.toPrint.trim()).count()).toBe(0)
  await goTo(page, 'print')
  expect(await button(page, PRINT.save3mf).count()).toBe(0)
  expect(await page.getByText(PRINT.notReleased).count()).toBe(1)
  watched.expectClean()
  await watched.close()
})

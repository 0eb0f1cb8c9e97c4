import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { CHECK } from '../../src/ui/check.en.ts'
import { REPORT } from '../../src/ui/report.en.ts'
import { SCAN } from '../../src/ui/scan.en.ts'
import { SEGMENT } from '../../src/ui/segment.en.ts'
import { ballFolder, button, createVault, openScan, WORK_MS } from '../support/app-journey.ts'
import { pageOfFile } from '../support/browser.ts'
import { pdfTexts } from '../support/pdf-texts.ts'

const scan = ballFolder()
const open = pageOfFile()

async function saved(page: Page, name: string): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: WORK_MS }),
    button(page, name).click(),
  ])
  return readFileSync(await download.path())
}

test('a checked part is looked at as it would print, and its report is saved as PDF and as HTML', async () => {
  const { page, watched } = open
  await createVault(page)
  await openScan(watched, scan.path)
  await button(page, SCAN.go).click()
  await button(page, SEGMENT.runTemplate).click()
  await page.getByRole('img', { name: /of the surface has which value/ }).waitFor({ timeout: WORK_MS })
  await button(page, CHECK.vanish).click()
  await page.getByText('prints all of it').waitFor()
  await button(page, CHECK.deviation).click()
  await page.getByRole('img', { name: /of the surface has which value/ }).waitFor()

  await button(page, CHECK.toPrint).click({ timeout: WORK_MS })
  await page.getByLabel(REPORT.note).fill('for the Tuesday class')
  const texts = pdfTexts(await saved(page, REPORT.savePdf)).join('\n')
  for (const said of ['for the Tuesday class', REPORT.outcome.released, REPORT.sides, REPORT.findings, REPORT.budget])
    expect(texts).toContain(said)
  const html = (await saved(page, REPORT.saveHtml)).toString()
  expect(html.match(/src="data:image\/jpeg;base64,[^"]{2000,}"/g)).toHaveLength(9)
  expect(html).toContain('for the Tuesday class')
  watched.expectClean()
})

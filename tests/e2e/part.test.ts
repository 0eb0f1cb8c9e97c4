import { readFileSync } from 'node:fs'
import type { Download, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { meshBounds, meshVolumeMm3 } from '../../src/core/mesh.ts'
import { MODEL } from '../../src/ui/model.en.ts'
import { PART, PART_TOOL, PART_WORDS } from '../../src/ui/part.en.ts'
import { FILES, PRINT } from '../../src/ui/print.en.ts'
import { START } from '../../src/ui/start.en.ts'
import { stepText } from '../../src/ui/steps.en.ts'
import { VIEW } from '../../src/ui/view.en.ts'
import { button, createVault, goTo, idle, reopenFirstCase, WORK_MS } from '../support/app-journey.ts'
import { axeBarriers } from '../support/axe.ts'
import { browserOfFile } from '../support/browser.ts'
import { stlMesh, threeMfText } from '../support/read-files.ts'

const { open } = browserOfFile()

const tool = (page: Page, stage: string) => button(page, PART_TOOL[stage]?.name ?? stage)
async function act(page: Page, stage: string): Promise<void> {
  await button(page, PART_TOOL[stage]?.act ?? stage).click()
  await idle(page)
}
/** Stages of the edits as listed. */
const listed = (page: Page) =>
  page.locator('[data-edit]').evaluateAll((all) => all.map((one) => one.getAttribute('data-edit')))
/** Clicks the part, at a share of its pane. */
async function clickPart(page: Page, x: number, y: number): Promise<void> {
  const box = await page.locator('[data-pane="part"]').boundingBox()
  if (!box) throw new Error('the part is not shown')
  await page.mouse.click(box.x + x * box.width, box.y + y * box.height)
}

/** Waits for so many files. */
async function saved(page: Page, files: number, act: () => Promise<void>): Promise<Uint8Array[]> {
  const downloads: Download[] = []
  const note = (download: Download) => void downloads.push(download)
  page.on('download', note)
  await act()
  await expect.poll(() => downloads.length, { timeout: WORK_MS }).toBe(files)
  page.off('download', note)
  return Promise.all(downloads.map(async (download) => new Uint8Array(readFileSync(await download.path()))))
}
async function openSample(page: Page): Promise<void> {
  await page.goto('/')
  await createVault(page)
  await button(page, START.runSample).click()
  await page.getByText(PRINT.lead).waitFor({ timeout: WORK_MS })
  await goTo(page, 'model')
  await page.getByText(PART.none).waitFor()
}

test('a part is laid flat by a picked face, smoothed, undone and redone, kept over a reload, checked and saved', async () => {
  const watched = await open()
  const { page } = watched
  await openSample(page)

  // Lay flat wants a face: a click beside the part gives none, one on the shaft does.
  await tool(page, 'lay-flat').click()
  expect(await button(page, PART_TOOL['lay-flat']?.act ?? '').isDisabled()).toBe(true)
  await clickPart(page, 0.1, 0.3)
  await page.getByText(PART.noFace).waitFor()
  await clickPart(page, 0.56, 0.65)
  await page.getByText(/^Face picked at/).waitFor()
  expect(await axeBarriers(page)).toEqual([])
  await act(page, 'lay-flat')
  expect(await listed(page)).toEqual(['lay-flat'])

  await tool(page, 'smooth').click()
  await act(page, 'smooth')
  expect(await listed(page)).toEqual(['lay-flat', 'smooth'])

  await page.keyboard.press('Control+z')
  await idle(page)
  expect(await listed(page)).toEqual(['lay-flat'])
  await button(page, VIEW.redo(stepText('smooth').toLowerCase()))
    .first()
    .click()
  await idle(page)
  expect(await listed(page)).toEqual(['lay-flat', 'smooth'])

  await page.getByText(/saved/i).first().waitFor()
  await page.waitForTimeout(1000)
  await page.reload()
  await reopenFirstCase(page)
  await page.locator('main [data-pane]').first().waitFor({ timeout: WORK_MS })
  await goTo(page, 'model')
  await page.locator('[data-edit]').first().waitFor()
  expect(await listed(page)).toEqual(['lay-flat', 'smooth'])
  // Undone after the reload, from what the vault kept.
  await page.keyboard.press('Control+z')
  await idle(page)
  expect(await listed(page)).toEqual(['lay-flat'])

  await button(page, MODEL.check).click()
  await idle(page)
  await goTo(page, 'print')
  await page.getByText(PRINT.lead).waitFor()
  const download = page.waitForEvent('download')
  await button(page, FILES.saveAs('stl')).click()
  const file = await (await download).path()
  const mesh = stlMesh(new Uint8Array(readFileSync(file)))
  expect(meshBounds(mesh).min[2]).toBe(0)
  expect(meshVolumeMm3(mesh)).toBeGreaterThan(50_000)
  watched.expectClean()

  // Making the model anew drops the edits, and says so first.
  await goTo(page, 'segment')
  await page.locator('.foot .btn.primary').click()
  await button(page, PART.remakeNo).click()
  await goTo(page, 'model')
  expect(await listed(page)).toEqual(['lay-flat'])
  await goTo(page, 'segment')
  await page.locator('.foot .btn.primary').click()
  await button(page, PART.remakeYes).click()
  await idle(page)
  await page.getByText(PART.none).waitFor()
  watched.expectClean()
  await watched.close()
})

test('a part is cut into two bodies that fit together: both are checked, a 3MF holds both, an STL each', async () => {
  const watched = await open()
  const { page } = watched
  await openSample(page)
  await tool(page, 'pegs').click()
  await button(page, PART.planeWay.y).click()
  await button(page, PART.planeWay.z).click()
  expect(await axeBarriers(page)).toEqual([])
  await act(page, 'pegs')
  expect(await listed(page)).toEqual(['pegs'])
  expect(await page.locator('[data-body]').count()).toBe(2)

  await button(page, MODEL.check).click()
  await idle(page)
  await goTo(page, 'print')
  await page.getByText(PRINT.lead).waitFor()
  const [both] = await saved(page, 1, () => button(page, PRINT.save3mf).click())
  expect(threeMfText(both ?? new Uint8Array()).match(/<object /g)).toHaveLength(2)
  const each = await saved(page, 2, () => button(page, FILES.saveAs('stl')).click())
  const mm3 = each.map((file) => meshVolumeMm3(stlMesh(file)))
  expect(Math.min(...mm3)).toBeGreaterThan(10_000)
  expect(mm3.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(50_000)
  watched.expectClean()
  await watched.close()
})

test('a part is hollowed out with drain holes, which one undo takes back', async () => {
  const watched = await open()
  const { page } = watched
  await openSample(page)
  await tool(page, 'hollow').click()
  await page.getByRole('spinbutton', { name: PART_WORDS.field['hollow.holes'] ?? '' }).fill('2')
  await page.keyboard.press('Enter')
  await act(page, 'hollow')
  expect(await listed(page)).toEqual(['hollow', 'drain'])
  await page.keyboard.press('Control+z')
  await idle(page)
  await page.getByText(PART.none).waitFor()
  watched.expectClean()
  await watched.close()
})
